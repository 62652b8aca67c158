/** The backend that is the app around the page: Tauri commands, and the `vid` scheme for pictures. */
import { convertFileSrc, invoke } from '@tauri-apps/api/core';
import { listen } from '@tauri-apps/api/event';
import type { Backend, CallStatistics, Changes, MatchId, Picture, Snapshot, WindowShape } from './backend';
import { Feed } from './feed';
import { readFrame } from './frame';
import { readPhoto } from './photo';

const feed = new Feed((after) => invoke<Changes>('changes', { after }));

export const tauriBackend: Backend = {
  snapshot: async () => {
    const all = await invoke<Snapshot>('snapshot');
    feed.begin(all.revision);
    return all;
  },
  listen: (name, handler) => feed.listen(name, handler),

  pendingLink: () => invoke('pending_link'),
  listenToLinks: (handler) =>
    listen<string | null>('link', (event) => {
      handler(event.payload);
    }),
  answerLink: (accept) => invoke('answer_link', { accept }),
  sendLink: (email, name) => invoke('send_link', { email, name }),
  verifyLink: (text, email) => invoke('verify_link', { text, email }),
  developmentLink: (email) => invoke('development_link', { email }),
  signInWithPassword: (email, password) => invoke('sign_in_with_password', { email, password }),
  register: (email, password, name) => invoke('register', { email, password, name }),
  sendPhoneCode: (phone) => invoke('send_phone_code', { phone }),
  verifyPhoneCode: (code) => invoke('verify_phone_code', { code }),
  retryStart: () => invoke('retry_start'),
  signOut: () => invoke('sign_out'),
  signOutEverywhere: () => invoke('sign_out_everywhere'),
  rename: (name) => invoke('rename', { name }),
  photo: async (address) => readPhoto(await invoke<ArrayBuffer>('photo', { address })),
  setPhoto: async (picture) =>
    invoke('set_photo', { bytes: new Uint8Array(await picture.arrayBuffer()), kind: picture.type }),
  removePhoto: () => invoke('remove_photo'),
  devicesSignedIn: () => invoke('devices_signed_in'),
  signOutDevice: (id) => invoke('sign_out_device', { id }),
  exportData: () => invoke('export_data'),
  deleteAccount: () => invoke('delete_account'),

  discover: () => invoke('discover'),
  swipe: (userId, like) => invoke('swipe', { userId, like }),
  unmatch: (matchId) => invoke('unmatch', { matchId }),
  block: (userId) => invoke('block', { userId }),
  unblock: (userId) => invoke('unblock', { userId }),
  blocked: () => invoke('blocked'),
  report: (userId, reason, details) => invoke('report', { userId, reason, details }),

  listenToChatRequests: (handler) =>
    listen<MatchId>('open-chat', (event) => {
      handler(event.payload);
    }),
  openChat: (matchId) => invoke('open_chat', { matchId }),
  closeChat: () => invoke('close_chat'),
  sendMessage: (text) => invoke('send_message', { text }),
  retryMessage: (messageId) => invoke('retry_message', { messageId }),
  loadOlder: () => invoke('load_older'),
  setTyping: (writing) => invoke('set_typing', { writing }),
  setVisible: (visible) => invoke('set_visible', { visible }),
  reload: () => invoke('reload'),

  allowCalling: (matchId, allowed) => invoke('allow_calling', { matchId, allowed }),
  startCall: (matchId, callType, camera) => invoke('start_call', { matchId, callType, camera }),
  acceptCall: (callId, callType, camera) => invoke('accept_call', { callId, callType, camera }),
  declineCall: (callId, message) => invoke('decline_call', { callId, message }),
  silenceCall: (callId) => invoke('silence_call', { callId }),
  endCall: () => invoke('end_call'),
  dismissCall: () => invoke('dismiss_call'),
  confirmCode: (numbers) => invoke('confirm_code', { numbers }),
  setMicrophone: (on) => invoke('set_microphone', { on }),
  setCamera: (on) => invoke('set_camera', { on }),
  setOwnBlur: (on) => invoke('set_own_blur', { on }),
  callStatistics: () => invoke<CallStatistics>('call_statistics'),

  setPreferences: (preferences) => invoke('set_preferences', { preferences }),
  listDevices: () => invoke('list_devices'),
  startPreview: (camera) => invoke('start_preview', { camera }),
  preview: () => invoke('preview'),
  stopPreview: () => invoke('stop_preview'),
  testSpeaker: () => invoke('test_speaker'),

  setMini: (on) => invoke('set_mini', { on }),
  setFullScreen: (on) => invoke('set_full_screen', { on }),
  windowShape: () => invoke('window_shape'),
  // An event, although those are kept by WebKit: there are few, and they are small.
  listenToWindowShape: (handler) =>
    listen<WindowShape>('window-shape', (event) => {
      handler(event.payload);
    }),
  networkChanged: () => invoke('network_changed'),
  serverIsFixed: () => invoke('server_is_fixed'),
  chooseServer: async (address) => {
    await invoke('choose_server', { address });
    location.reload();
  },
  openSystemSettings: (page) => invoke('open_system_settings', { page }),
  exportLog: () => invoke('export_log'),
  version: () => invoke('version'),

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
