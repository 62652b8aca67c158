/** Trying the own devices: open while it is on the screen, and asked again and again how it goes. */
import type { Backend, Preview } from '../backend/backend';
import { Attempt } from '../state/attempt.svelte';

/** Often enough for a bar that follows a voice, in milliseconds. */
const EVERY = 80;

export class DevicePreview {
  view = $state.raw<Preview | null>(null);
  readonly opening = new Attempt();
  /** Which round of asking runs; 0 is none. */
  #round = 0;
  #rounds = 0;

  constructor(readonly backend: Backend) {}

  async start(): Promise<void> {
    if (this.opening.busy) return;
    const round = ++this.#rounds;
    this.#round = round;
    const opened = await this.opening.run(() => this.backend.startPreview(true));
    // Left meanwhile: what was opened is not wanted any more.
    if (this.#round !== round) {
      if (opened) await this.#close();
    } else if (opened) {
      await this.#follow(round);
    } else {
      this.#round = 0;
      this.view = null;
    }
  }

  async stop(): Promise<void> {
    this.#round = 0;
    this.view = null;
    await this.#close();
  }

  /** Other devices were chosen: what is shown stays until they answer. */
  async again(): Promise<void> {
    if (this.view === null) return;
    this.#round = 0;
    await this.#close();
    await this.start();
  }

  /** It ends with the next call or the app in any case. */
  async #close(): Promise<void> {
    await this.backend.stopPreview().catch(() => undefined);
  }

  async #follow(round: number): Promise<void> {
    while (this.#round === round) {
      try {
        const view = await this.backend.preview();
        if (this.#round === round) this.view = view;
      } catch (error) {
        if (this.#round !== round) return;
        await this.stop();
        this.opening.fail(error);
        return;
      }
      await new Promise((resolve) => setTimeout(resolve, EVERY));
    }
  }
}
