/**
 * What is looked at beside the scenes themselves: a scene, a place in it (`at`), and what is pressed or filled in on the
 * way there, by test id.
 */
const fill = (id, text) => ({ fill: id, text });

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
  // People.
  { name: 'meet', scene: 'people', at: 'people' },
  { name: 'match', scene: 'people', at: 'people', press: ['like'] },
  { name: 'nobody', scene: 'nobody-new', at: 'people' },
  { name: 'person-menu', scene: 'chat', press: ['person-menu'] },
  { name: 'unmatch', scene: 'chat', press: ['person-menu', 'menu-unmatch'] },
  { name: 'report', scene: 'chat', press: ['person-menu', 'menu-report'] },
  { name: 'report-sent', scene: 'chat', press: ['person-menu', 'menu-report', 'reason', 'safety-confirm'] },
  { name: 'block', scene: 'chat', press: ['person-menu', 'menu-block'] },
  // Before a call.
  { name: 'call-menu', scene: 'chat', press: ['call-menu'] },
  { name: 'rules', scene: 'ground-rules', press: ['call-video'] },
  { name: 'check', scene: 'chat', press: ['call-menu', 'check-first'] },
  { name: 'check-denied', scene: 'denied', press: ['call-menu', 'check-first'] },
  { name: 'check-no-camera', scene: 'no-devices', press: ['call-menu', 'check-first'] },
  { name: 'limit-in-chat', scene: 'limit', press: ['call-video'] },
  // In a call.
  { name: 'call-more', scene: 'active', press: ['more'] },
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
  // Settings.
  ...['account', 'devices', 'notifications', 'privacy', 'language', 'appearance', 'keyboard', 'app'].map(
    (section) => ({ name: `settings-${section}`, scene: 'settings', at: `settings/${section}` }),
  ),
  { name: 'settings-trying', scene: 'settings', at: 'settings/devices', press: ['try-devices'] },
  { name: 'settings-denied', scene: 'denied', at: 'settings/devices', press: ['try-devices'] },
  { name: 'settings-languages', scene: 'settings', at: 'settings/language', press: ['choose-language'] },
  { name: 'settings-parts', scene: 'settings', at: 'settings/app', press: ['open-parts'] },
  { name: 'settings-everywhere', scene: 'settings', at: 'settings/account', press: ['sign-out-everywhere'] },
  { name: 'settings-delete', scene: 'settings', at: 'settings/account', press: ['delete-account'] },
];
