import { expect, test } from 'vitest';
import { placeAt } from './place.svelte';

test('back leads through settings to where one was', () => {
  const place = placeAt('people');
  place.go('settings');
  place.go('verify');
  place.back();
  expect(place.view).toBe('settings');
  place.back();
  expect(place.view).toBe('people');
});

test('a chat or people are where a way begins', () => {
  const place = placeAt('people');
  place.go('settings');
  place.go('chat');
  place.back();
  expect(place.view).toBe('chat');
});

test('a place is found by its name; an unknown one is the chat', () => {
  expect(placeAt('settings/devices')).toMatchObject({ view: 'settings', section: 'devices' });
  expect(placeAt('settings/nowhere')).toMatchObject({ view: 'settings', section: 'account' });
  expect(placeAt('nowhere')).toMatchObject({ view: 'chat' });
  expect(placeAt(null)).toMatchObject({ view: 'chat' });
});
