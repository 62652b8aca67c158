import { expect, test } from 'vitest';
import { toRgba } from './software';

function convert(y: number, u: number, v: number): number[] {
  const rgba = new Uint8ClampedArray(2 * 2 * 4);
  toRgba({ sequence: 1, width: 2, height: 2, planes: new Uint8Array([y, y, y, y, u, v]) }, rgba);
  return [...rgba.slice(0, 4)];
}

test('limited range becomes full range', () => {
  expect(convert(16, 128, 128)).toEqual([0, 0, 0, 255]);
  expect(convert(235, 128, 128)).toEqual([255, 255, 255, 255]);
});

test('red, green and blue come out as such', () => {
  const [red = 0, green = 0, blue = 0] = convert(82, 90, 240);
  expect(red).toBeGreaterThan(240);
  expect(Math.max(green, blue)).toBeLessThan(15);
  expect(convert(145, 54, 34)[1]).toBeGreaterThan(240);
  expect(convert(41, 240, 110)[2]).toBeGreaterThan(240);
});
