/** The dialogue of signing in: an address, a mail, a link. Also that of verifying, where the address is given. */
import type { SessionState } from '../state/session.svelte';
import { Attempt } from '../state/attempt.svelte';

/** How long one has to wait before the next mail, in seconds. */
export const RESEND_AFTER = 30;

export class SignIn {
  step = $state<'address' | 'mail'>('address');
  email = $state('');
  name = $state('');
  link = $state('');
  /** Seconds until another link may be sent. */
  wait = $state(0);
  readonly sending = new Attempt();
  readonly confirming = new Attempt();

  constructor(
    readonly session: SessionState,
    email = '',
  ) {
    this.email = email;
  }

  readonly failure = $derived(this.confirming.failure ?? this.sending.failure);

  async send(): Promise<void> {
    this.confirming.clear();
    const sent = await this.sending.run(() =>
      this.session.backend.sendLink(this.email.trim(), this.name.trim()),
    );
    if (!sent) return;
    this.step = 'mail';
    this.wait = RESEND_AFTER;
  }

  confirm(): Promise<boolean> {
    this.sending.clear();
    return this.confirming.run(() => this.session.backend.verifyLink(this.link.trim(), this.email.trim()));
  }

  /** Development only: uses the newest mail that the server kept. */
  openNewestMail(): Promise<boolean> {
    this.sending.clear();
    return this.confirming.run(() => this.session.backend.developmentLink(this.email.trim()));
  }

  back(): void {
    this.step = 'address';
    this.link = '';
    this.sending.clear();
    this.confirming.clear();
  }

  tick(): void {
    if (this.wait > 0) this.wait -= 1;
  }
}
