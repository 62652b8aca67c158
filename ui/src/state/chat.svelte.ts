/** The conversation list and the open conversation. */
import type {
  Backend,
  ChatView,
  Conversation,
  ConversationsView,
  MatchId,
  MessageId,
} from '../backend/backend';
import { Attempt } from './attempt.svelte';
import { Typing } from './typing';

export class ChatState {
  conversations = $state.raw<ConversationsView>({ loaded: false, list: [], problem: null });
  view = $state.raw<ChatView | null>(null);
  readonly opening = new Attempt();
  /** Why the newest text that was refused was not even taken. */
  refused = $state.raw<{ error: unknown } | null>(null);
  readonly reloading = new Attempt();
  readonly loadingOlder = new Attempt();
  readonly #typing: Typing;
  /** What was typed and not sent, by conversation. */
  #drafts = $state<Record<MatchId, string>>({});

  constructor(readonly backend: Backend) {
    // Nobody is told when this fails: it is a courtesy, and the next key tries again.
    this.#typing = new Typing((writing) => {
      backend.setTyping(writing).catch(() => undefined);
    });
  }

  /** The open one as the list knows it. */
  readonly open: Conversation | null = $derived(
    this.conversations.list.find((conversation) => conversation.match_id === this.view?.match_id) ?? null,
  );

  get draft(): string {
    return this.view === null ? '' : (this.#drafts[this.view.match_id] ?? '');
  }

  set draft(text: string) {
    if (this.view === null) return;
    this.#drafts[this.view.match_id] = text;
    if (text.trim() === '') this.#typing.stop();
    else this.#typing.key();
  }

  openChat(matchId: MatchId): Promise<boolean> {
    this.refused = null;
    this.loadingOlder.clear();
    this.#typing.stop();
    return this.opening.run(() => this.backend.openChat(matchId));
  }

  /** Leaves the open one. One can always leave, also while another opens. */
  async closeChat(): Promise<void> {
    this.#typing.stop();
    try {
      await this.backend.closeChat();
    } catch (error) {
      this.opening.fail(error);
    }
  }

  /** Asks for the messages before those that are shown, if there are any. */
  async loadOlder(): Promise<void> {
    if (this.view?.has_older === true) await this.loadingOlder.run(() => this.backend.loadOlder());
  }

  /** Sends the draft, which is given back if it was not even taken. No text waits for another. */
  async send(): Promise<void> {
    const matchId = this.view?.match_id;
    const text = this.draft.trim();
    if (matchId === undefined || text === '') return;
    this.#drafts[matchId] = '';
    this.#typing.stop();
    if (await this.#taken(matchId, () => this.backend.sendMessage(text))) return;
    // Forgotten with the account, meanwhile.
    if (!Object.hasOwn(this.#drafts, matchId)) return;
    const since = this.#drafts[matchId];
    this.#drafts[matchId] = since === '' ? text : `${text}\n${since}`;
  }

  async retry(messageId: MessageId): Promise<void> {
    const matchId = this.view?.match_id;
    if (matchId !== undefined) await this.#taken(matchId, () => this.backend.retryMessage(messageId));
  }

  async #taken(matchId: MatchId, work: () => Promise<void>): Promise<boolean> {
    this.refused = null;
    try {
      await work();
      return true;
    } catch (error) {
      if (this.view?.match_id === matchId) this.refused = { error };
      return false;
    }
  }

  /** Nothing of one account is shown to the next. */
  forget(): void {
    this.#drafts = {};
    this.#typing.stop();
    this.loadingOlder.clear();
    this.opening.clear();
    this.refused = null;
    this.reloading.clear();
  }

  reload(): Promise<boolean> {
    return this.reloading.run(() => this.backend.reload());
  }
}

/** The name to show for the other side of a match. */
export function partnerName(conversation: Conversation): string {
  const { display_name: displayName, name } = conversation.user;
  return displayName === null || displayName.trim() === '' ? name : displayName;
}
