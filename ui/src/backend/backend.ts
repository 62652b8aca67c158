/**
 * What the page may ask of the app, and what the app tells it. Types come from the Rust views; the page keeps no
 * truth of its own and never sees a token.
 */
import type {
  CallsLeft,
  CallStatistics,
  CallType,
  CallView,
  CameraStart,
  ChatView,
  CallId,
  ConversationsView,
  Devices,
  IncomingView,
  MatchId,
  MessageId,
  Person,
  Picture,
  Preferences,
  Preview,
  ServerView,
  SessionView,
  SignedInDevice,
  Snapshot,
  Swiped,
  Tile,
  UserId,
} from './generated/types';

export type * from './generated/types';

/** What is told by itself, whole, whenever it changes. */
export interface Views {
  session: SessionView;
  server: ServerView;
  conversations: ConversationsView;
  chat: ChatView | null;
  call: CallView | null;
  incoming: IncomingView | null;
  calls_left: CallsLeft | null;
  preferences: Preferences;
}

/** The main window, from `src-tauri/src/windows/shape.rs`: the shell's own, so it is not among the generated types. */
export interface WindowShape {
  /** It is small, above all others. */
  mini: boolean;
  /** It covers the screen, whoever wanted that. */
  full_screen: boolean;
}

/** One decoded picture: tightly packed I420, already scaled to its tile (and mirrored, if it is the own one). */
export interface PictureFrame {
  /** Where to go on from. */
  sequence: number;
  width: number;
  height: number;
  planes: Uint8Array<ArrayBuffer>;
}

/** Every method but `listen` rejects with a `UserError`, or with whatever broke on the way. */
export interface Backend {
  /** Everything as it is now. What changes from then on is told to who listens. */
  snapshot(): Promise<Snapshot>;
  /** Calls `handler` at every change until the returned function is called. */
  listen<Name extends keyof Views>(name: Name, handler: (view: Views[Name]) => void): () => void;

  /** A sign-in link that the system handed over, without its token; it waits for `answerLink`. */
  pendingLink(): Promise<string | null>;
  /** Calls `handler` with it at every change until the returned function is called. */
  listenToLinks(handler: (link: string | null) => void): Promise<() => void>;
  /** Signs in with the waiting link, or forgets it. One that could not be tried, for want of a server say, goes on waiting. */
  answerLink(accept: boolean): Promise<void>;
  sendLink(email: string, name: string): Promise<void>;
  /** A pasted link, its token, or the short code of a mail to `email`. */
  verifyLink(text: string, email: string): Promise<void>;
  developmentLink(email: string): Promise<void>;
  signInWithPassword(email: string, password: string): Promise<void>;
  register(email: string, password: string, name: string): Promise<void>;
  /** Signed in, the number is added to the account and verifies it; otherwise its code signs in. */
  sendPhoneCode(phone: string): Promise<void>;
  verifyPhoneCode(code: string): Promise<void>;
  /** Tries once more to restore the session that was kept. */
  retryStart(): Promise<void>;
  signOut(): Promise<void>;
  signOutEverywhere(): Promise<void>;
  rename(name: string): Promise<void>;
  /** The file at the address that somebody's photo has; `not_found` for any but those that the app's own server keeps. */
  photo(address: string): Promise<Blob>;
  /** Shows a picture, a JPEG, PNG or WebP, to others as one's own. */
  setPhoto(picture: Blob): Promise<void>;
  removePhoto(): Promise<void>;
  devicesSignedIn(): Promise<SignedInDevice[]>;
  signOutDevice(id: string): Promise<void>;
  /** Writes all that the server keeps of the account into a file, and says where. */
  exportData(): Promise<string>;
  /** For good. */
  deleteAccount(): Promise<void>;

  /** People whom the user has neither liked nor passed. */
  discover(): Promise<Person[]>;
  swipe(userId: UserId, like: boolean): Promise<Swiped>;
  unmatch(matchId: MatchId): Promise<void>;
  /** Ends a call with them at once. They are not told. */
  block(userId: UserId): Promise<void>;
  unblock(userId: UserId): Promise<void>;
  blocked(): Promise<Person[]>;
  /** `reason` is `spam`, `harassment`, `fake_profile`, `inappropriate`, `underage` or `other`. */
  report(userId: UserId, reason: string, details: string): Promise<void>;

