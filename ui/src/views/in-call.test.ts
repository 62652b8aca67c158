import { fireEvent, screen, waitFor } from '@testing-library/svelte';
import { beforeEach, expect, test, vi } from 'vitest';
import type { Preferences } from '../backend/backend';
import type { ScriptedBackend } from '../backend/scripted/backend';
import { en } from '../i18n/en';
import { testids } from '../testids';
import { button, show } from '../testing/app';

beforeEach(() => {
  vi.spyOn(Element.prototype, 'getBoundingClientRect').mockReturnValue(new DOMRect(10, 20, 320, 180));
});

function prefer(change: Partial<Preferences>): (backend: ScriptedBackend) => void {
  return ({ views }) => {
    views.preferences = { ...views.preferences, ...change };
  };
}

async function choose(menu: string, item: string): Promise<void> {
  await fireEvent.click(button(menu));
  await fireEvent.click(await screen.findByTestId(item));
}

test('the other side’s picture is blurred until one asks for it, and can be blurred again', async () => {
  const backend = await show('blurred');
  const remote = () => (backend.last('placePictures')?.[0] as { picture: string; blurred: boolean }[])[0];
  await waitFor(() => {
    expect(remote()).toMatchObject({ picture: 'remote', blurred: true });
  });
  await fireEvent.click(button(testids.showRemote));
  await waitFor(() => {
    expect(remote()).toMatchObject({ picture: 'remote', blurred: false });
  });
  expect(screen.queryByTestId(testids.showRemote)).toBeNull();
  await choose(testids.more, testids.blurRemote);
  await waitFor(() => {
    expect(remote()).toMatchObject({ blurred: true });
  });
});

test('the next call starts blurred again', async () => {
  const backend = await show('blurred');
  await fireEvent.click(button(testids.showRemote));
  await backend.endCall();
  await fireEvent.click(await screen.findByTestId(testids.callAgain));
  backend.emitCall({
    phase: { name: 'active' },
    remote: { present: true, video: true, audio: true, speaking: false, poor: false },
  });
  expect(await screen.findByTestId(testids.showRemote)).toBeDefined();
});

test('the own picture moves to the next corner by a press, and as arrows point', async () => {
  await show('active');
  const own = screen.getByTestId(testids.tileOwn);
  expect(own.dataset.corner).toBe('end-end');
  await fireEvent.click(own);
  expect(own.dataset.corner).toBe('end-start');
  await fireEvent.keyDown(own, { key: 'ArrowUp' });
  expect(own.dataset.corner).toBe('start-start');
});

test('the own picture is dragged to the corner it is let go nearest to, which is no press', async () => {
  await show('active', ({ views }) => {
    if (views.call !== null) views.call = { ...views.call, remote: { ...views.call.remote, video: false } };
  });
  const own = screen.getByTestId(testids.tileOwn);
  own.setPointerCapture = vi.fn();
  await fireEvent.pointerDown(own, { button: 0, clientX: 500, clientY: 400 });
  await fireEvent.pointerMove(own, { clientX: 100, clientY: -900 });
  await fireEvent.pointerMove(own, { clientX: -900, clientY: -900 });
  await fireEvent.pointerUp(own, { clientX: -900, clientY: -900 });
  await fireEvent.click(own);
  expect(own.dataset.corner).toBe('start-start');
});

test('devices and volume are chosen in the call', async () => {
  const backend = await show('active');
  await fireEvent.click(button(testids.devices));
  const camera = await screen.findByTestId<HTMLSelectElement>(testids.chooseCamera);
  await waitFor(() => {
    expect(camera.options).toHaveLength(3);
  });
  await fireEvent.change(camera, { target: { value: 'camera-desk' } });
  await waitFor(() => {
    expect(backend.views.preferences.camera).toBe('camera-desk');
  });
  await fireEvent.keyDown(screen.getByTestId(testids.volume), { key: 'ArrowLeft' });
  await waitFor(() => {
    expect(backend.views.preferences.volume).toBe(95);
  });
  expect(backend.views.preferences.camera).toBe('camera-desk');
});

test('who speaks is marked, on the picture as on the face', async () => {
  const backend = await show('active');
  const remote = screen.getByTestId(testids.tileRemote);
  expect(remote.classList.contains('speaking')).toBe(false);
  backend.emitCall({ remote: { present: true, video: true, audio: true, speaking: true, poor: false } });
  await waitFor(() => {
    expect(remote.classList.contains('speaking')).toBe(true);
  });
});

test('statistics are shown and asked for again while they are open', async () => {
  const backend = await show('audio');
  const asked = () => backend.given.filter(([name]) => name === 'callStatistics').length;
  expect(asked()).toBe(0);
  vi.useFakeTimers({ shouldAdvanceTime: true });
  try {
    await choose(testids.more, testids.openStatistics);
    const panel = await screen.findByTestId(testids.statistics);
    expect(panel.textContent).toContain(en.call.statistics.fps);
    await vi.advanceTimersByTimeAsync(2000);
    expect(asked()).toBeGreaterThanOrEqual(3);
    await fireEvent.click(panel.querySelector('button') ?? panel);
    const before = asked();
    await vi.advanceTimersByTimeAsync(3000);
    expect(asked()).toBe(before);
  } finally {
    vi.useRealTimers();
  }
});

