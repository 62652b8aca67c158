/**
 * What is looked at beside the scenes themselves: a scene, a place in it (`at`), and what is pressed or filled in on the
 * way there, by test id. A shot may have a size of its own, what it waits for (`until`, by test id), a window other than the
 * main one, or the name that another system's browser gives itself.
 */
const fill = (id, text) => ({ fill: id, text });

/** What a scene shows only after a while, by test id: a short break of the line is not worth a word. */
export const until = { reconnecting: 'reconnecting' };

/** Half of a usual window, as at 200 % of its size. */
const NARROW = [450, 500];
/** The least that the window can be, at 200 %. */
const LEAST = [380, 260];
const WINDOWS =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0 Safari/537.36';

export const shots = [
  // Signing in.
  { name: 'server', scene: 'signed-out', press: ['change-server'] },
  { name: 'server-other', scene: 'signed-out', press: ['change-server', 'server-place-other'] },
  {
    name: 'server-wrong',
    scene: 'no-server-there',
    press: [
      'change-server',
      'server-place-other',
      fill('server-address', 'pizoo.example'),
      'server-choice-confirm',
    ],
  },
  { name: 'mail', scene: 'signed-out', press: [fill('email', 'noor@example.com'), 'send-link'] },
  { name: 'password', scene: 'signed-out', press: ['sign-in-ways-password'] },
  { name: 'register', scene: 'signed-out', press: ['sign-in-ways-password', 'turn-register'] },
  { name: 'phone', scene: 'signed-out', press: ['sign-in-ways-phone'] },
  {
    name: 'phone-code',
    scene: 'signed-out',
    press: ['sign-in-ways-phone', fill('phone', '+46701234567'), 'send-code'],
  },
  { name: 'verify', scene: 'unverified', press: ['verify-now'] },
  { name: 'verify-mail', scene: 'unverified', press: ['verify-now', 'send-link'] },
  { name: 'verify-phone', scene: 'unverified', press: ['verify-now', 'verify-ways-phone'] },
  {
    name: 'verify-phone-code',
    scene: 'unverified',
    press: ['verify-now', 'verify-ways-phone', fill('phone', '+46701234567'), 'send-code'],
    until: 'phone-code',
  },
  { name: 'verified', scene: 'unverified', press: ['verify-now', 'send-link', 'development-link'] },
  // People.
  { name: 'meet', scene: 'people', at: 'people' },
  { name: 'match', scene: 'people', at: 'people', press: ['like'] },
  { name: 'nobody', scene: 'nobody-new', at: 'people' },
  { name: 'person-menu', scene: 'chat', press: ['person-menu'] },
  { name: 'person-menu-note', scene: 'noted', press: ['person-menu'] },
  { name: 'unmatch', scene: 'chat', press: ['person-menu', 'menu-unmatch'] },
  { name: 'report', scene: 'chat', press: ['person-menu', 'menu-report'] },
  { name: 'report-sent', scene: 'chat', press: ['person-menu', 'menu-report', 'reason', 'safety-confirm'] },
  { name: 'block', scene: 'chat', press: ['person-menu', 'menu-block'] },
  // Before a call.
  { name: 'call-menu', scene: 'chat', press: ['call-menu'] },
  { name: 'rules', scene: 'ground-rules', press: ['call-video'] },
  { name: 'check', scene: 'chat', press: ['call-menu', 'check-first'] },
  { name: 'check-blurred', scene: 'chat', press: ['call-menu', 'check-first', 'check-blur'] },
  { name: 'check-denied', scene: 'denied', press: ['call-menu', 'check-first'] },
  {
    name: 'check-denied-windows',
    scene: 'denied',
    press: ['call-menu', 'check-first'],
    userAgent: WINDOWS,
    until: 'system-settings',
  },
  { name: 'check-no-microphone', scene: 'microphone-denied', press: ['call-menu', 'check-first'] },
  { name: 'check-no-camera', scene: 'no-devices', press: ['call-menu', 'check-first'] },
  { name: 'limit-in-chat', scene: 'limit', press: ['call-video'] },
  { name: 'ring-report', scene: 'incoming', press: ['report'] },
  { name: 'ring-block', scene: 'incoming', press: ['block'] },
  { name: 'ring-reply', scene: 'incoming', press: ['decline-with'], until: 'reply-later' },
  { name: 'ring-window', scene: 'incoming', window: 'incoming', size: [360, 420], until: 'incoming' },
  {
    name: 'ring-window-audio',
    scene: 'incoming-audio',
    window: 'incoming',
    size: [360, 420],
    until: 'incoming',
  },
  {
    name: 'ring-window-reply',
    scene: 'incoming',
    window: 'incoming',
    size: [360, 420],
    press: ['decline-with'],
    until: 'reply-later',
  },
  // In a call.
  { name: 'mini', scene: 'active', press: ['more', 'mini'], size: [360, 240], until: 'leave-mini' },
  { name: 'mini-least', scene: 'active', press: ['more', 'mini'], size: [180, 120], until: 'leave-mini' },
  { name: 'mini-blurred', scene: 'blurred', press: ['more', 'mini'], size: [360, 240], until: 'leave-mini' },
  {
    name: 'mini-muted-speaking',
    scene: 'call-muted-speaking',
    press: ['more', 'mini'],
    size: [360, 240],
    until: 'leave-mini',
  },
  { name: 'call-more', scene: 'active', press: ['more'] },
  { name: 'side-by-side', scene: 'active', press: ['more', 'side-by-side'] },
  { name: 'side-by-side-blurred', scene: 'blurred', press: ['more', 'side-by-side'] },
  { name: 'side-by-side-tall', scene: 'active', press: ['more', 'side-by-side'], size: [600, 800] },
  { name: 'side-by-side-one', scene: 'active', press: ['more', 'side-by-side', 'toggle-camera'] },
  { name: 'call-devices', scene: 'active', press: ['devices'] },
  { name: 'call-safety', scene: 'active', press: ['safety'] },
  { name: 'call-report', scene: 'active', press: ['safety', 'report'] },
  { name: 'call-code', scene: 'active', press: ['protection'] },
  { name: 'call-code-differs', scene: 'active', press: ['protection', 'code-differs'] },
  { name: 'call-code-verified', scene: 'call-verified', press: ['protection'] },
  { name: 'call-code-changed', scene: 'call-changed', press: ['protection'] },
  { name: 'call-code-plain', scene: 'call-plain', press: ['protection'] },
  { name: 'call-statistics', scene: 'active', press: ['more', 'open-statistics'] },
  { name: 'call-shortcuts', scene: 'active', press: ['more', 'open-shortcuts'] },
  { name: 'call-mini-safety', scene: 'active', press: ['more', 'mini', 'safety'] },
  { name: 'report-not-sent', scene: 'report-fails', press: ['safety', 'report', 'reason', 'safety-confirm'] },
  { name: 'ended-noted', scene: 'ended', press: ['feedback-good'] },
  // Settings.
  ...['account', 'devices', 'notifications', 'privacy', 'language', 'appearance', 'keyboard', 'app'].map(
    (section) => ({ name: `settings-${section}`, scene: 'settings', at: `settings/${section}` }),
  ),
  {
    name: 'settings-quiet-hours',
    scene: 'settings',
    at: 'settings/notifications',
    press: ['setting-quiet_hours'],
    until: 'quiet-from',
  },
  { name: 'settings-photo', scene: 'photographed', at: 'settings/account' },
  { name: 'settings-trying', scene: 'settings', at: 'settings/devices', press: ['try-devices'] },
  { name: 'settings-denied', scene: 'denied', at: 'settings/devices', press: ['try-devices'] },
  { name: 'settings-languages', scene: 'settings', at: 'settings/language', press: ['choose-language'] },
  { name: 'settings-parts', scene: 'settings', at: 'settings/app', press: ['open-parts'] },
  { name: 'settings-everywhere', scene: 'settings', at: 'settings/account', press: ['sign-out-everywhere'] },
  { name: 'settings-delete', scene: 'settings', at: 'settings/account', press: ['delete-account'] },
  // Narrow windows, and large type.
  { name: 'narrow-list', scene: 'main', size: NARROW },
  { name: 'narrow-people', scene: 'people', at: 'people', size: NARROW },
  { name: 'narrow-chat', scene: 'chat', size: NARROW, until: 'to-list' },
  { name: 'narrow-chat-offline', scene: 'offline', size: NARROW },
  { name: 'narrow-chat-few-calls', scene: 'few-calls', size: NARROW },
  { name: 'narrow-chat-no-calls', scene: 'no-calls', size: NARROW },
  { name: 'narrow-chat-unverified', scene: 'unverified', size: NARROW },
  { name: 'narrow-settings', scene: 'settings', at: 'settings/account', size: NARROW },
  {
    name: 'narrow-settings-devices',
    scene: 'settings',
    at: 'settings/devices',
    press: ['try-devices'],
    size: NARROW,
  },
  { name: 'narrow-call', scene: 'active', size: NARROW },
  { name: 'narrow-side-by-side', scene: 'active', press: ['more', 'side-by-side'], size: NARROW },
  { name: 'narrow-call-notices', scene: 'camera-off', size: NARROW },
  { name: 'narrow-own-blurred', scene: 'own-blurred', size: NARROW },
  { name: 'narrow-check', scene: 'chat', press: ['call-menu', 'check-first'], size: NARROW },
  { name: 'narrow-ring', scene: 'incoming', size: NARROW },
  { name: 'narrow-ended', scene: 'ended', size: NARROW },
  { name: 'narrow-sign-in', scene: 'signed-out', size: NARROW },
  { name: 'narrow-code', scene: 'active', press: ['protection'], size: NARROW },
  { name: 'least-chat', scene: 'chat', size: LEAST },
  { name: 'least-settings', scene: 'settings', at: 'settings/account', size: LEAST },
  { name: 'least-call', scene: 'active', size: LEAST },
  { name: 'least-own-blurred', scene: 'own-blurred', size: LEAST },
];
