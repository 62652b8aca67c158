import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { userError } from '../backend/scripted/backend';
import { Wait } from './wait.svelte';

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

test('it is counted down to nothing', () => {
  const wait = new Wait();
  wait.start(3);
  const stop = wait.count();
  vi.advanceTimersByTime(2000);
  expect(wait.seconds).toBe(1);
  vi.advanceTimersByTime(5000);
  expect(wait.seconds).toBe(0);
  stop();
});

test('time on another screen counts', () => {
  const wait = new Wait();
  wait.start(30);
  const stop = wait.count();
  vi.advanceTimersByTime(5000);
  stop();
  vi.advanceTimersByTime(10_000);
  const again = wait.count();
  expect(wait.seconds).toBe(15);
  again();
});

test('time that the computer sleeps counts', () => {
  const wait = new Wait();
  wait.start(30);
  const stop = wait.count();
  vi.setSystemTime(Date.now() + 29_000);
  vi.advanceTimersByTime(1000);
  expect(wait.seconds).toBe(0);
  stop();
});

test('a clock that is put back does not lengthen it', () => {
  const wait = new Wait();
  wait.start(30);
  const stop = wait.count();
  vi.setSystemTime(Date.now() - 3_600_000);
  vi.advanceTimersByTime(1000);
  expect(wait.seconds).toBe(30);
  vi.advanceTimersByTime(29_000);
  expect(wait.seconds).toBe(1);
  stop();
});

test('the server says how long, where it refused for that', () => {
  const wait = new Wait();
  wait.heed(userError('offline'));
  expect(wait.seconds).toBe(0);
  wait.heed(userError('rate_limited', null, 64.2));
  expect(wait.seconds).toBe(65);
});
