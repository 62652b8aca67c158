import { fireEvent, screen, waitFor } from '@testing-library/svelte';
import { expect, test, vi } from 'vitest';
import { userError } from '../backend/scripted/backend';
import { en } from '../i18n/en';
import { testids } from '../testids';
import { button, focused, show } from '../testing/app';

async function openCheck(): Promise<void> {
  await fireEvent.click(button(testids.callMenu));
  await fireEvent.click(await screen.findByTestId(testids.checkFirst));
  await screen.findByTestId(testids.checkScreen);
}

test('before the first ring the ground rules are read; accepting allows calls, keeps it and rings', async () => {
  const backend = await show('ground-rules');
  await fireEvent.click(button(testids.callVideo));
  await screen.findByTestId(testids.groundRules);
  expect(backend.last('startCall')).toBeUndefined();
  await fireEvent.click(button(testids.groundRulesAccept));
  await screen.findByTestId(testids.callScreen);
  expect(backend.last('allowCalling')).toEqual(['sara', true]);
  expect(backend.views.preferences.ground_rules).toEqual(['sara']);
  expect(backend.last('startCall')).toEqual(['sara', 'video', 'on']);
  expect(screen.queryByTestId(testids.groundRules)).toBeNull();
});

test('not now: nothing is allowed and nothing rings', async () => {
  const backend = await show('ground-rules');
  await fireEvent.click(button(testids.callAudio));
  await fireEvent.click(await screen.findByTestId(testids.groundRulesDecline));
  await waitFor(() => {
    expect(screen.queryByTestId(testids.groundRules)).toBeNull();
  });
  expect(backend.last('allowCalling')).toBeUndefined();
  expect(backend.last('startCall')).toBeUndefined();
});

test('where the agreement was taken back, the rules are asked again instead of an error', async () => {
  const backend = await show('chat');
  backend.agreed.delete('sara');
  await fireEvent.click(button(testids.callVideo));
  await screen.findByTestId(testids.groundRules);
  expect(screen.queryByTestId(testids.problem)).toBeNull();
  await fireEvent.click(button(testids.groundRulesAccept));
  await screen.findByTestId(testids.callScreen);
  expect(backend.given.filter(([name]) => name === 'startCall')).toHaveLength(2);
});

test('an agreement that cannot be stored says why and rings nobody', async () => {
  const backend = await show('ground-rules');
  backend.failures.set('allowCalling', userError('offline'));
  await fireEvent.click(button(testids.callVideo));
  await fireEvent.click(await screen.findByTestId(testids.groundRulesAccept));
  expect((await screen.findByTestId(testids.problem)).textContent).toContain(en.errors.offline);
  expect(backend.last('startCall')).toBeUndefined();
});

test('a server that cannot ring asks for no agreement', async () => {
  const backend = await show('ground-rules', ({ views }) => {
    views.server = { ...views.server, rings: false };
  });
  await fireEvent.click(button(testids.callVideo));
  expect((await screen.findByTestId(testids.callScreen)).dataset.phase).toBe('connecting');
  expect(backend.last('allowCalling')).toBeUndefined();
});

test('calls can be allowed and taken back from the chat, and the rules come before the first yes', async () => {
  const backend = await show('chat');
  const item = async () => {
    await fireEvent.click(button(testids.callMenu));
    return screen.findByTestId(testids.allowCalls);
  };
  expect((await item()).getAttribute('aria-checked')).toBe('true');
  await fireEvent.click(await screen.findByTestId(testids.allowCalls));
  expect(backend.last('allowCalling')).toEqual(['sara', false]);

  backend.emit('preferences', { ...backend.views.preferences, ground_rules: [] });
  await waitFor(() => {
    expect(screen.queryByTestId(testids.allowCalls)).toBeNull();
  });
  expect((await item()).getAttribute('aria-checked')).toBe('false');
  await fireEvent.click(await screen.findByTestId(testids.allowCalls));
  await fireEvent.click(await screen.findByTestId(testids.groundRulesAccept));
  await waitFor(() => {
    expect(screen.queryByTestId(testids.groundRules)).toBeNull();
  });
  expect(backend.last('allowCalling')).toEqual(['sara', true]);
  expect(backend.last('startCall')).toBeUndefined();
});

test('the devices are tried before a call: own picture, level, and they are closed on the way back', async () => {
  vi.spyOn(Element.prototype, 'getBoundingClientRect').mockReturnValue(new DOMRect(10, 20, 320, 180));
  const backend = await show('chat');
  await openCheck();
  await waitFor(() => {
    expect(focused().textContent).toBe(en.call.check.titleCall('Sara Lindqvist'));
  });
  expect(backend.last('startPreview')).toEqual([true]);
  await waitFor(() => {
    expect(Number(screen.getByTestId(testids.checkLevel).getAttribute('aria-valuenow'))).toBeGreaterThan(50);
  });
  await waitFor(() => {
    expect(backend.last('placePictures')?.[0]).toMatchObject([{ picture: 'own', blurred: false }]);
  });
  await fireEvent.click(button(testids.leaveCheck));
  await screen.findByTestId(testids.composer);
  await waitFor(() => {
    expect(backend.last('stopPreview')).toEqual([]);
  });
});

