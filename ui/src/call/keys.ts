/** Keys of calls. Single keys never fire while one types, nor together with a modifier; chords always do. */

export type SingleKey = 'microphone' | 'camera' | 'blur' | 'shortcuts';
export type Chord = 'accept-audio' | 'accept-video' | 'decline' | 'end' | 'call-audio' | 'call-video';

type Pressed = Pick<
  KeyboardEvent,
  'code' | 'key' | 'altKey' | 'ctrlKey' | 'metaKey' | 'shiftKey' | 'repeat' | 'isComposing'
>;

const chords: Readonly<Record<string, Chord>> = {
  a: 'accept-audio',
  v: 'accept-video',
  d: 'decline',
  e: 'end',
  c: 'call-audio',
  y: 'call-video',
};

export function onMac(): boolean {
  return navigator.userAgent.includes('Macintosh');
}

/** A question mark, the Arabic one too. */
const QUESTION = /^[?\u061f]$/u;
/** One letter, or the two that a single key of an Arabic keyboard gives, in the place of B. */
const LETTER = /^(?:\p{L}|\p{Script=Arabic}{2})$/u;

/**
 * Which letter a key is, in lower case: the one that it gives, or the one at its place, where it gives none that is Latin.
 * So it is on Russian and Arabic keyboards, and where Alt changes what a key gives.
 */
function letter({ key, code }: Pressed): string | undefined {
  if (/^\p{Script=Latin}$/u.test(key)) return key.toLowerCase();
  return /^Key([A-Z])$/u.exec(code)?.[1]?.toLowerCase();
}

/** Alt and Shift, on macOS Control and Shift. */
export function chord(event: Pressed, mac: boolean): Chord | null {
  if (event.repeat || event.isComposing || !event.shiftKey || event.metaKey) return null;
  if (event.ctrlKey !== mac || event.altKey === mac) return null;
  return chords[letter(event) ?? ''] ?? null;
}

export function singleKey(event: Pressed, typing: boolean): SingleKey | null {
  if (typing || event.repeat || event.isComposing) return null;
  if (event.altKey || event.ctrlKey || event.metaKey) return null;
  if (QUESTION.test(event.key)) return 'shortcuts';
  // A comma stands where others have M on a French keyboard, and is no letter.
  if (event.shiftKey || !LETTER.test(event.key)) return null;
  switch (letter(event)) {
    case 'm':
      return 'microphone';
    case 'v':
      return 'camera';
    case 'b':
      return 'blur';
    default:
      return null;
  }
}

/** Whether letters belong to what has the focus: text, or a list that jumps to what begins with them. */
export function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof Element &&
    target.closest('input, textarea, select, [contenteditable], [role="menu"], [role="listbox"]') !== null
  );
}

/** Whether the space bar belongs to what has the focus. */
export function takesSpace(target: EventTarget | null): boolean {
  return (
    isTyping(target) ||
    (target instanceof Element &&
      target.closest('button, a, summary, [role="slider"], [role="radio"]') !== null)
  );
}
