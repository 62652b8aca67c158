/** What the user chose. Only what Rust took over counts, so a change is shown when it comes back. */
import type { Backend, MatchId, Preferences } from '../backend/backend';
import { Attempt } from './attempt.svelte';

export class PreferencesState {
  /** Null until the first answer. */
  view = $state.raw<Preferences | null>(null);
  readonly saving = new Attempt();
  /** What was asked for and did not come back yet; the next change builds on it. */
  #wanted: Preferences | null = null;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(readonly backend: Backend) {}

  /** Changes some of them, after whatever was asked for before. True when they are kept. */
  change(change: Partial<Preferences>): Promise<boolean> {
    const before = this.#wanted ?? this.view;
    if (before === null) return Promise.resolve(false);
    const next = { ...before, ...change };
    this.#wanted = next;
    const done = this.#turn.then(async () => {
      const kept = await this.saving.run(() => this.backend.setPreferences(next));
      if (this.#wanted === next) this.#wanted = null;
      return kept;
    });
    this.#turn = done;
    return done;
  }

  readRules(matchId: MatchId): boolean {
    return this.view?.ground_rules.includes(matchId) ?? false;
  }
}
