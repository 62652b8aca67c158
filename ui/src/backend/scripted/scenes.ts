/**
 * States to start in, by `?scripted=NAME`; the names are those of `scenes` below and of the files beside it, and `main` is the
 * default. `&pictures=native` leaves the tiles open as under Rust's pictures, `&theme=dark` or `light` chooses one.
 */
import type {
  CallType,
  CallView,
  ChatLine,
  Conversation,
  Delivery,
  Snapshot,
  Trust,
  User,
  UserError,
} from '../backend';
import { ScriptedBackend, call, preferences, userError } from './backend';
import { callScenes } from './call-scenes';
import { peopleScenes } from './people-scenes';
import { photoAddress } from './photo';

export const me: User = {
  id: 'user-one',
  name: 'Noor',
  email: 'noor@example.com',
  verified: true,
  verified_method: 'email_link',
  photo: null,
};

const MINUTE = 60_000;

function ago(minutes: number): string {
  return new Date(Date.now() - minutes * MINUTE).toISOString();
}

/** Who of them has a photo. */
const photographed = new Set(['sara', 'amina']);

function conversation(
  id: string,
  name: string,
  content: string | null,
  minutes: number,
  rest: { unread?: number; online?: boolean; mine?: boolean } = {},
): Conversation {
  return {
    match_id: id,
    user: {
      id: `user-${id}`,
      name,
      display_name: null,
      photo: photographed.has(id) ? photoAddress(id) : null,
      is_online: rest.online ?? false,
    },
    last_message: {
      content,
      created_at: ago(minutes),
      sender_id: content === null ? null : rest.mine === true ? me.id : `user-${id}`,
    },
    unread_count: rest.unread ?? 0,
    matched_at: ago(minutes + 3000),
  };
}

let number = 0;

export function line(
  matchId: string,
  mine: boolean,
  content: string,
  minutes: number,
  delivery: Delivery = 'read',
): ChatLine {
  const partner = `user-${matchId}`;
  return {
    message: {
      id: `line-${++number}`,
      match_id: matchId,
      sender_id: mine ? me.id : partner,
      receiver_id: mine ? partner : me.id,
      content,
      message_type: 'text',
      status: 'sent',
      created_at: ago(minutes),
      read_at: null,
    },
    mine,
    delivery,
  };
}

/** A signed-in user with a few matches. */
export function signedIn(): ScriptedBackend {
  const views: Snapshot = {
    session: { state: 'signed_in', user: me, problem: null },
    server: {
      address: 'http://127.0.0.1:8001',
      on_this_computer: true,
      development_mail: true,
      calls: 'ready',
      calls_problem: null,
      rings: true,
      photos: true,
    },
    conversations: {
      loaded: true,
      problem: null,
      list: [
        conversation('sara', 'Sara Lindqvist', 'Call me when you are back?', 4, { online: true }),
        conversation('mateo', 'Mateo', 'The bakery on the corner, nine sharp', 96, { unread: 2 }),
        conversation('amina', 'Amina', 'See you on Sunday', 1700, { mine: true, online: true }),
        conversation('jonas', 'Jonas', 'That film was something else', 4400),
        conversation('layla', 'ليلى', null, 9000),
      ],
    },
    chat: null,
    call: null,
    incoming: null,
    calls_left: null,
    preferences: preferences({ ground_rules: ['sara'] }),
    revision: 0,
    pictures: 'canvas',
  };
  const backend = new ScriptedBackend(views, me);
  backend.agreed.add('sara');
  backend.histories = {
    sara: [
      line('sara', false, 'Did you find the place with the blue door?', 1512),
      line('sara', true, 'I did! Walked past it twice.', 1508),
      line('sara', true, 'The cinnamon buns are worth the trip.', 1507),
      line('sara', false, 'Told you. Best in town, and they know it.', 1490),
      line('sara', false, 'So, how was the interview?', 42),
      line(
        'sara',
        true,
        'Good, I think. They laughed at the right moments, and I only got lost once on the way out.',
        12,
      ),
      line('sara', false, 'Ha! I want to hear all of it.', 5),
      line('sara', false, 'Call me when you are back?', 4),
      line('sara', true, 'Home in five. I will ring you.', 2, 'sent'),
    ],
    mateo: [line('mateo', false, 'The bakery on the corner, nine sharp', 96)],
  };
  return backend;
}

