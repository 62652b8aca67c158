/** A backend that plays its part inside the page, for tests and for work on the look. No server, no media. */
import type {
  Backend,
  CallStatistics,
  CallType,
  CallView,
  ChatLine,
  Conversation,
  MatchId,
  Picture,
  PictureFrame,
  Snapshot,
  Tile,
  User,
  UserError,
  ErrorCode,
  Views,
} from '../backend';
import { paint } from './picture';

/** A rejection as Rust sends it. */
export function userError(
  code: ErrorCode,
  detail: string | null = null,
  retryAfter: number | null = null,
): UserError {
  return { code, detail, retry_after_seconds: retryAfter };
}

export function call(conversation: Conversation, callType: CallType): CallView {
  const video = callType === 'video';
  return {
    match_id: conversation.match_id,
    partner_id: conversation.user.id,
    partner_name: conversation.user.display_name ?? conversation.user.name,
    call_type: callType,
    phase: { name: 'connecting' },
    microphone: { available: true, wanted: true, on: false },
    camera: { available: true, wanted: video, on: false },
    remote: { present: false, video: false, audio: false, speaking: false, poor: false },
    together_since_ms: null,
    notices: [],
  };
}

type Method = Exclude<keyof Backend, 'listen'>;

export class ScriptedBackend implements Backend {
  /** Every command that was given, with its arguments. */
  readonly given: [Method, ...unknown[]][] = [];
  /** What a command is to reject with, until it is taken out again. */
  readonly failures = new Map<Method, unknown>();
  /** The account that signing in leads to. */
  account: User;
  histories: Record<MatchId, ChatLine[]> = {};
  readonly #handlers = new Map<keyof Views, Set<(view: never) => void>>();
  #next = 1;

  constructor(
    readonly views: Snapshot,
    account: User,
  ) {
    this.account = account;
  }

  /** Changes a part and says so. */
  emit<Name extends keyof Views>(name: Name, view: Views[Name]): void {
    (this.views as Views)[name] = view;
    for (const handler of this.#handlers.get(name) ?? []) handler(view as never);
  }

  /** Changes the running call. */
  emitCall(change: Partial<CallView>): void {
    if (this.views.call !== null) this.emit('call', { ...this.views.call, ...change });
  }

  /** The arguments of the newest such command. */
  last(method: Method): unknown[] | undefined {
    return this.given.findLast(([name]) => name === method)?.slice(1);
  }

  async #take(method: Method, ...args: unknown[]): Promise<void> {
    this.given.push([method, ...args]);
    await Promise.resolve();
    if (this.failures.has(method)) throw this.failures.get(method);
  }

  async snapshot(): Promise<Snapshot> {
    await this.#take('snapshot');
    return { ...this.views };
  }

  listen<Name extends keyof Views>(name: Name, handler: (view: Views[Name]) => void): Promise<() => void> {
    const handlers = this.#handlers.get(name) ?? new Set();
    this.#handlers.set(name, handlers);
    handlers.add(handler);
    return Promise.resolve(() => handlers.delete(handler as (view: never) => void));
  }

  async sendLink(email: string, name: string): Promise<void> {
    await this.#take('sendLink', email, name);
  }

  async verifyLink(text: string): Promise<void> {
    await this.#take('verifyLink', text);
    this.#signIn();
  }

  async developmentLink(email: string): Promise<void> {
    await this.#take('developmentLink', email);
    this.#signIn();
  }

  #signIn(): void {
    this.account = { ...this.account, verified: true, verified_method: 'email_link' };
    this.emit('session', { state: 'signed_in', user: this.account, problem: null });
  }

  async signOut(): Promise<void> {
    await this.#take('signOut');
    this.emit('chat', null);
    this.emit('session', { state: 'signed_out', problem: null });
  }

  async openChat(matchId: MatchId): Promise<void> {
    await this.#take('openChat', matchId);
    const lines = this.histories[matchId] ?? [];
    this.emit('chat', { match_id: matchId, loaded: true, lines, problem: null });
    const list = this.views.conversations.list.map((one) =>
      one.match_id === matchId ? { ...one, unread_count: 0 } : one,
    );
    this.emit('conversations', { ...this.views.conversations, list });
  }

  async closeChat(): Promise<void> {
    await this.#take('closeChat');
    this.emit('chat', null);
  }

  async sendMessage(text: string): Promise<void> {
    await this.#take('sendMessage', text);
    const chat = this.views.chat;
    if (chat === null) return;
    const line: ChatLine = {
      message: {
        id: `scripted-${this.#next++}`,
        match_id: chat.match_id,
        sender_id: this.account.id,
        receiver_id: 'partner',
        content: text,
        message_type: 'text',
        status: 'sent',
        created_at: new Date().toISOString(),
        read_at: null,
      },
      mine: true,
      delivery: 'sent',
    };
    this.emit('chat', { ...chat, lines: [...chat.lines, line] });
  }

  async retryMessage(messageId: string): Promise<void> {
    await this.#take('retryMessage', messageId);
    const chat = this.views.chat;
    if (chat === null) return;
    const lines = chat.lines.map((line) =>
      line.message.id === messageId ? { ...line, delivery: 'sent' as const } : line,
    );
    this.emit('chat', { ...chat, lines });
  }

  async reload(): Promise<void> {
    await this.#take('reload');
  }

  async startCall(matchId: MatchId, callType: CallType): Promise<void> {
    await this.#take('startCall', matchId, callType);
    const conversation = this.views.conversations.list.find((one) => one.match_id === matchId);
    if (conversation !== undefined) this.emit('call', call(conversation, callType));
  }

  async endCall(): Promise<void> {
    await this.#take('endCall');
    const since = this.views.call?.together_since_ms ?? null;
    const seconds = since === null ? 0 : Math.floor((Date.now() - since) / 1000);
    this.emitCall({ phase: { name: 'ended', reason: 'hung_up', seconds } });
  }

  async dismissCall(): Promise<void> {
    await this.#take('dismissCall');
    this.emit('call', null);
  }

  async setMicrophone(on: boolean): Promise<void> {
    await this.#take('setMicrophone', on);
    this.emitCall({ microphone: { available: true, wanted: on, on } });
  }

  async setCamera(on: boolean): Promise<void> {
    await this.#take('setCamera', on);
    this.emitCall({ camera: { available: true, wanted: on, on } });
  }

  async callStatistics(): Promise<CallStatistics> {
    await this.#take('callStatistics');
    const running = this.views.call?.remote.video === true;
    return {
      press_to_joined_ms: null,
      press_to_first_frame_ms: null,
      frames_received: running ? 1 : 0,
      width: running ? 1280 : 0,
      height: running ? 720 : 0,
      fps: running ? 30 : 0,
      audio_rms: 0,
      resubscribed: 0,
    };
  }

  async placePictures(tiles: Tile[], scale: number): Promise<void> {
    await this.#take('placePictures', tiles, scale);
  }

  async nextPicture(picture: Picture, after: number, signal: AbortSignal): Promise<PictureFrame | null> {
    await new Promise((resolve) => setTimeout(resolve, 40));
    signal.throwIfAborted();
    const [tiles, scale] = (this.last('placePictures') ?? [[], 1]) as [Tile[], number];
    const tile = tiles.find((one) => one.picture === picture);
    return tile === undefined ? null : paint(picture, after + 1, tile.width * scale, tile.height * scale);
  }
}
