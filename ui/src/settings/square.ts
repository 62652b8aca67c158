/**
 * Makes a photo of any picture that the web view can read: the largest square in its middle, drawn anew. Only what is
 * drawn goes on; where and when it was taken, and with what, stays behind.
 */

/** Pixels a side. */
const SIDE = 512;
const QUALITY = 0.86;
/** A file that is larger is no photo of a person; unpacking it could take all memory. */
const LARGEST = 64 * 1024 * 1024;

/** The part of a picture that is kept. */
export function middle(width: number, height: number): { x: number; y: number; side: number } {
  const side = Math.min(width, height);
  return { x: (width - side) / 2, y: (height - side) / 2, side };
}

/** Null for what is no picture. */
export async function squarePhoto(file: Blob): Promise<Blob | null> {
  if (file.size > LARGEST) return null;
  const url = URL.createObjectURL(file);
  try {
    // An image, because it is turned as the camera was held; elsewhere that is not the same in every web view.
    const image = new Image();
    image.src = url;
    await image.decode();
    return await draw(image);
  } catch {
    return null;
  } finally {
    URL.revokeObjectURL(url);
  }
}

async function draw(image: HTMLImageElement): Promise<Blob | null> {
  const { x, y, side } = middle(image.naturalWidth, image.naturalHeight);
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = SIDE;
  const pen = canvas.getContext('2d');
  if (side === 0 || pen === null) return null;
  // What can be seen through in a picture is black in a JPEG.
  pen.fillStyle = '#fff';
  pen.fillRect(0, 0, SIDE, SIDE);
  pen.imageSmoothingQuality = 'high';
  pen.drawImage(image, x, y, side, side, 0, 0, SIDE, SIDE);
  return new Promise((resolve) => {
    canvas.toBlob(resolve, 'image/jpeg', QUALITY);
  });
}
