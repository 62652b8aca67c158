import { expect, test } from 'vitest';
import { figure, milliseconds, percent } from './number';

/** Without the marks and with one kind of space: which of them it is depends on the web view's tables. */
function plain(text: string): string {
  return text.replace(/[\u061c\u200e\u200f]/gu, '').replace(/[\u00a0\u202f]/gu, ' ');
}

test.each([
  ['en', '40%'],
  ['de', '40 %'],
  ['fr', '40 %'],
  ['tr', '%40'],
])('a share reads as the language %s writes it', (locale, text) => {
  expect(plain(percent(40, locale))).toBe(text);
});

test('a count has the separators of the locale', () => {
  expect(figure(1234567, 'en')).toBe('1,234,567');
  expect(figure(1234567, 'de')).toBe('1.234.567');
  expect(figure(29.97, 'en')).toBe('30');
  expect(figure(0.25, 'de')).toMatch(/^0,[23]$/u);
  expect(milliseconds(1500.4, 'en')).toBe('1,500 ms');
});

test('Arabic has the digits of codes and timers, in every region', () => {
  for (const locale of ['ar', 'ar-EG', 'ar-SA']) {
    expect(percent(45, locale)).toContain('45');
    expect(figure(7, locale)).toBe('7');
    expect(milliseconds(20, locale)).toContain('20');
  }
});
