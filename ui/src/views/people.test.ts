import { fireEvent, screen, waitFor, within } from '@testing-library/svelte';
import { expect, test } from 'vitest';
import { userError } from '../backend/scripted/backend';
import { en } from '../i18n/en';
import { show } from '../testing/app';
import { confirmed, testids } from '../testids';

const id = (name: string) => screen.getByTestId(name);

async function meet(scene = 'people', change?: Parameters<typeof show>[1]) {
  const backend = await show(scene, change);
  await fireEvent.click(id(testids.openPeople));
  return backend;
}

test('one person after the other is liked or passed, until there is nobody left', async () => {
  const backend = await meet('people', (one) => {
    one.likedBy.clear();
  });
  expect((await screen.findByTestId(testids.personCard)).textContent).toContain('Ines');
  await fireEvent.click(id(testids.pass));
  expect(backend.last('swipe')).toEqual(['user-ines', false]);
  await waitFor(() => {
    expect(id(testids.personCard).textContent).toContain('Tomas');
  });
  expect(screen.getByText(en.people.passed('Ines')).getAttribute('role')).toBe('status');
  await fireEvent.click(id(testids.like));
  expect(backend.last('swipe')).toEqual(['user-tomas', true]);
  await waitFor(() => {
    expect(id(testids.personCard).textContent).toContain('Yuki');
  });
  await fireEvent.click(id(testids.pass));
  await screen.findByText(en.people.nobody);
});

test('the arrow keys answer only while the card has the focus', async () => {
  const backend = await meet();
  const card = await screen.findByTestId(testids.personCard);
  await fireEvent.keyDown(document.body, { key: 'ArrowRight' });
  await fireEvent.keyDown(id(testids.pass), { key: 'ArrowRight' });
  await fireEvent.keyDown(card, { key: 'ArrowRight', ctrlKey: true });
  await fireEvent.keyDown(card, { key: 'x' });
  expect(backend.last('swipe')).toBeUndefined();
  await fireEvent.keyDown(card, { key: 'ArrowLeft' });
  expect(backend.last('swipe')).toEqual(['user-ines', false]);
});

test('who likes back is a match, and saying hello opens the chat', async () => {
  const backend = await meet();
  await fireEvent.keyDown(await screen.findByTestId(testids.personCard), { key: 'ArrowRight' });
  const heading = await screen.findByText(en.people.match);
  expect(document.activeElement).toBe(heading);
  await fireEvent.click(id(testids.sayHello));
  expect(backend.last('openChat')).toEqual(['ines']);
  await screen.findByLabelText(en.chat.with('Ines'));
  expect(screen.queryByText(en.people.match)).toBeNull();
});

test('after a match one can go on looking', async () => {
  await meet();
  await fireEvent.click(await screen.findByTestId(testids.like));
  await fireEvent.click(await screen.findByTestId(testids.goOn));
  expect((await screen.findByTestId(testids.personCard)).textContent).toContain('Tomas');
});

test('a like that fails keeps the person and says why', async () => {
  const backend = await meet();
  await screen.findByTestId(testids.personCard);
  backend.failures.set('swipe', userError('offline'));
  await fireEvent.click(id(testids.like));
  expect((await screen.findByTestId(testids.problem)).textContent).toContain(en.errors.offline);
  expect(id(testids.personCard).textContent).toContain('Ines');
});

test('with nobody new one can look again', async () => {
  const backend = await meet('nobody-new');
  await screen.findByText(en.people.nobody);
  backend.people = [{ id: 'user-late', name: 'Late', photo: null }];
  await fireEvent.click(screen.getByText(en.people.lookAgain));
  expect((await screen.findByTestId(testids.personCard)).textContent).toContain('Late');
});

test('a look that failed can be tried again', async () => {
  const backend = await meet('people', (one) => {
    one.failures.set('discover', userError('server_failed'));
  });
  const problem = await screen.findByTestId(testids.problem);
  backend.failures.clear();
  await fireEvent.click(within(problem).getByRole('button'));
  await screen.findByTestId(testids.personCard);
});

async function openMenu(entry: string) {
  id(testids.personMenu).focus();
  await fireEvent.keyDown(id(testids.personMenu), { key: 'Enter' });
  const item = await screen.findByTestId(entry);
  item.focus();
  await fireEvent.keyDown(item, { key: 'Enter' });
}

test('unmatching is asked for, then the conversation is gone', async () => {
  const backend = await show('chat');
  await openMenu(testids.menuUnmatch);
  await screen.findByText(en.safety.unmatchTitle('Sara Lindqvist'));
  expect(backend.last('unmatch')).toBeUndefined();
  await fireEvent.click(id(confirmed(testids.unmatch)));
  expect(backend.last('unmatch')).toEqual(['sara']);
  await screen.findByText(en.main.pick);
});

test('blocking is asked about, and a failure is told where it was asked', async () => {
  const backend = await show('chat');
  backend.failures.set('block', userError('offline'));
  await openMenu(testids.menuBlock);
  const dialog = await screen.findByTestId(testids.safetyDialog);
  expect(backend.last('block')).toBeUndefined();
  await fireEvent.click(id(testids.safetyConfirm));
  expect((await within(dialog).findByTestId(testids.problem)).textContent).toContain(en.errors.offline);
  backend.failures.clear();
  await fireEvent.click(id(testids.safetyConfirm));
  expect(backend.last('block')).toEqual(['user-sara']);
  await screen.findByText(en.main.pick);
});

test('a report that was sent is not called failed, nor sent again, because blocking failed', async () => {
  const backend = await show('chat');
  backend.failures.set('block', userError('offline'));
  await openMenu(testids.menuReport);
  const dialog = await screen.findByTestId(testids.safetyDialog);
  await fireEvent.click(within(dialog).getByLabelText(en.call.safety.reasons.underage));
  await fireEvent.click(id(testids.safetyConfirm));
  await screen.findByText(en.call.safety.sentNotBlocked('Sara Lindqvist'));
  await fireEvent.click(id(testids.safetyConfirm));
  expect(backend.given.filter(([method]) => method === 'report')).toHaveLength(1);
});
