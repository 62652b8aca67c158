import { fireEvent, screen, waitFor } from '@testing-library/svelte';
import { beforeEach, expect, test, vi } from 'vitest';
import type { Tile } from '../backend/backend';
import { userError, type ScriptedBackend } from '../backend/scripted/backend';
import { en } from '../i18n/en';
import { testids } from '../testids';
import { button, focused, show } from '../testing/app';

beforeEach(() => {
  vi.spyOn(Element.prototype, 'getBoundingClientRect').mockReturnValue(new DOMRect(10, 20, 320, 180));
});

function alwaysBlurred({ views }: ScriptedBackend): void {
  views.preferences = { ...views.preferences, blur_own: true };
}

/** Shows the own devices before a call, and the switch there. */
async function check(): Promise<HTMLButtonElement> {
  await fireEvent.click(button(testids.callMenu));
  await fireEvent.click(await screen.findByTestId(testids.checkFirst));
  return screen.findByTestId<HTMLButtonElement>(testids.checkBlur);
}

function ownTile(backend: ScriptedBackend): Tile | undefined {
  return (backend.last('placePictures')?.[0] as Tile[] | undefined)?.find(({ picture }) => picture === 'own');
}

async function moreEntry(): Promise<HTMLElement> {
  await fireEvent.click(button(testids.more));
  return screen.findByTestId(testids.blurOwn);
}

test('whoever blurs their picture before a call sees it blurred, and the call begins so', async () => {
  const backend = await show('chat');
  const blur = await check();
  expect(blur.getAttribute('aria-checked')).toBe('false');
  await waitFor(() => {
    expect(ownTile(backend)?.blurred).toBe(false);
  });
  await fireEvent.click(blur);
  await waitFor(() => {
    expect(ownTile(backend)?.blurred).toBe(true);
  });
  await fireEvent.click(button(testids.startVideo));
  expect(backend.last('startCall')).toEqual(['sara', 'video', 'blurred']);
  expect((await screen.findByTestId(testids.callScreen)).dataset.callType).toBe('video');
});

test('before a call the picture is blurred at once where the settings say so, and can be shown', async () => {
  const backend = await show('chat', alwaysBlurred);
  const blur = await check();
  expect(blur.getAttribute('aria-checked')).toBe('true');
  await fireEvent.click(blur);
  await fireEvent.click(button(testids.startVideo));
  expect(backend.last('startCall')).toEqual(['sara', 'video', 'on']);
  expect(backend.views.preferences.blur_own).toBe(true);
});

test('a blurred picture does not turn a camera on that the call begins without', async () => {
  const backend = await show('chat', alwaysBlurred);
  await check();
  await fireEvent.click(button(testids.startAudio));
  expect(backend.last('startCall')).toEqual(['sara', 'video', 'off']);
});

test('whoever blurs their picture before they answer answers so', async () => {
  const backend = await show('incoming');
  await fireEvent.click(button(testids.checkFirst));
  await fireEvent.click(await screen.findByTestId(testids.checkBlur));
  await fireEvent.click(button(testids.acceptVideo));
  expect(backend.last('acceptCall')).toEqual(['ring-one', 'video', 'blurred']);
});

test('a call that is started or answered at once begins blurred where the settings say so', async () => {
  const backend = await show('chat', alwaysBlurred);
  await fireEvent.click(button(testids.callVideo));
  expect(backend.last('startCall')).toEqual(['sara', 'video', 'blurred']);
});

test.each([null, 'incoming'] as const)(
  'a ring that is answered in the window %s begins blurred where the settings say so',
  async (only) => {
    const backend = await show('incoming', alwaysBlurred, only);
    await fireEvent.click(button(testids.acceptVideo));
    expect(backend.last('acceptCall')).toEqual(['ring-one', 'video', 'blurred']);
  },
);

test('a voice call has no picture to blur, neither in its menu nor by its key', async () => {
  const backend = await show('audio', alwaysBlurred);
  await fireEvent.keyDown(window, { key: 'b', code: 'KeyB' });
  expect(backend.last('setOwnBlur')).toBeUndefined();
  await fireEvent.click(button(testids.more));
  await screen.findByTestId(testids.fullScreen);
  expect(screen.queryByTestId(testids.blurOwn)).toBeNull();
});

test('in a call the own picture is blurred by the menu, which shows what is in force', async () => {
  const backend = await show('active');
  expect(screen.queryByTestId(testids.ownBlurred)).toBeNull();
  const entry = await moreEntry();
  expect(entry.getAttribute('aria-checked')).toBe('false');
  await fireEvent.click(entry);
  expect(backend.last('setOwnBlur')).toEqual([true]);
  const said = await screen.findByTestId(testids.ownBlurred);
  expect(said.textContent).toContain(en.call.blur.ownFor('Sara Lindqvist'));
  expect(said.closest('[role="status"]')).not.toBeNull();
  // Rust draws it as it is sent: the tile has nothing to add.
  expect(ownTile(backend)?.blurred).toBe(false);
  expect((await moreEntry()).getAttribute('aria-checked')).toBe('true');
});

test('whoever is blurred shows themselves on their picture, which has the focus then', async () => {
  const backend = await show('own-blurred');
  await fireEvent.click(button(testids.showOwn));
  expect(backend.last('setOwnBlur')).toEqual([false]);
  await waitFor(() => {
    expect(screen.queryByTestId(testids.ownBlurred)).toBeNull();
  });
  expect(screen.queryByTestId(testids.showOwn)).toBeNull();
  expect(focused()).toBe(screen.getByTestId(testids.tileOwn));
});

test('B blurs the own picture and shows it, unless single keys are off', async () => {
  const backend = await show('active');
  await fireEvent.keyDown(window, { key: 'b', code: 'KeyB' });
  expect(backend.last('setOwnBlur')).toEqual([true]);
  await screen.findByTestId(testids.ownBlurred);
  await fireEvent.keyDown(window, { key: 'b', code: 'KeyB' });
  expect(backend.last('setOwnBlur')).toEqual([false]);
  await waitFor(() => {
    expect(screen.queryByTestId(testids.ownBlurred)).toBeNull();
  });
  backend.emit('preferences', { ...backend.views.preferences, single_keys: false });
  await fireEvent.keyDown(window, { key: 'b', code: 'KeyB' });
  expect(backend.given.filter(([name]) => name === 'setOwnBlur')).toHaveLength(2);
});

test('a blur that fails says why, and nothing claims that the picture is blurred', async () => {
  const backend = await show('active');
  backend.failures.set('setOwnBlur', userError('internal', 'No blur today.'));
  await fireEvent.keyDown(window, { key: 'b', code: 'KeyB' });
  expect((await screen.findByTestId(testids.problem)).textContent).toContain('No blur today.');
  expect(screen.queryByTestId(testids.ownBlurred)).toBeNull();
});

test('the same call once more is blurred where its picture was hidden in it', async () => {
  const backend = await show('chat');
  await fireEvent.click(button(testids.callVideo));
  await screen.findByTestId(testids.callScreen);
  await fireEvent.click(await moreEntry());
  await screen.findByTestId(testids.ownBlurred);
  await fireEvent.click(button(testids.endCall));
  await fireEvent.click(await screen.findByTestId(testids.callAgain));
  expect(backend.last('startCall')).toEqual(['sara', 'video', 'blurred']);
});

test('the list of keys has the one that blurs', async () => {
  await show('active');
  await fireEvent.keyDown(window, { key: '?', code: 'Slash', shiftKey: true });
  expect((await screen.findByTestId(testids.shortcuts)).textContent).toContain(en.call.shortcuts.blur);
});
