/** The app's state as Rust last told it, by concept; the root that the views get. */
import type { Backend, PicturePath } from '../backend/backend';
import { Attempt } from './attempt.svelte';
import { CallState } from './call.svelte';
import { ChatState } from './chat.svelte';
import { NotesState } from './notes.svelte';
import { PeopleState } from './people.svelte';
import { Photos } from './photos.svelte';
import { PreferencesState } from './preferences.svelte';
import { SessionState } from './session.svelte';

export class Pizoo {
  readonly session: SessionState;
  readonly chat: ChatState;
  readonly call: CallState;
  readonly people: PeopleState;
  readonly preferences: PreferencesState;
  readonly notes: NotesState;
  readonly photos: Photos;
  readonly starting = new Attempt();
  pictures = $state<PicturePath>('canvas');
  readonly #stops: (() => void)[] = [];

  constructor(readonly backend: Backend) {
    this.session = new SessionState(backend);
    this.chat = new ChatState(backend);
    this.preferences = new PreferencesState(backend);
    this.notes = new NotesState(this.preferences);
    this.call = new CallState(backend, this.preferences, () => this.session.server?.rings ?? false);
    this.people = new PeopleState(backend);
    this.photos = new Photos(backend);
  }

  /** Takes everything as it is, and each change from then on. */
  start(): Promise<boolean> {
    return this.starting.run(async () => {
      this.stop();
      this.#listen();
      const all = await this.backend.snapshot();
      this.pictures = all.pictures;
      this.session.view = all.session;
      this.session.server = all.server;
      this.chat.conversations = all.conversations;
      this.chat.view = all.chat;
      this.call.view = all.call;
      this.call.incoming = all.incoming;
      this.call.limit.view = all.calls_left;
      this.preferences.view = all.preferences;
    });
  }

  #listen(): void {
    const { backend, session, chat, call, people, photos, preferences } = this;
    this.#stops.push(
      backend.listen('session', (view) => {
        session.view = view;
        if (view.state === 'signed_out') {
          chat.forget();
          people.forget();
          photos.forget();
        }
      }),
      backend.listen('server', (view) => (session.server = view)),
      backend.listen('conversations', (view) => (chat.conversations = view)),
      backend.listen('chat', (view) => (chat.view = view)),
      backend.listen('call', (view) => (call.view = view)),
      backend.listen('incoming', (view) => (call.incoming = view)),
      backend.listen('calls_left', (view) => (call.limit.view = view)),
      backend.listen('preferences', (view) => (preferences.view = view)),
      () => {
        // Ends its timer.
        call.limit.view = null;
      },
    );
  }

  stop(): void {
    for (const stop of this.#stops.splice(0)) stop();
  }
}
