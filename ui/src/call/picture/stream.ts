/** One picture after the other from the app, the newest only: the next is asked for when the last is drawn. */
import type { Backend, Picture, PictureFrame } from '../../backend/backend';

/** How long to leave the app alone after it failed to answer. */
const PAUSE_MS = 500;

/** Runs until `signal` says stop. */
export async function stream(
  backend: Pick<Backend, 'nextPicture'>,
  picture: Picture,
  draw: (frame: PictureFrame) => void,
  signal: AbortSignal,
): Promise<void> {
  const stopped = () => signal.aborted;
  let after = 0;
  while (!stopped()) {
    try {
      const frame = await backend.nextPicture(picture, after, signal);
      if (frame === null || stopped()) continue;
      after = frame.sequence;
      draw(frame);
    } catch (error) {
      if (stopped()) return;
      reportError(error);
      await pause(PAUSE_MS, signal);
    }
  }
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener(
      'abort',
      () => {
        clearTimeout(timer);
        resolve();
      },
      { once: true },
    );
  });
}
