import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { CallLimit } from './call-limit.svelte';

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

const MINUTE = 60_000;

function known(left: number, minutes: number): CallLimit {
  const limit = new CallLimit();
  limit.view = { left, more_at_ms: Date.now() + minutes * MINUTE };
  return limit;
}

test('no call can be begun until there is one more; how many there are then is not known', () => {
  const limit = known(0, 2);
  expect(limit.none).toBe(true);
  vi.advanceTimersByTime(2 * MINUTE - 1);
  expect(limit.none).toBe(true);
  vi.advanceTimersByTime(1);
  expect([limit.none, limit.view]).toEqual([false, null]);
  expect(vi.getTimerCount()).toBe(0);
});

test('time that the computer sleeps counts', () => {
  const limit = known(0, 30);
  vi.setSystemTime(Date.now() + 40 * MINUTE);
  vi.advanceTimersByTime(MINUTE);
  expect(limit.view).toBeNull();
});

test('a clock that is put back keeps nobody from calling for hours', () => {
  const limit = known(0, 30);
  vi.setSystemTime(Date.now() - 5 * 60 * MINUTE);
  vi.advanceTimersByTime(MINUTE);
  expect(limit.none).toBe(false);
});

test('what Rust tells later counts, and nothing that is told ends the waiting', () => {
  const limit = known(0, 2);
  limit.view = { left: 0, more_at_ms: Date.now() + 10 * MINUTE };
  vi.advanceTimersByTime(3 * MINUTE);
  expect(limit.none).toBe(true);
  limit.view = null;
  expect(limit.none).toBe(false);
  expect(vi.getTimerCount()).toBe(0);
});

test('what is over already is not known', () => {
  expect(known(0, -1).view).toBeNull();
});
