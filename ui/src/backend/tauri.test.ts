import { clearMocks, mockIPC } from '@tauri-apps/api/mocks';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { tauriBackend } from './tauri';

let invoked: [string, unknown][] = [];

beforeEach(() => {
  invoked = [];
  mockIPC((command, payload) => {
    invoked.push([command, payload]);
  });
});

afterEach(() => {
  clearMocks();
  vi.unstubAllGlobals();
});

test('every command has the name and the arguments that Rust expects', async () => {
  const tile = { picture: 'own', x: 1, y: 2, width: 3, height: 4 } as const;
  await tauriBackend.snapshot();
  await tauriBackend.sendLink('one@example.com', 'One');
  await tauriBackend.verifyLink('text');
  await tauriBackend.developmentLink('one@example.com');
  await tauriBackend.signOut();
  await tauriBackend.openChat('match');
  await tauriBackend.closeChat();
  await tauriBackend.sendMessage('hello');
  await tauriBackend.retryMessage('message');
  await tauriBackend.reload();
  await tauriBackend.startCall('match', 'video');
  await tauriBackend.endCall();
  await tauriBackend.dismissCall();
  await tauriBackend.setMicrophone(false);
  await tauriBackend.setCamera(true);
  await tauriBackend.callStatistics();
  await tauriBackend.placePictures([tile], 2);
  expect(invoked).toEqual([
    ['snapshot', {}],
    ['send_link', { email: 'one@example.com', name: 'One' }],
    ['verify_link', { text: 'text' }],
    ['development_link', { email: 'one@example.com' }],
    ['sign_out', {}],
    ['open_chat', { matchId: 'match' }],
    ['close_chat', {}],
    ['send_message', { text: 'hello' }],
    ['retry_message', { messageId: 'message' }],
    ['reload', {}],
    ['start_call', { matchId: 'match', callType: 'video' }],
    ['end_call', {}],
    ['dismiss_call', {}],
    ['set_microphone', { on: false }],
    ['set_camera', { on: true }],
    ['call_statistics', {}],
    ['place_pictures', { tiles: [tile], scale: 2 }],
  ]);
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
