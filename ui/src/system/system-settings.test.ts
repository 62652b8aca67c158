import { fireEvent, render, screen } from '@testing-library/svelte';
import { expect, test, vi } from 'vitest';
import { userError, type ScriptedBackend } from '../backend/scripted/backend';
import { scene } from '../backend/scripted/scenes';
import { ar } from '../i18n/ar';
import { en } from '../i18n/en';
import { testids } from '../testids';
import { howToAllow } from './access';
import SystemSettings from './SystemSettings.svelte';

function on(system: 'Windows NT 10.0' | 'Macintosh' | 'X11; Linux x86_64'): void {
  vi.spyOn(navigator, 'userAgent', 'get').mockReturnValue(`Mozilla/5.0 (${system})`);
}

function denying(): ScriptedBackend {
  return scene(new URLSearchParams({ scripted: 'denied' }));
}

test('on Linux, which has no page for it, one is told what to do', () => {
  on('X11; Linux x86_64');
  const backend = denying();
  render(SystemSettings, { backend, notice: 'camera_denied' });
  expect(screen.getByText(en.call.access.linux.camera)).toBeDefined();
  expect(screen.queryByTestId(testids.systemSettings)).toBeNull();
  expect(howToAllow('microphone_denied', ar)).toBe(ar.call.access.linux.microphone);
  expect(howToAllow('no_camera', en)).toBeNull();
});

test.each(['Windows NT 10.0', 'Macintosh'] as const)(
  'on %s there is a button to the page',
  async (system) => {
    on(system);
    const backend = denying();
    render(SystemSettings, { backend, notice: 'microphone_denied' });
    expect(screen.getByText(en.call.access.settings)).toBeDefined();
    await fireEvent.click(screen.getByTestId(testids.systemSettings));
    expect(backend.last('openSystemSettings')).toEqual(['microphone']);
  },
);

test('a page that does not open is told', async () => {
  on('Macintosh');
  const backend = denying();
  backend.failures.set('openSystemSettings', userError('internal'));
  render(SystemSettings, { backend, notice: 'camera_denied' });
  await fireEvent.click(screen.getByTestId(testids.systemSettings));
  expect((await screen.findByTestId(testids.problem)).textContent).toContain(en.errors.internal);
});

test('a notice of something else leaves nothing', () => {
  const { container } = render(SystemSettings, { backend: denying(), notice: 'no_camera' });
  expect(container.textContent).toBe('');
});
