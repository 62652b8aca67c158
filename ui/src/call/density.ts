/** How many device pixels a CSS pixel is, here and now. */

/** By how much Ctrl and + make the page larger, each time; it is Tauri's own. */
const STEP = 0.2;

/**
 * WebKit leaves out by how much the page was made larger; Chromium does not. The window as a whole does not become larger
 * with its page, and what rounding and its frame add is less than half a step.
 */
export function density(): number {
  const { devicePixelRatio, outerWidth, innerWidth } = window;
  const { userAgent } = navigator;
  if (!userAgent.includes('AppleWebKit') || userAgent.includes('Chrome') || innerWidth <= 0)
    return devicePixelRatio;
  const larger = Math.round(outerWidth / innerWidth / STEP) * STEP;
  return larger > 0 ? devicePixelRatio * larger : devicePixelRatio;
}
