import { expect, test } from 'vitest';
import { clock, minutesOf } from './clock';

test.each([
  ['00:00', 0],
  ['07:05', 425],
  ['23:59', 1439],
])('%s is kept as %i and read back', (text, minutes) => {
  expect(minutesOf(text)).toBe(minutes);
  expect(clock(minutes)).toBe(text);
});

test('a time may be typed carelessly', () => {
  expect(minutesOf(' 7:30 ')).toBe(450);
  expect(minutesOf('22:00:00')).toBe(1320);
});

test.each(['', '24:00', '12:60', '7', 'noon'])('%j is no time', (text) => {
  expect(minutesOf(text)).toBeNull();
});
