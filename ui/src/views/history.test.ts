import { fireEvent, screen, waitFor, within } from '@testing-library/svelte';
import { afterEach, expect, test, vi } from 'vitest';
import { userError } from '../backend/scripted/backend';
import { line } from '../backend/scripted/scenes';
import { en } from '../i18n/en';
import { show } from '../testing/app';
import { testids } from '../testids';

afterEach(() => {
  vi.useRealTimers();
});

/** The test's DOM has no layout: a message is 50 pixels high, the window shows 300. */
function layOut(log: HTMLElement): void {
  Object.defineProperty(log, 'clientHeight', { value: 300 });
  Object.defineProperty(log, 'scrollHeight', { get: () => 50 * log.querySelectorAll('ol > li').length });
}

test('older messages come by the button, and what one reads stays where it was', async () => {
  const backend = await show('history');
  const log = screen.getByRole('log');
  layOut(log);
  log.scrollTop = 20;
  const before = log.scrollHeight;
  await fireEvent.click(screen.getByTestId(testids.loadOlder));
  expect(backend.last('loadOlder')).toEqual([]);
  await screen.findByText('An older message, number 1');
  await waitFor(() => {
    expect(log.scrollTop).toBe(20 + log.scrollHeight - before);
  });
  expect(screen.queryByTestId(testids.loadOlder)).toBeNull();
});

test('older messages come by scrolling to the top, not by scrolling elsewhere', async () => {
  const backend = await show('history');
  const log = screen.getByRole('log');
  layOut(log);
  log.scrollTop = 200;
  await fireEvent.scroll(log);
  expect(backend.last('loadOlder')).toBeUndefined();
  log.scrollTop = 0;
  await fireEvent.scroll(log);
  expect(backend.last('loadOlder')).toEqual([]);
});

test('older messages that cannot be had are not asked for again by scrolling, but by the button', async () => {
  const backend = await show('history');
  backend.failures.set('loadOlder', userError('offline'));
  await fireEvent.click(screen.getByTestId(testids.loadOlder));
  const log = screen.getByRole('log');
  expect((await within(log).findByTestId(testids.problem)).textContent).toContain(en.errors.offline);
  const asked = backend.given.length;
  layOut(log);
  await fireEvent.scroll(log);
  expect(backend.given).toHaveLength(asked);
  backend.failures.clear();
  await fireEvent.click(screen.getByTestId(testids.loadOlder));
  await screen.findByText('An older message, number 1');
  expect(within(log).queryByTestId(testids.problem)).toBeNull();
});

test('a new message is scrolled to only by who reads at the end', async () => {
  const backend = await show('history');
  const log = screen.getByRole('log');
  layOut(log);
  const add = (content: string) => {
    const { chat } = backend.views;
    if (chat !== null)
      backend.emit('chat', { ...chat, lines: [...chat.lines, line('sara', false, content, 0)] });
  };
  log.scrollTop = 10;
  add('While reading above');
  await screen.findByText('While reading above');
  expect(log.scrollTop).toBe(10);
  log.scrollTop = log.scrollHeight - 300;
  add('While reading the end');
  await screen.findByText('While reading the end');
  await waitFor(() => {
    expect(log.scrollTop).toBe(log.scrollHeight);
  });
});

test('calls are told in words, in the chat and in the list, and a missed one can be called back', async () => {
  const backend = await show('history');
  const lines = screen.getAllByTestId(testids.systemLine);
  const texts = lines.map((one) => one.textContent);
  expect(texts[1]).toContain('Voice call, 1:13');
  expect(texts[2]).toContain('Voice call, no answer');
  expect(texts[4]).toContain('Missed video call');
  const row = screen.getAllByTestId(testids.conversation)[0];
  expect(row?.textContent).toContain('Missed video call');
  expect(document.body.textContent).not.toContain('call.missed');

  expect(screen.getAllByTestId(testids.callBack)).toHaveLength(3);
  const last = lines.at(-1);
  if (last !== undefined) await fireEvent.click(within(last).getByTestId(testids.callBack));
  expect(backend.last('startCall')).toEqual(['sara', 'video', 'on']);
});

