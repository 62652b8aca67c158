import { fireEvent, screen, waitFor } from '@testing-library/svelte';
import { beforeEach, expect, test, vi } from 'vitest';
import { userError } from '../backend/scripted/backend';
import { en } from '../i18n/en';
import { button, show } from '../testing/app';
import { resize } from '../testing/setup';
import { testids } from '../testids';

let width = 800;

beforeEach(() => {
  width = 800;
  // The test's DOM has no layout: tiles get their places from here.
  vi.spyOn(Element.prototype, 'getBoundingClientRect').mockImplementation(function (this: Element) {
    const tile = this instanceof HTMLElement ? this.dataset.testid : undefined;
    if (tile === testids.tileRemote) return new DOMRect(16, 64, width, 400);
    return tile === testids.tileOwn ? new DOMRect(width - 200, 300, 176, 99) : new DOMRect();
  });
});

test.each(['video', 'audio'] as const)('the %s button starts such a call', async (callType) => {
  const backend = await show('chat');
  await fireEvent.click(button(callType === 'video' ? testids.callVideo : testids.callAudio));
  expect(backend.last('startCall')).toEqual(['sara', callType, callType === 'video' ? 'on' : 'off']);
  expect((await screen.findByTestId(testids.callScreen)).dataset.phase).toBe('calling');
  expect(screen.getByTestId(testids.callPartner).textContent).toBe('Sara Lindqvist');
});

test('switches show what is in force, not what is wanted', async () => {
  const backend = await show('active');
  const microphone = button(testids.toggleMicrophone);
  expect(microphone.getAttribute('aria-pressed')).toBe('true');

  backend.emitCall({ microphone: { available: true, wanted: false, on: true } });
  await waitFor(() => {
    expect(microphone.getAttribute('aria-busy')).toBe('true');
  });
  expect(microphone.getAttribute('aria-pressed')).toBe('true');

  backend.emitCall({ microphone: { available: true, wanted: false, on: false } });
  await waitFor(() => {
    expect(microphone.getAttribute('aria-pressed')).toBe('false');
  });
  expect(microphone.getAttribute('aria-label')).toContain(en.call.microphone);
});

test('a press asks for the opposite of what is wanted', async () => {
  const backend = await show('active');
  await fireEvent.click(button(testids.toggleCamera));
  expect(backend.last('setCamera')).toEqual([false]);
  await waitFor(() => {
    expect(button(testids.toggleCamera).getAttribute('aria-pressed')).toBe('false');
  });
  await fireEvent.click(button(testids.toggleCamera));
  expect(backend.last('setCamera')).toEqual([true]);
});

test.each([true, false])(
  'without a device a switch says so, and looks for one (wanted: %s)',
  async (wanted) => {
    const backend = await show('active');
    backend.emitCall({
      microphone: { available: false, wanted, on: false },
      camera: { available: false, wanted, on: false },
      notices: ['no_camera'],
    });
    expect((await screen.findByTestId(testids.notice)).textContent).toContain(en.call.notice.no_camera);
    const [microphone, camera] = [button(testids.toggleMicrophone), button(testids.toggleCamera)];
    for (const one of [microphone, camera]) {
      expect(one.textContent).toContain(en.call.switchMissing);
      expect(one.getAttribute('aria-disabled')).toBeNull();
    }
    await fireEvent.click(camera);
    expect(backend.last('setCamera')).toEqual([true]);
    await fireEvent.click(microphone);
    await waitFor(() => {
      expect(backend.last('setMicrophone')).toEqual([true]);
    });
  },
);

test('a device that may not be used: the way to the system’s page, and another try', async () => {
  vi.spyOn(navigator, 'userAgent', 'get').mockReturnValue('Mozilla/5.0 (Macintosh)');
  const backend = await show('active');
  const off = { available: false, wanted: false, on: false };
  backend.emitCall({ microphone: off, notices: ['microphone_denied', 'poor_connection'] });
  await fireEvent.click(await screen.findByTestId(testids.systemSettings));
  expect(backend.last('openSystemSettings')).toEqual(['microphone']);
  // Nothing can be tried about a poor connection.
  await fireEvent.click(button(testids.retryDevice));
  expect(backend.last('setMicrophone')).toEqual([true]);
});

test.each(['camera_denied', 'camera_busy', 'no_camera'] as const)('%s can be tried again', async (notice) => {
  const backend = await show('active');
  backend.emitCall({ camera: { available: false, wanted: true, on: false }, notices: [notice] });
  await fireEvent.click(await screen.findByTestId(testids.retryDevice));
  expect(backend.last('setCamera')).toEqual([true]);
});

test('a device that takes the place of another is told politely, for as long as the app says', async () => {
  const backend = await show('active');
  backend.emitCall({ switched: { kind: 'speaker', name: 'Headset' } });
  const told = await screen.findByText(en.call.switched('Headset'));
  expect(told.closest('[role="status"]')).not.toBeNull();
  backend.emitCall({ switched: null });
  await waitFor(() => {
    expect(screen.queryByText(en.call.switched('Headset'))).toBeNull();
  });
});

