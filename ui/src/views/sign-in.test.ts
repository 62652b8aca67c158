import { fireEvent, screen } from '@testing-library/svelte';
import { afterEach, expect, test, vi } from 'vitest';
import { userError } from '../backend/scripted/backend';
import { en } from '../i18n/en';
import { show } from '../testing/app';
import { oneOf, testids } from '../testids';

afterEach(() => {
  vi.useRealTimers();
});

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

async function way(name: 'link' | 'password' | 'phone') {
  const tab = screen.getByTestId(oneOf(testids.signInWays, name));
  tab.focus();
  await fireEvent.click(tab);
}

function type(id: string, value: string) {
  return fireEvent.input(screen.getByTestId(id), { target: { value } });
}

test('a password signs in, just as it was typed', async () => {
  const backend = await show('signed-out');
  await way('password');
  expect(screen.getByTestId(testids.password).getAttribute('autocomplete')).toBe('current-password');
  await fireEvent.click(screen.getByTestId(testids.enterWithPassword));
  expect(screen.getByTestId(testids.problem).textContent).toContain(en.auth.needAccount);
  await type(testids.passwordEmail, ' one@example.com ');
  await type(testids.password, ' with spaces ');
  await fireEvent.click(screen.getByTestId(testids.enterWithPassword));
  expect(backend.last('signInWithPassword')).toEqual(['one@example.com', ' with spaces ']);
  await screen.findByTestId(testids.openSettings);
});

test('a new account needs a name, and says why it was refused', async () => {
  const backend = await show('signed-out');
  await way('password');
  await fireEvent.click(screen.getByTestId(testids.turnRegister));
  expect(screen.getByTestId(testids.password).getAttribute('autocomplete')).toBe('new-password');
  await type(testids.passwordEmail, 'one@example.com');
  await type(testids.password, 'short');
  await fireEvent.click(screen.getByTestId(testids.enterWithPassword));
  expect(screen.getByTestId(testids.problem).textContent).toContain(en.auth.needNewAccount);
  expect(backend.last('register')).toBeUndefined();

  backend.failures.set('register', userError('refused', 'The password must have at least 10 characters'));
  await type(testids.newName, 'One');
  await fireEvent.click(screen.getByTestId(testids.enterWithPassword));
  await screen.findByText('The password must have at least 10 characters');

  backend.failures.clear();
  await type(testids.password, 'long enough now');
  await fireEvent.click(screen.getByTestId(testids.enterWithPassword));
  expect(backend.last('register')).toEqual(['one@example.com', 'long enough now', 'One']);
  await screen.findByTestId(testids.openSettings);
});

test('whoever makes an account reads what they agree to, whoever has one does not', async () => {
  await show('signed-out');
  await way('password');
  expect(screen.queryByText(en.auth.terms)).toBeNull();
  await fireEvent.click(screen.getByTestId(testids.turnRegister));
  const terms = screen.getByText(en.auth.terms);
  expect(screen.getByTestId(testids.enterWithPassword).getAttribute('aria-describedby')).toBe(terms.id);
});

test('a code to the phone signs in', async () => {
  const backend = await show('signed-out');
  await way('phone');
  await fireEvent.click(screen.getByTestId(testids.sendCode));
  expect(screen.getByTestId(testids.problem).textContent).toContain(en.auth.needPhone);
  await type(testids.phone, ' +46 70 123 45 67 ');
  await fireEvent.click(screen.getByTestId(testids.sendCode));
  expect(backend.last('sendPhoneCode')).toEqual(['+46 70 123 45 67']);
  const code = await screen.findByTestId(testids.phoneCode);
  expect(code.getAttribute('autocomplete')).toBe('one-time-code');
  await type(testids.phoneCode, '1234 5678');
  await fireEvent.click(screen.getByTestId(testids.verifyCode));
  expect(backend.last('verifyPhoneCode')).toEqual(['1234 5678']);
  await screen.findByTestId(testids.openSettings);
});

