import { fireEvent, screen, waitFor } from '@testing-library/svelte';
import { expect, test } from 'vitest';
import { userError } from '../backend/scripted/backend';
import { en } from '../i18n/en';
import { testids } from '../testids';
import { button, show } from '../testing/app';

async function choose(menu: string, item: string): Promise<void> {
  await fireEvent.click(button(menu));
  await fireEvent.click(await screen.findByTestId(item));
}

/** Whether the menu says that the window covers the screen. */
async function ticked(): Promise<string | null> {
  await fireEvent.click(await screen.findByTestId(testids.more));
  const item = await screen.findByTestId(testids.fullScreen);
  const value = item.getAttribute('aria-checked');
  await fireEvent.keyDown(item, { key: 'Escape' });
  await waitFor(() => {
    expect(screen.queryByTestId(testids.fullScreen)).toBeNull();
  });
  return value;
}

test('full screen is asked for; that the call gives it back is up to the app', async () => {
  const backend = await show('active');
  await choose(testids.more, testids.fullScreen);
  expect(backend.last('setFullScreen')).toEqual([true]);
  await backend.endCall();
  await screen.findByTestId(testids.dismissCall);
  expect(backend.last('setFullScreen')).toEqual([true]);
});

test('Escape leaves full screen, once nothing else wants it', async () => {
  const backend = await show('active');
  await choose(testids.more, testids.fullScreen);
  await choose(testids.more, testids.openShortcuts);
  const list = await screen.findByTestId(testids.shortcuts);
  await fireEvent.keyDown(list, { key: 'Escape' });
  await waitFor(() => {
    expect(screen.queryByTestId(testids.shortcuts)).toBeNull();
  });
  expect(backend.last('setFullScreen')).toEqual([true]);
  await fireEvent.keyDown(document.body, { key: 'Escape' });
  expect(backend.last('setFullScreen')).toEqual([false]);
});

test('full screen is ticked as the window is, whoever made it so', async () => {
  const backend = await show('active');
  expect(await ticked()).toBe('false');
  backend.emitWindowShape({ full_screen: true });
  expect(await ticked()).toBe('true');
  backend.emitWindowShape({ full_screen: false });
  expect(await ticked()).toBe('false');
  await choose(testids.more, testids.fullScreen);
  expect(backend.last('setFullScreen')).toEqual([true]);
});

test('outside of a call Escape leaves the window as the user has it', async () => {
  const backend = await show('chat', (scripted) => {
    scripted.shape = { mini: false, full_screen: true };
  });
  await fireEvent.keyDown(document.body, { key: 'Escape' });
  expect(backend.last('setFullScreen')).toBeUndefined();
});

test('a page that begins in the small window is small', async () => {
  await show('active', (scripted) => {
    scripted.shape = { mini: true, full_screen: false };
  });
  await screen.findByTestId(testids.leaveMini);
});

test('a small window covers nothing: full screen is not ticked after it', async () => {
  await show('active');
  await choose(testids.more, testids.fullScreen);
  await choose(testids.more, testids.mini);
  await fireEvent.click(await screen.findByTestId(testids.leaveMini));
  expect(await ticked()).toBe('false');
});

test('the small window has the other side’s picture, mute, back and end, and goes away with the call', async () => {
  const backend = await show('active');
  await choose(testids.more, testids.mini);
  expect(backend.last('setMini')).toEqual([true]);
  await screen.findByTestId(testids.leaveMini);
  expect(screen.queryByTestId(testids.tileOwn)).toBeNull();
  expect(screen.getByTestId(testids.tileRemote).dataset.picture).toBe('true');
  await fireEvent.click(button(testids.toggleMicrophone));
  expect(backend.last('setMicrophone')).toEqual([false]);
  await fireEvent.click(button(testids.endCall));
  expect(await screen.findByTestId(testids.dismissCall)).toBeDefined();
  expect(screen.getByTestId(testids.callScreen).dataset.mini).toBe('false');
});

test('without a microphone the small window says so, too, and looks for one', async () => {
  const backend = await show('active');
  await choose(testids.more, testids.mini);
  await screen.findByTestId(testids.leaveMini);
  backend.emitCall({ microphone: { available: false, wanted: false, on: false } });
  await waitFor(() => {
    expect(button(testids.toggleMicrophone).getAttribute('aria-label')).toContain(en.call.switchMissing);
  });
  await fireEvent.click(button(testids.toggleMicrophone));
  expect(backend.last('setMicrophone')).toEqual([true]);
});

test('a small window that cannot be had says why and leaves things as they are', async () => {
  const backend = await show('active');
  backend.failures.set('setMini', userError('internal', 'No such window.'));
  await choose(testids.more, testids.mini);
  expect((await screen.findByTestId(testids.problem)).textContent).toContain('No such window.');
  expect(screen.queryByTestId(testids.leaveMini)).toBeNull();
});
