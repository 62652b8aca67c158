import { expect, test } from 'vitest';
import { chord, isTyping, singleKey, takesSpace } from './keys';

const none = {
  altKey: false,
  ctrlKey: false,
  metaKey: false,
  shiftKey: false,
  repeat: false,
  isComposing: false,
};

test('single letters switch, but not while one types and not with a modifier', () => {
  expect(singleKey({ ...none, code: 'KeyM', key: 'm' }, false)).toBe('microphone');
  expect(singleKey({ ...none, code: 'KeyV', key: 'v' }, false)).toBe('camera');
  expect(singleKey({ ...none, code: 'KeyM', key: 'm' }, true)).toBeNull();
  expect(singleKey({ ...none, code: 'KeyV', key: 'v', ctrlKey: true }, false)).toBeNull();
  expect(singleKey({ ...none, code: 'KeyM', key: 'm', repeat: true }, false)).toBeNull();
  expect(singleKey({ ...none, code: 'KeyM', key: 'M', shiftKey: true }, false)).toBeNull();
  expect(singleKey({ ...none, code: 'Slash', key: '?', shiftKey: true }, false)).toBe('shortcuts');
});

test.each([
  ['with Caps Lock', 'M', 'KeyM', 'microphone'],
  ['on a Russian keyboard', 'ь', 'KeyM', 'microphone'],
  ['on a Russian keyboard', 'м', 'KeyV', 'camera'],
  ['on an Arabic keyboard', 'ة', 'KeyM', 'microphone'],
  ['on an Arabic keyboard', 'ر', 'KeyV', 'camera'],
  ['on a Latin keyboard', 'b', 'KeyB', 'blur'],
  ['on a Russian keyboard', 'и', 'KeyB', 'blur'],
  ['on an Arabic keyboard, whose key gives two letters', 'لا', 'KeyB', 'blur'],
  ['on an Arabic keyboard, where both are one sign', 'ﻻ', 'KeyB', 'blur'],
  ['with an accent to come', 'Dead', 'KeyB', null],
  ['where the letter stands elsewhere', 'm', 'Semicolon', 'microphone'],
  ['where another letter stands there', 'k', 'KeyV', null],
  ['where a comma stands there', ',', 'KeyM', null],
] as const)('%s, %s at %s', (_where, key, code, expected) => {
  expect(singleKey({ ...none, key, code }, false)).toBe(expected);
});

test('the Arabic question mark lists the keys, too', () => {
  expect(singleKey({ ...none, code: 'Slash', key: '؟', shiftKey: true }, false)).toBe('shortcuts');
});

test('chords go by the letter that is given, and by its place where that is no Latin one', () => {
  const held = { ...none, altKey: true, shiftKey: true };
  expect(chord({ ...held, key: 'A', code: 'KeyQ' }, false)).toBe('accept-audio');
  expect(chord({ ...held, key: 'Q', code: 'KeyA' }, false)).toBeNull();
  expect(chord({ ...held, key: 'Ф', code: 'KeyA' }, false)).toBe('accept-audio');
  expect(chord({ ...held, key: 'В', code: 'KeyD' }, false)).toBe('decline');
});

test.each([
  ['KeyA', 'accept-audio'],
  ['KeyV', 'accept-video'],
  ['KeyD', 'decline'],
  ['KeyE', 'end'],
  ['KeyC', 'call-audio'],
  ['KeyY', 'call-video'],
] as const)('%s with the chord’s modifiers is %s, on each system with its own', (code, expected) => {
  const alt = { ...none, code, key: '‰', shiftKey: true, altKey: true };
  const control = { ...none, code, key: code.slice(3), shiftKey: true, ctrlKey: true };
  expect(chord(alt, false)).toBe(expected);
  expect(chord(control, false)).toBeNull();
  expect(chord(control, true)).toBe(expected);
  expect(chord(alt, true)).toBeNull();
  expect(chord({ ...alt, ctrlKey: true }, false)).toBeNull();
  expect(chord({ ...none, code, key: 'x', shiftKey: true }, false)).toBeNull();
});

test('letters belong to text and lists, the space bar to buttons, too', () => {
  const inside = (html: string, selector: string) => {
    const host = document.createElement('div');
    host.innerHTML = html;
    return host.querySelector(selector);
  };
  expect(isTyping(inside('<textarea></textarea>', 'textarea'))).toBe(true);
  expect(isTyping(inside('<div role="menu"><div class="item"></div></div>', '.item'))).toBe(true);
  const button = inside('<button><span></span></button>', 'span');
  expect(isTyping(button)).toBe(false);
  expect(takesSpace(button)).toBe(true);
  expect(takesSpace(inside('<h1></h1>', 'h1'))).toBe(false);
  expect(takesSpace(null)).toBe(false);
});