function inChat(): ScriptedBackend {
  const backend = signedIn();
  backend.showChat('sara');
  return backend;
}

/** A call that is encrypted. */
function encrypted(trust: Trust): Pick<CallView, 'protection'> {
  const emoji = ['🐶', '🔑', '🎸', '🌵', '🚀', '☂️', '🍎'];
  return { protection: { state: 'end_to_end', emoji, numbers: '4126 · 1803 · 7720', trust } };
}

/** In a call, with the other side's picture shown. */
function inCall(change: Partial<CallView>): ScriptedBackend {
  const backend = inChat();
  backend.emit('preferences', { ...backend.views.preferences, blur_remote: false });
  const partner = backend.views.conversations.list[0];
  if (partner !== undefined) {
    backend.emit('call', {
      ...call(partner, 'video'),
      phase: { name: 'active' },
      microphone: { available: true, wanted: true, on: true },
      camera: { available: true, wanted: true, on: true },
      remote: { present: true, video: true, audio: true, speaking: false, poor: false },
      together_since_ms: Date.now() - 754_000,
      ...encrypted('unverified'),
      ...change,
    });
  }
  return backend;
}

function signedOutBy(problem: UserError | null): ScriptedBackend {
  const backend = signedIn();
  backend.emit('session', { state: 'signed_out', problem });
  return backend;
}

/** The kept session is being restored, or cannot be yet. */
function starting(problem: UserError | null): ScriptedBackend {
  const backend = signedIn();
  backend.emit('session', { state: 'starting', problem });
  return backend;
}

const nobody = { present: false, video: false, audio: false, speaking: false, poor: false };
const off = { available: true, wanted: false, on: false };
/** As in every voice call. */
const noCamera = { available: false, wanted: false, on: false };
const opening = { available: true, wanted: true, on: false };
/** Before the other side is there, keys cannot be agreed on. */
const alone: Partial<CallView> = {
  remote: nobody,
  together_since_ms: null,
  protection: { state: 'agreeing' },
};

function rung(backend: ScriptedBackend, callType: CallType, from?: Conversation): ScriptedBackend {
  const partner = from ?? backend.views.conversations.list[0];
  if (partner !== undefined)
    backend.emit('incoming', {
      call_id: 'ring-one',
      match_id: partner.match_id,
      partner_id: partner.user.id,
      partner_name: partner.user.name,
      partner_photo: partner.user.photo,
      call_type: callType,
      silenced: false,
    });
  return backend;
}

