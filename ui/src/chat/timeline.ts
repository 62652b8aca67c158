/** A chat's lines as they are laid out: under the day they belong to, close together when one person goes on. */
import type { ChatLine } from '../backend/backend';
import { daysAgo, parseTime } from '../i18n/time';

const SAME_BREATH_MS = 5 * 60_000;

export interface Entry {
  line: ChatLine;
  when: Date | null;
  /** The first of its day: its date stands above it. */
  startsDay: boolean;
  /** The first of a run by one person. */
  startsRun: boolean;
  /** The last of a run: the time stands below it. */
  endsRun: boolean;
}

function goesOn(before: Entry, line: ChatLine, when: Date | null): boolean {
  if (before.line.mine !== line.mine || before.line.message.message_type !== line.message.message_type)
    return false;
  if (before.when === null || when === null) return before.when === when;
  return daysAgo(before.when, when) === 0 && when.getTime() - before.when.getTime() < SAME_BREATH_MS;
}

export function timeline(lines: readonly ChatLine[]): Entry[] {
  const entries: Entry[] = [];
  let day: Date | null = null;
  for (const line of lines) {
    const when = parseTime(line.message.created_at);
    const startsDay: boolean = when !== null && (day === null || daysAgo(day, when) !== 0);
    if (when !== null) day = when;
    const before = entries.at(-1);
    const startsRun = before === undefined || startsDay || !goesOn(before, line, when);
    if (before !== undefined) before.endsRun = startsRun;
    entries.push({ line, when, startsDay, startsRun, endsRun: true });
  }
  return entries;
}
