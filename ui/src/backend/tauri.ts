/** The backend that is the app around the page: Tauri commands, events, and the `vid` scheme for pictures. */
import { convertFileSrc, invoke } from '@tauri-apps/api/core';
import { listen } from '@tauri-apps/api/event';
import type { Backend, CallStatistics, Picture, Snapshot } from './backend';
import { readFrame } from './frame';

export const tauriBackend: Backend = {
  snapshot: () => invoke<Snapshot>('snapshot'),
  listen: (name, handler) =>
    listen(name, (event) => {
      handler(event.payload as never);
    }),

  sendLink: (email, name) => invoke('send_link', { email, name }),
  verifyLink: (text) => invoke('verify_link', { text }),
  developmentLink: (email) => invoke('development_link', { email }),
  signOut: () => invoke('sign_out'),

  openChat: (matchId) => invoke('open_chat', { matchId }),
  closeChat: () => invoke('close_chat'),
  sendMessage: (text) => invoke('send_message', { text }),
  retryMessage: (messageId) => invoke('retry_message', { messageId }),
  reload: () => invoke('reload'),

  startCall: (matchId, callType) => invoke('start_call', { matchId, callType }),
  endCall: () => invoke('end_call'),
  dismissCall: () => invoke('dismiss_call'),
  setMicrophone: (on) => invoke('set_microphone', { on }),
  setCamera: (on) => invoke('set_camera', { on }),
  callStatistics: () => invoke<CallStatistics>('call_statistics'),

  placePictures: (tiles, scale) => invoke('place_pictures', { tiles, scale }),
  nextPicture,
};

async function nextPicture(picture: Picture, after: number, signal: AbortSignal) {
  // `vid://localhost/remote`, or `http://vid.localhost/remote` where the web view knows no custom schemes.
  const address = `${convertFileSrc(picture, 'vid')}?after=${after}`;
  const answer = await fetch(address, { signal, cache: 'no-store' });
  if (answer.status === 204) return null;
  if (!answer.ok) throw new Error(`The picture was refused with status ${answer.status}.`);
  return readFrame(await answer.arrayBuffer());
}
