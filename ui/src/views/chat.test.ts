import { fireEvent, screen, waitFor } from '@testing-library/svelte';
import { expect, test } from 'vitest';
import { userError } from '../backend/scripted/backend';
import { line } from '../backend/scripted/scenes';
import { en } from '../i18n/en';
import { show } from '../testing/app';
import { testids } from '../testids';

function lines(): HTMLElement[] {
  return screen.getAllByTestId(testids.chatLine);
}

test('a conversation opens with its history', async () => {
  const backend = await show('main');
  const row = screen.getAllByTestId(testids.conversation).find((one) => one.dataset.matchId === 'mateo');
  expect(row).toBeDefined();
  await fireEvent.click(row ?? document.body);
  expect(backend.last('openChat')).toEqual(['mateo']);
  await waitFor(() => {
    expect(lines()).toHaveLength(1);
  });
});

test('Enter sends and clears, Shift and Enter does not send', async () => {
  const backend = await show('chat');
  const composer = screen.getByTestId<HTMLTextAreaElement>(testids.composer);
  await fireEvent.input(composer, { target: { value: 'Hello' } });
  await fireEvent.keyDown(composer, { key: 'Enter', shiftKey: true });
  expect(backend.last('sendMessage')).toBeUndefined();
  await fireEvent.keyDown(composer, { key: 'Enter' });
  expect(backend.last('sendMessage')).toEqual(['Hello']);
  await waitFor(() => {
    expect(lines().at(-1)?.textContent).toContain('Hello');
  });
  expect(composer.value).toBe('');
});

test('Enter that belongs to an input method does not send', async () => {
  const backend = await show('chat');
  const composer = screen.getByTestId(testids.composer);
  await fireEvent.input(composer, { target: { value: 'にほん' } });
  await fireEvent.keyDown(composer, { key: 'Enter', isComposing: true });
  expect(backend.last('sendMessage')).toBeUndefined();
});

test('blank text is not sent', async () => {
  const backend = await show('chat');
  await fireEvent.input(screen.getByTestId(testids.composer), { target: { value: '  \n ' } });
  expect(screen.getByTestId<HTMLButtonElement>(testids.send).disabled).toBe(true);
  await fireEvent.keyDown(screen.getByTestId(testids.composer), { key: 'Enter' });
  expect(backend.last('sendMessage')).toBeUndefined();
});

test('text that was not even taken comes back, with the reason', async () => {
  const backend = await show('chat');
  backend.failures.set('sendMessage', userError('invalid', 'Too long.'));
  const composer = screen.getByTestId<HTMLTextAreaElement>(testids.composer);
  await fireEvent.input(composer, { target: { value: 'Hello' } });
  await fireEvent.keyDown(composer, { key: 'Enter' });
  expect((await screen.findByTestId(testids.problem)).textContent).toContain('Too long.');
  expect(composer.value).toBe('Hello');
});

test('no text waits for the one before it', async () => {
  const backend = await show('chat');
  const sent: string[] = [];
  // As over a slow line: it never comes back.
  backend.sendMessage = (text) => {
    sent.push(text);
    return new Promise(() => undefined);
  };
  const composer = screen.getByTestId<HTMLTextAreaElement>(testids.composer);
  for (const text of ['One', 'Two', 'Three']) {
    await fireEvent.input(composer, { target: { value: text } });
    await fireEvent.keyDown(composer, { key: 'Enter' });
    expect(composer.value).toBe('');
  }
  expect(sent).toEqual(['One', 'Two', 'Three']);
});

test('text that was refused comes back before what was written since', async () => {
  const backend = await show('chat');
  let refuse: (error: unknown) => void = () => undefined;
  backend.sendMessage = () =>
    new Promise((_, reject) => {
      refuse = reject;
    });
  const composer = screen.getByTestId<HTMLTextAreaElement>(testids.composer);
  await fireEvent.input(composer, { target: { value: 'First' } });
  await fireEvent.keyDown(composer, { key: 'Enter' });
  await fireEvent.input(composer, { target: { value: 'and more' } });
  refuse(userError('invalid', 'Too long.'));
  await screen.findByTestId(testids.problem);
  expect(composer.value).toBe('First\nand more');
});

test('text that is refused after signing out is not given to the next account', async () => {
  const backend = await show('chat');
  let refuse: (error: unknown) => void = () => undefined;
  backend.sendMessage = () =>
    new Promise((_, reject) => {
      refuse = reject;
    });
  const composer = () => screen.getByTestId<HTMLTextAreaElement>(testids.composer);
  await fireEvent.input(composer(), { target: { value: 'secret' } });
  await fireEvent.keyDown(composer(), { key: 'Enter' });
  await backend.signOut();
  await screen.findByTestId(testids.email);
  refuse(userError('signed_out'));
  await backend.verifyLink('x', '');
  await backend.openChat('sara');
  await screen.findByTestId(testids.composer);
  expect(composer().value).toBe('');
});

test('each failed line is sent again by itself, whatever else is under way', async () => {
  const backend = await show('offline', (scripted) => {
    const { chat } = scripted.views;
    const failed = line('sara', true, 'This, too', 0, 'failed');
    if (chat !== null) scripted.emit('chat', { ...chat, lines: [...chat.lines, failed] });
  });
  const retried: string[] = [];
  backend.retryMessage = (id) => {
    retried.push(id);
    return new Promise(() => undefined);
  };
  backend.sendMessage = () => new Promise(() => undefined);
  const composer = screen.getByTestId(testids.composer);
  await fireEvent.input(composer, { target: { value: 'Meanwhile' } });
  await fireEvent.keyDown(composer, { key: 'Enter' });
  for (const again of screen.getAllByTestId(testids.retry)) await fireEvent.click(again);
  expect(new Set(retried).size).toBe(2);
});

