/**
 * Scenes of people, chat and settings: people, nobody-new, history, settings, dark. With `&at=people` or
 * `&at=settings/devices` the page starts there.
 */
import type { ChatLine } from '../backend';
import { preferences, type ScriptedBackend } from './backend';

interface Parts {
  signedIn: () => ScriptedBackend;
  inChat: () => ScriptedBackend;
  line: (matchId: string, mine: boolean, content: string, minutes: number) => ChatLine;
}

function system(line: ChatLine): ChatLine {
  return { ...line, message: { ...line.message, message_type: 'system' } };
}

export function peopleScenes({ signedIn, inChat, line }: Parts): Record<string, () => ScriptedBackend> {
  const withBlocked = () => {
    const backend = inChat();
    backend.blockedPeople = [{ id: 'user-rude', name: 'Somebody Rude' }];
    return backend;
  };
  return {
    people: signedIn,
    'nobody-new': () => {
      const backend = signedIn();
      backend.people = [];
      return backend;
    },
    history: () => {
      const backend = signedIn();
      backend.histories.sara = [
        system(line('sara', false, 'call.missed:video', 2900)),
        ...(backend.histories.sara ?? []).slice(0, 6),
        system(line('sara', true, 'call.ended:audio:73', 11)),
        system(line('sara', true, 'call.missed:audio', 10)),
        system(line('sara', false, 'call.missed:video', 3)),
      ];
      backend.older.sara = Array.from({ length: 24 }, (_, index) =>
        line('sara', index % 3 === 0, `An older message, number ${index + 1}`, 6000 - index),
      );
      const { conversations } = backend.views;
      const list = conversations.list.map((one) => ({
        ...one,
        last_message:
          one.match_id === 'sara' ? { ...one.last_message, content: 'call.missed:video' } : one.last_message,
      }));
      backend.emit('conversations', { ...conversations, list });
      backend.showChat('sara');
      const { chat } = backend.views;
      if (chat !== null) backend.emit('chat', { ...chat, typing: true });
      return backend;
    },
    settings: withBlocked,
    dark: () => {
      const backend = withBlocked();
      backend.emit('preferences', preferences({ theme: 'dark' }));
      return backend;
    },
  };
}
