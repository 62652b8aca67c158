import { fireEvent, screen, waitFor } from '@testing-library/svelte';
import { expect, test, vi } from 'vitest';
import { en } from '../i18n/en';
import { language } from '../i18n/language.svelte';
import { clockTime } from '../i18n/time';
import { testids } from '../testids';
import { button, show } from '../testing/app';

test('the last calls of the hour are counted down in words, and calling goes on', async () => {
  const backend = await show('few-calls');
  const hint = () => screen.queryByTestId(testids.callsHint)?.textContent;
  expect(hint()).toBe('2 more calls this hour');
  const video = button(testids.callVideo);
  expect(video.disabled).toBe(false);
  expect(document.getElementById(video.getAttribute('aria-describedby') ?? '')?.textContent).toBe(hint());
  backend.emit('calls_left', { left: 1, more_at_ms: Date.now() + 60_000 });
  await waitFor(() => {
    expect(hint()).toBe('1 more call this hour');
  });
  backend.emit('calls_left', { left: 4, more_at_ms: Date.now() + 60_000 });
  await waitFor(() => {
    expect(hint()).toBeUndefined();
  });
});

test('without any call left nobody can be called, until there is one more', async () => {
  vi.useFakeTimers({ shouldAdvanceTime: true, now: new Date(2026, 2, 10, 14, 12) });
  try {
    const backend = await show('chat', ({ views }) => {
      views.calls_left = { left: 0, more_at_ms: new Date(2026, 2, 10, 14, 31, 20).getTime() };
    });
    const time = clockTime(new Date(2026, 2, 10, 14, 32), language.locale);
    expect(screen.getByTestId(testids.callsHint).textContent).toBe(en.chat.noCallsUntil(time));
    for (const id of [testids.callVideo, testids.callAudio]) expect(button(id).disabled).toBe(true);
    await fireEvent.keyDown(window, { code: 'KeyC', key: 'C', shiftKey: true, altKey: true });
    expect(backend.last('startCall')).toBeUndefined();
    await vi.advanceTimersByTimeAsync(19 * 60_000 + 20_000);
    await waitFor(() => {
      expect(button(testids.callVideo).disabled).toBe(false);
    });
    expect(screen.queryByTestId(testids.callsHint)).toBeNull();
  } finally {
    vi.useRealTimers();
  }
});

test('what is wrong with the server comes before the limit', async () => {
  const backend = await show('no-calls', ({ views }) => {
    views.server = { ...views.server, calls: 'offline' };
  });
  expect(screen.getByTestId(testids.callsHint).textContent).toBe(en.chat.callsOffline);
  backend.emit('calls_left', null);
  backend.emit('server', { ...backend.views.server, calls: 'ready' });
  await waitFor(() => {
    expect(screen.queryByTestId(testids.callsHint)).toBeNull();
  });
});
