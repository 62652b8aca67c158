import { expect, test } from 'vitest';
import { type Corner, contain, cornerByKey, cornerPlace, nearestCorner, nextCorner, ownSize } from './fit';

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
  expect(ownSize({ width: 420, height: 300 })).toEqual({ width: 112, height: 63 });
  expect(ownSize({ width: 3000, height: 900 })).toEqual({ width: 256, height: 144 });
});

test('the own picture never hides most of what it lies on', () => {
  expect(ownSize({ width: 160, height: 90 })).toEqual({ width: 64, height: 36 });
});

test('the own picture lies in the corner that was chosen, and lands in the nearest one', () => {
  const host = { x: 100, y: 20, width: 640, height: 360 };
  const own = { width: 160, height: 90 };
  expect(cornerPlace(host, own, { block: 'end', inline: 'end' }, 16)).toEqual({ inline: 564, block: 274 });
  expect(cornerPlace(host, own, { block: 'start', inline: 'start' }, 16)).toEqual({ inline: 116, block: 36 });
  expect(nearestCorner(host, { inline: 200, block: 300 })).toEqual({ block: 'end', inline: 'start' });
  expect(nearestCorner(host, { inline: 700, block: 30 })).toEqual({ block: 'start', inline: 'end' });
});

test('every corner is reached by pressing again, and by arrows as they point', () => {
  const seen = new Set<string>();
  let corner: Corner = { block: 'end', inline: 'end' };
  for (let press = 0; press < 4; press++) {
    seen.add(`${corner.block} ${corner.inline}`);
    corner = nextCorner(corner);
  }
  expect(seen.size).toBe(4);
  expect(corner).toEqual({ block: 'end', inline: 'end' });
  expect(cornerByKey('ArrowLeft', corner, false)).toEqual({ block: 'end', inline: 'start' });
  expect(cornerByKey('ArrowLeft', corner, true)).toEqual({ block: 'end', inline: 'end' });
  expect(cornerByKey('ArrowUp', corner, false)).toEqual({ block: 'start', inline: 'end' });
  expect(cornerByKey('Enter', corner, false)).toBeNull();
});
