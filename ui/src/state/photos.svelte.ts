/**
 * Photos of people as the page can show them: each is asked for once, however many show it, and kept a while after the last
 * one does not any more. What cannot be had is no trouble to anybody: there are initials.
 */
import type { Backend, UserError } from '../backend/backend';

/** What the app fetches is on its own server only; every other address would be asked for in vain. */
const KEPT = '/api/photos/';
/** Photos that nobody shows and that are kept all the same. */
const SPARE = 64;
/** Asked for at once. */
const AT_ONCE = 4;
/** A photo that could not be fetched is asked for again, while it is wanted, after so many milliseconds. */
export const AGAIN_MS = 30_000;

class Photo {
  url = $state<string | null>(null);
  /** How many show it. */
  users = 0;
  /** It waits to be asked for, or for the answer. */
  busy = false;
  timer: ReturnType<typeof setTimeout> | undefined;

  constructor(readonly address: string) {}
}

export class Photos {
  /** The last used ones last. */
  // eslint-disable-next-line svelte/prefer-svelte-reactivity -- nothing on the page follows the list, only each photo
  readonly #photos = new Map<string, Photo>();
  readonly #waiting: Photo[] = [];
  #asking = 0;

  constructor(readonly backend: Pick<Backend, 'photo'>) {}

  /** Its `url` is null until the photo is there. Until `release`, it stays. */
  show(address: string): { readonly url: string | null; release(): void } {
    if (!address.startsWith(KEPT)) return { url: null, release: () => undefined };
    const photo = this.#photos.get(address) ?? new Photo(address);
    this.#photos.set(address, photo);
    photo.users += 1;
    if (photo.url === null && !photo.busy && photo.timer === undefined) this.#want(photo);
    let held = true;
    return {
      get url() {
        return photo.url;
      },
      release: () => {
        if (held) this.#release(photo);
        held = false;
      },
    };
  }

  /** Nothing of one account is shown to the next. */
  forget(): void {
    const all = [...this.#photos.values()];
    this.#photos.clear();
    for (const photo of all) if (photo.users === 0) this.#drop(photo);
  }

  #release(photo: Photo): void {
    photo.users -= 1;
    if (photo.users > 0) return;
    const known = this.#photos.get(photo.address) === photo;
    if (known) this.#photos.delete(photo.address);
    if (!known || (photo.url === null && !photo.busy)) {
      this.#drop(photo);
      return;
    }
    this.#photos.set(photo.address, photo);
    const spare = [...this.#photos.values()].filter(({ users }) => users === 0);
    for (const old of spare.slice(0, Math.max(0, spare.length - SPARE))) {
      this.#photos.delete(old.address);
      this.#drop(old);
    }
  }

  #drop(photo: Photo): void {
    clearTimeout(photo.timer);
    photo.timer = undefined;
    if (photo.url !== null) URL.revokeObjectURL(photo.url);
    photo.url = null;
  }

  #want(photo: Photo): void {
    photo.busy = true;
    this.#waiting.push(photo);
    this.#next();
  }

  #next(): void {
    while (this.#asking < AT_ONCE) {
      const photo = this.#waiting.shift();
      if (photo === undefined) return;
      this.#asking += 1;
      void this.#ask(photo).finally(() => {
        this.#asking -= 1;
        this.#next();
      });
    }
  }

  async #ask(photo: Photo): Promise<void> {
    try {
      // Whoever scrolled past does not want it any more.
      if (photo.users === 0) return;
      const file = await this.backend.photo(photo.address);
      if (this.#photos.get(photo.address) === photo) photo.url = URL.createObjectURL(file);
    } catch (error) {
      // What is not there does not come by itself: another photo has another address.
      if ((error as Partial<UserError> | null)?.code !== 'not_found') this.#again(photo);
    } finally {
      photo.busy = false;
      if (photo.users === 0 && photo.url === null && this.#photos.get(photo.address) === photo)
        this.#photos.delete(photo.address);
    }
  }

  #again(photo: Photo): void {
    if (photo.users === 0) return;
    photo.timer = setTimeout(() => {
      photo.timer = undefined;
      this.#want(photo);
    }, AGAIN_MS);
  }
}