test('single keys can be turned off', async () => {
  const backend = await show('active', prefer({ single_keys: false }));
  await fireEvent.keyDown(window, { key: 'm', code: 'KeyM' });
  await fireEvent.keyDown(window, { key: '?', code: 'Slash', shiftKey: true });
  expect(backend.last('setMicrophone')).toBeUndefined();
  expect(screen.queryByTestId(testids.shortcuts)).toBeNull();
});

test('a voice call has no camera, neither as a button nor by its key', async () => {
  const backend = await show('audio');
  expect(button(testids.toggleMicrophone)).toBeDefined();
  expect(screen.queryByTestId(testids.toggleCamera)).toBeNull();
  // Nothing else is kept from the key, either.
  expect(await fireEvent.keyDown(window, { key: 'v', code: 'KeyV' })).toBe(true);
  expect(backend.last('setCamera')).toBeUndefined();
  await fireEvent.click(button(testids.devices));
  await screen.findByTestId(testids.chooseMicrophone);
  expect(screen.queryByTestId(testids.chooseCamera)).toBeNull();
  await fireEvent.keyDown(window, { key: '?', code: 'Slash', shiftKey: true });
  expect((await screen.findByTestId(testids.shortcuts)).textContent).not.toContain(en.call.shortcuts.camera);
});

test('a question mark lists the keys, and the chord ends the call', async () => {
  const backend = await show('active');
  await fireEvent.keyDown(window, { key: '?', code: 'Slash', shiftKey: true });
  expect((await screen.findByTestId(testids.shortcuts)).textContent).toContain(en.call.shortcuts.decline);
  await fireEvent.keyDown(window, { key: 'e', code: 'KeyE', shiftKey: true, altKey: true });
  expect(backend.last('endCall')).toEqual([]);
});

test('push to talk: silent at first, on while the space bar is held, off when the window is left', async () => {
  const backend = await show('audio', prefer({ push_to_talk: true }));
  await waitFor(() => {
    expect(backend.last('setMicrophone')).toEqual([false]);
  });
  const space = { key: ' ', code: 'Space' };
  await fireEvent.keyDown(window, space);
  expect(backend.last('setMicrophone')).toEqual([true]);
  await fireEvent.keyDown(window, { ...space, repeat: true });
  await fireEvent.keyUp(window, space);
  expect(backend.last('setMicrophone')).toEqual([false]);
  expect(backend.given.filter(([name]) => name === 'setMicrophone')).toHaveLength(3);

  await fireEvent.keyDown(window, space);
  expect(backend.last('setMicrophone')).toEqual([true]);
  await fireEvent.blur(window);
  expect(backend.last('setMicrophone')).toEqual([false]);
});

test('the space bar belongs to a button that was reached by keyboard, not to one that was clicked', async () => {
  const backend = await show('audio', prefer({ push_to_talk: true }));
  await waitFor(() => {
    expect(backend.last('setMicrophone')).toEqual([false]);
  });
  const end = button(testids.endCall);
  const space = { key: ' ', code: 'Space' };
  await fireEvent.keyDown(end, { key: 'Tab' });
  await fireEvent.keyDown(end, space);
  expect(backend.last('setMicrophone')).toEqual([false]);
  await fireEvent.pointerDown(end);
  await fireEvent.keyDown(end, space);
  expect(backend.last('setMicrophone')).toEqual([true]);
  await fireEvent.keyUp(end, space);
});

test('who speaks while muted is told, for as long as that is so, with the key that works', async () => {
  const backend = await show('call-muted-speaking');
  const hint = screen.getByTestId(testids.mutedHint);
  expect(hint.closest('[role="status"]')).not.toBeNull();
  expect(hint.textContent).toContain(en.call.mutedHint);
  expect(hint.textContent).toContain(en.call.mutedHintKey);
  backend.emit('preferences', { ...backend.views.preferences, single_keys: false });
  await waitFor(() => {
    expect(hint.textContent).not.toContain(en.call.mutedHintKey);
  });
  backend.emitCall({ muted_speaking: false });
  await waitFor(() => {
    expect(screen.queryByTestId(testids.mutedHint)).toBeNull();
  });
});

test('a short break is not mentioned; a longer one dims the last picture, and one can hang up', async () => {
  const backend = await show('active');
  const state = () => screen.getByTestId(testids.callState).textContent;
  vi.useFakeTimers({ shouldAdvanceTime: true });
  try {
    const remote = { present: true, video: false, audio: false, speaking: false, poor: false };
    backend.emitCall({ phase: { name: 'reconnecting' }, remote });
    await vi.advanceTimersByTimeAsync(1000);
    expect(state()).toBe(en.call.active);
    expect(screen.getByTestId(testids.tileRemote).dataset.picture).toBe('true');
    await vi.advanceTimersByTimeAsync(1500);
    expect(state()).toBe(en.call.reconnecting);
    expect(screen.getByTestId(testids.tileRemote).textContent).toContain(en.call.reconnecting);
    await fireEvent.click(button(testids.endCall));
    expect(backend.last('endCall')).toEqual([]);
  } finally {
    vi.useRealTimers();
  }
});
