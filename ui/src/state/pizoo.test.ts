import { expect, test } from 'vitest';
import { ScriptedBackend, userError } from '../backend/scripted/backend';
import { me, signedIn } from '../backend/scripted/scenes';
import { Pizoo } from './pizoo.svelte';

test('a failed start is told and can be tried again without hearing things twice', async () => {
  const backend = signedIn();
  backend.failures.set('snapshot', userError('internal'));
  const pizoo = new Pizoo(backend);
  expect(await pizoo.start()).toBe(false);
  expect(pizoo.starting.failure?.error).toEqual(userError('internal'));
  backend.failures.clear();
  expect(await pizoo.start()).toBe(true);
  expect(pizoo.starting.failure).toBeNull();
});

test('after stop nothing is heard any more', async () => {
  const backend = new ScriptedBackend(signedIn().views, me);
  const pizoo = new Pizoo(backend);
  await pizoo.start();
  pizoo.stop();
  backend.emit('session', { state: 'signed_out', problem: null });
  expect(pizoo.session.user).toEqual(me);
});