test.each([
  [testids.startVideo, 'on'],
  [testids.startAudio, 'off'],
])(
  '%s leads from the devices to a video call with the camera %s, which takes them over',
  async (id, camera) => {
    const backend = await show('chat');
    await openCheck();
    await fireEvent.click(button(id));
    expect(backend.last('startCall')).toEqual(['sara', 'video', camera]);
    await screen.findByTestId(testids.callScreen);
    expect(backend.last('stopPreview')).toBeUndefined();
  },
);

test('the camera that a call began without can be turned on, and the next such call begins without it again', async () => {
  const backend = await show('chat');
  await openCheck();
  await fireEvent.click(button(testids.startAudio));
  await fireEvent.click(await screen.findByTestId(testids.toggleCamera));
  expect(backend.last('setCamera')).toEqual([true]);
  await fireEvent.click(button(testids.endCall));
  await fireEvent.click(await screen.findByTestId(testids.callAgain));
  expect(backend.last('startCall')).toEqual(['sara', 'video', 'off']);
});

test('a chosen device is kept and tried at once', async () => {
  const backend = await show('chat');
  await openCheck();
  const microphone = screen.getByTestId<HTMLSelectElement>(testids.chooseMicrophone);
  await waitFor(() => {
    expect(microphone.options).toHaveLength(3);
  });
  await fireEvent.change(microphone, { target: { value: 'mic-headset' } });
  await waitFor(() => {
    expect(backend.views.preferences.microphone).toBe('mic-headset');
  });
  await waitFor(() => {
    expect(backend.given.filter(([name]) => name === 'startPreview')).toHaveLength(2);
  });
  const order = backend.given.map(([name]) => name).filter((name) => /^(start|stop)Preview$/u.test(name));
  expect(order).toEqual(['startPreview', 'stopPreview', 'startPreview']);
  await fireEvent.click(button(testids.testSpeaker));
  expect(backend.last('testSpeaker')).toEqual([]);
});

test('a missing camera says so and is looked for again', async () => {
  const backend = await show('chat', (scripted) => {
    scripted.trying = { level: 0, notice: 'no_camera', picture: false };
  });
  await openCheck();
  expect((await screen.findByTestId(testids.notice)).textContent).toContain(en.call.check.notice.no_camera);
  backend.trying = { level: 0, notice: null, picture: true };
  await fireEvent.click(button(testids.checkAgain));
  await waitFor(() => {
    expect(screen.queryByTestId(testids.notice)).toBeNull();
  });
});

test('one can look at oneself before answering, and the ring goes on meanwhile', async () => {
  const backend = await show('incoming');
  await fireEvent.click(button(testids.checkFirst));
  await screen.findByTestId(testids.checkScreen);
  expect(screen.queryByTestId(testids.incoming)).toBeNull();
  await fireEvent.click(button(testids.acceptVideo));
  expect(backend.last('acceptCall')).toEqual(['ring-one', 'video', 'on']);
  await screen.findByTestId(testids.callScreen);
});

test('a ring that ends meanwhile leads back', async () => {
  const backend = await show('incoming');
  await fireEvent.click(button(testids.checkFirst));
  await screen.findByTestId(testids.checkScreen);
  backend.emit('incoming', null);
  await screen.findByTestId(testids.composer);
});

test.each([
  ['KeyC', 'audio'],
  ['KeyY', 'video'],
])('the chord with %s starts a %s call with the open chat', async (code, callType) => {
  const backend = await show('chat');
  await fireEvent.keyDown(window, { code, key: code.slice(3), shiftKey: true, altKey: true });
  expect(backend.last('startCall')).toEqual(['sara', callType, callType === 'video' ? 'on' : 'off']);
});

test.each([testids.openSettings, testids.openPeople])(
  'where the open chat is not on the screen, after %s, no chord calls anybody',
  async (elsewhere) => {
    const backend = await show('chat');
    await fireEvent.click(button(elsewhere));
    for (const code of ['KeyC', 'KeyY'])
      await fireEvent.keyDown(window, { code, key: code.slice(3), shiftKey: true, altKey: true });
    expect(backend.last('startCall')).toBeUndefined();
  },
);

test('while the devices are tried, no chord calls anybody', async () => {
  const backend = await show('chat');
  await openCheck();
  await fireEvent.keyDown(window, { code: 'KeyC', key: 'C', shiftKey: true, altKey: true });
  expect(backend.last('startCall')).toBeUndefined();
});
