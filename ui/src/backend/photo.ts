/** A photo's bytes as a file that the page can show. What it is, its first bytes say. */
const kinds: readonly (readonly [type: string, head: readonly number[]])[] = [
  ['image/jpeg', [0xff, 0xd8, 0xff]],
  ['image/png', [0x89, 0x50, 0x4e, 0x47]],
  ['image/webp', [0x52, 0x49, 0x46, 0x46]],
];

export function readPhoto(bytes: ArrayBuffer): Blob {
  const start = new Uint8Array(bytes, 0, Math.min(4, bytes.byteLength));
  const kind = kinds.find(([, head]) => head.every((byte, at) => start[at] === byte));
  if (kind === undefined) throw new Error('The photo is no picture.');
  return new Blob([bytes], { type: kind[0] });
}
