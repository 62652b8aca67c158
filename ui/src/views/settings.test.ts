import { fireEvent, screen, waitFor, within } from '@testing-library/svelte';
import { beforeEach, expect, test, vi } from 'vitest';
import { preferences, userError, type ScriptedBackend } from '../backend/scripted/backend';
import { en } from '../i18n/en';
import type { Section } from '../state/place.svelte';
import { show } from '../testing/app';
import { confirmed, oneOf, setting, settingsSection, testids } from '../testids';

const id = (name: string) => screen.getByTestId(name);
const words = en.settings;

async function open(section: Section, change?: (backend: ScriptedBackend) => void) {
  const backend = await show('settings', change);
  await fireEvent.click(id(testids.openSettings));
  await fireEvent.click(id(settingsSection(section)));
  return backend;
}

/** Opens a list and takes one of it, by keyboard. */
async function choose(list: string, option: string) {
  id(list).focus();
  await fireEvent.keyDown(id(list), { key: 'Enter' });
  const item = await screen.findByRole('option', { name: option });
  await fireEvent.pointerMove(item);
  await fireEvent.keyDown(id(list), { key: 'Enter' });
}

beforeEach(() => {
  // The test's DOM has no layout: everything has a place, so that lists open and pictures are placed.
  vi.spyOn(Element.prototype, 'getBoundingClientRect').mockReturnValue(new DOMRect(10, 20, 320, 180));
});

test('back leads to the chat that was open', async () => {
  await open('account');
  await fireEvent.click(id(testids.closeSettings));
  await screen.findByLabelText(en.chat.with('Sara Lindqvist'));
  expect(document.activeElement).toBe(id(testids.openSettings));
});

test('the arrow keys walk through the sections', async () => {
  await open('account');
  id(settingsSection('account')).focus();
  await fireEvent.keyDown(id(settingsSection('account')), { key: 'ArrowDown' });
  expect(document.activeElement).toBe(id(settingsSection('devices')));
  expect(id(settingsSection('devices')).getAttribute('aria-selected')).toBe('true');
  await screen.findByTestId(testids.microphone);
});

test('a name is changed, and a refusal says why', async () => {
  const backend = await open('account');
  const save = id(testids.renameSave) as HTMLButtonElement;
  expect(save.disabled).toBe(true);
  backend.failures.set('rename', userError('refused', 'A name is not empty'));
  await fireEvent.input(id(testids.rename), { target: { value: ' Noor B ' } });
  await fireEvent.click(save);
  await screen.findByText('A name is not empty');
  backend.failures.clear();
  await fireEvent.click(save);
  expect(backend.last('rename')).toEqual(['Noor B']);
  await screen.findByText(words.account.saved);
  expect(id(testids.rename)).toHaveProperty('value', 'Noor B');
});

test('who is not verified can do it from here, and comes back here', async () => {
  const backend = await open('account', (one) => {
    one.account = { ...one.account, verified: false, verified_method: null };
    one.emit('session', { state: 'signed_in', user: one.account, problem: null });
  });
  await screen.findByText(words.account.notVerified);
  await fireEvent.click(id(testids.verifyNow));
  await fireEvent.click(await screen.findByTestId(testids.sendLink));
  expect(backend.last('sendLink')).toBeDefined();
  await fireEvent.click(await screen.findByTestId(testids.developmentLink));
  await screen.findByText('Verified by e-mail');
});

test('another device is signed out, this one is not offered', async () => {
  const backend = await open('account');
  const [here, other, ...more] = await screen.findAllByTestId(testids.device);
  expect(more).toHaveLength(0);
  if (here === undefined || other === undefined) throw new Error('There are two devices.');
  expect(within(here).queryByRole('button')).toBeNull();
  await fireEvent.click(within(other).getByRole('button'));
  expect(backend.last('signOutDevice')).toEqual(['device-other']);
  await waitFor(() => {
    expect(screen.getAllByTestId(testids.device)).toHaveLength(1);
  });
});

