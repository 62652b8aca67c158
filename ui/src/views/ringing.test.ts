import { fireEvent, screen, waitFor } from '@testing-library/svelte';
import { expect, test } from 'vitest';
import { userError } from '../backend/scripted/backend';
import { en } from '../i18n/en';
import { oneOf, testids } from '../testids';
import { button, focused, show } from '../testing/app';

const chord = { shiftKey: true, altKey: true };

test('a ring is an alert over whatever is shown, with the focus on its title and the caller’s name', async () => {
  const backend = await show('chat');
  const composer = screen.getByTestId(testids.composer);
  composer.focus();
  backend.emit('incoming', ring('video'));
  const dialog = await screen.findByTestId(testids.incoming);
  expect(dialog.getAttribute('role')).toBe('alertdialog');
  await waitFor(() => {
    expect(focused().textContent).toBe(en.call.incoming.title('Sara Lindqvist'));
  });
  expect(dialog.textContent).toContain(en.call.incoming.video);
  backend.emit('incoming', null);
  await waitFor(() => {
    expect(screen.queryByTestId(testids.incoming)).toBeNull();
  });
  await waitFor(() => {
    expect(focused()).toBe(composer);
  });
});

test('Enter, Space and Escape neither answer nor decline', async () => {
  const backend = await show('incoming');
  await waitFor(() => {
    expect(focused().tagName).toBe('H2');
  });
  for (const key of ['Enter', ' ', 'Escape']) await fireEvent.keyDown(focused(), { key });
  expect(screen.getByTestId(testids.incoming)).toBeDefined();
  expect(backend.last('acceptCall')).toBeUndefined();
  expect(backend.last('declineCall')).toBeUndefined();
});

test.each([
  [testids.acceptVideo, 'on'],
  [testids.acceptAudio, 'off'],
])('%s answers a video call, with the camera %s', async (id, camera) => {
  const backend = await show('incoming');
  await fireEvent.click(button(id));
  expect(backend.last('acceptCall')).toEqual(['ring-one', 'video', camera]);
  expect((await screen.findByTestId(testids.callScreen)).dataset.callType).toBe('video');
  expect(screen.queryByTestId(testids.incoming)).toBeNull();
  // Whoever answered with the voice only may think better of it.
  expect(screen.getByTestId(testids.toggleCamera)).toBeDefined();
});

test('a voice call is answered with the voice only', async () => {
  const backend = await show('incoming-audio');
  expect(screen.queryByTestId(testids.acceptVideo)).toBeNull();
  await fireEvent.keyDown(window, { code: 'KeyV', key: 'V', ...chord });
  expect(backend.last('acceptCall')).toBeUndefined();
  await fireEvent.click(button(testids.acceptAudio));
  expect(backend.last('acceptCall')).toEqual(['ring-one', 'audio', 'off']);
});

test.each([
  ['KeyA', 'acceptCall', ['ring-one', 'video', 'off']],
  ['KeyV', 'acceptCall', ['ring-one', 'video', 'on']],
  ['KeyD', 'declineCall', ['ring-one', null]],
] as const)('the chord with %s answers, also while one types', async (code, method, args) => {
  const backend = await show('incoming');
  await fireEvent.keyDown(screen.getByTestId(testids.composer), { code, key: code.slice(3), ...chord });
  expect(backend.last(method)).toEqual(args);
});

test('declining takes the ring away; silencing only its sound', async () => {
  const backend = await show('incoming');
  await fireEvent.click(button(testids.silence));
  expect(backend.last('silenceCall')).toEqual(['ring-one']);
  await waitFor(() => {
    expect(button(testids.silence).textContent).toContain(en.call.incoming.silenced);
  });
  await fireEvent.click(button(testids.decline));
  expect(backend.last('declineCall')).toEqual(['ring-one', null]);
  await waitFor(() => {
    expect(screen.queryByTestId(testids.incoming)).toBeNull();
  });
});

test.each(Object.entries(en.call.incoming.replies))(
  'declining with the ready words %s sends them, and says before what they tell',
  async (name, text) => {
    const backend = await show('incoming');
    await fireEvent.click(button(testids.declineWith));
    const reply = await screen.findByTestId(oneOf(testids.reply, name));
    expect(screen.getByRole('group').textContent).toContain(
      en.call.incoming.declineWithNote('Sara Lindqvist'),
    );
    expect(backend.last('declineCall')).toBeUndefined();
    await fireEvent.click(reply);
    expect(backend.last('declineCall')).toEqual(['ring-one', text]);
    await waitFor(() => {
      expect(screen.queryByTestId(testids.incoming)).toBeNull();
    });
  },
);

