import { expect, test } from 'vitest';
import { en } from '../i18n/en';
import { parseSystem, systemWords } from './system';

test.each([
  ['call.missed:video', false, 'Missed video call'],
  ['call.missed:audio', false, 'Missed voice call'],
  ['call.missed:audio', true, 'Voice call, no answer'],
  ['call.declined:video', false, 'Declined video call'],
  ['call.declined:audio', false, 'Declined voice call'],
  ['call.declined:video', true, 'Video call, no answer'],
  ['call.ended:audio:73', false, 'Voice call, 1:13'],
  ['call.ended:video:3723', true, 'Video call, 1:02:03'],
])('%s is told in words (rang oneself: %s)', (code, mine, words) => {
  const line = parseSystem(code);
  expect(line).not.toBeNull();
  if (line !== null) expect(systemWords(line, mine, en)).toBe(words);
});

test.each([
  'call.missed',
  'call.declined:video:3',
  'call.missed:hologram',
  'call.ended:audio',
  'call.ended:audio:-1',
  'hello',
  '',
])('%s is no line that we know', (code) => {
  expect(parseSystem(code)).toBeNull();
});
