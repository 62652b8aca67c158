/** Dates, times and durations as people read them. Pure: the present is an argument. */

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

export function clockTime(date: Date, locale: string): string {
  return new Intl.DateTimeFormat(locale, { hour: 'numeric', minute: '2-digit' }).format(date);
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
  return new Intl.DateTimeFormat(locale, {
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    ...(sameYear ? {} : { year: 'numeric' }),
  }).format(date);
}

/** When something happened, short enough for a list. */
export function shortTime(date: Date, now: Date, locale: string, words: DayWords): string {
  const ago = daysAgo(date, now);
  if (ago <= 0) return clockTime(date, locale);
  if (ago === 1) return words.yesterday;
  if (ago < 7) return new Intl.DateTimeFormat(locale, { weekday: 'short' }).format(date);
  return new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short' }).format(date);
}

/** `0:07`, `12:07`, `1:02:03`. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor((whole % 3600) / 60);
  const two = (value: number) => String(value).padStart(2, '0');
  return hours > 0 ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}