test('signing out everywhere is asked first', async () => {
  const backend = await open('account');
  await fireEvent.click(id(testids.signOutEverywhere));
  await screen.findByText(words.account.signOutEverywhereTitle);
  expect(backend.last('signOutEverywhere')).toBeUndefined();
  await fireEvent.click(id(confirmed(testids.everywhere)));
  expect(backend.last('signOutEverywhere')).toEqual([]);
  await screen.findByTestId(testids.email);
});

test('the own data goes into a file, and the page says which', async () => {
  const backend = await open('account');
  backend.failures.set('exportData', userError('offline'));
  await fireEvent.click(id(testids.exportData));
  expect((await screen.findByTestId(testids.problem)).textContent).toContain(en.errors.offline);
  backend.failures.clear();
  await fireEvent.click(id(testids.exportData));
  expect((await screen.findByTestId(testids.savedTo)).textContent).toContain('pizoo-data.json');
});

test('an account is deleted only by who is sure, and a failure is told', async () => {
  const backend = await open('account');
  await fireEvent.click(id(testids.deleteAccount));
  const confirm = await screen.findByTestId<HTMLButtonElement>(confirmed(testids.delete));
  expect(confirm.disabled).toBe(true);
  await fireEvent.click(id(testids.deleteSure));
  backend.failures.set('deleteAccount', userError('offline'));
  await fireEvent.click(confirm);
  await screen.findByText(en.errors.offline);
  backend.failures.clear();
  await fireEvent.click(confirm);
  expect(backend.last('deleteAccount')).toEqual([]);
  await screen.findByTestId(testids.email);
});

test.each([
  ['notifications', 'notifications', false],
  ['notifications', 'show_names', false],
  ['notifications', 'do_not_disturb', true],
  ['privacy', 'read_receipts', false],
  ['privacy', 'blur_remote', false],
  ['privacy', 'blur_own', true],
  ['privacy', 'remind_muted', true],
  ['keyboard', 'single_keys', false],
  ['keyboard', 'push_to_talk', true],
  ['app', 'close_to_tray', true],
  ['app', 'autostart', true],
] as const)('in %s, %s is switched and kept', async (section, preference, now) => {
  const backend = await open(section);
  const before = backend.views.preferences;
  const control = id(setting(preference));
  expect(control.getAttribute('role')).toBe('switch');
  expect(control.getAttribute('aria-checked')).toBe(String(!now));
  await fireEvent.click(control);
  await waitFor(() => {
    expect(control.getAttribute('aria-checked')).toBe(String(now));
  });
  expect(backend.last('setPreferences')).toEqual([{ ...before, [preference]: now }]);
});

test('what could not be kept stays as it was, and says why', async () => {
  const backend = await open('notifications');
  backend.failures.set('setPreferences', userError('internal', 'The disk is full.'));
  await fireEvent.click(id(setting('do_not_disturb')));
  await screen.findByText('The disk is full.');
  expect(id(setting('do_not_disturb')).getAttribute('aria-checked')).toBe('false');
});

test('quiet hours begin as a night, are changed, and are remembered while they are off', async () => {
  const backend = await open('notifications');
  expect(screen.queryByTestId(testids.quietFrom)).toBeNull();
  await fireEvent.click(id(setting('quiet_hours')));
  const from = await screen.findByTestId<HTMLInputElement>(testids.quietFrom);
  expect([from.value, screen.getByTestId<HTMLInputElement>(testids.quietTo).value]).toEqual([
    '22:00',
    '07:00',
  ]);
  await fireEvent.change(from, { target: { value: '23:30' } });
  expect(backend.views.preferences.quiet_hours).toEqual({ from: 1410, to: 420 });

  await fireEvent.change(from, { target: { value: '' } });
  expect(from.value).toBe('23:30');
  expect(backend.views.preferences.quiet_hours).toEqual({ from: 1410, to: 420 });

  await fireEvent.click(id(setting('quiet_hours')));
  await waitFor(() => {
    expect(backend.views.preferences.quiet_hours).toBeNull();
  });
  await fireEvent.click(id(setting('quiet_hours')));
  await waitFor(() => {
    expect(backend.views.preferences.quiet_hours).toEqual({ from: 1410, to: 420 });
  });
});

