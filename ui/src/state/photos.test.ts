import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { userError } from '../backend/scripted/backend';
import { AGAIN_MS, Photos } from './photos.svelte';

const address = (name: string | number) => `/api/photos/${name}`;

/** What is asked for, with its end in the test's hands. */
let asked: { address: string; done: (error?: unknown) => void }[] = [];
let living = new Set<string>();

function photos(): Photos {
  return new Photos({
    photo: (at) =>
      new Promise((resolve, reject) => {
        asked.push({
          address: at,
          done: (error) => {
            if (error === undefined) resolve(new Blob([at], { type: 'image/png' }));
            // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- Rust rejects with plain data
            else reject(error);
          },
        });
      }),
  });
}

/** Answers all that was asked so far. */
async function answer(error?: unknown): Promise<void> {
  for (const one of asked.splice(0)) one.done(error);
  await vi.advanceTimersByTimeAsync(0);
}

beforeEach(() => {
  vi.useFakeTimers();
  asked = [];
  living = new Set();
  let made = 0;
  vi.spyOn(URL, 'createObjectURL').mockImplementation(() => {
    const url = `blob:${made++}`;
    living.add(url);
    return url;
  });
  vi.spyOn(URL, 'revokeObjectURL').mockImplementation((url) => void living.delete(url));
});

afterEach(() => {
  vi.useRealTimers();
});

test('a photo is asked for once, however many show it and how often', async () => {
  const all = photos();
  const [one, two] = [all.show(address('a')), all.show(address('a'))];
  expect(one.url).toBeNull();
  await answer();
  expect([one.url, two.url]).toEqual(['blob:0', 'blob:0']);
  one.release();
  one.release();
  two.release();
  expect(all.show(address('a')).url).toBe('blob:0');
  expect(asked).toHaveLength(0);
});

test('only what the own server keeps is asked for', async () => {
  const all = photos();
  for (const other of ['https://evil.example/api/photos/a', '//evil.example/a', '', '/api/me', 'blob:x']) {
    const shown = all.show(other);
    shown.release();
    expect(shown.url).toBeNull();
  }
  await answer();
  expect(asked).toHaveLength(0);
});

test('some that nobody shows are kept, the longest unused ones are let go', async () => {
  const all = photos();
  for (let n = 0; n < 70; n++) {
    const shown = all.show(address(n));
    await answer();
    if (n > 0) shown.release();
  }
  // The first one is still shown.
  expect(living.size).toBe(1 + 64);
  expect(living.has('blob:0')).toBe(true);
  expect(living.has('blob:5')).toBe(false);
  expect(living.has('blob:6')).toBe(true);
});

test('a few are asked for at a time, and not what is not wanted any more', async () => {
  const all = photos();
  const shown = Array.from({ length: 8 }, (_, n) => all.show(address(n)));
  expect(asked.map((one) => one.address)).toEqual([0, 1, 2, 3].map(address));
  shown[4]?.release();
  await answer();
  expect(asked.map((one) => one.address)).toEqual([5, 6, 7].map(address));
  await answer();
  expect(shown.map(({ url }) => url !== null)).toEqual([true, true, true, true, false, true, true, true]);
});

test('what failed is tried again while it is wanted, what is not there is not', async () => {
  const all = photos();
  const [away, gone, left] = [
    all.show(address('away')),
    all.show(address('gone')),
    all.show(address('left')),
  ];
  asked.splice(1, 1)[0]?.done(userError('not_found'));
  await answer(userError('offline'));
  left.release();
  await vi.advanceTimersByTimeAsync(AGAIN_MS);
  expect(asked.map((one) => one.address)).toEqual([address('away')]);
  await answer();
  expect([away.url, gone.url]).toEqual(['blob:0', null]);
  // A new visit asks anew.
  all.show(address('left'));
  expect(asked.map((one) => one.address)).toEqual([address('left')]);
});

test('nothing of one account is left for the next', async () => {
  const all = photos();
  const [shown, spare] = [all.show(address('shown')), all.show(address('spare'))];
  await answer();
  spare.release();
  const late = all.show(address('late'));
  all.forget();
  await answer();
  expect([living.size, late.url]).toEqual([1, null]);
  shown.release();
  late.release();
  expect(living.size).toBe(0);
  expect(all.show(address('spare')).url).toBeNull();
  expect(asked).toHaveLength(1);
});
