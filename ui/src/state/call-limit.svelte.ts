/** How many calls the server's limit still allows, for as long as that is known. */
import type { CallsLeft } from '../backend/backend';

/** The limit is one by the hour: what seems to be further away is a clock that was put back, and nobody waits for that. */
const HOUR_MS = 3_600_000;
/** A timer stands still while the computer sleeps, so the clock is looked at now and then. */
const LOOK_MS = 30_000;

export class CallLimit {
  #view = $state.raw<CallsLeft | null>(null);
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** No call can be begun now. */
  readonly none = $derived(this.#view?.left === 0);

  /** As Rust told it, until there is one more: how many that makes, only the server knows. */
  get view(): CallsLeft | null {
    return this.#view;
  }

  set view(view: CallsLeft | null) {
    clearTimeout(this.#timer);
    this.#view = view;
    if (view !== null) this.#look(view);
  }

  #look(view: CallsLeft): void {
    const rest = view.more_at_ms - Date.now();
    if (rest <= 0 || rest > HOUR_MS) {
      this.#view = null;
      return;
    }
    this.#timer = setTimeout(
      () => {
        this.#look(view);
      },
      Math.min(rest, LOOK_MS),
    );
  }
}
