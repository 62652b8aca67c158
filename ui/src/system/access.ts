/** What one can do when the system does not let the app use a device. */
import type { CallNotice } from '../backend/backend';
import type { Messages } from '../i18n/language.svelte';

export type DeniedDevice = 'camera' | 'microphone';

/** Which device a notice says is not allowed. */
export function denied(notice: CallNotice): DeniedDevice | null {
  if (notice === 'camera_denied') return 'camera';
  return notice === 'microphone_denied' ? 'microphone' : null;
}

/** Whether the system has a page for it. Linux has none. */
export function hasPage(): boolean {
  return /Windows|Macintosh/u.test(navigator.userAgent);
}

/** The way to allow it, in words; null for a notice of something else. */
export function howToAllow(notice: CallNotice, words: Messages): string | null {
  const device = denied(notice);
  if (device === null) return null;
  return hasPage() ? words.call.access.settings : words.call.access.linux[device];
}
