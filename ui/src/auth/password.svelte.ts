/** The dialogue of an address and a password, for an account that is there or a new one. */
import type { SessionState } from '../state/session.svelte';
import { Attempt } from '../state/attempt.svelte';
import { Wait } from './wait.svelte';

export class PasswordDialogue {
  registering = $state(false);
  email = $state('');
  password = $state('');
  name = $state('');
  /** Until it may be tried again. */
  readonly pause = new Wait();
  readonly entering = new Attempt();

  constructor(readonly session: SessionState) {}

  readonly complete = $derived(
    this.email.trim() !== '' && this.password !== '' && (!this.registering || this.name.trim() !== ''),
  );

  async enter(): Promise<void> {
    const { backend } = this.session;
    const email = this.email.trim();
    // A password is taken as it is, with the spaces at its ends.
    const done = await this.entering.run(() =>
      this.registering
        ? backend.register(email, this.password, this.name.trim())
        : backend.signInWithPassword(email, this.password),
    );
    if (done) this.password = '';
    else this.pause.heed(this.entering.failure?.error);
  }

  turn(): void {
    this.registering = !this.registering;
    this.entering.clear();
  }
}
