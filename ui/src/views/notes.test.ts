import { fireEvent, screen, waitFor } from '@testing-library/svelte';
import { expect, test } from 'vitest';
import type { CallNote } from '../backend/backend';
import { type ScriptedBackend, userError } from '../backend/scripted/backend';
import { en } from '../i18n/en';
import { button, show } from '../testing/app';
import { testids } from '../testids';

const YEAR = new Date().getFullYear() - 1;
const EARLIER = new Date(YEAR, 10, 29, 21, 30).getTime();

function noted(...notes: CallNote[]): (backend: ScriptedBackend) => void {
  return ({ views }) => {
    views.preferences = { ...views.preferences, call_notes: notes };
  };
}

function note(matchId: string, feeling: CallNote['feeling'], when = EARLIER): CallNote {
  return { match_id: matchId, feeling, noted_at_ms: when };
}

async function openMenu(): Promise<void> {
  const menu = screen.getByTestId(testids.personMenu);
  menu.focus();
  await fireEvent.keyDown(menu, { key: 'Enter' });
  await screen.findByTestId(testids.menuBlock);
}

test('how a call felt is kept on this computer and nowhere else, and the newest takes an earlier one’s place', async () => {
  const backend = await show('ended', noted(note('sara', 'not_for_me'), note('mateo', 'good')));
  const before = backend.given.length;
  // The earlier note is no answer for this call.
  expect(button(testids.feedbackNotForMe).getAttribute('aria-pressed')).toBe('false');
  await fireEvent.click(button(testids.feedbackGood));
  await screen.findByText(en.call.feedback.noted);
  expect(button(testids.feedbackGood).getAttribute('aria-pressed')).toBe('true');
  const notes = backend.views.preferences.call_notes;
  expect(notes).toHaveLength(2);
  expect(notes).toContainEqual(note('mateo', 'good'));
  const newest = notes.find((one) => one.match_id === 'sara');
  expect(newest?.feeling).toBe('good');
  expect(newest?.noted_at_ms).toBeGreaterThan(Date.now() - 60_000);
  expect(backend.given.slice(before).map(([method]) => method)).toEqual(['setPreferences']);
});

test('an answer can be changed, and taken back by a second press', async () => {
  const backend = await show('ended');
  await fireEvent.click(button(testids.feedbackGood));
  await screen.findByText(en.call.feedback.noted);
  await fireEvent.click(button(testids.feedbackNotForMe));
  await waitFor(() => {
    expect(button(testids.feedbackNotForMe).getAttribute('aria-pressed')).toBe('true');
  });
  expect(button(testids.feedbackGood).getAttribute('aria-pressed')).toBe('false');
  expect(backend.views.preferences.call_notes).toHaveLength(1);
  await fireEvent.click(button(testids.feedbackNotForMe));
  await screen.findByText(en.call.feedback.privacy);
  expect(backend.views.preferences.call_notes).toEqual([]);
});

test('a note that could not be kept is not called kept', async () => {
  const backend = await show('ended');
  backend.failures.set('setPreferences', userError('internal', 'The disk is full.'));
  await fireEvent.click(button(testids.feedbackGood));
  await screen.findByText('The disk is full.');
  expect(button(testids.feedbackGood).getAttribute('aria-pressed')).toBe('false');
  expect(screen.queryByText(en.call.feedback.noted)).toBeNull();
});

test('the own note stands in the menu beside the name, and can be removed there', async () => {
  const backend = await show('chat', noted(note('sara', 'good'), note('mateo', 'not_for_me')));
  await openMenu();
  expect(screen.getByTestId(testids.note).textContent).toContain(en.chat.note.good(`Nov 29, ${YEAR}`));
  const remove = screen.getByTestId(testids.removeNote);
  remove.focus();
  await fireEvent.keyDown(remove, { key: 'Enter' });
  await waitFor(() => {
    expect(backend.views.preferences.call_notes).toEqual([note('mateo', 'not_for_me')]);
  });
  await waitFor(() => {
    expect(screen.queryByTestId(testids.menuBlock)).toBeNull();
  });
  await openMenu();
  expect(screen.queryByTestId(testids.note)).toBeNull();
});

test('a note that could not be removed says why, and is still there', async () => {
  const backend = await show('chat', noted(note('sara', 'good')));
  backend.failures.set('setPreferences', userError('internal', 'The disk is full.'));
  await openMenu();
  const remove = screen.getByTestId(testids.removeNote);
  remove.focus();
  await fireEvent.keyDown(remove, { key: 'Enter' });
  await screen.findByText('The disk is full.');
  expect(backend.views.preferences.call_notes).toHaveLength(1);
});
