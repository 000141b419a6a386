/**
 * Scales and compresses pictures in a thread of its own: the page's thread has audio to
 * move, and must not wait for a JPEG. picture.js talks with it.
 */

import { MOST_BYTES, scaled } from "./picture.js";

const QUALITIES = [0.8, 0.65, 0.5, 0.35, 0.2];

/** Kept, so that a frame a second leaves nothing to be collected. */
const canvas = new OffscreenCanvas(1, 1);
const context = /** @type {OffscreenCanvasRenderingContext2D} */ (
  canvas.getContext("2d", { alpha: false })
);

/**
 * @param {ImageBitmap} picture
 * @param {number} mostPx
 * @returns {Promise<import("./picture.js").Frame>}
 */
async function frameOf(picture, mostPx) {
  const { width, height } = scaled(picture.width, picture.height, mostPx);
  if (canvas.width !== width || canvas.height !== height) {
    canvas.width = width;
    canvas.height = height;
  }
  context.fillStyle = "white"; // behind what is transparent
  context.fillRect(0, 0, width, height);
  context.drawImage(picture, 0, 0, width, height);
  for (const quality of QUALITIES) {
    const blob = await canvas.convertToBlob({ type: "image/jpeg", quality });
    if (blob.size > MOST_BYTES) continue;
    return { jpeg: new Uint8Array(await blob.arrayBuffer()), width, height };
  }
  return frameOf(picture, Math.max(width, height) * 0.75);
}

addEventListener("message", async ({ data: { picture, mostPx } }) => {
  try {
    const frame = await frameOf(picture, mostPx);
    postMessage({ frame }, { transfer: [frame.jpeg.buffer] });
  } catch (error) {
    postMessage({ problem: String(error) });
  }
  picture.close();
});
