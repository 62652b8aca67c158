/** The whole app over a scripted backend. */
import { render, screen, waitFor } from '@testing-library/svelte';
import type { ScriptedBackend } from '../backend/scripted/backend';
import { scene } from '../backend/scripted/scenes';
import { Pizoo } from '../state/pizoo.svelte';
import App from '../views/App.svelte';

/** Shows the app in that scene, as soon as the first snapshot is on the screen. */
export async function show(
  name: string,
  change?: (backend: ScriptedBackend) => void,
  only: 'incoming' | null = null,
): Promise<ScriptedBackend> {
  const backend = scene(new URLSearchParams({ scripted: name }));
  change?.(backend);
  await showOver(backend, only);
  return backend;
}

export async function showOver(backend: ScriptedBackend, only: 'incoming' | null = null): Promise<void> {
  render(App, { pizoo: new Pizoo(backend), only });
  await waitFor(() => {
    if (screen.queryByText('Starting Pizoo…') !== null) throw new Error('still starting');
  });
}

export function button(id: string): HTMLButtonElement {
  return screen.getByTestId<HTMLButtonElement>(id);
}

/** What has the focus. */
export function focused(): Element {
  return document.activeElement ?? document.body;
}
