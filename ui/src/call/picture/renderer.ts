/** Draws I420 pictures on a canvas: by WebGL where there is one, else in software. */
import type { PictureFrame } from '../../backend/backend';
import { softwareRenderer } from './software';
import { webglRenderer } from './webgl';

export interface Renderer {
  readonly kind: 'webgl' | 'software';
  draw(frame: PictureFrame): void;
  release(): void;
}

/** Null when the canvas can do neither. A canvas that once tried WebGL is lost for the other way; so ask first. */
export function createRenderer(canvas: HTMLCanvasElement, allowWebgl: boolean): Renderer | null {
  if (allowWebgl && hasWebgl()) return webglRenderer(canvas);
  return softwareRenderer(canvas);
}

function hasWebgl(): boolean {
  const context = document.createElement('canvas').getContext('webgl');
  context?.getExtension('WEBGL_lose_context')?.loseContext();
  return context !== null;
}
