import { expect, test, vi } from 'vitest';
import { followTheme } from './theme';

function systemIs(dark: boolean) {
  const target = new EventTarget();
  const query = Object.assign(target, { matches: dark });
  vi.spyOn(window, 'matchMedia').mockReturnValue(query as unknown as MediaQueryList);
  return (now: boolean) => {
    query.matches = now;
    target.dispatchEvent(new Event('change'));
  };
}

test('the system is followed while that is chosen', () => {
  const turn = systemIs(false);
  const root = document.createElement('html');
  const stop = followTheme('system', root);
  expect(root.dataset.theme).toBe('light');
  turn(true);
  expect(root.dataset.theme).toBe('dark');
  stop();
  turn(false);
  expect(root.dataset.theme).toBe('dark');
});

test('a choice of one stays, whatever the system does', () => {
  const turn = systemIs(false);
  const root = document.createElement('html');
  followTheme('dark', root);
  turn(true);
  turn(false);
  expect(root.dataset.theme).toBe('dark');
});
