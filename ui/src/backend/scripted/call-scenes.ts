/** Scenes of calls that ended in each way, of what can go wrong in one, and of the limit to them. */
import type { CallView, EndReason, UserError } from '../backend';
import { userError, type ScriptedBackend } from './backend';

interface Parts {
  inChat: () => ScriptedBackend;
  inCall: (change: Partial<CallView>) => ScriptedBackend;
}

const nobody = { present: false, video: false, audio: false, speaking: false, poor: false };
/** The devices are closed before a call is said to have ended. */
const closed = { available: true, wanted: true, on: false };
const missing = { available: false, wanted: false, on: false };

export function callScenes({ inChat, inCall }: Parts): Record<string, () => ScriptedBackend> {
  const ended = (reason: EndReason, seconds: number, problem: UserError | null = null) =>
    inCall({
      phase: { name: 'ended', reason, seconds },
      remote: nobody,
      microphone: closed,
      camera: closed,
      problem,
      together_since_ms: seconds === 0 ? null : Date.now() - seconds * 1000,
    });
  const allowed = (left: number) => {
    const backend = inChat();
    backend.emit('calls_left', { left, more_at_ms: Date.now() + 25 * 60_000 });
    return backend;
  };
  return {
    'few-calls': () => allowed(2),
    'no-calls': () => allowed(0),
    ended: () => ended('partner_left', 754),
    unavailable: () => ended('unavailable', 0),
    'ended-lost': () => ended('connection_lost', 93),
    'ended-problem': () => ended('could_not_connect', 0, userError('call_server_unreachable')),
    'ended-elsewhere': () => ended('elsewhere_active', 61),
    'ended-not-encrypted': () => ended('not_encrypted', 0),
    'own-blurred': () => inCall({ own_blurred: true }),
    'call-camera-denied': () => inCall({ camera: missing, notices: ['camera_denied'] }),
    'call-switched': () => inCall({ switched: { kind: 'speaker', name: 'Built-in Speakers' } }),
    'report-fails': () => {
      const backend = inCall({});
      backend.failures.set('report', userError('offline'));
      return backend;
    },
    'call-microphone-denied': () => inCall({ microphone: missing, notices: ['microphone_denied'] }),
    'microphone-denied': () => {
      const backend = inChat();
      backend.trying = { level: 0, notice: 'microphone_denied', picture: true };
      return backend;
    },
  };
}
