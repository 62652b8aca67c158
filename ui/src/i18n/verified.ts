/** How an account was verified, in words. A server may know ways that this version does not. */
import type { Messages } from './language.svelte';

export function verifiedBy(method: string | null, words: Messages['settings']['account']): string {
  const known: Readonly<Record<string, string>> = words.verifiedBy;
  const text = method !== null && Object.hasOwn(known, method) ? known[method] : undefined;
  return text ?? words.verified;
}
