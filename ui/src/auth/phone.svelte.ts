/** The dialogue of a phone: a number, a message, a code. It signs in, or verifies who is signed in. */
import type { SessionState } from '../state/session.svelte';
import { Attempt } from '../state/attempt.svelte';
import { Wait } from './wait.svelte';

export class PhoneDialogue {
  step = $state<'number' | 'code'>('number');
  phone = $state('');
  code = $state('');
  /** Until another code may be sent. */
  readonly wait = new Wait();
  /** Until another code may be tried. */
  readonly pause = new Wait();
  readonly sending = new Attempt();
  readonly confirming = new Attempt();

  constructor(readonly session: SessionState) {}

  readonly failure = $derived(this.confirming.failure ?? this.sending.failure);

  async send(): Promise<void> {
    this.confirming.clear();
    const sent = await this.sending.run(() => this.session.backend.sendPhoneCode(this.phone.trim()));
    if (sent) {
      this.step = 'code';
      this.wait.start();
    } else {
      this.wait.heed(this.sending.failure?.error);
    }
  }

  async confirm(): Promise<void> {
    this.sending.clear();
    const right = await this.confirming.run(() => this.session.backend.verifyPhoneCode(this.code.trim()));
    if (!right) this.pause.heed(this.confirming.failure?.error);
  }

  back(): void {
    this.step = 'number';
    this.code = '';
    this.sending.clear();
    this.confirming.clear();
  }
}
