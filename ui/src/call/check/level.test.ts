import { expect, test } from 'vitest';
import { meterShare } from './level';

test.each([
  [0, 0],
  [-1, 0],
  [0.001, 0],
  [1, 1],
  [2, 1],
])('a level of %d fills %d of the meter', (level, share) => {
  expect(meterShare(level)).toBeCloseTo(share, 5);
});

test('ordinary speech is seen well', () => {
  expect(meterShare(0.05)).toBeGreaterThan(0.5);
});
