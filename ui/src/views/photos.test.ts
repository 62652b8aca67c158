import { fireEvent, screen, waitFor, within } from '@testing-library/svelte';
import { beforeEach, expect, test, vi } from 'vitest';
import { userError, type ScriptedBackend } from '../backend/scripted/backend';
import { photoAddress } from '../backend/scripted/photo';
import { en } from '../i18n/en';
import { show } from '../testing/app';
import { settingsSection, testids } from '../testids';

const id = (name: string) => screen.getByTestId(name);
const words = en.settings.account;

function images(within: Element): HTMLImageElement[] {
  return [...within.querySelectorAll('img')];
}

async function photoIn(element: () => Element): Promise<HTMLImageElement> {
  return waitFor(() => {
    const [image] = images(element());
    if (image === undefined) throw new Error('There is no photo.');
    return image;
  });
}

async function account(scene: string, change?: (backend: ScriptedBackend) => void) {
  const backend = await show(scene, change);
  await fireEvent.click(id(testids.openSettings));
  await fireEvent.click(id(settingsSection('account')));
  return backend;
}

/** Takes a file from the system's dialog; a picture or not. */
async function take(isPicture: boolean) {
  const decode = vi.spyOn(HTMLImageElement.prototype, 'decode');
  if (isPicture) decode.mockResolvedValue();
  else decode.mockRejectedValue(new DOMException('no', 'EncodingError'));
  const input = id(testids.photoFile) as HTMLInputElement;
  const file = new File(['bytes'], 'me.png', { type: 'image/png' });
  Object.defineProperty(input, 'files', { value: [file], configurable: true });
  await fireEvent.change(input);
}

beforeEach(() => {
  vi.spyOn(HTMLImageElement.prototype, 'naturalWidth', 'get').mockReturnValue(800);
  vi.spyOn(HTMLImageElement.prototype, 'naturalHeight', 'get').mockReturnValue(600);
  const pen = { fillRect: () => undefined, drawImage: () => undefined };
  vi.spyOn(HTMLCanvasElement.prototype, 'getContext').mockReturnValue(pen as never);
  vi.spyOn(HTMLCanvasElement.prototype, 'toBlob').mockImplementation((done, type) => {
    done(new Blob(['drawn'], { type: type ?? '' }));
  });
});

test('initials stand where the photo comes, and come back where it cannot be drawn', async () => {
  const backend = await show('chat');
  const row = () => screen.getAllByTestId(testids.conversation)[0] ?? document.body;
  const avatar = () => row().querySelector('.avatar') ?? document.body;
  const image = await photoIn(row);
  expect(image.src).toMatch(/^blob:/);
  expect([image.alt, avatar().getAttribute('aria-hidden')]).toEqual(['', 'true']);
  expect(avatar().textContent).toContain('SL');
  await fireEvent.load(image);
  expect(avatar().textContent).not.toContain('SL');
  await fireEvent.error(image);
  expect(images(row())).toHaveLength(0);
  // List and chat show the same person: one question.
  const asked = backend.given.filter(([method, at]) => method === 'photo' && at === photoAddress('sara'));
  expect(asked).toHaveLength(1);
  expect(images(screen.getAllByTestId(testids.conversation)[1] ?? document.body)).toHaveLength(0);
});

test('an address that is not the own server’s is never asked for', async () => {
  const backend = await show('chat', (one) => {
    const { conversations } = one.views;
    const list = conversations.list.map((conversation) => ({
      ...conversation,
      user: { ...conversation.user, photo: 'https://evil.example/tracker.jpg' },
    }));
    one.emit('conversations', { ...conversations, list });
  });
  expect(screen.getAllByTestId(testids.conversation)).not.toHaveLength(0);
  expect(backend.last('photo')).toBeUndefined();
  expect(document.querySelectorAll('img')).toHaveLength(0);
});

