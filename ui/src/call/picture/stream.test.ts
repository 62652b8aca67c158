import { expect, test, vi } from 'vitest';
import type { PictureFrame } from '../../backend/backend';
import { stream } from './stream';

function frame(sequence: number): PictureFrame {
  return { sequence, width: 2, height: 2, planes: new Uint8Array(6) };
}

test('each request goes on from the picture drawn last, and an empty answer asks again', async () => {
  const stop = new AbortController();
  const answers = [frame(5), null, frame(9)];
  const asked: number[] = [];
  const drawn: number[] = [];
  const nextPicture = (_picture: string, after: number) => {
    asked.push(after);
    return Promise.resolve(answers.shift() ?? null);
  };
  await stream(
    { nextPicture },
    'remote',
    ({ sequence }) => {
      drawn.push(sequence);
      if (sequence === 9) stop.abort();
    },
    stop.signal,
  );
  expect(asked).toEqual([0, 5, 5]);
  expect(drawn).toEqual([5, 9]);
});

test('a failure pauses the stream and does not end it', async () => {
  vi.useFakeTimers();
  const told = vi.fn();
  vi.stubGlobal('reportError', told);
  const stop = new AbortController();
  const nextPicture = vi.fn().mockRejectedValueOnce(new Error('gone')).mockResolvedValue(frame(1));
  const running = stream(
    { nextPicture },
    'own',
    () => {
      stop.abort();
    },
    stop.signal,
  );
  await vi.advanceTimersByTimeAsync(0);
  expect(nextPicture).toHaveBeenCalledTimes(1);
  await vi.advanceTimersByTimeAsync(500);
  await running;
  expect(nextPicture).toHaveBeenCalledTimes(2);
  expect(told).toHaveBeenCalledOnce();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});
