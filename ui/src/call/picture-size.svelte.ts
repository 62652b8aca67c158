/** The shape of the other side's picture, asked for now and then, because the frame around it takes the same shape. */
import type { Backend } from '../backend/backend';
import type { Size } from './fit';

/** Until the first picture came, and after it: a camera that is turned changes its shape in the middle of a call. */
const UNKNOWN_MS = 250;
const KNOWN_MS = 2000;

export class PictureSize {
  size = $state.raw<Size>({ width: 16, height: 9 });

  constructor(readonly backend: Pick<Backend, 'callStatistics'>) {}

  /** Asks until the returned function is called. */
  watch(): () => void {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const stop = new AbortController();
    const stopped = () => stop.signal.aborted;
    const ask = async () => {
      const known = await this.#ask();
      if (!stopped()) timer = setTimeout(() => void ask(), known ? KNOWN_MS : UNKNOWN_MS);
    };
    void ask();
    return () => {
      stop.abort();
      clearTimeout(timer);
    };
  }

  async #ask(): Promise<boolean> {
    try {
      const { width, height } = await this.backend.callStatistics();
      if (width === 0 || height === 0) return false;
      if (width !== this.size.width || height !== this.size.height) this.size = { width, height };
      return true;
    } catch {
      // Figures are a nicety: without them the frame stays as it is.
      return false;
    }
  }
}
