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

/** How large the own picture is shown: a fifth of what it lies on, within reason, 16 to 9. */
export function ownSize(host: Size): Size {
  const width = Math.round(Math.min(256, Math.max(112, host.width * 0.22)));
  return { width, height: Math.round((width * 9) / 16) };
}
