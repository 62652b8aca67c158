/** Dates, times and durations as people read them. Pure: the present is an argument. */
import { DIGITS } from './number';

const DAY_MS = 86_400_000;

function startOfDay(date: Date): number {
  return new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
}

/** Whole calendar days from `date` to `now`; 0 is the same day. */
export function daysAgo(date: Date, now: Date): number {
  return Math.round((startOfDay(now) - startOfDay(date)) / DAY_MS);
}

/** An ISO 8601 time; null for what is none, so that a bad one is left out instead of shown. */
export function parseTime(text: string): Date | null {
  const date = new Date(text);
  return Number.isNaN(date.getTime()) ? null : date;
}

type Style = 'clock' | 'day' | 'dayOfYear' | 'weekday' | 'date' | 'dateOfYear';

const STYLES: Record<Style, Intl.DateTimeFormatOptions> = {
  clock: { hour: 'numeric', minute: '2-digit' },
  day: { weekday: 'long', day: 'numeric', month: 'long' },
  dayOfYear: { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' },
  weekday: { weekday: 'short' },
  date: { day: 'numeric', month: 'short' },
  dateOfYear: { day: 'numeric', month: 'short', year: 'numeric' },
};

/**
 * A formatter is large, outside the page's own heap, and slow to make; a chat has hundreds of times. The offset is part of the
 * key, because a formatter keeps the time zone it was made in, and a laptop travels.
 */
const formatters = new Map<string, Intl.DateTimeFormat>();

function format(date: Date, locale: string, style: Style): string {
  const key = `${locale} ${style} ${date.getTimezoneOffset()}`;
  let formatter = formatters.get(key);
  if (formatter === undefined) {
    formatter = new Intl.DateTimeFormat(locale, { ...STYLES[style], ...DIGITS });
    formatters.set(key, formatter);
  }
  return formatter.format(date);
}

export function clockTime(date: Date, locale: string): string {
  return format(date, locale, 'clock');
}

interface DayWords {
  today: string;
  yesterday: string;
}

/** A heading above the messages of a day. */
export function dayName(date: Date, now: Date, locale: string, words: DayWords): string {
  const ago = daysAgo(date, now);
  if (ago === 0) return words.today;
  if (ago === 1) return words.yesterday;
  const sameYear = date.getFullYear() === now.getFullYear();
  return format(date, locale, sameYear ? 'day' : 'dayOfYear');
}

/** When something happened, short enough for a list. */
export function shortTime(date: Date, now: Date, locale: string, words: DayWords): string {
  const ago = daysAgo(date, now);
  if (ago <= 0) return clockTime(date, locale);
  if (ago === 1) return words.yesterday;
  if (ago < 7) return format(date, locale, 'weekday');
  return format(date, locale, 'date');
}

/** A day within a sentence: `29 Nov`, with the year where it is another one. */
export function calendarDay(date: Date, now: Date, locale: string): string {
  return format(date, locale, date.getFullYear() === now.getFullYear() ? 'date' : 'dateOfYear');
}

/** `0:07`, `12:07`, `1:02:03`. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor((whole % 3600) / 60);
  const two = (value: number) => String(value).padStart(2, '0');
  return hours > 0 ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}
