/** Lines that the server wrote: a code that becomes words here. */
import type { CallType } from '../backend/backend';
import { duration } from '../i18n/time';
import type { Messages } from '../i18n/language.svelte';

export type SystemLine =
  | { what: 'missed' | 'declined'; callType: CallType }
  | { what: 'ended'; callType: CallType; seconds: number };

/** `call.missed:video`, `call.declined:video` or `call.ended:audio:73` (seconds); null for anything else. */
export function parseSystem(content: string): SystemLine | null {
  const [, what, type, seconds] =
    /^call\.(missed|declined|ended):(audio|video)(?::(\d{1,9}))?$/u.exec(content) ?? [];
  if (type !== 'audio' && type !== 'video') return null;
  if (what === 'missed' || what === 'declined')
    return seconds === undefined ? { what, callType: type } : null;
  return seconds === undefined ? null : { what: 'ended', callType: type, seconds: Number(seconds) };
}

/** In words. `mine` is whether the reader was who rang: they are not told that it was declined, whatever the server says. */
export function systemWords(line: SystemLine, mine: boolean, words: Messages): string {
  if (line.what === 'ended') return words.chat.ended[line.callType](duration(line.seconds));
  return words.chat[mine ? 'unanswered' : line.what][line.callType];
}
