/** Tells the other side that one is writing: at the first key, again while it goes on, and when it stops. */

/** After this long without a key one has stopped, in milliseconds. */
export const IDLE_MS = 4000;
/** What was told is forgotten over there after a while, so it is told again. */
export const AGAIN_MS = 4000;

export class Typing {
  #told: number | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(readonly tell: (writing: boolean) => void) {}

  /** A key that changed the text. */
  key(): void {
    const now = performance.now();
    if (this.#told === null || now - this.#told >= AGAIN_MS) {
      this.#told = now;
      this.tell(true);
    }
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.stop();
    }, IDLE_MS);
  }

  /** Sent, emptied, or left. */
  stop(): void {
    clearTimeout(this.#timer);
    if (this.#told === null) return;
    this.#told = null;
    this.tell(false);
  }
}
