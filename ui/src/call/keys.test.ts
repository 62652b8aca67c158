import { expect, test } from 'vitest';
import { callKey } from './keys';

const none = {
  altKey: false,
  ctrlKey: false,
  metaKey: false,
  shiftKey: false,
  repeat: false,
  isComposing: false,
};

test('single letters switch, but not while one types and not with a modifier', () => {
  expect(callKey({ ...none, code: 'KeyM', key: 'm' }, false)).toBe('microphone');
  expect(callKey({ ...none, code: 'KeyV', key: 'v' }, false)).toBe('camera');
  expect(callKey({ ...none, code: 'KeyM', key: 'm' }, true)).toBeNull();
  expect(callKey({ ...none, code: 'KeyV', key: 'v', ctrlKey: true }, false)).toBeNull();
  expect(callKey({ ...none, code: 'KeyM', key: 'm', repeat: true }, false)).toBeNull();
});

test('the chord ends the call, also while one types', () => {
  expect(callKey({ ...none, code: 'KeyE', key: '‰', altKey: true, shiftKey: true }, true)).toBe('end');
  expect(callKey({ ...none, code: 'KeyE', key: 'E', shiftKey: true }, false)).toBeNull();
});
