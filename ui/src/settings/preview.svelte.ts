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
    const opened = await this.opening.run(() => this.backend.startPreview(true));
    if (opened) await this.#follow((this.#round = ++this.#rounds));
  }

  async stop(): Promise<void> {
    this.#round = 0;
    this.view = null;
    // It ends with the next call or the app in any case.
    await this.backend.stopPreview().catch(() => undefined);
  }

  /** Other devices were chosen. */
  async again(): Promise<void> {
    if (this.view === null) return;
    await this.stop();
    await this.start();
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
