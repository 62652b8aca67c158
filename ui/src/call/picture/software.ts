/** I420 to the screen without WebGL: converted here, in whole numbers, and put on a 2D canvas. */
import type { PictureFrame } from '../../backend/backend';
import type { Renderer } from './renderer';

/** BT.601, limited range; `rgba` holds width * height * 4 bytes. */
export function toRgba({ width, height, planes }: PictureFrame, rgba: Uint8ClampedArray): void {
  const halfWidth = Math.ceil(width / 2);
  const blueAt = width * height;
  const redAt = blueAt + halfWidth * Math.ceil(height / 2);
  let out = 0;
  for (let row = 0; row < height; row++) {
    const lumaRow = row * width;
    const chromaRow = (row >> 1) * halfWidth;
    for (let column = 0; column < width; column++) {
      const chroma = chromaRow + (column >> 1);
      const y = 298 * ((planes[lumaRow + column] ?? 16) - 16) + 128;
      const u = (planes[blueAt + chroma] ?? 128) - 128;
      const v = (planes[redAt + chroma] ?? 128) - 128;
      rgba[out] = (y + 409 * v) >> 8;
      rgba[out + 1] = (y - 100 * u - 208 * v) >> 8;
      rgba[out + 2] = (y + 516 * u) >> 8;
      rgba[out + 3] = 255;
      out += 4;
    }
  }
}

export function softwareRenderer(canvas: HTMLCanvasElement): Renderer | null {
  const context = canvas.getContext('2d', { alpha: false });
  if (context === null) return null;
  let image: ImageData | null = null;
  return {
    kind: 'software',
    draw(frame: PictureFrame) {
      if (image?.width !== frame.width || image.height !== frame.height) {
        canvas.width = frame.width;
        canvas.height = frame.height;
        image = context.createImageData(frame.width, frame.height);
      }
      toRgba(frame, image.data);
      context.putImageData(image, 0, 0);
    },
    release() {
      image = null;
    },
  };
}
