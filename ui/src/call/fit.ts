/** Geometry of the stage, in whole CSS pixels, so that a picture drawn below the page meets its frame exactly. */

export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface Size {
  width: number;
  height: number;
}

/** The largest box of that shape in the middle of the area. */
export function contain(area: Size, shape: Size): Box {
  if (area.width <= 0 || area.height <= 0 || shape.width <= 0 || shape.height <= 0) {
    return { x: 0, y: 0, width: 0, height: 0 };
  }
  const scale = Math.min(area.width / shape.width, area.height / shape.height);
  const width = Math.floor(shape.width * scale);
  const height = Math.floor(shape.height * scale);
  return {
    x: Math.floor((area.width - width) / 2),
    y: Math.floor((area.height - height) / 2),
    width,
    height,
  };
}

/** Between two pictures side by side. */
const GAP = 16;

/** Two halves that cover the area: one after the other where it is wider than tall, else one below the other. */
export function halves({ width, height }: Size): [Box, Box] {
  if (width > height) {
    const first = Math.floor(width / 2);
    return [
      { x: 0, y: 0, width: first, height },
      { x: first, y: 0, width: width - first, height },
    ];
  }
  const first = Math.floor(height / 2);
  return [
    { x: 0, y: 0, width, height: first },
    { x: 0, y: first, width, height: height - first },
  ];
}

/** The largest box of that shape in the middle of such a half, apart from what is in the other one. */
export function containApart(half: Size, shape: Size): Box {
  const box = contain({ width: half.width - GAP, height: half.height - GAP }, shape);
  return { ...box, x: box.x + GAP / 2, y: box.y + GAP / 2 };
}

/** The own picture's shape. */
export const OWN_SHAPE: Size = { width: 16, height: 9 };

/** How large the own picture is shown: a fifth of what it lies on, within reason, 16 to 9; it never hides most of that. */
export function ownSize(host: Size): Size {
  const width = Math.round(Math.min(256, Math.max(112, host.width * 0.22), host.width * 0.4));
  return { width, height: Math.round((width * 9) / 16) };
}

/** A corner of what the own picture lies on, by writing direction. */
export interface Corner {
  block: 'start' | 'end';
  inline: 'start' | 'end';
}

/** Where the own picture goes, from the start edges of the area, both in the direction of writing. */
export function cornerPlace(
  host: Box,
  own: Size,
  corner: Corner,
  inset: number,
): { inline: number; block: number } {
  return {
    inline: corner.inline === 'start' ? host.x + inset : host.x + host.width - own.width - inset,
    block: corner.block === 'start' ? host.y + inset : host.y + host.height - own.height - inset,
  };
}

/** The corner that a picture let go of there is nearest to. `middle` is measured from the start edges. */
export function nearestCorner(host: Box, middle: { inline: number; block: number }): Corner {
  return {
    inline: middle.inline < host.x + host.width / 2 ? 'start' : 'end',
    block: middle.block < host.y + host.height / 2 ? 'start' : 'end',
  };
}

/** One corner after the other, clockwise where one writes from left to right. */
export function nextCorner({ block, inline }: Corner): Corner {
  if (block === 'start') return inline === 'start' ? { block, inline: 'end' } : { block: 'end', inline };
  return inline === 'end' ? { block, inline: 'start' } : { block: 'start', inline };
}

/** Where an arrow key takes it; null for another key. */
export function cornerByKey(key: string, corner: Corner, rightToLeft: boolean): Corner | null {
  switch (key) {
    case 'ArrowUp':
      return { ...corner, block: 'start' };
    case 'ArrowDown':
      return { ...corner, block: 'end' };
    case 'ArrowLeft':
      return { ...corner, inline: rightToLeft ? 'end' : 'start' };
    case 'ArrowRight':
      return { ...corner, inline: rightToLeft ? 'start' : 'end' };
    default:
      return null;
  }
}
