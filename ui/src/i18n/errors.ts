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

export function describe(error: unknown, words: Messages): string {
  if (isUserError(error, words)) {
    // The server's text is English.
    if (error.code === 'rate_limited')
      return (words === en ? error.detail : null) ?? words.errors.rate_limited(error.retry_after_seconds);
    if (error.code === 'internal' || error.code === 'invalid' || error.code === 'refused')
      return error.detail ?? words.errors[error.code];
    return words.errors[error.code];
  }
  return textIn(error) ?? words.errors.internal;
}