test('a failed line is sent again by its button', async () => {
  const backend = await show('offline');
  const failed = lines().find((one) => one.dataset.delivery === 'failed');
  expect(failed?.textContent).toContain(en.chat.delivery.failed);
  await fireEvent.click(screen.getByTestId(testids.retry));
  expect(backend.last('retryMessage')).toHaveLength(1);
  await waitFor(() => {
    expect(screen.queryByTestId(testids.retry)).toBeNull();
  });
});

test('a draft stays with its conversation', async () => {
  const backend = await show('chat');
  const composer = () => screen.getByTestId<HTMLTextAreaElement>(testids.composer);
  await fireEvent.input(composer(), { target: { value: 'unfinished' } });
  await backend.openChat('mateo');
  await waitFor(() => {
    expect(composer().value).toBe('');
  });
  await backend.openChat('sara');
  await waitFor(() => {
    expect(composer().value).toBe('unfinished');
  });
});

test('a draft is still there after the settings', async () => {
  const backend = await show('chat');
  const composer = () => screen.getByTestId<HTMLTextAreaElement>(testids.composer);
  await fireEvent.input(composer(), { target: { value: 'unfinished' } });
  await fireEvent.click(screen.getByTestId(testids.openSettings));
  await fireEvent.click(await screen.findByTestId(testids.closeSettings));
  await screen.findByTestId(testids.composer);
  expect(composer().value).toBe('unfinished');
  await backend.closeChat();
  await waitFor(() => {
    expect(screen.queryByTestId(testids.composer)).toBeNull();
  });
  await backend.openChat('sara');
  await screen.findByTestId(testids.composer);
  expect(composer().value).toBe('unfinished');
});

test('verified users have the buttons, others the exact hint and the way to verify', async () => {
  const backend = await show('unverified');
  expect(screen.queryByTestId(testids.callVideo)).toBeNull();
  expect(screen.queryByTestId(testids.callAudio)).toBeNull();
  expect(screen.getByTestId(testids.verifyHint).textContent.trim()).toBe('Verify account to enable calls');
  const now = screen.getByTestId(testids.verifyNow);
  expect(now.textContent.trim()).toBe('Verify Now');

  await fireEvent.click(now);
  await fireEvent.click(await screen.findByTestId(testids.sendLink));
  expect(backend.last('sendLink')?.[0]).toBe('noor@example.com');
  await fireEvent.click(await screen.findByTestId(testids.developmentLink));
  await screen.findByTestId(testids.callVideo);
  expect(screen.queryByTestId(testids.verifyHint)).toBeNull();
});

test('while the server is away calls are disabled and the reason is shown', async () => {
  await show('offline');
  expect(screen.getByTestId<HTMLButtonElement>(testids.callVideo).disabled).toBe(true);
  expect(screen.getByTestId(testids.callsHint).textContent).toBe(en.chat.callsOffline);
});

test('who runs the server on this computer is told what is missing for calls, others are not', async () => {
  const backend = await show('not-configured');
  const missing = 'LiveKit credentials not configured';
  const hint = () => screen.getByTestId(testids.callsHint).textContent;
  expect(hint()).toBe(en.chat.callsNotConfiguredHow(missing));
  backend.emit('server', { ...backend.views.server, on_this_computer: false });
  await waitFor(() => {
    expect(hint()).toBe(en.chat.callsNotConfigured);
  });
});

test.each([
  [
    userError('rate_limited', 'Rate limit exceeded. Maximum 30 calls per hour. Try again in 7 minutes.'),
    'Try again in 7 minutes.',
  ],
  [userError('calls_not_configured', 'LiveKit credentials not configured'), en.errors.calls_not_configured],
  [userError('not_verified'), 'Account not verified. Please complete verification to use calls.'],
  [{ detail: { deep: true } }, en.errors.internal],
])('a call that cannot start says why and the chat stays', async (error, words) => {
  const backend = await show('chat');
  backend.failures.set('startCall', error);
  await fireEvent.click(screen.getByTestId(testids.callVideo));
  expect((await screen.findByTestId(testids.problem)).textContent).toContain(words);
  expect(screen.getByTestId(testids.composer)).toBeDefined();
});

test('after signing out no draft is left for the next account', async () => {
  const backend = await show('chat');
  const composer = () => screen.getByTestId<HTMLTextAreaElement>(testids.composer);
  await fireEvent.input(composer(), { target: { value: 'secret' } });
  await fireEvent.click(screen.getByTestId(testids.openSettings));
  await fireEvent.click(await screen.findByTestId(testids.signOut));
  await screen.findByTestId(testids.email);
  await backend.verifyLink('x', '');
  await backend.openChat('sara');
  await screen.findByTestId(testids.composer);
  expect(composer().value).toBe('');
});

test('why a call could not start is not shown in another conversation', async () => {
  const backend = await show('chat');
  backend.failures.set('startCall', userError('internal'));
  await fireEvent.click(screen.getByTestId(testids.callVideo));
  await screen.findByTestId(testids.problem);
  await backend.openChat('mateo');
  await waitFor(() => {
    expect(screen.queryByTestId(testids.problem)).toBeNull();
  });
});
