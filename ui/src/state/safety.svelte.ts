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
  /** Set when a report arrived: whether they were blocked with it. */
  sent = $state.raw<{ blocked: boolean } | null>(null);
  readonly acting = new Attempt();

  /** `onblocked` is told of everybody who was blocked here. */
  constructor(
    readonly backend: Backend,
    readonly onblocked: (userId: UserId) => Promise<unknown>,
  ) {}

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
    const done = await this.acting.run(async () => {
      await this.backend.report(concern.userId, reason, details.trim());
      if (alsoBlock) await this.backend.block(concern.userId);
    });
    if (!done) return;
    if (this.concern === concern) this.sent = { blocked: alsoBlock };
    if (alsoBlock) await this.onblocked(concern.userId);
  }

  async block(): Promise<void> {
    const concern = this.concern;
    if (concern === null) return;
    if (!(await this.acting.run(() => this.backend.block(concern.userId)))) return;
    if (this.concern === concern) this.close();
    await this.onblocked(concern.userId);
  }
}
