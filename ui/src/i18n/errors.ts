/** Words for whatever went wrong, whatever its shape. The answer is always a sentence, never an object. */
import type { UserError } from '../backend/backend';
import { en } from './en';
import type { Messages } from './language.svelte';

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function isUserError(error: unknown, words: Messages): error is UserError {
  return isRecord(error) && typeof error.code === 'string' && Object.hasOwn(words.errors, error.code);
}

/** The text in an error body or exception: a string, `detail`, `message`, `msg` or `error`, or a list of those. */
function textIn(error: unknown, depth = 0): string | null {
  if (typeof error === 'string') return error.trim() === '' ? null : error.trim();
  if (depth > 4 || !isRecord(error)) return null;
  if (Array.isArray(error)) {
    const parts = error.map((part) => textIn(part, depth + 1)).filter((part) => part !== null);
    return parts.length === 0 ? null : parts.join(' ');
  }
  for (const key of ['detail', 'message', 'msg', 'error']) {
    const text = textIn(error[key], depth + 1);
    if (text !== null) return text;
  }
  return null;
}

/**
 * What the server refuses most often. It has one code for all of it, and a sentence, which is English: in another
 * language these have words of their own, and whatever else it says becomes the general sentence.
 */
export const refusals: Readonly<Record<string, keyof Messages['refusals']>> = {
  'The password must have at least 10 characters': 'passwordShort',
  'The password must have at most 1024 bytes': 'passwordLong',
  'This password is one of the most common ones: take another': 'passwordCommon',
  'The password must not hold your name or address': 'passwordOwn',
  'value is not a valid email address': 'badEmail',
  'a name is not empty': 'emptyName',
  'A number begins with + and the country and has 8 to 15 digits': 'badPhone',
  'This number belongs to another account': 'phoneTaken',
  'Registration failed': 'notRegistered',
};

/** The server's sentence in the page's language; null for one that has no words. */
function refusal(detail: string | null, words: Messages): string | null {
  const key = detail !== null && Object.hasOwn(refusals, detail) ? refusals[detail] : undefined;
  return key === undefined ? null : words.refusals[key];
}

export function describe(error: unknown, words: Messages): string {
  const english = words === en;
  if (isUserError(error, words)) {
    if (error.code === 'rate_limited')
      return (english ? error.detail : null) ?? words.errors.rate_limited(error.retry_after_seconds);
    if (error.code === 'internal' || error.code === 'invalid' || error.code === 'refused')
      return (english ? error.detail : refusal(error.detail, words)) ?? words.errors[error.code];
    return words.errors[error.code];
  }
  // A plain text is the page's own, from a form that lacks a field. What is inside of anything else is English.
  return (english || typeof error === 'string' ? textIn(error) : null) ?? words.errors.internal;
}
