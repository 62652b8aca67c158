/**
 * What the page may ask of the app, and what the app tells it. Types come from the Rust views; the page keeps no
 * truth of its own and never sees a token.
 */
import type {
  CallStatistics,
  CallType,
  CallView,
  ChatView,
  ConversationsView,
  MatchId,
  MessageId,
  Picture,
  ServerView,
  SessionView,
  Snapshot,
  Tile,
} from './generated/types';

export type * from './generated/types';

/** What is sent by itself, whole, whenever it changes: event name to payload. */
export interface Views {
  session: SessionView;
  server: ServerView;
  conversations: ConversationsView;
  chat: ChatView | null;
  call: CallView | null;
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
  snapshot(): Promise<Snapshot>;
  /** Calls `handler` at every change until the returned function is called. */
  listen<Name extends keyof Views>(name: Name, handler: (view: Views[Name]) => void): Promise<() => void>;

  sendLink(email: string, name: string): Promise<void>;
  verifyLink(text: string): Promise<void>;
  developmentLink(email: string): Promise<void>;
  signOut(): Promise<void>;

  openChat(matchId: MatchId): Promise<void>;
  closeChat(): Promise<void>;
  sendMessage(text: string): Promise<void>;
  retryMessage(messageId: MessageId): Promise<void>;
  reload(): Promise<void>;

  startCall(matchId: MatchId, callType: CallType): Promise<void>;
  endCall(): Promise<void>;
  dismissCall(): Promise<void>;
  setMicrophone(on: boolean): Promise<void>;
  setCamera(on: boolean): Promise<void>;
  callStatistics(): Promise<CallStatistics>;

  /** Where pictures go, in CSS pixels, and how many device pixels one of those is; replaces all earlier places. */
  placePictures(tiles: Tile[], scale: number): Promise<void>;
  /** The newest picture after `after`; null when none came for a while. For the canvas path only. */
  nextPicture(picture: Picture, after: number, signal: AbortSignal): Promise<PictureFrame | null>;
}
