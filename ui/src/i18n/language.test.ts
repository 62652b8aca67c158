import { expect, test } from 'vitest';
import { en } from './en';
import { Language, language, languages, localeOf, match, type LanguageCode } from './language.svelte';

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

type Message = string | ((...given: unknown[]) => string);

/** Every message by its path. */
function messages(words: object, path: readonly string[] = []): [string, Message][] {
  return Object.entries(words).flatMap(([key, value]: [string, unknown]) => {
    const here = [...path, key];
    if (typeof value === 'object' && value !== null) return messages(value, here);
    return [[here.join('.'), value as Message] satisfies [string, Message]];
  });
}

/** Those that take a number; all others that take something take a name, an address or the like. */
const counted = new Set(['main.unread', 'chat.callsLeft', 'chat.tooLong', 'errors.rate_limited']);
const counts = [1, 2, 5, 11, 21, 100, 1_000_000];
const seconds = [null, 1, 60, 119, 300, 660, 1260, 6000];

/** Whatever a message can say. */
function said(path: string, message: Message): string[] {
  if (typeof message === 'string') return [message];
  if (!counted.has(path)) return [message('Mia')];
  return (path === 'errors.rate_limited' ? seconds : counts).map((count) => message(count));
}

/** What no language translates: names, addresses, and what is printed on keys. */
const alikeEverywhere = ['Pizoo', 'https://pizoo.example', 'Alt', 'Ctrl', 'Shift', '–'];

/** What is rightly the same as in English. Whatever is not here and still is, was forgotten. */
const alike: Record<Exclude<LanguageCode, 'en'>, readonly string[]> = {
  ar: [],
  de: ['App', 'Code', 'Matches', 'Name', 'Offline', 'Online', 'Server', 'Server: Mia', 'Version'],
  es: ['Matches'],
  fr: ['Code', 'E-mail', 'Licence', 'Messages', 'Notifications', 'Photo', 'Version', 'Volume'],
  it: [
    'Account',
    'App',
    'E-mail',
    'Off',
    'Offline',
    'Online',
    'Password',
    'Privacy',
    'Server',
    'Server: Mia',
    'Volume',
  ],
  'pt-BR': ['E-mail', 'Matches', 'Offline', 'Online', 'Volume'],
  ru: [],
  tr: [],
};

const others = Object.keys(alike) as (keyof typeof alike)[];

test.each(others)('%s says everything, and in its own words', async (code) => {
  const own = new Language(language.catalogues);
  await own.choose(code, []);
  expect(own.code).toBe(code);
  const english = messages(en);
  const there = new Map(messages(own.words));
  expect([...there.keys()].toSorted()).toEqual(english.map(([path]) => path).toSorted());

  const same = new Set<string>();
  for (const [path, message] of english) {
    const mine = there.get(path);
    expect(typeof mine, path).toBe(typeof message);
    if (mine === undefined) continue;
    const theirs = said(path, message);
    for (const [index, text] of said(path, mine).entries()) {
      expect(text.trim(), path).not.toBe('');
      expect(text, path).not.toMatch(/\b(undefined|null|NaN)\b|\[object/u);
      if (text === theirs[index]) same.add(text);
    }
  }
  expect([...same].toSorted()).toEqual(
    [...alikeEverywhere.filter((text) => same.has(text)), ...alike[code]].toSorted(),
  );
});

test('every language that Pizoo is to speak can be chosen', () => {
  expect(language.there).toEqual(Object.keys(languages));
  expect([...others, 'en'].toSorted()).toEqual(Object.keys(languages).toSorted());
});

test('a count is told in the form that its language has for it', async () => {
  const { ru } = await import('./ru');
  expect([1, 2, 5, 21].map(ru.main.unread)).toEqual([
    '1 непрочитанное сообщение',
    '2 непрочитанных сообщения',
    '5 непрочитанных сообщений',
    '21 непрочитанное сообщение',
  ]);
  const { ar } = await import('./ar');
  expect(new Set([1, 2, 3, 11, 100].map(ar.main.unread)).size).toBe(5);
  expect(en.main.unread(1234)).toBe('1,234 unread messages');
  expect([1, 2, 3, 5].map(ru.chat.callsLeft)).toEqual([
    'Ещё 1 звонок в течение часа',
    'Ещё 2 звонка в течение часа',
    'Ещё 3 звонка в течение часа',
    'Ещё 5 звонков в течение часа',
  ]);
  expect(new Set([0, 1, 2, 3].map(ar.chat.callsLeft)).size).toBe(4);
  expect([1, 3].map(en.chat.callsLeft)).toEqual(['1 more call this hour', '3 more calls this hour']);
});

test('French has a narrow space before its signs', async () => {
  const { fr } = await import('./fr');
  for (const [path, message] of messages(fr)) {
    for (const text of said(path, message)) expect(text, path).not.toMatch(/ [:;?!»]|« /u);
  }
});

test('dates and numbers are written as where the system is', async () => {
  expect(localeOf('en', ['de-DE', 'en-GB', 'en-US'])).toBe('en-GB');
  expect(localeOf('pt-BR', ['pt-PT'])).toBe('pt-PT');
  expect(localeOf('tr', ['de-AT'])).toBe('tr');
  expect(localeOf('en', ['en_US.UTF-8', 'en-AU'])).toBe('en-AU');
  expect(localeOf('ar', [])).toBe('ar');

  const language = new Language({ en: () => Promise.resolve(en), ar: () => Promise.resolve(arabic) });
  await language.choose('ar', ['en-GB', 'ar-EG']);
  expect([language.code, language.locale]).toEqual(['ar', 'ar-EG']);
  await language.choose(null, ['en-GB']);
  expect([language.code, language.locale]).toEqual(['en', 'en-GB']);
});

test('a phone number among Arabic words keeps its plus in front', async () => {
  const words = await import('./ar');
  expect(words.ar.auth.codeLead('+4930123')).toContain('\u2066+4930123\u2069');
});