test('a dismissed notice comes back only when it is news again', async () => {
  const backend = await show('active');
  backend.emitCall({ notices: ['poor_connection'] });
  const notice = await screen.findByTestId(testids.notice);
  await fireEvent.click(notice.querySelector('button') ?? notice);
  expect(screen.queryByTestId(testids.notice)).toBeNull();
  backend.emitCall({ notices: [] });
  await Promise.resolve();
  backend.emitCall({ notices: ['poor_connection'] });
  await screen.findByTestId(testids.notice);
});

test('a switch that fails says why', async () => {
  const backend = await show('active');
  backend.failures.set('setMicrophone', userError('internal', 'The microphone is stuck.'));
  await fireEvent.keyDown(window, { key: 'm', code: 'KeyM' });
  expect((await screen.findByTestId(testids.problem)).textContent).toContain('The microphone is stuck.');
});

test('waiting, together, reconnecting and ended are told apart', async () => {
  const backend = await show('waiting');
  const state = () => screen.getByTestId(testids.callState).textContent;
  expect(state()).toBe(en.call.waiting('Sara Lindqvist'));
  expect(screen.queryByTestId(testids.callDuration)).toBeNull();

  backend.emitCall({
    phase: { name: 'active' },
    together_since_ms: Date.now() - 65_000,
    remote: { present: true, video: false, audio: false, speaking: false, poor: false },
  });
  expect((await screen.findByTestId(testids.callDuration)).textContent).toMatch(/^1:0\d$/u);
  expect(screen.getByText(en.call.muted('Sara Lindqvist'))).toBeDefined();
  expect(screen.getByText(en.call.cameraOff('Sara Lindqvist'))).toBeDefined();

  backend.emitCall({ phase: { name: 'reconnecting' } });
  await waitFor(() => {
    expect(screen.getByTestId(testids.callScreen).dataset.phase).toBe('reconnecting');
  });
  expect(button(testids.endCall).disabled).toBe(false);

  backend.emitCall({ phase: { name: 'ended', reason: 'connection_lost', seconds: 754 } });
  await waitFor(() => {
    expect(state()).toBe(en.call.reason.connection_lost());
  });
  expect(screen.getByText(en.call.lasted('12:34'))).toBeDefined();
  expect(screen.queryByTestId(testids.endCall)).toBeNull();
});

test('end, then close, leads back to the chat; call again starts the same call', async () => {
  const backend = await show('active');
  await fireEvent.click(button(testids.endCall));
  await fireEvent.click(await screen.findByTestId(testids.callAgain));
  expect(backend.last('startCall')).toEqual(['sara', 'video', 'on']);
  await fireEvent.click(await screen.findByTestId(testids.endCall));
  await fireEvent.click(await screen.findByTestId(testids.dismissCall));
  await screen.findByTestId(testids.composer);
});

test('pictures are placed, follow a resize, and are taken away when the call ends', async () => {
  const backend = await show('active');
  const places = () => backend.last('placePictures')?.[0];
  await waitFor(() => {
    expect(places()).toEqual([
      { picture: 'remote', x: 16, y: 64, width: 800, height: 400, blurred: false },
      { picture: 'own', x: 600, y: 300, width: 176, height: 99, blurred: false },
    ]);
  });
  width = 1200;
  resize();
  await waitFor(() => {
    expect(places()).toMatchObject([{ width: 1200 }, { x: 1000 }]);
  });
  backend.emitCall({ camera: { available: true, wanted: false, on: false } });
  await waitFor(() => {
    expect(places()).toMatchObject([{ picture: 'remote' }]);
  });
  await backend.endCall();
  await waitFor(() => {
    expect(places()).toEqual([]);
  });
});

test('native pictures need no canvas and leave the stage open; the canvas path paints', async () => {
  const native = await show('active', (backend) => {
    backend.views.pictures = 'native';
  });
  const remote = screen.getByTestId(testids.tileRemote);
  expect(remote.querySelector('canvas')).toBeNull();
  expect(remote.classList.contains('hole')).toBe(true);
  const stage = remote.closest('.stage');
  expect(stage?.classList.contains('open')).toBe(true);

  native.emitCall({
    remote: { present: true, video: false, audio: true, speaking: false, poor: false },
    camera: { available: true, wanted: false, on: false },
  });
  await waitFor(() => {
    expect(stage?.classList.contains('open')).toBe(false);
  });
});

test('the canvas path draws both pictures itself', async () => {
  await show('active');
  expect(screen.getByTestId(testids.tileRemote).querySelector('canvas')).not.toBeNull();
  expect(screen.getByTestId(testids.tileOwn).querySelector('canvas')).not.toBeNull();
  expect(screen.getByTestId(testids.tileRemote).classList.contains('hole')).toBe(false);
});
