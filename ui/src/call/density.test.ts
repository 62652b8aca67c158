import { afterEach, expect, test, vi } from 'vitest';
import { density } from './density';

const WEBKIT =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/60.5 Safari/605.1.15';
const CHROMIUM =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0 Safari/537.36';

function windowIs(userAgent: string, devicePixelRatio: number, outerWidth: number, innerWidth: number) {
  vi.stubGlobal('navigator', { userAgent });
  vi.stubGlobal('devicePixelRatio', devicePixelRatio);
  vi.stubGlobal('outerWidth', outerWidth);
  vi.stubGlobal('innerWidth', innerWidth);
}

afterEach(() => {
  vi.unstubAllGlobals();
});

test.each([
  ['as it is', 1, 1000, 1000, 1],
  ['on a dense screen', 2, 1000, 1000, 2],
  ['in a frame', 1, 1012, 1000, 1],
  ['twice as large', 1, 1000, 500, 2],
  ['a little larger, on a dense screen', 2, 1000, 833, 2.4],
  ['smaller', 1, 1000, 1250, 0.8],
  ['before it has a size', 1, 0, 0, 1],
])('in WebKit, a page %s', (_how, ratio, outer, inner, expected) => {
  windowIs(WEBKIT, ratio, outer, inner);
  expect(density()).toBeCloseTo(expected, 6);
});

test('Chromium says so itself', () => {
  windowIs(CHROMIUM, 2, 1000, 500);
  expect(density()).toBe(2);
});
