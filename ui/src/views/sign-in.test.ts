import { fireEvent, screen } from '@testing-library/svelte';
import { expect, test } from 'vitest';
import { userError } from '../backend/scripted/backend';
import { en } from '../i18n/en';
import { show } from '../testing/app';
import { testids } from '../testids';

async function askForLink() {
  await fireEvent.input(screen.getByTestId(testids.email), { target: { value: ' one@example.com ' } });
  await fireEvent.input(screen.getByTestId(testids.name), { target: { value: 'One' } });
  await fireEvent.click(screen.getByTestId(testids.sendLink));
}

test('address, mail, pasted link, signed in', async () => {
  const backend = await show('signed-out');
  await askForLink();
  expect(backend.last('sendLink')).toEqual(['one@example.com', 'One']);
  const link = await screen.findByTestId(testids.link);
  await fireEvent.input(link, { target: { value: ' pizoo://verify?token=abc ' } });
  await fireEvent.click(screen.getByTestId(testids.verifyLink));
  expect(backend.last('verifyLink')).toEqual(['pizoo://verify?token=abc', 'one@example.com']);
  expect(await screen.findAllByTestId(testids.conversation)).not.toHaveLength(0);
});

test('with a development server the newest mail is opened by a button', async () => {
  const backend = await show('signed-out');
  await askForLink();
  await fireEvent.click(await screen.findByTestId(testids.developmentLink));
  expect(backend.last('developmentLink')).toEqual(['one@example.com']);
  await screen.findByTestId(testids.openSettings);
});

test('without one there is no such button', async () => {
  await show('signed-out', (backend) => {
    backend.views.server = { ...backend.views.server, development_mail: false };
  });
  await askForLink();
  await screen.findByTestId(testids.link);
  expect(screen.queryByTestId(testids.developmentLink)).toBeNull();
});

test('nothing is sent without an address, and the screen says why', async () => {
  const backend = await show('signed-out');
  await fireEvent.click(screen.getByTestId(testids.sendLink));
  expect(screen.getByTestId(testids.problem).textContent).toContain(en.auth.needEmail);
  expect(backend.last('sendLink')).toBeUndefined();
});

test.each([
  ['bad_link', en.errors.bad_link],
  ['not_a_link', en.errors.not_a_link],
  ['offline', en.errors.offline],
] as const)('a link that fails with %s is told in words, and can be tried again', async (code, words) => {
  const backend = await show('signed-out');
  await askForLink();
  backend.failures.set('verifyLink', userError(code));
  await fireEvent.input(await screen.findByTestId(testids.link), { target: { value: 'x' } });
  await fireEvent.click(screen.getByTestId(testids.verifyLink));
  expect((await screen.findByTestId(testids.problem)).textContent).toContain(words);

  backend.failures.clear();
  await fireEvent.click(screen.getByTestId(testids.verifyLink));
  await screen.findByTestId(testids.openSettings);
});

test('an error of an unknown shape is never shown as an object', async () => {
  const backend = await show('signed-out');
  backend.failures.set('sendLink', { status: 500, body: { nested: [1, 2] } });
  await askForLink();
  const problem = await screen.findByTestId(testids.problem);
  expect(problem.textContent).toContain(en.errors.internal);
  expect(problem.textContent).not.toContain('[object');
});

test('a session that ended says why', async () => {
  await show('signed-out', (backend) => {
    backend.emit('session', { state: 'signed_out', problem: userError('signed_out') });
  });
  expect(screen.getByTestId(testids.problem).textContent).toContain(en.errors.signed_out);
});

test('a keychain that keeps nothing is told to the signed-in user', async () => {
  const backend = await show('main');
  const { session } = backend.views;
  if (session.state === 'signed_in')
    backend.emit('session', { ...session, problem: userError('keychain_locked') });
  expect((await screen.findByTestId(testids.problem)).textContent).toContain(en.errors.keychain_locked);
});

test('signing out leads back to the address', async () => {
  await show('main');
  await fireEvent.click(screen.getByTestId(testids.openSettings));
  await fireEvent.click(await screen.findByTestId(testids.signOut));
  await screen.findByTestId(testids.email);
});
