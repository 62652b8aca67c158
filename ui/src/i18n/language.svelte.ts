/**
 * The language of the page: its words, its direction and its locale. A new language is a file like `en.ts`, typed as
 * `Messages`, and a line in `catalogues`.
 */
import { en } from './en';

export type Messages = typeof en;

const catalogues = { en } satisfies Record<string, Messages>;
const rightToLeft: ReadonlySet<string> = new Set(['ar']);

export type LanguageCode = keyof typeof catalogues;

class Language {
  code = $state<LanguageCode>('en');
  readonly words: Messages = $derived(catalogues[this.code]);
  readonly direction = $derived(rightToLeft.has(this.code) ? 'rtl' : 'ltr');

  /** Tells the document, which decides on layout, hyphenation and screen readers' voices. */
  apply(root: HTMLElement): void {
    root.lang = this.code;
    root.dir = this.direction;
  }
}

export const language = new Language();
