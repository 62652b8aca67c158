import { emit } from '@tauri-apps/api/event';
import { clearMocks, mockIPC } from '@tauri-apps/api/mocks';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { WindowShape } from './backend';
import { preferences } from './scripted/backend';
import { tauriBackend } from './tauri';

let invoked: [string, unknown][] = [];
/** The head of a picture. */
const face = new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d]);

beforeEach(() => {
  invoked = [];
  mockIPC((command, payload) => {
    invoked.push([command, payload]);
    if (command === 'snapshot') return { revision: 7 };
    if (command === 'photo') return face.buffer;
    if (command === 'changes') return new Promise(() => undefined);
    return undefined;
  });
});

afterEach(() => {
  clearMocks();
  vi.unstubAllGlobals();
});

test('every command has the name and the arguments that Rust expects', async () => {
  const tile = { picture: 'own', x: 1, y: 2, width: 3, height: 4, blurred: true } as const;
  const chosen = preferences({ theme: 'dark' });
  const commands: [work: () => Promise<unknown>, command: string, args: object][] = [
    [() => tauriBackend.snapshot(), 'snapshot', {}],
    [
      () => tauriBackend.sendLink('one@example.com', 'One'),
      'send_link',
      { email: 'one@example.com', name: 'One' },
    ],
    [() => tauriBackend.verifyLink('text', 'a@b.c'), 'verify_link', { text: 'text', email: 'a@b.c' }],
    [() => tauriBackend.developmentLink('a@b.c'), 'development_link', { email: 'a@b.c' }],
    [
      () => tauriBackend.signInWithPassword('a@b.c', 'secret'),
      'sign_in_with_password',
      { email: 'a@b.c', password: 'secret' },
    ],
    [
      () => tauriBackend.register('a@b.c', 'secret', 'One'),
      'register',
      { email: 'a@b.c', password: 'secret', name: 'One' },
    ],
    [() => tauriBackend.sendPhoneCode('+49 30 1'), 'send_phone_code', { phone: '+49 30 1' }],
    [() => tauriBackend.verifyPhoneCode('123456'), 'verify_phone_code', { code: '123456' }],
    [() => tauriBackend.serverIsFixed(), 'server_is_fixed', {}],
    [() => tauriBackend.openSystemSettings('camera'), 'open_system_settings', { page: 'camera' }],
    [() => tauriBackend.pendingLink(), 'pending_link', {}],
    [() => tauriBackend.answerLink(true), 'answer_link', { accept: true }],
    [() => tauriBackend.retryStart(), 'retry_start', {}],
    [() => tauriBackend.signOut(), 'sign_out', {}],
    [() => tauriBackend.signOutEverywhere(), 'sign_out_everywhere', {}],
    [() => tauriBackend.rename('Two'), 'rename', { name: 'Two' }],
    [() => tauriBackend.photo('/api/photos/a'), 'photo', { address: '/api/photos/a' }],
    [
      () => tauriBackend.setPhoto(new Blob([face], { type: 'image/png' })),
      'set_photo',
      { bytes: face, kind: 'image/png' },
    ],
    [() => tauriBackend.removePhoto(), 'remove_photo', {}],
    [() => tauriBackend.devicesSignedIn(), 'devices_signed_in', {}],
    [() => tauriBackend.signOutDevice('device'), 'sign_out_device', { id: 'device' }],
    [() => tauriBackend.exportData(), 'export_data', {}],
    [() => tauriBackend.deleteAccount(), 'delete_account', {}],
    [() => tauriBackend.discover(), 'discover', {}],
    [() => tauriBackend.swipe('user', true), 'swipe', { userId: 'user', like: true }],
    [() => tauriBackend.unmatch('match'), 'unmatch', { matchId: 'match' }],
    [() => tauriBackend.block('user'), 'block', { userId: 'user' }],
    [() => tauriBackend.unblock('user'), 'unblock', { userId: 'user' }],
    [() => tauriBackend.blocked(), 'blocked', {}],
    [
      () => tauriBackend.report('user', 'spam', 'Links'),
      'report',
      { userId: 'user', reason: 'spam', details: 'Links' },
    ],
    [() => tauriBackend.openChat('match'), 'open_chat', { matchId: 'match' }],
    [() => tauriBackend.closeChat(), 'close_chat', {}],
    [() => tauriBackend.sendMessage('hello'), 'send_message', { text: 'hello' }],
    [() => tauriBackend.retryMessage('message'), 'retry_message', { messageId: 'message' }],
    [() => tauriBackend.loadOlder(), 'load_older', {}],
    [() => tauriBackend.setTyping(true), 'set_typing', { writing: true }],
    [() => tauriBackend.setVisible(false), 'set_visible', { visible: false }],
    [() => tauriBackend.reload(), 'reload', {}],
    [() => tauriBackend.allowCalling('match', true), 'allow_calling', { matchId: 'match', allowed: true }],
    [
      () => tauriBackend.startCall('match', 'video', 'blurred'),
      'start_call',
      { matchId: 'match', callType: 'video', camera: 'blurred' },
    ],
    [
      () => tauriBackend.acceptCall('call', 'video', 'off'),
      'accept_call',
      { callId: 'call', callType: 'video', camera: 'off' },
    ],
    [() => tauriBackend.declineCall('call', null), 'decline_call', { callId: 'call', message: null }],
    [() => tauriBackend.declineCall('call', 'Later?'), 'decline_call', { callId: 'call', message: 'Later?' }],
    [() => tauriBackend.silenceCall('call'), 'silence_call', { callId: 'call' }],
    [() => tauriBackend.endCall(), 'end_call', {}],
    [() => tauriBackend.dismissCall(), 'dismiss_call', {}],
    [() => tauriBackend.setMicrophone(false), 'set_microphone', { on: false }],
    [() => tauriBackend.setCamera(true), 'set_camera', { on: true }],
    [() => tauriBackend.setOwnBlur(true), 'set_own_blur', { on: true }],
    [() => tauriBackend.confirmCode('1 · 2 · 3'), 'confirm_code', { numbers: '1 · 2 · 3' }],
    [() => tauriBackend.callStatistics(), 'call_statistics', {}],
    [() => tauriBackend.setPreferences(chosen), 'set_preferences', { preferences: chosen }],
    [() => tauriBackend.listDevices(), 'list_devices', {}],
    [() => tauriBackend.startPreview(true), 'start_preview', { camera: true }],
    [() => tauriBackend.preview(), 'preview', {}],
    [() => tauriBackend.stopPreview(), 'stop_preview', {}],
    [() => tauriBackend.testSpeaker(), 'test_speaker', {}],
    [() => tauriBackend.setMini(true), 'set_mini', { on: true }],
    [() => tauriBackend.setFullScreen(false), 'set_full_screen', { on: false }],
    [() => tauriBackend.windowShape(), 'window_shape', {}],
    [() => tauriBackend.networkChanged(), 'network_changed', {}],
    [() => tauriBackend.exportLog(), 'export_log', {}],
    [() => tauriBackend.version(), 'version', {}],
    [() => tauriBackend.placePictures([tile], 2), 'place_pictures', { tiles: [tile], scale: 2 }],
  ];
  for (const [work] of commands) await work();
  expect(invoked).toEqual(commands.map(([, command, args]) => [command, args]));
});