test('a photo that cannot be had leaves the initials', async () => {
  const backend = await show('chat', (one) => {
    one.failures.set('photo', userError('not_found'));
  });
  await waitFor(() => {
    expect(backend.last('photo')).toBeDefined();
  });
  expect(images(document.body)).toHaveLength(0);
  expect(screen.getAllByText('SL')).not.toHaveLength(0);
});

test.each([
  ['incoming', testids.incoming],
  ['audio', testids.callScreen],
  ['ended', testids.callScreen],
] as const)('in the scene %s the photo is shown', async (scene, place) => {
  await show(scene);
  await screen.findByTestId(place);
  expect((await photoIn(() => id(place))).src).toMatch(/^blob:/);
});

test('the window of a ring shows who rings', async () => {
  const backend = await show('incoming', undefined, 'incoming');
  await photoIn(() => id(testids.incoming));
  expect(backend.last('photo')).toEqual([photoAddress('sara')]);
});

test('new people are met with their photo', async () => {
  await show('people');
  await fireEvent.click(id(testids.openPeople));
  await screen.findByTestId(testids.personCard);
  await photoIn(() => id(testids.personCard));
  await fireEvent.click(id(testids.pass));
  await waitFor(() => {
    expect(id(testids.personCard).textContent).toContain('Tomas');
  });
  expect(images(id(testids.personCard))).toHaveLength(0);
});

test('a photo is chosen, drawn anew, shown by its name, and taken away', async () => {
  const backend = await account('settings');
  expect(screen.queryByTestId(testids.removePhoto)).toBeNull();
  const opened = vi.spyOn(HTMLInputElement.prototype, 'click');
  await fireEvent.click(id(testids.choosePhoto));
  expect(opened.mock.contexts).toEqual([id(testids.photoFile)]);
  await take(true);
  await screen.findByTestId(testids.removePhoto);
  const sent = backend.last('setPhoto')?.[0] as Blob;
  expect([sent.type, await sent.text()]).toEqual(['image/jpeg', 'drawn']);
  await photoIn(() => screen.getByRole('img', { name: 'Noor' }));
  expect(screen.getByText(words.saved).getAttribute('role')).toBe('status');

  backend.failures.set('removePhoto', userError('offline'));
  await fireEvent.click(id(testids.removePhoto));
  await screen.findByText(en.errors.offline);
  backend.failures.clear();
  await fireEvent.click(id(testids.removePhoto));
  await waitFor(() => {
    expect(screen.queryByTestId(testids.removePhoto)).toBeNull();
  });
  expect(screen.queryByText(en.errors.offline)).toBeNull();
  expect(document.activeElement).toBe(id(testids.choosePhoto));
  expect(images(screen.getByRole('img', { name: 'Noor' }))).toHaveLength(0);
});

test('a file that is no picture is told in words, and nothing is sent', async () => {
  const backend = await account('photographed');
  await take(false);
  expect((await screen.findByTestId(testids.problem)).textContent).toContain(words.photoWrong);
  expect(backend.last('setPhoto')).toBeUndefined();
  await take(true);
  await waitFor(() => {
    expect(backend.last('setPhoto')).toBeDefined();
  });
  expect(screen.queryByTestId(testids.problem)).toBeNull();
});

test('a server that keeps no photos is not asked to', async () => {
  await account('settings', (one) => {
    one.emit('server', { ...one.views.server, photos: false });
  });
  const name = await screen.findByTestId(testids.rename);
  expect(name).toBeDefined();
  expect(screen.queryByTestId(testids.choosePhoto)).toBeNull();
});

test('the own photo stands at the foot of the list', async () => {
  const backend = await show('photographed');
  const foot = () => screen.getByRole('navigation').querySelector('footer') ?? document.body;
  await photoIn(foot);
  expect(
    backend.given.filter(([method, at]) => method === 'photo' && at === photoAddress('noor')),
  ).toHaveLength(1);
  expect(within(foot()).getByText('Noor')).toBeDefined();
});
