/** The call on the screen, who rings, and what stands before a call. Switches show what is in force, not what was pressed. */
import type {
  Backend,
  CallId,
  CallType,
  CallView,
  CameraStart,
  IncomingView,
  MatchId,
  Switch,
} from '../backend/backend';
import { Attempt } from './attempt.svelte';
import { CallLimit } from './call-limit.svelte';
import { CallWindow } from './call-window.svelte';
import type { PreferencesState } from './preferences.svelte';
import { SafetyState } from './safety.svelte';

/** The ground rules are asked for, and this is what they stand before. */
interface Asking {
  matchId: MatchId;
  next: () => Promise<unknown>;
}

/** The own devices are tried before this call. */
interface Checking {
  matchId: MatchId;
  callType: CallType;
  /** The ring to answer; null for a call of one's own. */
  answer: CallId | null;
}

/** What a press on a switch asks for. */
function wantsOn(value: Switch): boolean {
  return !value.available || !value.wanted;
}

function isLive(view: CallView | null): view is CallView {
  return view !== null && view.phase.name !== 'ended';
}

export class CallState {
  #view = $state.raw<CallView | null>(null);
  #incoming = $state.raw<IncomingView | null>(null);
  /** How the own camera was at the beginning of the newest video call. */
  #camera: CameraStart | null = null;
  asking = $state.raw<Asking | null>(null);
  checking = $state.raw<Checking | null>(null);
  /** While the devices are tried: the call is to begin with the own picture blurred. */
  checkBlurred = $state(false);
  /** The devices that were tried went over to a call. Not reactive: it is asked for while the screen goes away. */
  takenOver = false;
  /** The other side's picture may be seen as it is, in this call. */
  revealed = $state(false);
  /** The list of keys is shown. */
  shortcuts = $state(false);
  /** What protects the call is shown, with the code to compare. */
  securityCode = $state(false);
  /** Both pictures are shown in the same size. Kept until the app ends. */
  sideBySide = $state(false);
  readonly limit = new CallLimit();
  readonly window: CallWindow;
  readonly starting = new Attempt();
  readonly answering = new Attempt();
  readonly silencing = new Attempt();
  readonly agreeing = new Attempt();
  readonly ending = new Attempt();
  readonly switching = new Attempt();
  readonly confirming = new Attempt();
  readonly safety: SafetyState;

  constructor(
    readonly backend: Backend,
    readonly preferences: PreferencesState,
    /** Whether the server can ring people; one that cannot asks nobody to agree. */
    readonly rings: () => boolean,
  ) {
    this.safety = new SafetyState(backend);
    this.window = new CallWindow(backend);
  }

  readonly ended = $derived(this.view?.phase.name === 'ended');
  readonly live = $derived(isLive(this.view));

  /** The other side's picture is not to be recognised. */
  get blurred(): boolean {
    return (this.preferences.view?.blur_remote ?? true) && !this.revealed;
  }

  get view(): CallView | null {
    return this.#view;
  }

