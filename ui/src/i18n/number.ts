/** Numbers as people read them. Pure: the locale is an argument. */

/**
 * The same digits everywhere, in Arabic too: a page with codes, telephone numbers and running timers in Latin digits is
 * not to have a second kind beside them, whatever the region prefers.
 */
export const DIGITS = { numberingSystem: 'latn' } as const;

type Style = 'figure' | 'percent' | 'milliseconds';

const STYLES: Record<Style, Intl.NumberFormatOptions> = {
  figure: { maximumFractionDigits: 1 },
  percent: { style: 'percent' },
  milliseconds: { style: 'unit', unit: 'millisecond', maximumFractionDigits: 0 },
};

/** A formatter is large and slow to make. */
const formatters = new Map<string, Intl.NumberFormat>();

function format(value: number, locale: string, style: Style): string {
  const key = `${locale} ${style}`;
  let formatter = formatters.get(key);
  if (formatter === undefined) {
    formatter = new Intl.NumberFormat(locale, { ...STYLES[style], ...DIGITS });
    formatters.set(key, formatter);
  }
  return formatter.format(value);
}

/** A count or a measured value, with the locale's separators. */
export function figure(value: number, locale: string): string {
  return format(value, locale, 'figure');
}

/** 40 is `40%`, `40 %` or `%40`. */
export function percent(value: number, locale: string): string {
  return format(value / 100, locale, 'percent');
}

export function milliseconds(value: number, locale: string): string {
  return format(value, locale, 'milliseconds');
}
