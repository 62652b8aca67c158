import { expect, test } from 'vitest';
import type { ChatLine } from '../backend/backend';
import { line } from '../backend/scripted/scenes';
import { timeline } from './timeline';

function at(mine: boolean, time: string): ChatLine {
  const made = line('sara', mine, 'hello', 0);
  return { ...made, message: { ...made.message, created_at: time } };
}

test('a new day, another person or a long pause starts a run', () => {
  const entries = timeline([
    at(false, '2026-03-09T12:00:00'),
    at(false, '2026-03-09T12:04:00'),
    at(true, '2026-03-09T12:04:30'),
    at(true, '2026-03-09T13:00:00'),
    at(true, '2026-03-10T09:00:00'),
  ]);
  expect(entries.map(({ startsDay }) => startsDay)).toEqual([true, false, false, false, true]);
  expect(entries.map(({ startsRun }) => startsRun)).toEqual([true, false, true, true, true]);
  expect(entries.map(({ endsRun }) => endsRun)).toEqual([false, true, true, true, true]);
});

test('a line with a broken time stands without one', () => {
  const [entry] = timeline([at(true, 'soon')]);
  expect(entry).toMatchObject({ when: null, startsDay: false, startsRun: true, endsRun: true });
});