const scenes: Record<string, () => ScriptedBackend> = {
  ...peopleScenes({ signedIn, inChat, line }),
  ...callScenes({ inChat, inCall }),
  main: signedIn,
  chat: inChat,
  'signed-out': () => signedOutBy(null),
  unverified: () => {
    const backend = inChat();
    backend.account = { ...me, verified: false, verified_method: null };
    backend.emit('session', { state: 'signed_in', user: backend.account, problem: null });
    return backend;
  },
  offline: () => {
    const backend = inChat();
    const chat = backend.views.chat;
    backend.emit('server', { ...backend.views.server, calls: 'offline' });
    if (chat !== null) {
      const lines = [
        ...chat.lines,
        line('sara', true, 'On my way up the stairs', 1, 'failed'),
        line('sara', true, 'Give me a minute', 0, 'sending'),
      ];
      backend.emit('chat', { ...chat, lines, problem: userError('offline') });
    }
    return backend;
  },
  'not-configured': () => {
    const backend = inChat();
    backend.emit('server', {
      ...backend.views.server,
      calls: 'not_configured',
      calls_problem: 'LiveKit credentials not configured',
    });
    return backend;
  },
  'keychain-locked': () => {
    const backend = inChat();
    backend.emit('session', { state: 'signed_in', user: me, problem: userError('keychain_locked') });
    return backend;
  },
  'keychain-locked-start': () => signedOutBy(userError('keychain_locked')),
  'session-over': () => signedOutBy(userError('signed_out')),
  'no-server-there': () => {
    const backend = signedOutBy(null);
    backend.failures.set('chooseServer', userError('not_a_server'));
    return backend;
  },
  'opened-link': () => {
    const backend = signedOutBy(null);
    backend.link = 'pizoo://verify';
    return backend;
  },
  'opened-link-signed-in': () => {
    const backend = signedIn();
    backend.link = 'pizoo://verify';
    return backend;
  },
  starting: () => starting(null),
  'starting-offline': () => starting(userError('offline')),
  'starting-too-old': () => starting(userError('version_too_old')),
  'empty-chat': () => {
    const backend = signedIn();
    backend.showChat('layla');
    return backend;
  },
  loading: () => {
    const backend = signedIn();
    backend.emit('conversations', { loaded: false, problem: null, list: [] });
    return backend;
  },
  'no-matches': () => {
    const backend = signedIn();
    backend.emit('conversations', { loaded: true, problem: null, list: [] });
    return backend;
  },
  limit: () => {
    const backend = inChat();
    backend.failures.set(
      'startCall',
      userError(
        'rate_limited',
        'Rate limit exceeded. Maximum 30 calls per hour. Try again in 13 minutes.',
        754,
      ),
    );
    return backend;
  },
  denied: () => {
    const backend = inChat();
    backend.trying = { level: 0, notice: 'camera_denied', picture: false };
    return backend;
  },
  'no-devices': () => {
    const backend = inChat();
    backend.trying = { level: 0, notice: 'no_camera', picture: false };
    backend.available = { microphones: [], speakers: [], cameras: [] };
    return backend;
  },
  'ground-rules': () => {
    const backend = inChat();
    backend.agreed.delete('sara');
    backend.showChat('sara');
    backend.emit('preferences', preferences());
    return backend;
  },
  calling: () => inCall({ ...alone, phase: { name: 'calling' }, camera: opening }),
  ringing: () => inCall({ ...alone, phase: { name: 'ringing' }, camera: opening }),
  incoming: () => rung(inChat(), 'video'),
  'incoming-audio': () => rung(inChat(), 'audio'),
  'incoming-in-call': () => {
    const backend = inCall({});
    const other = backend.views.conversations.list[2];
    return other === undefined ? backend : rung(backend, 'video', other);
  },
  blurred: () => {
    const backend = inCall({});
    backend.emit('preferences', { ...backend.views.preferences, blur_remote: true });
    return backend;
  },
  connecting: () => inCall({ ...alone, phase: { name: 'connecting' } }),
  waiting: () => inCall({ ...alone, phase: { name: 'waiting' } }),
  'call-verified': () => inCall(encrypted('verified')),
  'call-changed': () => inCall(encrypted('changed')),
  'call-plain': () => inCall({ protection: { state: 'plain' } }),
  active: () => inCall({}),
  'call-muted-speaking': () => inCall({ microphone: off, muted_speaking: true }),
  audio: () =>
    inCall({ call_type: 'audio', camera: noCamera, remote: { ...nobody, present: true, audio: true } }),
  'camera-off': () =>
    inCall({
      remote: { ...nobody, present: true, poor: true },
      notices: ['no_microphone', 'poor_connection'],
    }),
  reconnecting: () => inCall({ phase: { name: 'reconnecting' } }),
};

/** Every scene there is. */
export const sceneNames: readonly string[] = Object.keys(scenes);

/** The scene that the address asks for. */
export function scene(parameters: URLSearchParams): ScriptedBackend {
  const backend = (scenes[parameters.get('scripted') ?? ''] ?? signedIn)();
  if (parameters.get('pictures') === 'native') backend.views.pictures = 'native';
  const theme = parameters.get('theme');
  if (theme === 'dark' || theme === 'light')
    backend.emit('preferences', { ...backend.views.preferences, theme });
  return backend;
}
