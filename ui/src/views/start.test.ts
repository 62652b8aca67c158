import { fireEvent, screen, waitFor } from '@testing-library/svelte';
import { expect, test } from 'vitest';
import { userError } from '../backend/scripted/backend';
import { en } from '../i18n/en';
import { confirmed, oneOf, testids } from '../testids';
import { button, focused, show } from '../testing/app';

test.each([
  ['starting-offline', en.errors.offline],
  ['starting-too-old', en.errors.version_too_old],
])(
  '%s: why the session cannot be restored yet is said, and trying again restores it',
  async (name, words) => {
    const backend = await show(name);
    expect(focused()).toBe(screen.getByTestId(testids.startProblem));
    expect(screen.getByTestId(testids.problem).textContent).toContain(words);
    await fireEvent.click(button(testids.retryStart));
    expect(backend.last('retryStart')).toEqual([]);
    await screen.findByTestId(testids.openSettings);
  },
);

test('trying again that fails says why, and can be done again', async () => {
  const backend = await show('starting-offline');
  backend.failures.set('retryStart', userError('server_failed'));
  await fireEvent.click(button(testids.retryStart));
  await screen.findByText(en.errors.server_failed);
  backend.failures.clear();
  await fireEvent.click(button(testids.retryStart));
  await screen.findByTestId(testids.openSettings);
});

test('while the app tries by itself again there is nothing to press', async () => {
  const backend = await show('starting-offline');
  backend.emit('session', { state: 'starting', problem: null });
  await screen.findByText(en.app.starting);
  expect(screen.queryByTestId(testids.retryStart)).toBeNull();
});

test('instead one can go to another server, or sign out', async () => {
  const backend = await show('starting-offline');
  await fireEvent.click(await screen.findByText(en.app.startProblem.changeServer));
  await fireEvent.click(await screen.findByTestId(oneOf(testids.serverPlace, 'other')));
  await fireEvent.input(screen.getByTestId(testids.serverAddress), { target: { value: 'pizoo.example' } });
  await fireEvent.click(screen.getByTestId(confirmed(testids.serverChoice)));
  await screen.findByTestId(testids.email);
  expect(backend.last('chooseServer')).toEqual(['pizoo.example']);

  backend.emit('session', { state: 'starting', problem: userError('offline') });
  await fireEvent.click(await screen.findByTestId(testids.signOut));
  expect(backend.last('signOut')).toEqual([]);
  await screen.findByTestId(testids.email);
});

test('a locked keychain is no lost session: once it is unlocked, the session is restored', async () => {
  const backend = await show('keychain-locked-start');
  expect(screen.getByTestId(testids.problem).textContent).toContain(en.auth.keychainLocked);
  expect(button(testids.retryStart).textContent).toContain(en.auth.keychainRetry);
  backend.failures.set('retryStart', userError('keychain_locked'));
  await fireEvent.click(button(testids.retryStart));
  await waitFor(() => {
    expect(backend.last('retryStart')).toEqual([]);
  });
  backend.failures.clear();
  await fireEvent.click(button(testids.retryStart));
  await screen.findByTestId(testids.openSettings);
});

test('who signs in anew instead sees why that failed', async () => {
  const backend = await show('keychain-locked-start');
  backend.failures.set('sendLink', userError('offline'));
  await fireEvent.input(screen.getByTestId(testids.email), { target: { value: 'one@example.com' } });
  await fireEvent.click(button(testids.sendLink));
  await screen.findByText(en.errors.offline);
  expect(screen.queryByText(en.auth.keychainLocked)).toBeNull();
});
