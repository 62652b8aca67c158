/** Which backend this page has: the app around it, or, in development only, the scripted one. */
import { isTauri } from '@tauri-apps/api/core';
import type { Backend } from './backend';

/** Null in a plain browser, where Pizoo has nothing to talk to. */
export async function chooseBackend(address: URL): Promise<Backend | null> {
  if (isTauri()) return (await import('./tauri')).tauriBackend;
  // A constant false in a build for release, so the script is not even part of it.
  if (import.meta.env.DEV && address.searchParams.has('scripted')) {
    return (await import('./scripted/scenes')).scene(address.searchParams);
  }
  return null;
}