test('after the snapshot the app is asked what is newer', async () => {
  const stop = tauriBackend.listen('session', () => undefined);
  await tauriBackend.snapshot();
  stop();
  expect(invoked).toEqual([
    ['snapshot', {}],
    ['changes', { after: 7 }],
  ]);
});

test('a chat that is wanted from outside is told, until nobody listens', async () => {
  mockIPC(() => undefined, { shouldMockEvents: true });
  const wanted: string[] = [];
  const stop = await tauriBackend.listenToChatRequests((matchId) => wanted.push(matchId));
  await emit('open-chat', 'match');
  stop();
  await emit('open-chat', 'another');
  expect(wanted).toEqual(['match']);
});

test('what becomes of the window is told, until nobody listens', async () => {
  mockIPC(() => undefined, { shouldMockEvents: true });
  const told: WindowShape[] = [];
  const stop = await tauriBackend.listenToWindowShape((shape) => told.push(shape));
  const covering = { mini: false, full_screen: true };
  await emit('window-shape', covering);
  stop();
  await emit('window-shape', { mini: false, full_screen: false });
  expect(told).toEqual([covering]);
});

test('a picture is asked for by the platform’s address, after the one before', async () => {
  const asked: string[] = [];
  vi.stubGlobal('__TAURI_INTERNALS__', {
    convertFileSrc: (path: string, scheme: string) => `${scheme}://localhost/${path}`,
  });
  vi.stubGlobal('fetch', (address: string) => {
    asked.push(address);
    return Promise.resolve(new Response(null, { status: 204 }));
  });
  const frame = await tauriBackend.nextPicture('remote', 41, new AbortController().signal);
  expect(frame).toBeNull();
  expect(asked).toEqual(['vid://localhost/remote?after=41']);
});

test('a refused picture is an error', async () => {
  vi.stubGlobal('__TAURI_INTERNALS__', { convertFileSrc: () => 'vid://localhost/own' });
  vi.stubGlobal('fetch', () => Promise.resolve(new Response(null, { status: 404 })));
  await expect(tauriBackend.nextPicture('own', 0, new AbortController().signal)).rejects.toThrow('404');
});
