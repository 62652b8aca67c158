/** The app's state as Rust last told it, by concept; the root that the views get. */
import type { Backend, PicturePath, Views } from '../backend/backend';
import { Attempt } from './attempt.svelte';
import { CallState } from './call.svelte';
import { ChatState } from './chat.svelte';
import { PeopleState } from './people.svelte';
import { PreferencesState } from './preferences.svelte';
import { SessionState } from './session.svelte';

export class Pizoo {
  readonly session: SessionState;
  readonly chat: ChatState;
  readonly call: CallState;
  readonly people: PeopleState;
  readonly preferences: PreferencesState;
  readonly starting = new Attempt();
  pictures = $state<PicturePath>('canvas');
  readonly #stops: (() => void)[] = [];

  constructor(readonly backend: Backend) {
    this.session = new SessionState(backend);
    this.chat = new ChatState(backend);
    this.preferences = new PreferencesState(backend);
    this.call = new CallState(backend, this.preferences, () => this.session.server?.rings ?? false);
    this.people = new PeopleState(backend);
  }

  /** Listens, then asks for everything; a part that changed meanwhile is newer than the answer and stays. */
  start(): Promise<boolean> {
    return this.starting.run(async () => {
      this.stop();
      const heard: Partial<Record<keyof Views, true>> = {};
      const listen = async <Name extends keyof Views>(name: Name, take: (view: Views[Name]) => void) => {
        const stop = await this.backend.listen(name, (view) => {
          heard[name] = true;
          take(view);
        });
        this.#stops.push(stop);
      };
      await listen('session', (view) => {
        this.session.view = view;
        if (view.state === 'signed_out') {
          this.chat.forget();
          this.people.forget();
        }
      });
      await listen('server', (view) => {
        this.session.server = view;
      });
      await listen('conversations', (view) => {
        this.chat.conversations = view;
      });
      await listen('chat', (view) => {
        this.chat.view = view;
      });
      await listen('call', (view) => {
        this.call.view = view;
      });
      await listen('incoming', (view) => {
        this.call.incoming = view;
      });
      await listen('preferences', (view) => {
        this.preferences.view = view;
      });

      const all = await this.backend.snapshot();
      this.pictures = all.pictures;
      if (heard.session !== true) this.session.view = all.session;
      if (heard.server !== true) this.session.server = all.server;
      if (heard.conversations !== true) this.chat.conversations = all.conversations;
      if (heard.chat !== true) this.chat.view = all.chat;
      if (heard.call !== true) this.call.view = all.call;
      if (heard.incoming !== true) this.call.incoming = all.incoming;
      if (heard.preferences !== true) this.preferences.view = all.preferences;
    });
  }

  stop(): void {
    for (const stop of this.#stops.splice(0)) stop();
  }
}
