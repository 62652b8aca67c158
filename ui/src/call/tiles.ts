/**
 * Tells Rust where pictures go: measured when anything that moves them changes, sent when the result is another. One
 * message is under way at a time and the newest wins, so that places never arrive out of order.
 */
import type { Picture, Tile } from '../backend/backend';

export type Place = (tiles: Tile[], scale: number) => Promise<void>;

export class TilePlacer {
  readonly #elements = new Map<Picture, Element>();
  readonly #observer: ResizeObserver;
  #density: MediaQueryList | null = null;
  #wanted: { tiles: Tile[]; scale: number } = { tiles: [], scale: 1 };
  #told: string | null = null;
  #telling = false;

  constructor(readonly place: Place) {
    this.#observer = new ResizeObserver(this.measure);
  }

  /** Watches the window; the returned function stops that and takes all pictures away. */
  start(stage: Element): () => void {
    this.#observer.observe(stage);
    window.addEventListener('resize', this.measure);
    this.#watchDensity();
    return () => {
      this.#observer.disconnect();
      window.removeEventListener('resize', this.measure);
      this.#density?.removeEventListener('change', this.#densityChanged);
      this.#density = null;
      this.#elements.clear();
      this.measure();
    };
  }

  /** An attachment: while it is on an element, that picture goes there. */
  tile(picture: Picture): (element: Element) => () => void {
    return (element) => {
      this.#elements.set(picture, element);
      this.#observer.observe(element);
      this.measure();
      return () => {
        this.#observer.unobserve(element);
        if (this.#elements.get(picture) === element) this.#elements.delete(picture);
        this.measure();
      };
    };
  }

  readonly measure = (): void => {
    const tiles: Tile[] = [];
    for (const [picture, element] of this.#elements) {
      const { x, y, width, height } = element.getBoundingClientRect();
      if (width > 0 && height > 0) tiles.push({ picture, x, y, width, height, blurred: false });
    }
    this.#wanted = { tiles, scale: window.devicePixelRatio };
    void this.#tell();
  };

  async #tell(): Promise<void> {
    if (this.#telling) return;
    this.#telling = true;
    // Several measurements of one turn become one message.
    await Promise.resolve();
    for (;;) {
      const { tiles, scale } = this.#wanted;
      const text = JSON.stringify([tiles, scale]);
      if (text === this.#told || (this.#told === null && tiles.length === 0)) break;
      this.#told = text;
      try {
        await this.place(tiles, scale);
      } catch (error) {
        reportError(error);
      }
    }
    this.#telling = false;
  }

  /** There is no event for a changed density, only a query that stops to match. */
  #watchDensity(): void {
    this.#density?.removeEventListener('change', this.#densityChanged);
    this.#density = window.matchMedia(`(resolution: ${window.devicePixelRatio}dppx)`);
    this.#density.addEventListener('change', this.#densityChanged);
  }

  readonly #densityChanged = (): void => {
    this.#watchDensity();
    this.measure();
  };
}
