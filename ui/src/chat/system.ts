/** Lines that the server wrote: a code that becomes words here. */
import type { CallType } from '../backend/backend';
import { duration } from '../i18n/time';
import type { Messages } from '../i18n/language.svelte';

export type SystemLine =
  { what: 'missed'; callType: CallType } | { what: 'ended'; callType: CallType; seconds: number };

/** `call.missed:video` or `call.ended:audio:73` (seconds); null for anything else. */
export function parseSystem(content: string): SystemLine | null {
  const [, what, type, seconds] = /^call\.(missed|ended):(audio|video)(?::(\d{1,9}))?$/u.exec(content) ?? [];
  if (type !== 'audio' && type !== 'video') return null;
  if (what === 'missed') return seconds === undefined ? { what, callType: type } : null;
  return seconds === undefined ? null : { what: 'ended', callType: type, seconds: Number(seconds) };
}

/** In words. `mine` is whether the reader was who rang. */
export function systemWords(line: SystemLine, mine: boolean, words: Messages): string {
  if (line.what === 'ended') return words.chat.ended[line.callType](duration(line.seconds));
  return mine ? words.chat.unanswered[line.callType] : words.chat.missed[line.callType];
}
