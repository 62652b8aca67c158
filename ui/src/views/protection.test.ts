import { fireEvent, screen, waitFor } from '@testing-library/svelte';
import { expect, test } from 'vitest';
import { userError } from '../backend/scripted/backend';
import { en } from '../i18n/en';
import { setting, settingsSection, testids } from '../testids';
import { button, show } from '../testing/app';

const words = en.call.protection;
const mark = () => screen.getByTestId(testids.protection);

async function openCode() {
  await fireEvent.click(mark());
  return screen.findByTestId(testids.securityCode);
}

test('a compared code makes the call verified, for the digits that were shown', async () => {
  const backend = await show('active');
  expect(mark().textContent).toContain(words.mark.unverified);
  const dialog = await openCode();
  expect(dialog.querySelectorAll('li')).toHaveLength(7);
  expect(dialog.textContent).toContain('4126 · 1803 · 7720');
  await fireEvent.click(button(testids.codeMatches));
  await waitFor(() => {
    expect(mark().textContent).toContain(words.mark.verified);
  });
  expect(backend.last('confirmCode')).toEqual(['4126 · 1803 · 7720']);
  expect(screen.queryByTestId(testids.securityCode)).toBeNull();
});

test('a code that differs leads to the end of the call, or back', async () => {
  const backend = await show('active');
  const dialog = await openCode();
  await fireEvent.click(button(testids.codeDiffers));
  expect(dialog.textContent).toContain(words.differLead);
  expect(dialog.querySelectorAll('li')).toHaveLength(0);
  await fireEvent.click(screen.getByRole('button', { name: words.back }));
  expect(dialog.querySelectorAll('li')).toHaveLength(7);
  await fireEvent.click(button(testids.codeDiffers));
  await fireEvent.click(button(testids.codeEnd));
  expect(backend.last('endCall')).toEqual([]);
  expect(backend.last('confirmCode')).toBeUndefined();
});

test('a device that cannot be kept is said so, and the code stays', async () => {
  const backend = await show('active');
  backend.failures.set('confirmCode', userError('keychain_locked'));
  const dialog = await openCode();
  await fireEvent.click(button(testids.codeMatches));
  await waitFor(() => {
    expect(dialog.querySelector(`[data-testid="${testids.problem}"]`)).not.toBeNull();
  });
});

test('another device and a call without encryption are told, and can be dismissed', async () => {
  const backend = await show('call-plain');
  const name = backend.views.call?.partner_name ?? '';
  expect(mark().textContent).toContain(words.mark.plain);
  expect(screen.getByTestId(testids.notice).textContent).toContain(words.plainLead(name));
  await fireEvent.click(screen.getByRole('button', { name: en.app.dismiss }));
  expect(screen.queryByTestId(testids.notice)).toBeNull();
  backend.emitCall({
    protection: { state: 'end_to_end', emoji: ['🐶'], numbers: '1', trust: 'changed' },
  });
  expect((await screen.findByTestId(testids.notice)).textContent).toContain(words.lead.changed(name));
  expect(mark().textContent).toContain(words.mark.changed);
});

test('nothing is said before it is known', async () => {
  const backend = await show('active');
  backend.emitCall({ protection: { state: 'agreeing' } });
  await waitFor(() => {
    expect(screen.queryByTestId(testids.protection)).toBeNull();
  });
});

test('encryption can be required, and a call that ends for it says why', async () => {
  const backend = await show('settings');
  await fireEvent.click(button(testids.openSettings));
  await fireEvent.click(button(settingsSection('privacy')));
  await fireEvent.click(screen.getByTestId(setting('require_encryption')));
  await waitFor(() => {
    expect(backend.views.preferences.require_encryption).toBe(true);
  });
  expect(en.call.reason.not_encrypted()).toContain('encrypted');
});