test('a call that one declined is told as such, calmly, and can be called back', async () => {
  const backend = await show('history');
  const lines = screen.getAllByTestId(testids.systemLine);
  const declined = lines.find((one) => one.dataset.code === 'call.declined:audio');
  if (declined === undefined) throw new Error('There is one in this history.');
  expect(declined.textContent).toContain('Declined voice call');
  expect(declined.classList.contains('missed')).toBe(false);
  await fireEvent.click(within(declined).getByTestId(testids.callBack));
  expect(backend.last('startCall')).toEqual(['sara', 'audio', 'off']);
});

test('who may not call now is not offered to call back', async () => {
  await show('history', (backend) => {
    backend.emit('server', { ...backend.views.server, calls: 'offline' });
  });
  expect(screen.queryByTestId(testids.callBack)).toBeNull();
});

test('a line from a newer server is not shown as a code', async () => {
  const backend = await show('history');
  const { chat } = backend.views;
  const made = line('sara', false, 'gift.sent:flowers', 0);
  const message = { ...made.message, message_type: 'system' };
  if (chat !== null) backend.emit('chat', { ...chat, lines: [{ ...made, message }] });
  await screen.findByText(en.chat.unknownSystem);
  expect(screen.queryByText(/gift/u)).toBeNull();
});

test('that the other side is writing is said politely, and no longer when they stop', async () => {
  const backend = await show('history');
  const typing = screen.getByTestId(testids.typing);
  expect(typing.getAttribute('role')).toBe('status');
  expect(typing.textContent).toContain(en.chat.typing('Sara Lindqvist'));
  const { chat } = backend.views;
  if (chat !== null) backend.emit('chat', { ...chat, typing: false });
  await waitFor(() => {
    expect(typing.textContent.trim()).toBe('');
  });
});

test('writing is told at the first key, and its end when sent, emptied or idle', async () => {
  const backend = await show('chat');
  vi.useFakeTimers();
  const told = () => backend.given.filter(([method]) => method === 'setTyping').map(([, value]) => value);
  const composer = screen.getByTestId(testids.composer);
  const write = (value: string) => fireEvent.input(composer, { target: { value } });
  await write('H');
  await write('He');
  expect(told()).toEqual([true]);
  await fireEvent.keyDown(composer, { key: 'Enter' });
  expect(told()).toEqual([true, false]);
  await write('Again');
  await write('');
  expect(told()).toEqual([true, false, true, false]);
  await write('And');
  vi.advanceTimersByTime(4000);
  expect(told()).toEqual([true, false, true, false, true, false]);
});

test('a chat is visible only while somebody can see it', async () => {
  const backend = await show('chat');
  const visible = () => backend.last('setVisible');
  await waitFor(() => {
    expect(visible()).toEqual([true]);
  });
  await fireEvent.blur(window);
  expect(visible()).toEqual([false]);
  await fireEvent.focus(window);
  expect(visible()).toEqual([true]);

  vi.spyOn(document, 'visibilityState', 'get').mockReturnValue('hidden');
  await fireEvent(document, new Event('visibilitychange'));
  expect(visible()).toEqual([false]);
  vi.restoreAllMocks();
  await fireEvent(document, new Event('visibilitychange'));
  expect(visible()).toEqual([true]);

  await fireEvent.click(screen.getByTestId(testids.openSettings));
  expect(visible()).toEqual([false]);
});

test('a chat that opens by itself is gone to', async () => {
  const backend = await show('chat');
  await fireEvent.click(screen.getByTestId(testids.openPeople));
  expect(screen.queryByTestId(testids.composer)).toBeNull();
  backend.showChat('mateo');
  await screen.findByLabelText(en.chat.with('Mateo'));
});
