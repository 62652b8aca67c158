/** Where a call stands, in a word. */
import type { CallView } from '../backend/backend';
import type { Messages } from '../i18n/language.svelte';

/** `reconnecting`: it has been so for long enough to be worth a word. */
export function callStatus(call: CallView, reconnecting: boolean, words: Messages['call']): string {
  if (reconnecting) return words.reconnecting;
  switch (call.phase.name) {
    case 'calling':
      return words.calling;
    case 'ringing':
      return words.ringing;
    case 'connecting':
      return words.connecting;
    case 'waiting':
      return words.waiting(call.partner_name);
    case 'reconnecting':
    case 'active':
      return call.call_type === 'audio' ? words.voiceOnly : words.active;
    case 'ended':
      return words.ended;
  }
}