  /** As Rust told it. */
  set view(view: CallView | null) {
    const another = !isLive(this.#view) || this.#view.match_id !== view?.match_id;
    this.#view = view;
    if (isLive(view)) {
      this.takenOver = true;
      this.checking = null;
      if (another) this.revealed = false;
    } else {
      this.securityCode = false;
      this.confirming.clear();
    }
  }

  get incoming(): IncomingView | null {
    return this.#incoming;
  }

  set incoming(view: IncomingView | null) {
    if (view?.call_id !== this.#incoming?.call_id) {
      // The ring is gone, but why it could not be answered is worth a word.
      if (view === null && this.answering.failure !== null) this.starting.fail(this.answering.failure.error);
      this.answering.clear();
      this.silencing.clear();
    }
    this.#incoming = view;
    const answer = this.checking?.answer ?? null;
    if (answer !== null && answer !== view?.call_id) this.checking = null;
  }

  /** Rings, after the ground rules where they were not read. A video call may begin without the own camera. */
  async start(
    matchId: MatchId,
    callType: CallType,
    camera = this.#cameraStart(callType === 'video'),
  ): Promise<void> {
    this.starting.clear();
    const ring = () =>
      this.#allowed(this.starting, { matchId, next: ring }, async () => {
        this.ending.clear();
        this.switching.clear();
        await this.backend.startCall(matchId, callType, camera);
        if (callType === 'video') this.#camera = camera;
      });
    if (this.rings() && !this.preferences.readRules(matchId)) this.#ask({ matchId, next: ring });
    else await ring();
  }

  /** The same call once more, after it ended: whoever began it without camera, or blurred, does so again. */
  async again(): Promise<void> {
    const last = this.view;
    if (last === null) return;
    const camera = last.call_type === 'video' ? (this.#camera ?? undefined) : undefined;
    await this.start(last.match_id, last.call_type, camera);
  }

  /** Answers whoever rings, in their kind of call; a call that still goes on is ended for it. */
  async accept(withCamera: boolean): Promise<void> {
    const ring = this.incoming;
    if (ring === null) return;
    const camera = this.#cameraStart(withCamera);
    const answer = () =>
      this.#allowed(this.answering, { matchId: ring.match_id, next: answer }, async () => {
        if (this.live) await this.backend.endCall();
        await this.backend.acceptCall(ring.call_id, ring.call_type, camera);
        if (ring.call_type === 'video') this.#camera = camera;
      });
    await answer();
  }

  /** With a message, which goes to their chat, or as if nobody had answered. */
  async decline(message: string | null = null): Promise<void> {
    const ring = this.incoming;
    if (ring !== null) await this.answering.run(() => this.backend.declineCall(ring.call_id, message));
  }

  async silence(): Promise<void> {
    const ring = this.incoming;
    if (ring !== null) await this.silencing.run(() => this.backend.silenceCall(ring.call_id));
  }

  /** Tries the devices before a call of one's own, or before answering. */
  check(matchId: MatchId, callType: CallType, answer: CallId | null = null): void {
    this.starting.clear();
    this.takenOver = false;
    this.checkBlurred = this.#blursOwn;
    this.checking = { matchId, callType, answer };
  }

  /** From the devices to the call. */
  async join(withCamera: boolean): Promise<void> {
    const checking = this.checking;
    if (checking === null) return;
    await this.start(checking.matchId, checking.callType, this.#cameraStart(withCamera));
  }

  /** The own agreement to calls, from the chat. */
  async allow(matchId: MatchId, allowed: boolean): Promise<void> {
    this.starting.clear();
    if (allowed && !this.preferences.readRules(matchId))
      this.#ask({ matchId, next: () => Promise.resolve() });
    else await this.starting.run(() => this.backend.allowCalling(matchId, allowed));
  }

  /** The ground rules were read and calls are wanted. */
  async agree(): Promise<void> {
    const asked = this.asking;
    if (asked === null) return;
    if (!(await this.agreeing.run(() => this.backend.allowCalling(asked.matchId, true)))) return;
    await this.preferences.keepRules(asked.matchId);
    if (this.asking !== asked) return;
    this.asking = null;
    await asked.next();
  }

  end(): Promise<boolean> {
    return this.ending.run(() => this.backend.endCall());
  }

  /** The code that is shown with these digits is the same at the other side. */
  confirmCode(numbers: string): Promise<boolean> {
    return this.confirming.run(() => this.backend.confirmCode(numbers));
  }

  dismiss(): Promise<boolean> {
    this.starting.clear();
    return this.ending.run(() => this.backend.dismissCall());
  }

  /** Without one, it is looked for again. */
  async toggleMicrophone(): Promise<void> {
    const microphone = this.view?.microphone;
    if (microphone !== undefined)
      await this.switching.run(() => this.backend.setMicrophone(wantsOn(microphone)));
  }

  /** For as long as a key is held. Not an attempt that is refused while another runs: letting go has to count. */
  async talk(on: boolean): Promise<void> {
    if (!this.live) return;
    try {
      await this.backend.setMicrophone(on);
    } catch (error) {
      this.switching.fail(error);
    }
  }

  /** Without one, it is looked for again. A voice call has none. */
  async toggleCamera(): Promise<void> {
    const call = this.view;
    if (call?.call_type === 'video')
      await this.switching.run(() => this.backend.setCamera(wantsOn(call.camera)));
  }

  /** Blurs the own picture for the other side, or shows it. A voice call has none. */
  async blurOwn(on: boolean): Promise<void> {
    if (this.view?.call_type !== 'video') return;
    if (!(await this.switching.run(() => this.backend.setOwnBlur(on)))) return;
    // Whoever hid themselves is not to be shown because the same call begins once more.
    if (on && this.#camera !== 'off') this.#camera = 'blurred';
  }

  /** Looks for a device again that a notice says is missing. */
  find(device: 'camera' | 'microphone'): Promise<boolean> {
    return this.switching.run(() =>
      device === 'camera' ? this.backend.setCamera(true) : this.backend.setMicrophone(true),
    );
  }

  /** What came of it, `window` tells. */
  setMini(on: boolean): Promise<boolean> {
    return this.switching.run(() => this.backend.setMini(on));
  }

  setFullScreen(on: boolean): Promise<boolean> {
    return this.switching.run(() => this.backend.setFullScreen(on));
  }

  get #blursOwn(): boolean {
    return this.preferences.view?.blur_own ?? false;
  }

  /** As chosen where the devices are tried, or as the preferences have it. */
  #cameraStart(withCamera: boolean): CameraStart {
    if (!withCamera) return 'off';
    return (this.checking === null ? this.#blursOwn : this.checkBlurred) ? 'blurred' : 'on';
  }

  #ask(asking: Asking): void {
    this.agreeing.clear();
    this.asking = asking;
  }

  /** Does it; where the own agreement turns out to be missing, asks for it instead of failing. */
  async #allowed(attempt: Attempt, asking: Asking, work: () => Promise<void>): Promise<void> {
    if (await attempt.run(work)) return;
    const error = attempt.failure?.error;
    const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : null;
    if (code !== 'calling_not_allowed') return;
    attempt.clear();
    this.#ask(asking);
  }
}
