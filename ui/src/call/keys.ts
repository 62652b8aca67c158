/** Keys in a call. Single letters never fire while one types, nor together with a modifier. */

export type CallKey = 'microphone' | 'camera' | 'end';

type Pressed = Pick<
  KeyboardEvent,
  'code' | 'key' | 'altKey' | 'ctrlKey' | 'metaKey' | 'shiftKey' | 'repeat' | 'isComposing'
>;

export function callKey(event: Pressed, typing: boolean): CallKey | null {
  if (event.repeat || event.isComposing) return null;
  // Alt and Shift, on macOS Control and Shift; by position, because Alt changes what a key gives.
  if (event.shiftKey && (event.altKey || event.ctrlKey) && !event.metaKey) {
    return event.code === 'KeyE' ? 'end' : null;
  }
  if (typing || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return null;
  if (event.key === 'm') return 'microphone';
  return event.key === 'v' ? 'camera' : null;
}