test('rings have a loudspeaker of their own, or that of calls', async () => {
  const backend = await open('devices');
  expect(id(testids.ringer).textContent).toContain(words.devices.ringSpeakerSame);
  await choose(testids.ringer, 'Headset');
  await waitFor(() => {
    expect(backend.views.preferences.ringer).toBe('speaker-headset');
  });
  expect(backend.views.preferences.speaker).toBeNull();
  await choose(testids.ringer, words.devices.ringSpeakerSame);
  await waitFor(() => {
    expect(backend.views.preferences.ringer).toBeNull();
  });
});

test('the theme is chosen and drives the page', async () => {
  const backend = await open('appearance');
  await fireEvent.click(id(oneOf(testids.theme, 'dark')));
  await waitFor(() => {
    expect(document.documentElement.dataset.theme).toBe('dark');
  });
  expect(backend.views.preferences.theme).toBe('dark');
  backend.emit('preferences', preferences({ theme: 'light' }));
  await waitFor(() => {
    expect(document.documentElement.dataset.theme).toBe('light');
  });
});

test('nine languages are named in themselves, and one of them is chosen', async () => {
  const backend = await open('language');
  await choose(testids.chooseLanguage, 'English');
  expect(backend.views.preferences.language).toBe('en');
  id(testids.chooseLanguage).focus();
  await fireEvent.keyDown(id(testids.chooseLanguage), { key: 'Enter' });
  const names = (await screen.findAllByRole('option')).map((one) => one.textContent.trim());
  expect(names).toEqual([
    words.language.system,
    'العربية',
    'Deutsch',
    'English',
    'Español',
    'Français',
    'Italiano',
    'Português (Brasil)',
    'Русский',
    'Türkçe',
  ]);
});

test('blocked people are listed and unblocked', async () => {
  const backend = await open('privacy');
  const person = await screen.findByTestId(testids.blockedPerson);
  expect(person.textContent).toContain('Somebody Rude');
  await fireEvent.click(within(person).getByRole('button'));
  expect(backend.last('unblock')).toEqual(['user-rude']);
  await screen.findByText(words.privacy.nobodyBlocked);
});

test('devices are chosen; one that is gone is still shown as chosen', async () => {
  const backend = await open('devices', (one) => {
    one.emit('preferences', preferences({ camera: 'camera-gone' }));
  });
  await waitFor(() => {
    expect(id(testids.camera).textContent).toContain(words.devices.gone);
  });
  await choose(testids.microphone, 'Headset Microphone');
  expect(backend.views.preferences.microphone).toBe('mic-headset');
  await choose(testids.microphone, words.devices.system);
  await waitFor(() => {
    expect(backend.views.preferences.microphone).toBeNull();
  });
});

test('trying shows level and picture, follows a change of device, and ends with the section', async () => {
  const backend = await open('devices');
  expect(backend.last('startPreview')).toBeUndefined();
  await fireEvent.click(id(testids.tryDevices));
  expect(backend.last('startPreview')).toEqual([true]);
  expect((await screen.findByTestId(testids.level)).getAttribute('aria-valuenow')).toBe('87');
  const picture = await screen.findByTestId(testids.ownPreview);
  expect(picture.querySelector('canvas')).not.toBeNull();
  await waitFor(() => {
    expect(backend.last('placePictures')?.[0]).toMatchObject([{ picture: 'own', width: 320 }]);
  });

  const before = backend.given.filter(([method]) => method === 'startPreview').length;
  await choose(testids.microphone, 'Headset Microphone');
  await waitFor(() => {
    expect(backend.given.filter(([method]) => method === 'startPreview')).toHaveLength(before + 1);
  });

  await fireEvent.click(id(settingsSection('app')));
  await waitFor(() => {
    expect(backend.last('placePictures')?.[0]).toEqual([]);
  });
  const ended = backend.given.findLastIndex(([method]) => method === 'stopPreview');
  expect(ended).toBeGreaterThan(backend.given.findLastIndex(([method]) => method === 'startPreview'));
});