  /** Calls `handler` when a chat is wanted from outside, by a notification say, until the returned function is called. */
  listenToChatRequests(handler: (matchId: MatchId) => void): Promise<() => void>;
  openChat(matchId: MatchId): Promise<void>;
  closeChat(): Promise<void>;
  /** Returns once the text is among the lines, as one that is being sent. */
  sendMessage(text: string): Promise<void>;
  retryMessage(messageId: MessageId): Promise<void>;
  /** Puts older messages before those of the open chat. */
  loadOlder(): Promise<void>;
  setTyping(writing: boolean): Promise<void>;
  /** Whether the page can be seen; what arrives in an open chat that can is read. */
  setVisible(visible: boolean): Promise<void>;
  reload(): Promise<void>;

  /** The user's own agreement to calls in a match; the other side is not told. */
  allowCalling(matchId: MatchId, allowed: boolean): Promise<void>;
  /**
   * Rings, or joins where the server cannot ring. Returns once it rings or is joined, or cannot be. A video call begins with
   * the own camera as `camera` says.
   */
  startCall(matchId: MatchId, callType: CallType, camera: CameraStart): Promise<void>;
  acceptCall(callId: CallId, callType: CallType, camera: CameraStart): Promise<void>;
  /** A message, if there is one, is written into their chat; without one it looks to them as if nobody answered. */
  declineCall(callId: CallId, message: string | null): Promise<void>;
  /** Stops the sound of it, here. */
  silenceCall(callId: CallId): Promise<void>;
  endCall(): Promise<void>;
  dismissCall(): Promise<void>;
  /** On, a device that was missing is looked for again; so it is with the camera. */
  setMicrophone(on: boolean): Promise<void>;
  setCamera(on: boolean): Promise<void>;
  /** Blurs the own picture before it leaves this computer, or shows it. */
  setOwnBlur(on: boolean): Promise<void>;
  /** The security code with these digits is the same at the other side. Refused when another one is shown by now. */
  confirmCode(numbers: string): Promise<void>;
  callStatistics(): Promise<CallStatistics>;

  setPreferences(preferences: Preferences): Promise<void>;
  listDevices(): Promise<Devices>;
  /** Opens the microphone, and the camera if wanted, for trying; a call that starts ends it. */
  startPreview(camera: boolean): Promise<void>;
  /** Asked again and again while the preview is open. */
  preview(): Promise<Preview>;
  stopPreview(): Promise<void>;
  /** Plays a short sound on the loudspeaker. */
  testSpeaker(): Promise<void>;

  /** A small window above all others, for a call; false gives the usual one back. */
  setMini(on: boolean): Promise<void>;
  setFullScreen(on: boolean): Promise<void>;
  windowShape(): Promise<WindowShape>;
  /** Calls `handler` at every change, whoever made it, until the returned function is called. */
  listenToWindowShape(handler: (shape: WindowShape) => void): Promise<() => void>;
  /** The system says that there is a network again: what waits to be tried is tried at once. */
  networkChanged(): Promise<void>;
  /** The server was named at the start; there is no choice. */
  serverIsFixed(): Promise<boolean>;
  /** Goes to another server, or with null to this computer's, if one answers there; the page then starts anew. */
  chooseServer(address: string | null): Promise<void>;
  /** The page of the system's settings where the app is allowed to use a device; Windows and macOS have one. */
  openSystemSettings(page: 'camera' | 'microphone'): Promise<void>;
  /** Writes the newest log lines, without secrets, into a file, and says where. */
  exportLog(): Promise<string>;
  version(): Promise<string>;

  /** Where pictures go, in CSS pixels, and how many device pixels one of those is; replaces all earlier places. */
  placePictures(tiles: Tile[], scale: number): Promise<void>;
  /** The newest picture after `after`; null when none came for a while. For the canvas path only. */
  nextPicture(picture: Picture, after: number, signal: AbortSignal): Promise<PictureFrame | null>;
}
