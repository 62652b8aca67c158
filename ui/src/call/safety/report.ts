/** A report while it is being written. */
import type { ReportReason } from '../../state/safety.svelte';

export interface Report {
  reason: ReportReason | null;
  details: string;
  block: boolean;
}
