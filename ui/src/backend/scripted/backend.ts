/** A backend that plays its part inside the page, for tests and for work on the look. No server, no media. */
import type {
  Backend,
  CallId,
  CallStatistics,
  CallType,
  CallView,
  CameraStart,
  ChatLine,
  Conversation,
  Devices,
  MatchId,
  Picture,
  PictureFrame,
  Preferences,
  Preview,
  Tile,
  WindowShape,
} from '../backend';
import { ScriptedAccount } from './account';
import { paint, paintStill } from './picture';
import { userError } from './script';

export { userError };

/** What everybody starts with, as in Rust. */
export function preferences(change: Partial<Preferences> = {}): Preferences {
  return {
    language: null,
    theme: 'system',
    microphone: null,
    speaker: null,
    camera: null,
    volume: 100,
    read_receipts: true,
    blur_remote: true,
    blur_own: false,
    require_encryption: false,
    notifications: true,
    do_not_disturb: false,
    remind_muted: false,
    close_to_tray: false,
    single_keys: true,
    push_to_talk: false,
    autostart: false,
    ground_rules: [],
    call_notes: [],
    show_names: true,
    quiet_hours: null,
    ringer: null,
    ...change,
  };
}

const noCamera = { available: false, wanted: false, on: false };

export function call(
  conversation: Conversation,
  callType: CallType,
  camera: CameraStart = callType === 'video' ? 'on' : 'off',
): CallView {
  return {
    match_id: conversation.match_id,
    partner_id: conversation.user.id,
    partner_name: conversation.user.display_name ?? conversation.user.name,
    partner_photo: conversation.user.photo,
    call_type: callType,
    phase: { name: 'connecting' },
    microphone: { available: true, wanted: true, on: false },
    // The token of a voice call allows no camera.
    camera: callType === 'video' ? { available: true, wanted: camera !== 'off', on: false } : noCamera,
    own_blurred: camera === 'blurred',
    remote: { present: false, video: false, audio: false, speaking: false, poor: false },
    together_since_ms: null,
    notices: [],
    problem: null,
    protection: { state: 'agreeing' },
    switched: null,
    muted_speaking: false,
  };
}

export class ScriptedBackend extends ScriptedAccount implements Backend {
  histories: Record<MatchId, ChatLine[]> = {};
  /** What `loadOlder` puts before those. */
  older: Record<MatchId, ChatLine[]> = {};
  /** In which matches the user agreed to calls. */
  readonly agreed = new Set<MatchId>();
  available: Devices = {
    microphones: [
      { id: 'mic-built-in', name: 'Built-in Microphone' },
      { id: 'mic-headset', name: 'Headset Microphone' },
    ],
    speakers: [
      { id: 'speaker-built-in', name: 'Built-in Speakers' },
      { id: 'speaker-headset', name: 'Headset' },
    ],
    cameras: [
      { id: 'camera-built-in', name: 'Integrated Camera' },
      { id: 'camera-desk', name: 'Desk Camera' },
    ],
  };
  /** What trying the devices shows while it is open. */
  trying: Preview = { level: 0.4, notice: null, picture: true };
  #previewCamera: boolean | null = null;
  #next = 1;

  async openChat(matchId: MatchId): Promise<void> {
    await this.take('openChat', matchId);
    this.showChat(matchId);
    const list = this.views.conversations.list.map((one) =>
      one.match_id === matchId ? { ...one, unread_count: 0 } : one,
    );
    this.emit('conversations', { ...this.views.conversations, list });
  }

  /** Opens a chat without being told to. */
  showChat(matchId: MatchId): void {
    this.emit('chat', {
      match_id: matchId,
      loaded: true,
      lines: this.histories[matchId] ?? [],
      has_older: this.older[matchId] !== undefined,
      typing: false,
      calling: this.views.server.rings ? this.agreed.has(matchId) : null,
      problem: null,
    });
  }

  async closeChat(): Promise<void> {
    await this.take('closeChat');
    this.emit('chat', null);
  }

  async sendMessage(text: string): Promise<void> {
    await this.take('sendMessage', text);
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
    await this.take('retryMessage', messageId);
    const chat = this.views.chat;
    if (chat === null) return;
    const lines = chat.lines.map((line) =>
      line.message.id === messageId ? { ...line, delivery: 'sent' as const } : line,
    );
    this.emit('chat', { ...chat, lines });
  }

  async loadOlder(): Promise<void> {
    await this.take('loadOlder');
    const chat = this.views.chat;
    if (chat === null) return;
    const lines = [...(this.older[chat.match_id] ?? []), ...chat.lines];
    this.emit('chat', { ...chat, lines, has_older: false });
  }

  async setTyping(writing: boolean): Promise<void> {
    await this.take('setTyping', writing);
  }

  async setVisible(visible: boolean): Promise<void> {
    await this.take('setVisible', visible);
  }

  async reload(): Promise<void> {
    await this.take('reload');
  }

  async allowCalling(matchId: MatchId, allowed: boolean): Promise<void> {
    await this.take('allowCalling', matchId, allowed);
    if (allowed) this.agreed.add(matchId);
    else this.agreed.delete(matchId);
    const chat = this.views.chat;
    if (chat?.match_id === matchId) this.emit('chat', { ...chat, calling: allowed });
  }

