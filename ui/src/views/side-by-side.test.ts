import { fireEvent, screen, waitFor } from '@testing-library/svelte';
import { beforeEach, expect, test, vi } from 'vitest';
import type { Tile } from '../backend/backend';
import type { ScriptedBackend } from '../backend/scripted/backend';
import { testids } from '../testids';
import { button, focused, show } from '../testing/app';

beforeEach(() => {
  // The test's DOM has no layout: tiles get their places from here.
  vi.spyOn(Element.prototype, 'getBoundingClientRect').mockImplementation(function (this: Element) {
    const tile = this instanceof HTMLElement ? this.dataset.testid : undefined;
    if (tile === testids.tileRemote) return new DOMRect(24, 160, 418, 235);
    return tile === testids.tileOwn ? new DOMRect(458, 160, 418, 235) : new DOMRect();
  });
});

const own = () => screen.getByTestId(testids.tileOwn);
const remote = () => screen.getByTestId(testids.tileRemote);
/** The own picture is there, and not in a corner. */
const apart = () =>
  screen.queryAllByTestId(testids.tileOwn).some(({ dataset }) => dataset.corner === undefined);

async function choose(entry: string): Promise<void> {
  await fireEvent.click(await screen.findByTestId(testids.more));
  await fireEvent.click(await screen.findByTestId(entry));
}

async function sideBySide(): Promise<void> {
  await choose(testids.sideBySide);
  await waitFor(() => {
    expect(apart()).toBe(true);
  });
}

function native(backend: ScriptedBackend): void {
  backend.views.pictures = 'native';
}

test('both pictures lie side by side once it is chosen, and in each other again after', async () => {
  const backend = await show('active');
  expect(own().dataset.corner).toBe('end-end');
  const canvas = remote().querySelector('canvas');
  await sideBySide();
  // The other side's goes on: it is not begun anew.
  expect(remote().querySelector('canvas')).toBe(canvas);
  expect(own().querySelector('canvas')).not.toBeNull();
  await waitFor(() => {
    expect(backend.last('placePictures')?.[0] as Tile[]).toMatchObject([
      { picture: 'remote', x: 24, width: 418, height: 235 },
      { picture: 'own', x: 458, width: 418, height: 235 },
    ]);
  });
  await choose(testids.sideBySide);
  await waitFor(() => {
    expect(apart()).toBe(false);
  });
});

test('native pictures show through a hole each, and each paints what is around it in its own half only', async () => {
  await show('active', native);
  await sideBySide();
  for (const tile of [remote(), own()]) {
    expect(tile.classList.contains('hole')).toBe(true);
    expect(tile.querySelector('canvas')).toBeNull();
    expect(tile.parentElement?.classList.contains('part')).toBe(true);
  }
  expect(remote().parentElement).not.toBe(own().parentElement);
  expect(remote().closest('.stage')?.classList.contains('open')).toBe(true);
});

test.each([
  ['the own camera is off', { camera: { available: true, wanted: false, on: false } }],
  [
    'the other side sends no picture',
    { remote: { present: true, video: false, audio: true, speaking: false, poor: false } },
  ],
])('where %s there are no halves, until there are two pictures again', async (_, change) => {
  const backend = await show('active', native);
  await sideBySide();
  const { camera, remote: before } = backend.views.call ?? {};
  backend.emitCall(change);
  await waitFor(() => {
    expect(apart()).toBe(false);
  });
  backend.emitCall({ ...(camera && { camera }), ...(before && { remote: before }) });
  await waitFor(() => {
    expect(apart()).toBe(true);
  });
});

test('it is kept for the next call, and is not in the small window', async () => {
  const backend = await show('active');
  await sideBySide();
  await choose(testids.mini);
  await screen.findByTestId(testids.leaveMini);
  expect(screen.queryByTestId(testids.tileOwn)).toBeNull();
  await fireEvent.click(button(testids.leaveMini));
  await waitFor(() => {
    expect(apart()).toBe(true);
  });
  const running = backend.views.call;
  await backend.endCall();
  await screen.findByTestId(testids.callAgain);
  backend.emit('call', running);
  await waitFor(() => {
    expect(apart()).toBe(true);
  });
});

test('a voice call has no pictures to lay side by side', async () => {
  await show('audio');
  await fireEvent.click(button(testids.more));
  await screen.findByTestId(testids.fullScreen);
  expect(screen.queryByTestId(testids.sideBySide)).toBeNull();
});

test('whoever shows themselves again keeps the focus on their picture', async () => {
  await show('own-blurred');
  await sideBySide();
  const showOwn = button(testids.showOwn);
  showOwn.focus();
  await fireEvent.click(showOwn);
  await waitFor(() => {
    expect(screen.queryByTestId(testids.showOwn)).toBeNull();
  });
  expect(focused()).toBe(own());
});
