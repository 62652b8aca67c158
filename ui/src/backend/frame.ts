/** How a picture travels over the `vid` scheme: a header of 24 bytes, then the three planes. */
import type { PictureFrame } from './backend';

const HEADER = 24;

/** Bytes of a tightly packed I420 picture; odd sizes round their chroma planes up. */
export function planesLength(width: number, height: number): number {
  return width * height + 2 * Math.ceil(width / 2) * Math.ceil(height / 2);
}

/** Reads one answer; throws when its size does not fit its header. */
export function readFrame(body: ArrayBuffer): PictureFrame {
  if (body.byteLength < HEADER) throw new Error('The picture is shorter than its header.');
  const header = new DataView(body, 0, HEADER);
  const sequence = Number(header.getBigUint64(0, true));
  const width = header.getUint32(16, true);
  const height = header.getUint32(20, true);
  const length = planesLength(width, height);
  if (width === 0 || height === 0 || body.byteLength < HEADER + length) {
    throw new Error('The picture does not fit its header.');
  }
  return { sequence, width, height, planes: new Uint8Array(body, HEADER, length) };
}
