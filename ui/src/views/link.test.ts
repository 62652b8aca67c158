import { fireEvent, screen, waitFor } from '@testing-library/svelte';
import { expect, test } from 'vitest';
import { userError } from '../backend/scripted/backend';
import { en } from '../i18n/en';
import { show } from '../testing/app';
import { confirmed, testids } from '../testids';

test('a link that the app was started with is asked about, and followed once', async () => {
  const backend = await show('signed-out', (scripted) => {
    scripted.link = 'pizoo://verify';
  });
  await fireEvent.click(await screen.findByTestId(confirmed(testids.openedLink)));
  expect(backend.last('answerLink')).toEqual([true]);
  await waitFor(() => {
    expect(screen.queryByTestId(testids.openedLink)).toBeNull();
  });
  await screen.findByTestId(testids.openSettings);
});

test('a link that cannot be tried now goes on waiting, and is tried again', async () => {
  const backend = await show('signed-out', (scripted) => {
    scripted.link = 'pizoo://verify';
    scripted.failures.set('answerLink', userError('offline'));
  });
  await fireEvent.click(await screen.findByTestId(confirmed(testids.openedLink)));
  await screen.findByText(en.errors.offline);
  expect(backend.link).not.toBeNull();
  backend.failures.clear();
  await fireEvent.click(screen.getByTestId(confirmed(testids.openedLink)));
  await screen.findByTestId(testids.openSettings);
  await waitFor(() => {
    expect(screen.queryByTestId(testids.openedLink)).toBeNull();
  });
});

test('a link that comes while somebody is signed in says so, and can be left', async () => {
  const backend = await show('main');
  backend.emitLink('pizoo://verify');
  await screen.findByText(en.auth.opened.leadSignedIn('Noor'));
  await fireEvent.click(screen.getByText(en.app.cancel));
  await waitFor(() => {
    expect(backend.last('answerLink')).toEqual([false]);
    expect(screen.queryByTestId(testids.openedLink)).toBeNull();
  });
});

test('a link that does not work any more is told until one has read it, and stays away after that', async () => {
  const backend = await show('signed-out', (scripted) => {
    scripted.link = 'pizoo://verify';
    scripted.failures.set('answerLink', userError('bad_link'));
  });
  await fireEvent.click(await screen.findByTestId(confirmed(testids.openedLink)));
  await screen.findByText(en.errors.bad_link);
  expect(backend.link).toBeNull();
  // That it is used up may be told a little later, too.
  backend.emitLink(null);
  await Promise.resolve();
  expect(screen.getByText(en.errors.bad_link)).toBeDefined();
  backend.failures.clear();
  await fireEvent.click(screen.getByText(en.app.cancel));
  await waitFor(() => {
    expect(screen.queryByTestId(testids.openedLink)).toBeNull();
  });
});
