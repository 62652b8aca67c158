/** Keys of calls. Single keys never fire while one types, nor together with a modifier; chords always do. */

export type SingleKey = 'microphone' | 'camera' | 'shortcuts';
export type Chord = 'accept-audio' | 'accept-video' | 'decline' | 'end' | 'call-audio' | 'call-video';

type Pressed = Pick<
  KeyboardEvent,
  'code' | 'key' | 'altKey' | 'ctrlKey' | 'metaKey' | 'shiftKey' | 'repeat' | 'isComposing'
>;

/** By position, because Alt changes what a key gives. */
const chords: Readonly<Record<string, Chord>> = {
  KeyA: 'accept-audio',
  KeyV: 'accept-video',
  KeyD: 'decline',
  KeyE: 'end',
  KeyC: 'call-audio',
  KeyY: 'call-video',
};

export function onMac(): boolean {
  return navigator.userAgent.includes('Macintosh');
}

/** Alt and Shift, on macOS Control and Shift. */
export function chord(event: Pressed, mac: boolean): Chord | null {
  if (event.repeat || event.isComposing || !event.shiftKey || event.metaKey) return null;
  if (event.ctrlKey !== mac || event.altKey === mac) return null;
  return chords[event.code] ?? null;
}

export function singleKey(event: Pressed, typing: boolean): SingleKey | null {
  if (typing || event.repeat || event.isComposing) return null;
  if (event.altKey || event.ctrlKey || event.metaKey) return null;
  if (event.key === '?') return 'shortcuts';
  if (event.shiftKey) return null;
  if (event.key === 'm') return 'microphone';
  return event.key === 'v' ? 'camera' : null;
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
