import { fireEvent, render, screen, waitFor, within } from '@testing-library/svelte';
import { expect, test } from 'vitest';
import { scene } from '../backend/scripted/scenes';
import { en } from '../i18n/en';
import { Pizoo } from '../state/pizoo.svelte';
import { Place } from '../state/place.svelte';
import { show } from '../testing/app';
import { oneOf, testids } from '../testids';
import MainView from './MainView.svelte';

const chatWith = (name: string) => screen.findByLabelText(en.chat.with(name));

test.each([testids.openSettings, testids.openPeople])(
  'a notification that is pressed leads to its chat from %s, also if that one is open already',
  async (elsewhere) => {
    const backend = await show('chat');
    await fireEvent.click(screen.getByTestId(elsewhere));
    expect(screen.queryByTestId(testids.composer)).toBeNull();
    backend.emitChatRequest('sara');
    await chatWith('Sara Lindqvist');
    expect(backend.last('openChat')).toBeUndefined();

    await fireEvent.click(screen.getByTestId(elsewhere));
    backend.emitChatRequest('mateo');
    await chatWith('Mateo');
    expect(backend.last('openChat')).toEqual(['mateo']);
  },
);

test('a notification that is pressed leads to its chat from verifying', async () => {
  const backend = await show('unverified');
  await fireEvent.click(screen.getByTestId(testids.verifyNow));
  await screen.findByTestId(oneOf(testids.verifyWays, 'link'));
  backend.emitChatRequest('sara');
  await chatWith('Sara Lindqvist');
});

test('a notification that is pressed puts the end of a call away, but no call that goes on', async () => {
  const backend = await show('ended');
  backend.emitChatRequest('mateo');
  await chatWith('Mateo');
  expect(backend.last('dismissCall')).toEqual([]);
});

test('in a call, the chat that was asked for is there afterwards', async () => {
  const backend = await show('active');
  backend.emitChatRequest('mateo');
  await waitFor(() => {
    expect(backend.last('openChat')).toEqual(['mateo']);
  });
  expect(screen.getByTestId(testids.callScreen).dataset.phase).toBe('active');
  expect(backend.last('dismissCall')).toBeUndefined();
});

test('the small window for rings does not listen for chats', async () => {
  const backend = await show('incoming', undefined, 'incoming');
  backend.emitChatRequest('mateo');
  await fireEvent(window, new Event('online'));
  expect(backend.last('openChat')).toBeUndefined();
  expect(backend.last('networkChanged')).toBeUndefined();
});

test('that there is a network again is told at once', async () => {
  const backend = await show('main');
  expect(backend.last('networkChanged')).toBeUndefined();
  await fireEvent(window, new Event('online'));
  expect(backend.last('networkChanged')).toEqual([]);
});

test('in the list, a call that goes on is marked at whom it is with, to be seen and heard', async () => {
  const backend = scene(new URLSearchParams({ scripted: 'active' }));
  const pizoo = new Pizoo(backend);
  await pizoo.start();
  render(MainView, { pizoo, place: new Place(), onverify: () => undefined });
  const rows = screen.getAllByTestId(testids.conversation);
  const marked = rows.filter((row) => within(row).queryByTestId(testids.rowCall) !== null);
  expect(marked.map((row) => row.dataset.matchId)).toEqual(['sara']);
  expect(marked[0]?.textContent).toContain(en.main.inCall);
  await backend.endCall();
  await waitFor(() => {
    expect(screen.queryByTestId(testids.rowCall)).toBeNull();
  });
  pizoo.stop();
});
