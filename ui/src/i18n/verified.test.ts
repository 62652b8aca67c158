import { expect, test } from 'vitest';
import { de } from './de';
import { verifiedBy } from './verified';

test('a way that is not known is told as verified', () => {
  const words = de.settings.account;
  expect(verifiedBy('email_link', words)).toBe('Per E-Mail verifiziert');
  expect(verifiedBy('phone_otp', words)).toBe('Per Telefon verifiziert');
  for (const unknown of ['passport', 'toString', '', null]) {
    expect(verifiedBy(unknown, words)).toBe(words.verified);
  }
});
