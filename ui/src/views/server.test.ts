import { fireEvent, screen, waitFor } from '@testing-library/svelte';
import { expect, test } from 'vitest';
import { userError } from '../backend/scripted/backend';
import { en } from '../i18n/en';
import { show } from '../testing/app';
import { confirmed, oneOf, testids } from '../testids';

async function chooseOther(address: string) {
  await fireEvent.click(await screen.findByTestId(testids.changeServer));
  await fireEvent.click(await screen.findByTestId(oneOf(testids.serverPlace, 'other')));
  await fireEvent.input(await screen.findByTestId(testids.serverAddress), { target: { value: address } });
  await fireEvent.click(screen.getByTestId(confirmed(testids.serverChoice)));
}

test('another server is chosen before signing in', async () => {
  const backend = await show('signed-out');
  await chooseOther(' pizoo.example ');
  expect(backend.last('chooseServer')).toEqual(['pizoo.example']);
  await waitFor(() => {
    expect(screen.queryByTestId(testids.serverChoice)).toBeNull();
  });
  await screen.findByText(en.auth.server('pizoo.example'));
});

test('an address where no Pizoo answers is told, and can be corrected', async () => {
  const backend = await show('signed-out', (scripted) => {
    scripted.failures.set('chooseServer', userError('not_a_server'));
  });
  await chooseOther('nobody.example');
  await screen.findByText(en.errors.not_a_server);
  backend.failures.clear();
  await fireEvent.click(screen.getByTestId(confirmed(testids.serverChoice)));
  await waitFor(() => {
    expect(screen.queryByTestId(testids.serverChoice)).toBeNull();
  });
});

test('an empty address asks nobody', async () => {
  const backend = await show('signed-out');
  await chooseOther('  ');
  await screen.findByText(en.server.needAddress);
  expect(backend.last('chooseServer')).toBeUndefined();
});

test('a server that was named at the start cannot be changed', async () => {
  const backend = await show('signed-out', (scripted) => {
    scripted.serverIsFixed = () => Promise.resolve(true);
  });
  await screen.findByText(en.server.fixed);
  expect(screen.queryByTestId(testids.changeServer)).toBeNull();
  expect(backend.last('chooseServer')).toBeUndefined();
});
