/** A sign-in link that the system handed over. It is not followed before the user says so. */
import type { Backend } from '../backend/backend';
import { Attempt } from './attempt.svelte';

export class LinkState {
  /** The waiting link without its token; null when none waits. */
  waiting = $state<string | null>(null);
  readonly following = new Attempt();

  constructor(readonly backend: Backend) {}

  /** Listens until the returned function is called. */
  async watch(): Promise<() => void> {
    const stop = await this.backend.listenToLinks((link) => {
      // That it is used up may be told before what it led to; until that is shown and read, the question stays.
      if (link === null && (this.following.busy || this.following.failure !== null)) return;
      this.following.clear();
      this.waiting = link;
    });
    this.waiting = await this.backend.pendingLink();
    return stop;
  }

  /** Signs in with it. Why that did not work stands in the question; a link that could not be tried waits there. */
  async follow(): Promise<void> {
    if (await this.following.run(() => this.backend.answerLink(true))) this.waiting = null;
  }

  async leave(): Promise<void> {
    this.following.clear();
    this.waiting = null;
    // What cannot be told away waits for the next start, and is asked about again.
    await this.backend.answerLink(false).catch(() => undefined);
  }
}
