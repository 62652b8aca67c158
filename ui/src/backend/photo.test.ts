import { expect, test } from 'vitest';
import { readPhoto } from './photo';

const file = (...bytes: number[]) => new Uint8Array(bytes).buffer;

test('a photo’s type is what its bytes say', async () => {
  const photo = readPhoto(file(0xff, 0xd8, 0xff, 0xe0, 7));
  expect([photo.type, photo.size]).toEqual(['image/jpeg', 5]);
  expect([...new Uint8Array(await photo.arrayBuffer())]).toEqual([0xff, 0xd8, 0xff, 0xe0, 7]);
  expect(readPhoto(file(0x89, 0x50, 0x4e, 0x47)).type).toBe('image/png');
  expect(readPhoto(file(0x52, 0x49, 0x46, 0x46, 0)).type).toBe('image/webp');
});

test('what is no such picture is not shown', () => {
  for (const other of [file(), file(0xff), file(0x3c, 0x73, 0x76, 0x67), file(0x47, 0x49, 0x46, 0x38)])
    expect(() => readPhoto(other)).toThrow('no picture');
});
