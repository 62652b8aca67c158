import { fireEvent, screen, waitFor } from '@testing-library/svelte';
import { beforeEach, expect, test, vi } from 'vitest';
import { userError } from '../backend/scripted/backend';
import { en } from '../i18n/en';
import { testids } from '../testids';
import { button, show } from '../testing/app';

beforeEach(() => {
  vi.spyOn(Element.prototype, 'getBoundingClientRect').mockReturnValue(new DOMRect(10, 20, 320, 180));
});

async function choose(menu: string, item: string): Promise<void> {
  await fireEvent.click(button(menu));
  await fireEvent.click(await screen.findByTestId(item));
}

test('a report needs a reason, carries what was written, and can block with it', async () => {
  const backend = await show('active');
  await choose(testids.safety, testids.report);
  const dialog = await screen.findByTestId(testids.safetyDialog);
  await fireEvent.click(button(testids.safetyConfirm));
  expect(backend.last('report')).toBeUndefined();
  expect(dialog.textContent).toContain(en.call.safety.needReason);
  const reason = dialog.querySelector('[data-reason="harassment"]');
  if (reason === null) throw new Error('no such reason');
  await fireEvent.click(reason);
  await fireEvent.input(screen.getByTestId(testids.reportDetails), { target: { value: ' It was rude. ' } });
  await fireEvent.click(button(testids.safetyConfirm));
  await screen.findByText(en.call.safety.sent);
  expect(backend.last('report')).toEqual(['user-sara', 'harassment', 'It was rude.']);
  expect(backend.last('block')).toEqual(['user-sara']);
  await waitFor(() => {
    expect(screen.queryByTestId(testids.callScreen)).toBeNull();
  });
});

test('a report without a block leaves the call as it is', async () => {
  const backend = await show('active');
  await choose(testids.safety, testids.report);
  const dialog = await screen.findByTestId(testids.safetyDialog);
  await fireEvent.click(screen.getByTestId(testids.reportBlock));
  await fireEvent.click(dialog.querySelector('[data-reason="spam"]') ?? dialog);
  await fireEvent.click(button(testids.safetyConfirm));
  await screen.findByText(en.call.safety.sent);
  expect(backend.last('block')).toBeUndefined();
  expect(screen.getByTestId(testids.callScreen).dataset.phase).toBe('active');
});

test('a report that fails blocks all the same, keeps what was written, and can be sent again', async () => {
  const backend = await show('active');
  backend.failures.set('report', userError('offline'));
  await choose(testids.safety, testids.report);
  const dialog = await screen.findByTestId(testids.safetyDialog);
  await fireEvent.input(screen.getByTestId(testids.reportDetails), { target: { value: 'Kept' } });
  await fireEvent.click(dialog.querySelector('[data-reason="other"]') ?? dialog);
  await fireEvent.click(button(testids.safetyConfirm));
  expect((await screen.findByTestId(testids.problem)).textContent).toContain(en.errors.offline);
  expect(dialog.textContent).toContain(en.call.safety.notSent);
  expect(backend.last('block')).toEqual(['user-sara']);
  await screen.findByText(en.call.safety.sentBlocked('Sara Lindqvist'));
  expect(screen.queryByTestId(testids.callScreen)).toBeNull();
  expect(screen.queryByTestId(testids.reportBlock)).toBeNull();
  expect(screen.getByTestId<HTMLTextAreaElement>(testids.reportDetails).value).toBe('Kept');

  backend.failures.clear();
  await fireEvent.click(button(testids.safetyConfirm));
  await screen.findByText(en.call.safety.sent);
  expect(backend.last('report')).toEqual(['user-sara', 'other', 'Kept']);
  expect(backend.given.filter(([name]) => name === 'block')).toHaveLength(1);
});

test('a report without a block that fails blocks nobody', async () => {
  const backend = await show('active');
  backend.failures.set('report', userError('offline'));
  await choose(testids.safety, testids.report);
  const dialog = await screen.findByTestId(testids.safetyDialog);
  await fireEvent.click(screen.getByTestId(testids.reportBlock));
  await fireEvent.click(dialog.querySelector('[data-reason="other"]') ?? dialog);
  await fireEvent.click(button(testids.safetyConfirm));
  await screen.findByText(en.call.safety.notSent);
  expect(backend.last('block')).toBeUndefined();
});

test('blocking ends the call and leads out of it', async () => {
  const backend = await show('active');
  await choose(testids.safety, testids.block);
  await fireEvent.click(await screen.findByTestId(testids.safetyConfirm));
  expect(backend.last('block')).toEqual(['user-sara']);
  await waitFor(() => {
    expect(screen.queryByTestId(testids.callScreen)).toBeNull();
  });
});

test('from the small window, reporting and blocking are one press away; what is asked then has the usual window', async () => {
  const backend = await show('active');
  await choose(testids.more, testids.mini);
  await screen.findByTestId(testids.leaveMini);
  await fireEvent.click(button(testids.safety));
  await screen.findByTestId(testids.report);
  await fireEvent.click(screen.getByTestId(testids.block));
  expect(backend.last('setMini')).toEqual([false]);
  await screen.findByText(en.call.safety.blockTitle('Sara Lindqvist'));
});

test('afterwards a report is one press away', async () => {
  await show('ended');
  await fireEvent.click(button(testids.report));
  await screen.findByText(en.call.safety.reportTitle('Sara Lindqvist'));
});
