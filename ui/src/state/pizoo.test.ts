import { expect, test } from 'vitest';
import { ScriptedBackend, userError } from '../backend/scripted/backend';
import { me, signedIn } from '../backend/scripted/scenes';
import { Pizoo } from './pizoo.svelte';

test('a change during the first snapshot is newer than the snapshot', async () => {
  const backend = signedIn();
  const answer = { ...backend.views };
  backend.snapshot = () => {
    backend.emit('session', { state: 'signed_out', problem: userError('signed_out') });
    return Promise.resolve(answer);
  };
  const pizoo = new Pizoo(backend);
  await pizoo.start();
  expect(pizoo.session.view.state).toBe('signed_out');
  expect(pizoo.chat.conversations.list).toHaveLength(answer.conversations.list.length);
});

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