test('under native pictures the own one has a hole in the page instead of a canvas', async () => {
  await open('devices', (backend) => {
    backend.views.pictures = 'native';
  });
  await fireEvent.click(id(testids.tryDevices));
  const picture = await screen.findByTestId(testids.ownPreview);
  expect(picture.querySelector('canvas')).toBeNull();
  expect(picture.dataset.hole).toBe('');
});

test('trying without a camera says so and still shows the level', async () => {
  const backend = await open('devices');
  backend.trying = { level: 0.2, notice: 'no_camera', picture: false };
  await fireEvent.click(id(testids.tryDevices));
  await screen.findByText(words.devices.trouble.no_camera);
  expect(id(testids.level).getAttribute('aria-valuenow')).toBe('77');
  expect(screen.queryByTestId(testids.ownPreview)).toBeNull();
});

test('devices that cannot be opened are told, and can be tried again', async () => {
  const backend = await open('devices');
  backend.failures.set('startPreview', userError('call_in_progress'));
  await fireEvent.click(id(testids.tryDevices));
  await screen.findByText(en.errors.call_in_progress);
  backend.failures.clear();
  await fireEvent.click(id(testids.tryDevices));
  await screen.findByTestId(testids.level);
});

test('devices that open only after one has left are closed again', async () => {
  const backend = await open('devices');
  let opened: () => void = () => undefined;
  const start = backend.startPreview.bind(backend);
  backend.startPreview = async (camera) => {
    await new Promise<void>((resolve) => (opened = resolve));
    await start(camera);
  };
  await fireEvent.click(id(testids.tryDevices));
  await fireEvent.click(id(settingsSection('app')));
  opened();
  await waitFor(() => {
    expect(backend.given.map(([method]) => method).slice(-2)).toEqual(['startPreview', 'stopPreview']);
  });
});

test('the volume is kept when it is let go, and a sound can be played', async () => {
  const backend = await open('devices');
  const volume = await screen.findByTestId<HTMLInputElement>(testids.volume);
  await fireEvent.input(volume, { target: { value: '40' } });
  expect(screen.getByText('40%')).toBeDefined();
  expect(backend.last('setPreferences')).toBeUndefined();
  await fireEvent.change(volume);
  expect(backend.views.preferences.volume).toBe(40);
  await fireEvent.click(id(testids.testSpeaker));
  expect(backend.last('testSpeaker')).toEqual([]);
});

test('the app says which it is, where its server is, and writes its log', async () => {
  await open('app');
  await waitFor(() => {
    expect(id(testids.version).textContent).toBe('0.1.0');
  });
  expect(screen.getByText('http://127.0.0.1:8001')).toBeDefined();
  await fireEvent.click(id(testids.exportLog));
  expect((await screen.findByTestId(testids.savedTo)).textContent).toContain('pizoo-log.txt');
});

test('the app lists what it is built from, with the texts of the licences', async () => {
  const list = {
    parts: [{ name: 'tauri', version: '2.0.0', licence: 'MIT', texts: [1] }],
    texts: ['Another text', 'Permission is hereby granted'],
  };
  const fetched = vi
    .spyOn(globalThis, 'fetch')
    .mockImplementation(() => Promise.reject(new TypeError('gone')));
  await open('app');
  await fireEvent.click(id(testids.openParts));
  await within(id(testids.parts)).findByTestId(testids.problem);
  await fireEvent.keyDown(document.activeElement ?? document.body, { key: 'Escape' });
  fetched.mockImplementation(() => Promise.resolve(Response.json(list)));
  await fireEvent.click(id(testids.openParts));
  const part = await screen.findByTestId(testids.part);
  expect(part.textContent).toContain('tauri 2.0.0');
  expect(screen.queryByText(/Permission/)).toBeNull();
  await fireEvent.click(part);
  await screen.findByText(/Permission/);
});
