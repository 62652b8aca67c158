/**
 * The language of the page: its words, its direction and its locale. A new language is a file like `en.ts`, typed as
 * `Messages`, and a line in `catalogues`; it is loaded when it is chosen.
 */
import { en } from './en';

export type Messages = typeof en;

/** The languages that Pizoo is to speak, each by its own name. */
export const languages = {
  ar: 'العربية',
  de: 'Deutsch',
  en: 'English',
  es: 'Español',
  fr: 'Français',
  it: 'Italiano',
  'pt-BR': 'Português (Brasil)',
  ru: 'Русский',
  tr: 'Türkçe',
} as const;

export type LanguageCode = keyof typeof languages;

export type Catalogues = Partial<Record<LanguageCode, () => Promise<Messages>>>;

const catalogues: Catalogues = {
  en: () => Promise.resolve(en),
  ar: async () => (await import('./ar')).ar,
  de: async () => (await import('./de')).de,
  es: async () => (await import('./es')).es,
  fr: async () => (await import('./fr')).fr,
  it: async () => (await import('./it')).it,
  'pt-BR': async () => (await import('./pt-BR')).ptBR,
  ru: async () => (await import('./ru')).ru,
  tr: async () => (await import('./tr')).tr,
};

const rightToLeft: ReadonlySet<LanguageCode> = new Set(['ar']);

function base(code: string): string {
  return code.toLowerCase().split('-')[0] ?? '';
}

/** The first of the wished languages that there is: exactly, else another kind of it (`pt` for `pt-BR`). */
export function match(wished: readonly string[], there: readonly LanguageCode[]): LanguageCode {
  for (const wish of wished) {
    const found =
      there.find((code) => code.toLowerCase() === wish.toLowerCase()) ??
      there.find((code) => base(code) === base(wish));
    if (found !== undefined) return found;
  }
  return 'en';
}

/** The locale of dates and numbers: the system's own kind of that language (`en-GB` for `en`), else just the language. */
export function localeOf(code: LanguageCode, system: readonly string[]): string {
  return system.find((tag) => base(tag) === base(code) && isTag(tag)) ?? code;
}

/** What `Intl` would throw at is no tag. */
function isTag(text: string): boolean {
  try {
    return Intl.getCanonicalLocales(text).length === 1;
  } catch {
    return false;
  }
}

export class Language {
  code = $state<LanguageCode>('en');
  /** For dates and numbers. */
  locale = $state('en');
  words = $state.raw<Messages>(en);
  readonly direction = $derived(rightToLeft.has(this.code) ? 'rtl' : 'ltr');
  #wanted: LanguageCode = 'en';

  constructor(readonly catalogues: Catalogues) {}

  /** Those that can be chosen. */
  get there(): LanguageCode[] {
    return (Object.keys(languages) as LanguageCode[]).filter((code) => this.catalogues[code] !== undefined);
  }

  /** Speaks the chosen language, or, with null, the system's. What cannot be loaded leaves the words as they are. */
  async choose(chosen: string | null, system: readonly string[] = navigator.languages): Promise<void> {
    const code = match(chosen === null ? system : [chosen, ...system], this.there);
    this.#wanted = code;
    const words = await this.catalogues[code]?.();
    // A later choice may have been quicker.
    if (words === undefined || this.#wanted !== code) return;
    this.words = words;
    this.code = code;
    this.locale = localeOf(code, system);
  }

  /** Tells the document, which decides on layout, hyphenation and screen readers' voices. */
  apply(root: HTMLElement): void {
    root.lang = this.code;
    root.dir = this.direction;
  }
}

export const language = new Language(catalogues);