test.each([
  ['bad_code', 'phone', 'verifyPhoneCode'],
  ['bad_password', 'password', 'signInWithPassword'],
] as const)('%s is told in words, there only', async (code, where, method) => {
  const backend = await show('signed-out');
  backend.failures.set(method, userError(code));
  await way(where);
  if (where === 'phone') {
    await type(testids.phone, '+4670123');
    await fireEvent.click(screen.getByTestId(testids.sendCode));
    await screen.findByTestId(testids.phoneCode);
    await type(testids.phoneCode, '1');
    await fireEvent.click(screen.getByTestId(testids.verifyCode));
  } else {
    await type(testids.passwordEmail, 'one@example.com');
    await type(testids.password, 'wrong');
    await fireEvent.click(screen.getByTestId(testids.enterWithPassword));
  }
  expect((await screen.findByTestId(testids.problem)).textContent).toContain(en.errors[code]);
  await way('link');
  expect(screen.queryByTestId(testids.problem)).toBeNull();
});

test('who tried too often sees how long to wait, and can try again afterwards', async () => {
  const backend = await show('signed-out');
  vi.useFakeTimers();
  await way('password');
  await type(testids.passwordEmail, 'one@example.com');
  await type(testids.password, 'a password');
  backend.failures.set('signInWithPassword', userError('rate_limited', null, 65));
  const enter = screen.getByTestId<HTMLButtonElement>(testids.enterWithPassword);
  await fireEvent.click(enter);
  await vi.advanceTimersByTimeAsync(0);
  expect(screen.getByTestId(testids.problem).textContent).toContain('2 minutes');
  expect(enter.disabled).toBe(true);
  expect(enter.textContent).toContain(en.auth.waitFor('1:05'));
  await vi.advanceTimersByTimeAsync(64_000);
  expect(enter.textContent).toContain(en.auth.waitFor('0:01'));
  await vi.advanceTimersByTimeAsync(1000);
  expect(enter.disabled).toBe(false);
});

test('the server is named at the foot', async () => {
  await show('signed-out', (backend) => {
    const { server } = backend.views;
    backend.views.server = { ...server, on_this_computer: false, address: 'https://pizoo.example' };
  });
  expect(screen.getByText(en.auth.server('https://pizoo.example'))).toBeDefined();
});

test('signed in without verification, a code to the phone verifies', async () => {
  const backend = await show('unverified');
  await fireEvent.click(screen.getByTestId(testids.verifyNow));
  await fireEvent.click(await screen.findByTestId(oneOf(testids.verifyWays, 'phone')));
  await type(testids.phone, '+46701234567');
  await fireEvent.click(screen.getByTestId(testids.sendCode));
  await screen.findByTestId(testids.phoneCode);
  await type(testids.phoneCode, '12345678');
  await fireEvent.click(screen.getByTestId(testids.verifyCode));
  expect(backend.last('verifyPhoneCode')).toEqual(['12345678']);
  await screen.findByTestId(testids.callVideo);
});

test('that one is verified now is said politely, once, and goes away', async () => {
  const backend = await show('unverified');
  const verified = { ...backend.account, verified: true, verified_method: 'email_link' };
  const tell = () => {
    backend.emit('session', { state: 'signed_in', user: { ...verified }, problem: null });
  };
  vi.useFakeTimers({ shouldAdvanceTime: true });
  tell();
  const toast = await screen.findByTestId(testids.toast);
  expect(toast.textContent).toContain(en.verify.done);
  expect(toast.closest('[role="status"]')).not.toBeNull();
  await vi.advanceTimersByTimeAsync(8000);
  expect(screen.queryByTestId(testids.toast)).toBeNull();
  tell();
  await vi.advanceTimersByTimeAsync(10);
  expect(screen.queryByTestId(testids.toast)).toBeNull();
});

test('whoever signs in verified is told nothing of it', async () => {
  const backend = await show('signed-out');
  await backend.verifyLink('x', '');
  await screen.findByTestId(testids.openSettings);
  expect(screen.queryByTestId(testids.toast)).toBeNull();
});

test('an account without an address is verified by phone', async () => {
  await show('unverified', (backend) => {
    backend.account = { ...backend.account, email: null };
    backend.emit('session', { state: 'signed_in', user: backend.account, problem: null });
  });
  await fireEvent.click(screen.getByTestId(testids.verifyNow));
  expect(await screen.findByTestId(testids.phone)).toBeDefined();
  await fireEvent.click(screen.getByTestId(oneOf(testids.verifyWays, 'link')));
  expect(screen.getByText(en.verify.noEmail)).toBeDefined();
});
