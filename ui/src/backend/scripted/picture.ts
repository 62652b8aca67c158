/** A painted stand-in for a camera: somebody in front of an evening window, breathing a little. */
import type { Picture, PictureFrame } from '../backend';
import { planesLength } from '../frame';

type Colour = readonly [number, number, number];

const scenes: Record<Picture, { top: Colour; bottom: Colour; hair: Colour; skin: Colour; shirt: Colour }> = {
  remote: {
    top: [62, 54, 92],
    bottom: [232, 150, 110],
    hair: [44, 28, 30],
    skin: [226, 172, 140],
    shirt: [58, 98, 110],
  },
  own: {
    top: [40, 70, 84],
    bottom: [150, 176, 150],
    hair: [92, 62, 40],
    skin: [214, 164, 136],
    shirt: [196, 120, 84],
  },
};

function mix(from: Colour, to: Colour, share: number): Colour {
  const part = Math.min(1, Math.max(0, share));
  return [0, 1, 2].map((i) => (from[i] ?? 0) * (1 - part) + (to[i] ?? 0) * part) as unknown as Colour;
}

/** How many patches a blurred picture has from side to side. */
const PATCHES = 6;

/** The newest picture of each side, for those who want nothing to move: to paint one takes half a second. */
const still = new Map<Picture, { key: string; frame: PictureFrame }>();

/** As `paint`, but whoever is there holds their breath. */
export function paintStill(
  picture: Picture,
  sequence: number,
  wanted: { width: number; height: number },
  blurred: boolean,
): PictureFrame {
  const key = [wanted.width, wanted.height, blurred].join(' ');
  const known = still.get(picture);
  const frame = known?.key === key ? known.frame : paint(picture, 0, wanted, blurred);
  still.set(picture, { key, frame });
  return { ...frame, sequence };
}

/** Even sizes, as Rust sends them. */
export function paint(
  picture: Picture,
  sequence: number,
  wanted: { width: number; height: number },
  blurred: boolean,
): PictureFrame {
  const width = Math.max(2, Math.round(wanted.width / 2) * 2);
  const height = Math.max(2, Math.round(wanted.height / 2) * 2);
  const patch = blurred ? height / PATCHES : 1;
  const scene = scenes[picture];
  const planes = new Uint8Array(planesLength(width, height));
  const chroma = width * height;
  const half = width / 2;
  const sway = Math.sin(sequence / 18) * 0.012;
  const ellipse = (x: number, y: number, cx: number, cy: number, rx: number, ry: number) =>
    (1 - Math.hypot((x - cx) / rx, (y - cy) / ry)) * 40;
  for (let row = 0; row < height; row++) {
    const y = (Math.floor(row / patch) * patch) / height;
    for (let column = 0; column < width; column++) {
      const x = (Math.floor((column - half) / patch) * patch) / height;
      let colour = mix(scene.top, scene.bottom, y * 1.15 + x * 0.15);
      colour = mix(colour, [255, 214, 160], ellipse(x, y, 0.52, 0.34, 0.12, 0.12) / 60);
      colour = mix(colour, scene.hair, ellipse(x, y, sway, 0.46, 0.185, 0.25));
      colour = mix(colour, scene.shirt, ellipse(x, y, sway / 2, 1.06, 0.36, 0.32));
      colour = mix(colour, scene.skin, ellipse(x, y, sway, 0.72, 0.062, 0.14));
      colour = mix(colour, scene.skin, ellipse(x, y, sway, 0.5, 0.135, 0.19));
      colour = mix(colour, scene.hair, ellipse(x, y, sway - 0.03, 0.34, 0.17, 0.085));
      const [r, g, b] = colour;
      planes[row * width + column] = 16 + 0.257 * r + 0.504 * g + 0.098 * b;
      if (row % 2 === 0 && column % 2 === 0) {
        const at = (row / 2) * half + column / 2;
        planes[chroma + at] = 128 - 0.148 * r - 0.291 * g + 0.439 * b;
        planes[chroma + chroma / 4 + at] = 128 + 0.439 * r - 0.368 * g - 0.071 * b;
      }
    }
  }
  return { sequence, width, height, planes };
}
