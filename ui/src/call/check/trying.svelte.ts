/** The own devices, open for trying: what comes from them, asked for again and again. */
import type { Backend, Preview } from '../../backend/backend';
import { Attempt } from '../../state/attempt.svelte';

/** Often enough for a meter to look alive. */
const EVERY_MS = 100;

export class Trying {
  now = $state.raw<Preview | null>(null);
  readonly opening = new Attempt();
  /** One after the other, or a late stop would close what was opened after it. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(readonly backend: Pick<Backend, 'startPreview' | 'preview' | 'stopPreview'>) {}

  /** Opens them until the returned function is called. `kept` says then whether a call took them over. */
  start(camera: boolean, kept: () => boolean): () => void {
    const stop = new AbortController();
    const stopped = () => stop.signal.aborted;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const ask = async () => {
      try {
        const answer = await this.backend.preview();
        if (!stopped()) this.now = answer;
      } catch {
        // The next answer is as good.
      }
      if (!stopped()) timer = setTimeout(() => void ask(), EVERY_MS);
    };
    const opened = this.#turn.then(() => this.opening.run(() => this.backend.startPreview(camera)));
    this.#turn = opened;
    void opened.then(() => (stopped() ? undefined : ask()));
    return () => {
      stop.abort();
      clearTimeout(timer);
      // Not before it is open, or it would stay so.
      if (kept()) return;
      this.#turn = opened
        .then(() => this.backend.stopPreview())
        .catch((error: unknown) => {
          reportError(error);
        });
    };
  }
}
