import { expect, test } from 'vitest';
import { planesLength, readFrame } from './frame';

function body(width: number, height: number, planes: number): ArrayBuffer {
  const buffer = new ArrayBuffer(24 + planes);
  const view = new DataView(buffer);
  view.setBigUint64(0, 41n, true);
  view.setBigUint64(8, 123_456n, true);
  view.setUint32(16, width, true);
  view.setUint32(20, height, true);
  new Uint8Array(buffer, 24).fill(9);
  return buffer;
}

test('a picture is read as sent', () => {
  const frame = readFrame(body(4, 2, 12));
  expect(frame).toMatchObject({ sequence: 41, width: 4, height: 2 });
  expect([...frame.planes]).toEqual(Array(12).fill(9));
});

test('odd sizes round their chroma planes up', () => {
  expect(planesLength(3, 3)).toBe(9 + 2 * 4);
});

test.each([
  ['shorter than its header', new ArrayBuffer(8)],
  ['shorter than its planes', body(4, 2, 11)],
  ['without a size', body(0, 2, 12)],
])('a picture %s is refused', (_name, buffer) => {
  expect(() => readFrame(buffer)).toThrow();
});
