/**
 * Tells Rust where pictures go: measured when anything that moves them changes, sent when the result is another. One
 * message is under way at a time and the newest wins, so that places never arrive out of order.
 */
import type { Backend, Picture, Tile } from '../backend/backend';
import { density } from './density';

export type Place = (tiles: Tile[], scale: number) => Promise<void>;

/** From below to above, whichever came first. */
const ORDER: readonly Picture[] = ['remote', 'own'];

const placers = new WeakMap<object, TilePlacer>();

/** The one that speaks to that backend: two would take each other's pictures away when one screen follows another. */
export function placerOf(backend: Pick<Backend, 'placePictures'>): TilePlacer {
  const known = placers.get(backend);
  if (known !== undefined) return known;
  const made = new TilePlacer((tiles, scale) => backend.placePictures(tiles, scale));
  placers.set(backend, made);
  return made;
}

export class TilePlacer {
  readonly #elements = new Map<Picture, { element: Element; blurred: boolean }>();
  readonly #observer: ResizeObserver;
  #started = 0;
  #density: MediaQueryList | null = null;
  #wanted: { tiles: Tile[]; scale: number } = { tiles: [], scale: 1 };
  #told: string | null = null;
  #telling = false;

  constructor(readonly place: Place) {
    this.#observer = new ResizeObserver(this.measure);
  }

  /** Watches the window, and the stage that tiles lie on, until the returned function is called. */
  start(stage: Element): () => void {
    this.#observer.observe(stage);
    if (this.#started++ === 0) {
      window.addEventListener('resize', this.measure);
      this.#watchDensity();
    }
    return () => {
      this.#observer.unobserve(stage);
      this.#started -= 1;
      if (this.#started > 0) return;
      window.removeEventListener('resize', this.measure);
      this.#density?.removeEventListener('change', this.#densityChanged);
      this.#density = null;
    };
  }

  /** An attachment: while it is on an element, that picture goes there. */
  tile(picture: Picture, blurred = false): (element: Element) => () => void {
    return (element) => {
      this.#elements.set(picture, { element, blurred });
      this.#observer.observe(element);
      this.measure();
      return () => {
        this.#observer.unobserve(element);
        if (this.#elements.get(picture)?.element === element) this.#elements.delete(picture);
        this.measure();
      };
    };
  }

  readonly measure = (): void => {
    const tiles: Tile[] = [];
    for (const picture of ORDER) {
      const place = this.#elements.get(picture);
      if (place === undefined) continue;
      const { element, blurred } = place;
      const { x, y, width, height } = element.getBoundingClientRect();
      if (width > 0 && height > 0) tiles.push({ picture, x, y, width, height, blurred });
    }
    this.#wanted = { tiles, scale: density() };
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
