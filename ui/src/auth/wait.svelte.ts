/** How long one has to wait before asking the server again, counted down. */
import { untrack } from 'svelte';
import type { UserError } from '../backend/backend';

/** How long one has to wait before the next mail or message, in seconds. */
export const RESEND_AFTER = 30;

export class Wait {
  seconds = $state(0);
  /** When it is over, by the clock: that goes on while the computer sleeps, or another screen is shown. */
  #until = 0;

  start(seconds = RESEND_AFTER): void {
    this.#until = Date.now() + seconds * 1000;
    this.seconds = seconds;
  }

  /** Waits as long as the server asks for, if that is why it refused. */
  heed(error: unknown): void {
    if (typeof error !== 'object' || error === null) return;
    const { code, retry_after_seconds: after } = error as Partial<UserError>;
    if (code === 'rate_limited' && typeof after === 'number') this.start(Math.ceil(after));
  }

  /** An effect: counts while it is on the screen. */
  count(): () => void {
    const look = () => {
      const left = Math.ceil((this.#until - Date.now()) / 1000);
      // The clock was put back, which is no reason to wait for longer.
      if (left > this.seconds) this.#until = Date.now() + this.seconds * 1000;
      else this.seconds = Math.max(0, left);
    };
    untrack(look);
    const timer = setInterval(look, 1000);
    return () => {
      clearInterval(timer);
    };
  }
}
