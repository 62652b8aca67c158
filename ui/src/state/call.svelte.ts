/** The call on the screen. Its switches show what is in force, not what was pressed. */
import type { Backend, CallType, CallView, IncomingView, MatchId } from '../backend/backend';
import { Attempt } from './attempt.svelte';

export class CallState {
  view = $state.raw<CallView | null>(null);
  /** Who rings. */
  incoming = $state.raw<IncomingView | null>(null);
  readonly starting = new Attempt();
  readonly ending = new Attempt();
  readonly switching = new Attempt();

  constructor(readonly backend: Backend) {}

  readonly ended = $derived(this.view?.phase.name === 'ended');

  async start(matchId: MatchId, callType: CallType): Promise<boolean> {
    this.ending.clear();
    this.switching.clear();
    return this.starting.run(() => this.backend.startCall(matchId, callType));
  }

  /** The same call once more, after it ended. */
  async again(): Promise<void> {
    const last = this.view;
    if (last !== null) await this.start(last.match_id, last.call_type);
  }

  end(): Promise<boolean> {
    return this.ending.run(() => this.backend.endCall());
  }

  dismiss(): Promise<boolean> {
    this.starting.clear();
    return this.ending.run(() => this.backend.dismissCall());
  }

  async toggleMicrophone(): Promise<void> {
    const microphone = this.view?.microphone;
    if (microphone?.available === true) await this.#set(() => this.backend.setMicrophone(!microphone.wanted));
  }

  async toggleCamera(): Promise<void> {
    const camera = this.view?.camera;
    if (camera?.available === true) await this.#set(() => this.backend.setCamera(!camera.wanted));
  }

  async #set(work: () => Promise<void>): Promise<void> {
    await this.switching.run(work);
  }
}
