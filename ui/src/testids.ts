/**
 * The names that end-to-end tests find elements by (`data-testid`). Elements take them from here only.
 *
 * Besides the name: `conversation` carries `data-match-id`; `chat-line` `data-delivery` and `data-mine`; `call-screen`
 * `data-phase` (calling, ringing, connecting, waiting, active, reconnecting, ended), `data-call-type` and `data-mini`;
 * `incoming` `data-call-type`; `tile-remote` and `tile-own` `data-picture` (whether a picture has its place there), the
 * one `data-blurred`, the other `data-corner`; `notice` `data-notice` (also `plain`, `changed` and `switched`); `problem` is
 * any error that is shown, as text; `system-line` `data-code` (such as `call.missed:video`); `person-card` `data-user-id`.
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
  startProblem: 'start-problem',
  retryStart: 'retry-start',
  changeServer: 'change-server',
  serverChoice: 'server-choice',
  serverPlace: 'server-place',
  serverAddress: 'server-address',
  systemSettings: 'system-settings',
  /** Chat. */
  conversation: 'conversation',
  toList: 'to-list',
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
  reconnecting: 'reconnecting',
  mutedHint: 'muted-hint',
  tileRemote: 'tile-remote',
  tileOwn: 'tile-own',
  notice: 'notice',
  protection: 'protection',
  securityCode: 'security-code',
  codeMatches: 'code-matches',
  codeDiffers: 'code-differs',
  codeEnd: 'code-end',
  callMenu: 'call-menu',
  checkFirst: 'check-first',
  allowCalls: 'allow-calls',
  groundRules: 'ground-rules',
  groundRulesAccept: 'ground-rules-accept',
  groundRulesDecline: 'ground-rules-decline',
  checkScreen: 'check-screen',
  checkLevel: 'check-level',
  checkAgain: 'check-again',
  startVideo: 'start-video',
  startAudio: 'start-audio',
  leaveCheck: 'leave-check',
  devices: 'devices',
  chooseMicrophone: 'choose-microphone',
  chooseCamera: 'choose-camera',
  chooseSpeaker: 'choose-speaker',
  testSpeaker: 'test-speaker',
  volume: 'volume',
  incoming: 'incoming',
  acceptVideo: 'accept-video',
  acceptAudio: 'accept-audio',
  decline: 'decline',
  silence: 'silence',
  showRemote: 'show-remote',
  blurRemote: 'blur-remote',
  more: 'more',
  statistics: 'statistics',
  openStatistics: 'open-statistics',
  fullScreen: 'full-screen',
  mini: 'mini',
  leaveMini: 'leave-mini',
  shortcuts: 'shortcuts',
  openShortcuts: 'open-shortcuts',
  messageInstead: 'message-instead',
  retryDevice: 'retry-device',
  feedback: 'feedback',
  feedbackGood: 'feedback-good',
  feedbackNotForMe: 'feedback-not-for-me',
  safety: 'safety',
  report: 'report',
  block: 'block',
  safetyDialog: 'safety-dialog',
  reportDetails: 'report-details',
  reportBlock: 'report-block',
  safetyConfirm: 'safety-confirm',
  /** Everywhere. */
  problem: 'problem',
  toast: 'toast',
  /** Accounts. */
  signInWays: 'sign-in-ways',
  verifyWays: 'verify-ways',
  passwordEmail: 'password-email',
  password: 'password',
  newName: 'new-name',
  enterWithPassword: 'enter-with-password',
  turnRegister: 'turn-register',
  phone: 'phone',
  sendCode: 'send-code',
  phoneCode: 'phone-code',
  verifyCode: 'verify-code',
  /** People. */
  openPeople: 'open-people',
  personCard: 'person-card',
  like: 'like',
  pass: 'pass',
  sayHello: 'say-hello',
  goOn: 'go-on',
  personMenu: 'person-menu',
  menuUnmatch: 'menu-unmatch',
  menuBlock: 'menu-block',
  menuReport: 'menu-report',
  note: 'note',
  removeNote: 'remove-note',
  unmatch: 'unmatch',
  /** Chat. */
  loadOlder: 'load-older',
  typing: 'typing',
  systemLine: 'system-line',
  callBack: 'call-back',
  rowCall: 'row-call',
  /** Settings. */
  openSettings: 'open-settings',
  closeSettings: 'close-settings',
  settings: 'settings',
  rename: 'rename',
  renameSave: 'rename-save',
  choosePhoto: 'choose-photo',
  removePhoto: 'remove-photo',
  photoFile: 'photo-file',
  device: 'signed-in-device',
  signOutEverywhere: 'sign-out-everywhere',
  everywhere: 'everywhere',
  exportData: 'export-data',
  exportLog: 'export-log',
  savedTo: 'saved-to',
  openedLink: 'opened-link',
  deleteAccount: 'delete-account',
  delete: 'delete',
  deleteSure: 'delete-sure',
  microphone: 'choose-microphone',
  camera: 'choose-camera',
  speaker: 'choose-speaker',
  tryDevices: 'try-devices',
  ringer: 'choose-ringer',
  quietFrom: 'quiet-from',
  quietTo: 'quiet-to',
  level: 'level',
  ownPreview: 'own-preview',
  blockedPerson: 'blocked-person',
  chooseLanguage: 'choose-language',
  theme: 'theme',
  version: 'version',
  openParts: 'open-parts',
  parts: 'parts',
  part: 'part',
} as const;

/** A switch in the settings, by the preference that it changes. */
export function setting(preference: string): string {
  return `setting-${preference}`;
}

/** A section of the settings. */
export function settingsSection(section: string): string {
  return `settings-${section}`;
}

/** The button of a dialog that does what it asks. */
export function confirmed(dialog: string): string {
  return `${dialog}-confirm`;
}

/** One of several, in a choice or among ways. */
export function oneOf(several: string, value: string): string {
  return `${several}-${value}`;
}
