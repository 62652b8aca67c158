/** Reporting and blocking somebody: one dialogue at a time, over whatever is on the screen. */
import type { Backend, UserId } from '../backend/backend';
import { Attempt } from './attempt.svelte';

/** What the server takes; the words have an order of their own. */
export type ReportReason = 'spam' | 'harassment' | 'fake_profile' | 'inappropriate' | 'underage' | 'other';

export interface Concern {
  kind: 'report' | 'block';
  userId: UserId;
  name: string;
}

export class SafetyState {
  concern = $state.raw<Concern | null>(null);
  /** A report arrived. */
  sent = $state(false);
  /** Whether they were blocked with the report; null while that was not tried. */
  blocked = $state<boolean | null>(null);
  readonly reporting = new Attempt();
  readonly blocking = new Attempt();

  constructor(readonly backend: Backend) {}

  readonly busy = $derived(this.reporting.busy || this.blocking.busy);

  open(kind: Concern['kind'], userId: UserId, name: string): void {
    this.reporting.clear();
    this.blocking.clear();
    this.sent = false;
    this.blocked = null;
    this.concern = { kind, userId, name };
  }

  close(): void {
    this.concern = null;
  }

  async report(reason: ReportReason, details: string, alsoBlock: boolean): Promise<void> {
    const concern = this.concern;
    if (concern === null || this.busy) return;
    // First, because blocking takes away the messages that go with it.
    const sent = await this.reporting.run(() => this.backend.report(concern.userId, reason, details.trim()));
    // Whoever wants to be rid of somebody is, whatever became of the report; and it is not sent again because this failed.
    const block = alsoBlock && (this.concern !== concern || this.blocked !== true);
    const blocked = block ? await this.blocking.run(() => this.backend.block(concern.userId)) : null;
    if (this.concern !== concern) return;
    this.sent = sent;
    this.blocked = blocked ?? this.blocked;
  }

  async block(): Promise<void> {
    const concern = this.concern;
    if (concern === null) return;
    if (!(await this.blocking.run(() => this.backend.block(concern.userId)))) return;
    if (this.concern === concern) this.close();
  }
}
