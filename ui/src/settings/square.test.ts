import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { middle, squarePhoto } from './square';

const picture = new Blob(['a picture'], { type: 'image/png' });
const pen = { fillStyle: '', imageSmoothingQuality: '', fillRect: vi.fn(), drawImage: vi.fn() };
let made: (string | number | undefined)[] = [];

/** A picture of that size; `decode` fails for what is none. */
function decodes(width: number, height: number) {
  vi.spyOn(HTMLImageElement.prototype, 'decode').mockResolvedValue();
  vi.spyOn(HTMLImageElement.prototype, 'naturalWidth', 'get').mockReturnValue(width);
  vi.spyOn(HTMLImageElement.prototype, 'naturalHeight', 'get').mockReturnValue(height);
}

beforeEach(() => {
  made = [];
  vi.spyOn(HTMLCanvasElement.prototype, 'getContext').mockReturnValue(pen as never);
  vi.spyOn(HTMLCanvasElement.prototype, 'toBlob').mockImplementation(function (
    this: HTMLCanvasElement,
    done,
    type,
    quality: unknown,
  ) {
    made = [this.width, this.height, type, quality as number];
    done(new Blob(['drawn'], { type: type ?? '' }));
  });
});

afterEach(() => {
  vi.clearAllMocks();
});

test('the largest square in the middle is kept', () => {
  expect(middle(400, 400)).toEqual({ x: 0, y: 0, side: 400 });
  expect(middle(1000, 400)).toEqual({ x: 300, y: 0, side: 400 });
  expect(middle(400, 1001)).toEqual({ x: 0, y: 300.5, side: 400 });
});

test('a picture is drawn anew as a JPEG of 512 by 512, and the file let go', async () => {
  const revoked = vi.spyOn(URL, 'revokeObjectURL');
  decodes(3000, 2000);
  const photo = await squarePhoto(picture);
  expect([photo?.type, await photo?.text()]).toEqual(['image/jpeg', 'drawn']);
  expect(made).toEqual([512, 512, 'image/jpeg', 0.86]);
  expect(pen.drawImage.mock.lastCall?.slice(1)).toEqual([500, 0, 2000, 2000, 0, 0, 512, 512]);
  expect(pen.fillRect).toHaveBeenCalledBefore(pen.drawImage);
  expect(revoked).toHaveBeenCalledOnce();
});

test('what is no picture, has no size or is huge becomes none', async () => {
  const revoked = vi.spyOn(URL, 'revokeObjectURL');
  vi.spyOn(HTMLImageElement.prototype, 'decode').mockRejectedValue(new DOMException('no', 'EncodingError'));
  expect(await squarePhoto(picture)).toBeNull();
  decodes(0, 0);
  expect(await squarePhoto(picture)).toBeNull();
  expect(revoked).toHaveBeenCalledTimes(2);
  const huge = new Blob([]);
  Object.defineProperty(huge, 'size', { value: 100_000_000 });
  expect(await squarePhoto(huge)).toBeNull();
  expect(made).toEqual([]);
});
