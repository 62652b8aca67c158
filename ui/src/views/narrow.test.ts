import { fireEvent, screen, waitFor } from '@testing-library/svelte';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { en } from '../i18n/en';
import { testids } from '../testids';
import { button, focused, show } from '../testing/app';

/** Of the test's DOM. */
const { happyDOM } = window as unknown as { happyDOM: { setViewport: (size: { width: number }) => void } };

function narrow() {
  happyDOM.setViewport({ width: 450 });
}

function wide() {
  happyDOM.setViewport({ width: 900 });
}

beforeEach(narrow);
afterEach(wide);

function row(matchId: string): HTMLElement {
  const found = screen
    .getAllByTestId(testids.conversation)
    .find(({ dataset }) => dataset.matchId === matchId);
  if (found === undefined) throw new Error('no such row');
  return found;
}

test('a narrow window has the list or the chat, and the focus goes there and back', async () => {
  const backend = await show('main');
  expect(screen.queryByText(en.main.pick)).toBeNull();
  row('mateo').focus();
  await fireEvent.click(row('mateo'));
  await screen.findByTestId(testids.composer);
  expect(screen.queryByTestId(testids.conversation)).toBeNull();
  expect(focused().textContent).toBe('Mateo');

  await fireEvent.click(button(testids.toList));
  await waitFor(() => {
    expect(focused()).toBe(row('mateo'));
  });
  // What comes in is not read by a chat that nobody sees.
  expect(backend.views.chat).toBeNull();
  expect(screen.queryByTestId(testids.composer)).toBeNull();
});

test('new people are left for the list, too', async () => {
  await show('people');
  button(testids.openPeople).focus();
  await fireEvent.click(button(testids.openPeople));
  expect(focused().textContent).toBe(en.people.title);
  await fireEvent.click(await screen.findByTestId(testids.toList));
  await waitFor(() => {
    expect(focused()).toBe(button(testids.openPeople));
  });
});

test('who comes back from a match that is gone is at the head of the list', async () => {
  const backend = await show('chat');
  button(testids.toList).focus();
  await backend.unmatch('sara');
  await waitFor(() => {
    expect(focused().textContent).toBe(en.main.conversations);
  });
});

test('a window that is made narrow keeps the chat, and the focus that was in the list goes there', async () => {
  wide();
  await show('chat');
  expect(screen.queryByTestId(testids.toList)).toBeNull();
  row('mateo').focus();
  narrow();
  await screen.findByTestId(testids.toList);
  expect(screen.queryByTestId(testids.conversation)).toBeNull();
  expect(focused().textContent).toBe('Sara Lindqvist');
});

test('a window that is made narrow leaves the focus where one writes', async () => {
  wide();
  await show('chat');
  screen.getByTestId(testids.composer).focus();
  narrow();
  await screen.findByTestId(testids.toList);
  expect(focused()).toBe(screen.getByTestId(testids.composer));
});
