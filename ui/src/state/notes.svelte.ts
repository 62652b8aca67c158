/** How calls felt to the user: a note for each match, kept among the preferences on this computer. Nobody else is told. */
import type { CallNote, Feeling, MatchId } from '../backend/backend';
import { Attempt } from './attempt.svelte';
import type { PreferencesState } from './preferences.svelte';

export class NotesState {
  readonly saving = new Attempt();

  constructor(readonly preferences: PreferencesState) {}

  of(matchId: MatchId): CallNote | null {
    return this.preferences.view?.call_notes.find((note) => note.match_id === matchId) ?? null;
  }

  /** Takes the place of an earlier one. */
  keep(matchId: MatchId, feeling: Feeling, now: number): Promise<boolean> {
    return this.#save([...this.#others(matchId), { match_id: matchId, feeling, noted_at_ms: now }]);
  }

  remove(matchId: MatchId): Promise<boolean> {
    return this.#save(this.#others(matchId));
  }

  #others(matchId: MatchId): CallNote[] {
    return this.preferences.view?.call_notes.filter((note) => note.match_id !== matchId) ?? [];
  }

  async #save(notes: CallNote[]): Promise<boolean> {
    this.saving.clear();
    const kept = await this.preferences.change({ call_notes: notes });
    if (!kept) this.saving.fail(this.preferences.saving.failure?.error);
    return kept;
  }
}
