/** Where avatars get photos from: whoever shows the page says so once, and every avatar in it asks there. */
import { createContext } from 'svelte';

/** A photo while it is shown. */
export interface ShownPhoto {
  /** What an image can load; null until it is there, and where it cannot be had. */
  readonly url: string | null;
  /** It is not shown any more. */
  release(): void;
}

export interface PhotoSource {
  /** Asks for the photo at an address that a person came with. */
  show(address: string): ShownPhoto;
}

const [photoSource, setPhotoSource, hasPhotoSource] = createContext<PhotoSource>();

export { photoSource, setPhotoSource, hasPhotoSource };
