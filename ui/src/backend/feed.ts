/**
 * Asks the app again and again what changed, and tells who listens. It asks instead of being sent events, because WebKit
 * keeps the text of every event in memory (decision 8).
 */
import type { Changes, ViewChange, Views } from './backend';

/** After a question that went wrong, in milliseconds. */
const PAUSE = 1000;

export class Feed {
  readonly #handlers = new Map<keyof Views, Set<(view: never) => void>>();
  #revision = 0;
  #asking = false;

  /** `ask` answers once something is newer than that revision, or after a while with nothing. */
  constructor(readonly ask: (after: number) => Promise<Changes>) {}

  /** Calls `handler` at every change until the returned function is called. */
  listen<Name extends keyof Views>(name: Name, handler: (view: Views[Name]) => void): () => void {
    const handlers = this.#handlers.get(name) ?? new Set();
    this.#handlers.set(name, handlers);
    handlers.add(handler);
    return () => {
      handlers.delete(handler);
    };
  }

  /** Goes on from that revision, for as long as anybody listens. */
  begin(revision: number): void {
    this.#revision = revision;
    if (!this.#asking) void this.#run();
  }

  async #run(): Promise<void> {
    this.#asking = true;
    while (this.#heard()) {
      try {
        const { revision, changes } = await this.ask(this.#revision);
        this.#revision = revision;
        for (const change of changes) this.#tell(change);
      } catch (error) {
        console.error('What changed is not known:', error);
        await new Promise((next) => setTimeout(next, PAUSE));
      }
    }
    this.#asking = false;
  }

  #heard(): boolean {
    return [...this.#handlers.values()].some((handlers) => handlers.size > 0);
  }

  #tell({ name, view }: ViewChange): void {
    for (const handler of this.#handlers.get(name) ?? []) handler(view as never);
  }
}
