/** What the test's DOM lacks: sizes that change. A test says so with `resize()`. */
import { beforeEach } from 'vitest';

const observers = new Set<TestResizeObserver>();

class TestResizeObserver implements ResizeObserver {
  readonly #elements = new Set<Element>();

  constructor(readonly callback: ResizeObserverCallback) {
    observers.add(this);
  }

  observe(element: Element): void {
    this.#elements.add(element);
  }

  unobserve(element: Element): void {
    this.#elements.delete(element);
  }

  disconnect(): void {
    this.#elements.clear();
    observers.delete(this);
  }

  tell(): void {
    const entries = [...this.#elements].map((target) => ({ target }) as ResizeObserverEntry);
    if (entries.length > 0) this.callback(entries, this);
  }
}

globalThis.ResizeObserver = TestResizeObserver;

beforeEach(() => {
  observers.clear();
});

/** Every observed element has another size now. */
export function resize(): void {
  for (const observer of [...observers]) observer.tell();
}
