import { readFileSync } from 'node:fs';
import { describe as suite, expect, test } from 'vitest';
import { userError } from '../backend/scripted/backend';
import { de } from './de';
import { en } from './en';
import { describe, refusals } from './errors';

/** Where the server's sentences are. */
const sources = ['password/rules', 'routes/auth', 'routes/password', 'routes/phone', 'routes/profile'];
const backend = `${import.meta.dirname}/../../../src-tauri/crates/backend/src`;

suite('errors of any shape become a sentence', () => {
  const circular: Record<string, unknown> = {};
  circular.detail = circular;

  test.each<[string, unknown, string]>([
    ['a known code', userError('bad_link'), en.errors.bad_link],
    ['a known code keeps our words', userError('offline', 'connect error'), en.errors.offline],
    [
      'the limit keeps the exact text',
      userError('rate_limited', 'Rate limit exceeded. Maximum 30 calls per hour. Try again in 7 minutes.'),
      'Rate limit exceeded. Maximum 30 calls per hour. Try again in 7 minutes.',
    ],
    ['a limit without text', userError('rate_limited', null, 61), 'That was often. Try again in 2 minutes.'],
    ['a code from the future', { code: 'brand_new', detail: 'Something new.' }, 'Something new.'],
    ['a code that is no own word', { code: 'toString', detail: null }, en.errors.internal],
    ['text', 'plain', 'plain'],
    ['an exception', new Error('broke'), 'broke'],
    ['a body', { detail: 'Not there' }, 'Not there'],
    [
      'a 422 body',
      { detail: [{ loc: ['body'], msg: 'field required' }, { msg: 'too short' }] },
      'field required too short',
    ],
    ['nested', { error: { message: 'deep' } }, 'deep'],
    ['nothing', null, en.errors.internal],
    ['undefined', undefined, en.errors.internal],
    ['an empty object', {}, en.errors.internal],
    ['a number', 503, en.errors.internal],
    ['a circle', circular, en.errors.internal],
    ['a function', () => 1, en.errors.internal],
  ])('%s', (_name, error, expected) => {
    expect(describe(error, en)).toBe(expected);
  });

  test('the limit is told in the language that was chosen', () => {
    const error = userError('rate_limited', 'Rate limit exceeded. Try again in 2 minutes.', 61);
    expect(describe(error, de)).toBe(de.errors.rate_limited(61));
  });

  test.each(['invalid', 'refused', 'internal'] as const)(
    'outside of English, %s has the general sentence instead of the server’s',
    (code) => {
      const error = userError(code, 'The body is a JSON object');
      expect(describe(error, de)).toBe(de.errors[code]);
      expect(describe(error, en)).toBe('The body is a JSON object');
    },
  );

  test('what is refused often has words of its own', () => {
    const error = userError('refused', 'The password must have at least 10 characters');
    expect(describe(error, de)).toBe(de.refusals.passwordShort);
    expect(describe(error, en)).toBe('The password must have at least 10 characters');
    expect(describe(userError('refused', 'toString'), de)).toBe(de.errors.refused);
  });

  test('outside of English, an exception’s text is not shown, but a form’s is', () => {
    expect(describe(new Error('broke'), de)).toBe(de.errors.internal);
    expect(describe({ code: 'brand_new', detail: 'Something new.' }, de)).toBe(de.errors.internal);
    expect(describe(de.auth.needEmail, de)).toBe(de.auth.needEmail);
  });

  test('the server still says what is known here, to the letter', () => {
    const server = sources.map((name) => readFileSync(`${backend}/${name}.rs`, 'utf8')).join('\n');
    for (const sentence of Object.keys(refusals)) expect(server).toContain(`"${sentence}"`);
  });

  test('every code has words', () => {
    for (const code of Object.keys(en.errors)) {
      const text = describe({ code, detail: null, retry_after_seconds: null }, en);
      expect(text).toMatch(/^[A-Z].*\.$/u);
    }
  });
});
