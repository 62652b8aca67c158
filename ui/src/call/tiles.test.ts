import { expect, test, vi } from 'vitest';
import type { Tile } from '../backend/backend';
import { resize } from '../testing/setup';
import { TilePlacer } from './tiles';

function element(x: number, width: number): { element: Element; move: (x: number, width: number) => void } {
  const made = document.createElement('div');
  const move = (left: number, wide: number) => {
    made.getBoundingClientRect = () => new DOMRect(left, 20, wide, 90);
  };
  move(x, width);
  return { element: made, move };
}

function settled(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}

test('tiles are placed, placed anew on a resize, and taken away at the end', async () => {
  const place = vi.fn<(tiles: Tile[], scale: number) => Promise<void>>().mockResolvedValue();
  const placer = new TilePlacer(place);
  const stop = placer.start(document.createElement('div'));
  const remote = element(10, 160);
  placer.tile('remote')(remote.element);
  await settled();
  expect(place.mock.lastCall).toEqual([
    [{ picture: 'remote', x: 10, y: 20, width: 160, height: 90, blurred: false }],
    1,
  ]);

  remote.move(30, 320);
  window.dispatchEvent(new Event('resize'));
  await settled();
  expect(place.mock.lastCall?.[0]).toMatchObject([
    { picture: 'remote', x: 30, y: 20, width: 320, height: 90 },
  ]);

  remote.move(40, 400);
  resize();
  await settled();
  expect(place.mock.lastCall?.[0]).toMatchObject([{ x: 40, width: 400 }]);

  stop();
  await settled();
  expect(place.mock.lastCall?.[0]).toEqual([]);
  expect(place).toHaveBeenCalledTimes(4);
});

test('what did not move is not told again, and nothing is taken away that was never there', async () => {
  const place = vi.fn<(tiles: Tile[], scale: number) => Promise<void>>().mockResolvedValue();
  const placer = new TilePlacer(place);
  const stop = placer.start(document.createElement('div'));
  stop();
  await settled();
  expect(place).not.toHaveBeenCalled();

  placer.tile('own')(element(5, 50).element);
  await settled();
  placer.measure();
  placer.measure();
  await settled();
  expect(place).toHaveBeenCalledOnce();
});

test('a change of the density alone is told', async () => {
  const place = vi.fn<(tiles: Tile[], scale: number) => Promise<void>>().mockResolvedValue();
  const queries: { change: () => void }[] = [];
  vi.spyOn(window, 'matchMedia').mockImplementation(() => {
    const query = {
      addEventListener: (_: string, change: () => void) => queries.push({ change }),
      removeEventListener: vi.fn(),
    };
    return query as unknown as MediaQueryList;
  });
  const placer = new TilePlacer(place);
  const stop = placer.start(document.createElement('div'));
  placer.tile('own')(element(5, 50).element);
  await settled();
  vi.stubGlobal('devicePixelRatio', 2);
  queries.at(-1)?.change();
  await settled();
  expect(place.mock.lastCall?.[1]).toBe(2);
  expect(queries).toHaveLength(2);
  stop();
  vi.unstubAllGlobals();
});

test('while one message is under way only the newest place waits', async () => {
  const open: (() => void)[] = [];
  const place = vi.fn(() => new Promise<void>((resolve) => open.push(resolve)));
  const placer = new TilePlacer(place);
  const own = element(1, 50);
  placer.tile('own')(own.element);
  await settled();
  for (const x of [2, 3, 4]) {
    own.move(x, 50);
    placer.measure();
  }
  await settled();
  expect(place).toHaveBeenCalledTimes(1);
  open[0]?.();
  await settled();
  expect(place).toHaveBeenCalledTimes(2);
  expect(place.mock.lastCall).toMatchObject([[{ x: 4 }], 1]);
});

test('a refused place is reported and does not block the next', async () => {
  const told = vi.fn();
  vi.stubGlobal('reportError', told);
  const place = vi
    .fn<(tiles: Tile[], scale: number) => Promise<void>>()
    .mockRejectedValueOnce(new Error('no window'))
    .mockResolvedValue();
  const placer = new TilePlacer(place);
  const own = element(1, 50);
  placer.tile('own')(own.element);
  await settled();
  own.move(2, 50);
  placer.measure();
  await settled();
  expect(told).toHaveBeenCalledOnce();
  expect(place.mock.lastCall?.[0]).toMatchObject([{ x: 2 }]);
  vi.unstubAllGlobals();
});
