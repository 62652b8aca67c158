/** How long one has to wait before asking the server again, counted down. */
import type { UserError } from '../backend/backend';

/** How long one has to wait before the next mail or message, in seconds. */
export const RESEND_AFTER = 30;

export class Wait {
  seconds = $state(0);

  start(seconds = RESEND_AFTER): void {
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
    const timer = setInterval(() => {
      if (this.seconds > 0) this.seconds -= 1;
    }, 1000);
    return () => {
      clearInterval(timer);
    };
  }
}