  async startCall(matchId: MatchId, callType: CallType, camera: CameraStart): Promise<void> {
    await this.take('startCall', matchId, callType, camera);
    const { conversations, server } = this.views;
    const conversation = conversations.list.find((one) => one.match_id === matchId);
    if (conversation === undefined) return this.refuse('not_found');
    if (!server.rings) {
      this.emit('call', call(conversation, callType, camera));
      return;
    }
    if (!this.agreed.has(matchId)) return this.refuse('calling_not_allowed');
    this.emit('call', { ...call(conversation, callType, camera), phase: { name: 'calling' } });
  }

  async acceptCall(callId: CallId, callType: CallType, camera: CameraStart): Promise<void> {
    await this.take('acceptCall', callId, callType, camera);
    const { incoming, conversations } = this.views;
    const conversation = conversations.list.find((one) => one.match_id === incoming?.match_id);
    if (incoming?.call_id !== callId || conversation === undefined) return this.refuse('call_over');
    this.emit('incoming', null);
    this.emit('call', call(conversation, callType, camera));
  }

  async declineCall(callId: CallId, message: string | null): Promise<void> {
    await this.take('declineCall', callId, message);
    if (this.views.incoming?.call_id === callId) this.emit('incoming', null);
  }

  async silenceCall(callId: CallId): Promise<void> {
    await this.take('silenceCall', callId);
    const { incoming } = this.views;
    if (incoming?.call_id === callId) this.emit('incoming', { ...incoming, silenced: true });
  }

  async endCall(): Promise<void> {
    await this.take('endCall');
    const since = this.views.call?.together_since_ms ?? null;
    const seconds = since === null ? 0 : Math.floor((Date.now() - since) / 1000);
    this.emitCall({ phase: { name: 'ended', reason: 'hung_up', seconds } });
    // The window gets back what the call took from it.
    this.emitWindowShape({ mini: false, full_screen: false });
  }

  async dismissCall(): Promise<void> {
    await this.take('dismissCall');
    this.emit('call', null);
  }

  async setMicrophone(on: boolean): Promise<void> {
    await this.take('setMicrophone', on);
    this.emitCall({ microphone: { available: true, wanted: on, on } });
  }

  async setCamera(on: boolean): Promise<void> {
    await this.take('setCamera', on);
    this.emitCall({ camera: { available: true, wanted: on, on } });
  }

  async setOwnBlur(on: boolean): Promise<void> {
    await this.take('setOwnBlur', on);
    this.emitCall({ own_blurred: on });
  }

  async confirmCode(numbers: string): Promise<void> {
    await this.take('confirmCode', numbers);
    const protection = this.views.call?.protection;
    if (protection?.state !== 'end_to_end' || protection.numbers !== numbers) return this.refuse('invalid');
    this.emitCall({ protection: { ...protection, trust: 'verified' } });
  }

  async callStatistics(): Promise<CallStatistics> {
    await this.take('callStatistics');
    const running = this.views.call?.remote.video === true;
    return {
      press_to_joined_ms: running ? 412 : null,
      press_to_first_frame_ms: running ? 873 : null,
      frames_received: running ? 4210 : 0,
      width: running ? 1280 : 0,
      height: running ? 720 : 0,
      fps: running ? 29.9 : 0,
      audio_rms: running ? 1840 : 0,
      resubscribed: 0,
    };
  }

  async setPreferences(chosen: Preferences): Promise<void> {
    await this.take('setPreferences', chosen);
    this.emit('preferences', chosen);
  }

  async listDevices(): Promise<Devices> {
    await this.take('listDevices');
    return this.available;
  }

  async startPreview(camera: boolean): Promise<void> {
    await this.take('startPreview', camera);
    this.#previewCamera = camera;
  }

  async preview(): Promise<Preview> {
    await this.take('preview');
    if (this.#previewCamera === null) return { level: 0, notice: null, picture: false };
    return { ...this.trying, picture: this.trying.picture && this.#previewCamera };
  }

  async stopPreview(): Promise<void> {
    await this.take('stopPreview');
    this.#previewCamera = null;
  }

  async testSpeaker(): Promise<void> {
    await this.take('testSpeaker');
  }

  async setMini(on: boolean): Promise<void> {
    await this.take('setMini', on);
    this.emitWindowShape(on ? { mini: true, full_screen: false } : { mini: false });
  }

  async setFullScreen(on: boolean): Promise<void> {
    await this.take('setFullScreen', on);
    this.emitWindowShape(on ? { mini: false, full_screen: true } : { full_screen: false });
  }

  async windowShape(): Promise<WindowShape> {
    await this.take('windowShape');
    return this.shape;
  }

  async exportLog(): Promise<string> {
    await this.take('exportLog');
    return '/home/noor/Downloads/pizoo-log.txt';
  }

  async version(): Promise<string> {
    await this.take('version');
    return '0.1.0';
  }

  async placePictures(tiles: Tile[], scale: number): Promise<void> {
    await this.take('placePictures', tiles, scale);
  }

  async nextPicture(picture: Picture, after: number, signal: AbortSignal): Promise<PictureFrame | null> {
    await new Promise((resolve) => setTimeout(resolve, 40));
    signal.throwIfAborted();
    const [tiles, scale] = (this.last('placePictures') ?? [[], 1]) as [Tile[], number];
    const tile = tiles.find((one) => one.picture === picture);
    if (tile === undefined) return null;
    const size = { width: tile.width * scale, height: tile.height * scale };
    // In a call the own picture is drawn as it is sent.
    const blurred = tile.blurred || (picture === 'own' && this.views.call?.own_blurred === true);
    const stands = matchMedia('(prefers-reduced-motion: reduce)').matches;
    return (stands ? paintStill : paint)(picture, after + 1, size, blurred);
  }
}
