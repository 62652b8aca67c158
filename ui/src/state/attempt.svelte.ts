/** One thing a person can try: whether it is under way, and how it failed last. */
export class Attempt {
  busy = $state(false);
  #failure = $state.raw<{ error: unknown } | null>(null);

  /** What it failed with, wrapped, because anything can be thrown; null when it did not fail. */
  get failure(): { error: unknown } | null {
    return this.#failure;
  }

  /** True when it worked. A second call while the first runs does nothing. */
  async run(work: () => Promise<unknown>): Promise<boolean> {
    if (this.busy) return false;
    this.busy = true;
    this.#failure = null;
    try {
      await work();
      return true;
    } catch (error) {
      this.#failure = { error };
      return false;
    } finally {
      this.busy = false;
    }
  }

  /** Fails without trying, as a form does that lacks a field. */
  fail(error: unknown): void {
    this.#failure = { error };
  }

  clear(): void {
    this.#failure = null;
  }
}
