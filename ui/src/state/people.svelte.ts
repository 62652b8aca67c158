/** People whom the user may like, one after the other, and what a like led to. */
import type { Backend, MatchId, Person } from '../backend/backend';
import { Attempt } from './attempt.svelte';

export class PeopleState {
  /** False until the first answer. */
  loaded = $state(false);
  #deck = $state.raw<Person[]>([]);
  match = $state.raw<{ matchId: MatchId; person: Person } | null>(null);
  /** What was done last, to be read aloud. */
  last = $state.raw<{ person: Person; like: boolean } | null>(null);
  readonly looking = new Attempt();
  readonly swiping = new Attempt();

  constructor(readonly backend: Backend) {}

  readonly person: Person | null = $derived(this.#deck[0] ?? null);

  look(): Promise<boolean> {
    this.swiping.clear();
    return this.looking.run(async () => {
      this.#deck = await this.backend.discover();
      this.loaded = true;
    });
  }

  async swipe(like: boolean): Promise<void> {
    const person = this.person;
    if (person === null || this.match !== null) return;
    const done = await this.swiping.run(async () => {
      const { match_id: matchId } = await this.backend.swipe(person.id, like);
      if (matchId !== null) this.match = { matchId, person };
    });
    if (!done) return;
    this.last = { person, like };
    this.#deck = this.#deck.filter(({ id }) => id !== person.id);
    if (this.person === null) await this.look();
  }

  goOn(): void {
    this.match = null;
  }

  /** Nothing of one account is shown to the next. */
  forget(): void {
    this.loaded = false;
    this.#deck = [];
    this.match = null;
    this.last = null;
    this.looking.clear();
    this.swiping.clear();
  }
}
