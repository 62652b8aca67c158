import { screen } from '@testing-library/svelte';
import { tick } from 'svelte';
import { expect, test } from 'vitest';
import { show } from '../testing/app';
import { resize } from '../testing/setup';

test('the lowest line stays in sight when a notice takes room', async () => {
  await show('history');
  const log = screen.getByRole('log');
  let height = 300;
  Object.defineProperty(log, 'clientHeight', { get: () => height });
  const become = async (next: number) => {
    height = next;
    resize();
    await tick();
  };
  await become(300);
  log.scrollTop = 200;
  await become(260);
  expect(log.scrollTop).toBe(240);
  // Room that comes back moves nothing: who reads further up goes on reading there.
  await become(300);
  expect(log.scrollTop).toBe(240);
});
