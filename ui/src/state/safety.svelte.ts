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
  /** Set when a report arrived: whether they were blocked with it, as far as that was wanted. */
  sent = $state.raw<{ blocked: boolean | null } | null>(null);
  readonly acting = new Attempt();

  constructor(readonly backend: Backend) {}

  open(kind: Concern['kind'], userId: UserId, name: string): void {
    this.acting.clear();
    this.sent = null;
    this.concern = { kind, userId, name };
  }

  close(): void {
    this.concern = null;
  }

  async report(reason: ReportReason, details: string, alsoBlock: boolean): Promise<void> {
    const concern = this.concern;
    if (concern === null) return;
    // Blocking first would be quicker, but then there is nobody left to report.
    if (!(await this.acting.run(() => this.backend.report(concern.userId, reason, details.trim())))) return;
    // A report that arrived is not sent again because blocking failed.
    const blocked = alsoBlock ? await this.acting.run(() => this.backend.block(concern.userId)) : null;
    if (this.concern === concern) this.sent = { blocked };
  }

  async block(): Promise<void> {
    const concern = this.concern;
    if (concern === null) return;
    if (!(await this.acting.run(() => this.backend.block(concern.userId)))) return;
    if (this.concern === concern) this.close();
  }
}
