import { expect, test } from 'vitest';
import type { WindowShape } from '../backend/backend';
import { signedIn } from '../backend/scripted/scenes';
import { CallWindow } from './call-window.svelte';

const covering = { mini: false, full_screen: true };
const small = { mini: true, full_screen: false };

test('the window is as it was when the page began, and then as it is told', async () => {
  const backend = signedIn();
  backend.shape = covering;
  const window = new CallWindow(backend);
  const stop = await window.watch();
  expect([window.mini, window.fullScreen]).toEqual([false, true]);
  backend.emitWindowShape(small);
  expect([window.mini, window.fullScreen]).toEqual([true, false]);
  stop();
  backend.emitWindowShape(covering);
  expect(window.mini).toBe(true);
});

test('an answer that is late does not undo what was told meanwhile', async () => {
  let tell: (shape: WindowShape) => void = () => undefined;
  const window = new CallWindow({
    listenToWindowShape: (handler) => {
      tell = handler;
      return Promise.resolve(() => undefined);
    },
    windowShape: () => {
      tell(small);
      return Promise.resolve({ mini: false, full_screen: false });
    },
  });
  await window.watch();
  expect(window.mini).toBe(true);
});
