import { expect, onTestFinished, test, vi } from 'vitest';
import { calendarDay, clockTime, dayName, duration, parseTime, shortTime } from './time';

const words = { today: 'Today', yesterday: 'Yesterday' };
const now = new Date(2026, 2, 10, 0, 30);

test('days are those of the calendar, not of 24 hours', () => {
  expect(dayName(new Date(2026, 2, 10, 0, 1), now, 'en', words)).toBe('Today');
  expect(dayName(new Date(2026, 2, 9, 23, 59), now, 'en', words)).toBe('Yesterday');
  expect(dayName(new Date(2026, 2, 8, 12), now, 'en', words)).toBe('Sunday, March 8');
  expect(dayName(new Date(2025, 2, 8, 12), now, 'en', words)).toContain('2025');
});

test('a list shows the time, the day, then the date', () => {
  expect(shortTime(new Date(2026, 2, 10, 0, 5), now, 'en', words)).toMatch(/12:05/u);
  expect(shortTime(new Date(2026, 2, 9, 12), now, 'en', words)).toBe('Yesterday');
  expect(shortTime(new Date(2026, 2, 6, 12), now, 'en', words)).toBe('Fri');
  expect(shortTime(new Date(2026, 1, 6, 12), now, 'en', words)).toBe('Feb 6');
});

test('a date is written as in the region, with the digits of the timers', () => {
  const date = new Date(2026, 2, 8, 12);
  const later = new Date(2026, 4, 1);
  expect(shortTime(date, later, 'en-GB', words)).toBe('8 Mar');
  expect(shortTime(date, later, 'en-US', words)).toBe('Mar 8');
  expect(shortTime(date, later, 'ar-EG', words)).toContain('8');
});

test('a day within a sentence has its year only where that is another one', () => {
  expect(calendarDay(new Date(2026, 10, 29, 23, 59), now, 'en-GB')).toBe('29 Nov');
  expect(calendarDay(new Date(2025, 10, 29), now, 'en-GB')).toBe('29 Nov 2025');
});

test('what is no time is left out', () => {
  expect(parseTime('yesterday-ish')).toBeNull();
  expect(parseTime('2026-03-10T00:30:00+00:00')).toBeInstanceOf(Date);
});

test.each([
  [0, '0:00'],
  [7.9, '0:07'],
  [754, '12:34'],
  [3723, '1:02:03'],
  [-5, '0:00'],
])('%d seconds read %s', (seconds, text) => {
  expect(duration(seconds)).toBe(text);
});

test('a long chat makes no formatter for each of its messages', () => {
  const Real = Intl.DateTimeFormat;
  let made = 0;
  class Counted extends Real {
    constructor(...how: ConstructorParameters<typeof Real>) {
      super(...how);
      made += 1;
    }
  }
  vi.stubGlobal('Intl', Object.create(Intl, { DateTimeFormat: { value: Counted } }));
  onTestFinished(() => {
    vi.unstubAllGlobals();
  });
  for (let minute = 0; minute < 60; minute += 1) {
    const date = new Date(2026, 2, 9, 12, minute);
    expect(clockTime(date, 'tr')).toBe(`12:${String(minute).padStart(2, '0')}`);
    expect(clockTime(date, 'en-GB')).toBe(`12:${String(minute).padStart(2, '0')}`);
  }
  expect(made).toBe(2);
});
