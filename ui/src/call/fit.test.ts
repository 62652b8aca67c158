import { expect, test } from 'vitest';
import {
  type Corner,
  OWN_SHAPE,
  contain,
  containApart,
  cornerByKey,
  cornerPlace,
  halves,
  nearestCorner,
  nextCorner,
  ownSize,
} from './fit';

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

test.each([
  [
    { width: 869, height: 432 },
    { x: 434, y: 0 },
  ],
  [
    { width: 400, height: 901 },
    { x: 0, y: 450 },
  ],
  [
    { width: 300, height: 300 },
    { x: 0, y: 150 },
  ],
])('two halves cover %o and share no pixel', (area, seam) => {
  const [first, second] = halves(area);
  expect(first).toMatchObject({ x: 0, y: 0 });
  expect(second).toMatchObject(seam);
  expect([second.x + second.width, second.y + second.height]).toEqual([area.width, area.height]);
  expect(first.width * first.height + second.width * second.height).toBe(area.width * area.height);
});

test('two pictures of one shape are equally large side by side, and apart', () => {
  const [first, second] = halves({ width: 868, height: 432 });
  const [remote, own] = [containApart(first, { width: 1280, height: 720 }), containApart(second, OWN_SHAPE)];
  expect(remote).toEqual({ x: 8, y: 98, width: 418, height: 235 });
  expect(own).toEqual(remote);
});

test('a half that is too small for the gap has no picture', () => {
  expect(containApart({ width: 16, height: 100 }, OWN_SHAPE)).toMatchObject({ width: 0, height: 0 });
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
