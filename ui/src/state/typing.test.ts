import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { AGAIN_MS, IDLE_MS, Typing } from './typing';

const told: boolean[] = [];
const typing = () => new Typing((writing) => told.push(writing));

beforeEach(() => {
  vi.useFakeTimers();
  told.length = 0;
});

afterEach(() => {
  vi.useRealTimers();
});

test('the first key tells it, the next ones do not, silence takes it back', () => {
  const one = typing();
  one.key();
  vi.advanceTimersByTime(IDLE_MS / 2);
  one.key();
  expect(told).toEqual([true]);
  vi.advanceTimersByTime(IDLE_MS - 1);
  expect(told).toEqual([true]);
  vi.advanceTimersByTime(1);
  expect(told).toEqual([true, false]);
});

test('who goes on writing says so again', () => {
  const one = typing();
  for (let passed = 0; passed <= AGAIN_MS; passed += AGAIN_MS / 4) {
    one.key();
    vi.advanceTimersByTime(AGAIN_MS / 4);
  }
  expect(told).toEqual([true, true]);
});

test('stopping tells it once, and only if one was writing', () => {
  const one = typing();
  one.stop();
  one.key();
  one.stop();
  one.stop();
  vi.advanceTimersByTime(2 * IDLE_MS);
  expect(told).toEqual([true, false]);
});
