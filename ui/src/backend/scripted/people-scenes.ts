/**
 * Scenes of people, chat and settings: people, nobody-new, history, noted, settings, photographed, dark. With `&at=people`
 * or `&at=settings/devices` the page starts there.
 */
import type { ChatLine } from '../backend';
import { preferences, type ScriptedBackend } from './backend';
import { photoAddress } from './photo';

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
    backend.blockedPeople = [{ id: 'user-rude', name: 'Somebody Rude', photo: null }];
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
        system(line('sara', false, 'call.declined:audio', 6)),
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
    noted: () => {
      const backend = inChat();
      const note = { match_id: 'sara', feeling: 'good', noted_at_ms: Date.now() - 90_000_000 } as const;
      backend.emit('preferences', { ...backend.views.preferences, call_notes: [note] });
      return backend;
    },
    settings: withBlocked,
    photographed: () => {
      const backend = withBlocked();
      backend.account = { ...backend.account, photo: photoAddress('noor') };
      backend.emit('session', { state: 'signed_in', user: backend.account, problem: null });
      return backend;
    },
    dark: () => {
      const backend = withBlocked();
      backend.emit('preferences', preferences({ theme: 'dark' }));
      return backend;
    },
  };
}
