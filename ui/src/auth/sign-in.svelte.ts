/** The dialogue of signing in by mail: an address, a mail, a link. Also that of verifying, where the address is given. */
import type { SessionState } from '../state/session.svelte';
import { Attempt } from '../state/attempt.svelte';
import { Wait } from './wait.svelte';

export class SignIn {
  step = $state<'address' | 'mail'>('address');
  email = $state('');
  name = $state('');
  link = $state('');
  /** Until another link may be sent. */
  readonly wait = new Wait();
  /** Until another code may be tried. */
  readonly pause = new Wait();
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
    if (sent) {
      this.step = 'mail';
      this.wait.start();
    } else {
      this.wait.heed(this.sending.failure?.error);
    }
  }

  async confirm(): Promise<void> {
    this.sending.clear();
    const text = this.link.trim();
    const right = await this.confirming.run(() => this.session.backend.verifyLink(text, this.email.trim()));
    if (!right) this.pause.heed(this.confirming.failure?.error);
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
}