test('the ready words are left by Escape, and the ring stays', async () => {
  const backend = await show('incoming');
  await fireEvent.click(button(testids.declineWith));
  await fireEvent.keyDown(await screen.findByTestId(oneOf(testids.reply, 'later')), { key: 'Escape' });
  await waitFor(() => {
    expect(screen.queryByTestId(oneOf(testids.reply, 'later'))).toBeNull();
  });
  expect(screen.getByTestId(testids.incoming)).toBeDefined();
  expect(backend.last('declineCall')).toBeUndefined();
});

test('words that cannot be sent leave the ring, and say why', async () => {
  const backend = await show('incoming');
  backend.failures.set('declineCall', userError('offline'));
  await fireEvent.click(button(testids.declineWith));
  await fireEvent.click(await screen.findByTestId(oneOf(testids.reply, 'write')));
  expect((await screen.findByTestId(testids.problem)).textContent).toContain(en.errors.offline);
  expect(screen.getByTestId(testids.incoming)).toBeDefined();
});

test('a ring that is over when it is answered leaves a word behind', async () => {
  const backend = await show('incoming');
  backend.failures.set('acceptCall', userError('call_over'));
  await fireEvent.click(button(testids.acceptVideo));
  expect((await screen.findByTestId(testids.problem)).textContent).toContain(en.errors.call_over);
  backend.emit('incoming', null);
  await waitFor(() => {
    expect(screen.queryByTestId(testids.incoming)).toBeNull();
  });
  expect(screen.getByTestId(testids.problem).textContent).toContain(en.errors.call_over);
});

test('answering in a call ends that one first', async () => {
  const backend = await show('incoming-in-call');
  expect(button(testids.acceptVideo).getAttribute('aria-label')).toBe(en.call.incoming.endAndAccept);
  await fireEvent.click(button(testids.acceptVideo));
  await waitFor(() => {
    expect(screen.getByTestId(testids.callPartner).textContent).toBe('Amina');
  });
  const order = backend.given.map(([name]) => name).filter((name) => /^(end|accept)Call$/u.test(name));
  expect(order).toEqual(['endCall', 'acceptCall']);
});

test('a ring shows over the end of another call', async () => {
  const backend = await show('ended');
  backend.emit('incoming', ring('audio'));
  expect(await screen.findByTestId(testids.incoming)).toBeDefined();
});

test('blocking while it rings asks once and tells whom', async () => {
  const backend = await show('incoming');
  await fireEvent.click(button(testids.block));
  await screen.findByText(en.call.safety.blockTitle('Sara Lindqvist'));
  await fireEvent.click(button(testids.safetyConfirm));
  expect(backend.last('block')).toEqual(['user-sara']);
  await waitFor(() => {
    expect(screen.queryByTestId(testids.incoming)).toBeNull();
  });
  expect(screen.queryByTestId(testids.safetyDialog)).toBeNull();
});

test('the small window shows the ring and nothing else', async () => {
  const backend = await show('incoming', undefined, 'incoming');
  await screen.findByTestId(testids.incoming);
  expect(screen.queryByTestId(testids.composer)).toBeNull();
  expect(screen.queryByTestId(testids.checkFirst)).toBeNull();
  expect(button(testids.declineWith)).toBeDefined();
  await fireEvent.click(button(testids.decline));
  expect(backend.last('declineCall')).toEqual(['ring-one', null]);
});

test('calling and ringing show whom one calls, and can be called off', async () => {
  const backend = await show('calling');
  const state = () => screen.getByTestId(testids.callState).textContent;
  expect(state()).toBe(en.call.calling);
  expect(screen.getByTestId(testids.tileOwn).dataset.picture).toBe('true');
  backend.emitCall({ phase: { name: 'ringing' } });
  await waitFor(() => {
    expect(state()).toBe(en.call.ringing);
  });
  expect(button(testids.endCall).textContent).toContain(en.call.cancelShort);
  await fireEvent.click(button(testids.endCall));
  expect(backend.last('endCall')).toEqual([]);
});

test('nobody answered: the message goes to their chat, with the focus where one writes', async () => {
  const backend = await show('unavailable');
  expect(screen.getByTestId(testids.callState).textContent).toBe(
    en.call.reason.unavailable('Sara Lindqvist'),
  );
  expect(screen.queryByTestId(testids.feedback)).toBeNull();
  await fireEvent.click(button(testids.messageInstead));
  await waitFor(() => {
    expect(focused()).toBe(screen.getByTestId(testids.composer));
  });
  expect(backend.last('dismissCall')).toEqual([]);
});

test('nobody answered: the same call once more', async () => {
  const backend = await show('unavailable');
  await fireEvent.click(button(testids.callAgain));
  expect(backend.last('startCall')).toEqual(['sara', 'video', 'on']);
});

function ring(callType: 'audio' | 'video') {
  return {
    call_id: 'ring-one',
    match_id: 'sara',
    partner_id: 'user-sara',
    partner_name: 'Sara Lindqvist',
    partner_photo: null,
    call_type: callType,
    silenced: false,
  };
}
