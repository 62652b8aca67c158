/**
 * The shape of the main window, as the app around the page tells it: a call asks for it, and the user and the system change
 * it, too. When a call is over, the app gives the window back what the call took.
 */
import { untrack } from 'svelte';
import type { Backend, WindowShape } from '../backend/backend';

export class CallWindow {
  #shape = $state.raw<WindowShape>({ mini: false, full_screen: false });
  /** It is small, above all others. */
  readonly mini = $derived(this.#shape.mini);
  /** It covers the screen, whoever wanted that. */
  readonly fullScreen = $derived(this.#shape.full_screen);

  constructor(readonly backend: Pick<Backend, 'windowShape' | 'listenToWindowShape'>) {}

  /** Listens until the returned function is called. */
  async watch(): Promise<() => void> {
    // Whoever watches does not do so anew at each change.
    const before = untrack(() => this.#shape);
    const stop = await this.backend.listenToWindowShape((shape) => (this.#shape = shape));
    const now = await this.backend.windowShape();
    // What was told meanwhile is newer.
    if (this.#shape === before) this.#shape = now;
    return stop;
  }
}
