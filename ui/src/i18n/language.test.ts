import { expect, test } from 'vitest';
import { en } from './en';
import { Language, language, languages, match } from './language.svelte';

const arabic = { ...en, app: { ...en.app, close: 'إغلاق' } };

test('a language is met exactly, by its base, or by English', () => {
  expect(match(['tr-TR', 'de'], ['de', 'en', 'tr'])).toBe('tr');
  expect(match(['pt-PT'], ['en', 'pt-BR'])).toBe('pt-BR');
  expect(match(['PT-br'], ['en', 'pt-BR'])).toBe('pt-BR');
  expect(match(['sw', 'de-AT'], ['de', 'en'])).toBe('de');
  expect(match(['sw'], ['de', 'en'])).toBe('en');
  expect(match([], ['en'])).toBe('en');
});

test('a chosen language brings its words and its direction; the document is told', async () => {
  const language = new Language({ en: () => Promise.resolve(en), ar: () => Promise.resolve(arabic) });
  expect(language.there).toEqual(['ar', 'en']);
  await language.choose('ar', ['en']);
  const root = document.createElement('html');
  language.apply(root);
  expect(language.words.app.close).toBe('إغلاق');
  expect([root.lang, root.dir]).toEqual(['ar', 'rtl']);

  await language.choose(null, ['en-GB']);
  language.apply(root);
  expect([root.lang, root.dir, language.words.app.close]).toEqual(['en', 'ltr', en.app.close]);
});

test('the newest choice wins, even if an older one is loaded later', async () => {
  let arrive: (words: typeof en) => void = () => undefined;
  const late = new Promise<typeof en>((resolve) => (arrive = resolve));
  const language = new Language({ en: () => Promise.resolve(en), ar: () => late });
  const older = language.choose('ar');
  await language.choose('en');
  arrive(arabic);
  await older;
  expect(language.code).toBe('en');
  expect(language.words).toBe(en);
});

test('nine languages are named in themselves', () => {
  expect(Object.keys(languages)).toEqual(['ar', 'de', 'en', 'es', 'fr', 'it', 'pt-BR', 'ru', 'tr']);
});

test('every language that Pizoo is to speak can be chosen, and says everything in its own words', async () => {
  expect(language.there).toEqual(Object.keys(languages));
  // Text that is the same in another language by nature: names, loan words, units, signs.
  const alike = 0.12;
  const texts = (words: object): string[] =>
    Object.values(words).flatMap((value: unknown) =>
      typeof value === 'string' ? [value] : typeof value === 'object' && value !== null ? texts(value) : [],
    );
  const english = texts(en);
  for (const code of language.there.filter((one) => one !== 'en')) {
    await language.choose(code);
    const own = texts(language.words);
    expect(own).toHaveLength(english.length);
    expect(own.every((text) => text.trim() !== '')).toBe(true);
    const same = own.filter((text, index) => text === english[index]).length;
    expect(same / own.length, code).toBeLessThan(alike);
  }
  await language.choose('en');
});

test('a phone number among Arabic words keeps its plus in front', async () => {
  const words = await import('./ar');
  expect(words.ar.auth.codeLead('+4930123')).toContain('\u2066+4930123\u2069');
});
