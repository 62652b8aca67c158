import { expect, test } from 'vitest';
import { contain, ownSize } from './fit';

test('a picture fills the area in one direction and is centred in the other', () => {
  expect(contain({ width: 868, height: 432 }, { width: 1280, height: 720 })).toEqual({
    x: 50,
    y: 0,
    width: 768,
    height: 432,
  });
  expect(contain({ width: 400, height: 900 }, { width: 16, height: 9 })).toEqual({
    x: 0,
    y: 337,
    width: 400,
    height: 225,
  });
});

test('without an area there is no picture', () => {
  expect(contain({ width: 0, height: 10 }, { width: 16, height: 9 })).toEqual({
    x: 0,
    y: 0,
    width: 0,
    height: 0,
  });
});

test('the own picture stays within reason', () => {
  expect(ownSize({ width: 100, height: 100 })).toEqual({ width: 112, height: 63 });
  expect(ownSize({ width: 3000, height: 900 })).toEqual({ width: 256, height: 144 });
});
