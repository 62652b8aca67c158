/**
 * The names that end-to-end tests find elements by (`data-testid`). Elements take them from here only.
 *
 * Besides the name: `conversation` carries `data-match-id`; `chat-line` `data-delivery` and `data-mine`; `call-screen`
 * `data-phase` (calling, ringing, connecting, waiting, active, reconnecting, ended); `tile-remote` and `tile-own` `data-picture` (whether a
 * picture has its place there); `notice` `data-notice`; `problem` is any error that is shown, as text.
 */
export const testids = {
  /** Sign in. */
  email: 'email',
  name: 'name',
  sendLink: 'send-link',
  link: 'link',
  verifyLink: 'verify-link',
  developmentLink: 'development-link',
  signOut: 'sign-out',
  /** Chat. */
  conversation: 'conversation',
  chatLine: 'chat-line',
  retry: 'retry',
  composer: 'composer',
  send: 'send',
  callVideo: 'call-video',
  callAudio: 'call-audio',
  callsHint: 'calls-hint',
  verifyHint: 'verify-hint',
  verifyNow: 'verify-now',
  /** Call. */
  callScreen: 'call-screen',
  callPartner: 'call-partner',
  callState: 'call-state',
  callDuration: 'call-duration',
  toggleMicrophone: 'toggle-microphone',
  toggleCamera: 'toggle-camera',
  endCall: 'end-call',
  callAgain: 'call-again',
  dismissCall: 'dismiss-call',
  tileRemote: 'tile-remote',
  tileOwn: 'tile-own',
  notice: 'notice',
  /** Everywhere. */
  problem: 'problem',
} as const;
