/**
 * Which picture goes out, and when: no camera, no socket, no clock.
 *
 * The API takes at most one frame a second. Most of them would show what the one before
 * showed, at the same price; so by default a frame goes out when the picture has
 * changed, or when the user speaks, perhaps about it. The twin of frame_sender.py, which
 * chapter 6 builds; both are held to tests/vectors/frame_sender.json.
 */

/** One frame a second (documented). */
export const MIN_INTERVAL_MS = 1000;

/**
 * Mean difference of brightness, 0 to 255, from which on a picture has changed. The
 * noise of a sensor averages out in a thumbnail; what moves does not.
 */
export const CHANGED = 6;

/**
 * Return how much two thumbnails differ: the mean over their pixels, 0 to 255.
 *
 * @param {ArrayLike<number>} one Brightness of the pixels of a small picture.
 * @param {ArrayLike<number>} other Of as many pixels.
 */
export function difference(one, other) {
  if (one.length !== other.length || one.length === 0) return 255;
  let sum = 0;
  for (let index = 0; index < one.length; index += 1) {
    sum += Math.abs(one[index] - other[index]);
  }
  return sum / one.length;
}

/** Decides for one source; ask it each time there is a picture. */
export class FrameSender {
  sent = 0;
  /** How many pictures did not go out. */
  kept = 0;

  #sentAtMs = -Infinity;
  /** @type {ArrayLike<number>} */
  #last = [];

  /**
   * @param {"useful" | "every"} [policy] `useful`: when something has changed or the
   *   user speaks. `every`: each second.
   */
  constructor(policy = "useful") {
    this.policy = policy;
  }

  /**
   * Tell whether this picture goes out; if so, it counts as sent.
   *
   * @param {ArrayLike<number>} thumbnail The picture in small, see `difference`.
   * @param {number} atMs On any clock that never goes back.
   * @param {boolean} [isSpeaking] The user speaks, or has just spoken.
   */
  shouldSend(thumbnail, atMs, isSpeaking = false) {
    const isDue = atMs - this.#sentAtMs >= MIN_INTERVAL_MS;
    const hasChanged = difference(this.#last, thumbnail) >= CHANGED;
    const isWanted = hasChanged || isSpeaking || this.policy === "every";
    if (isDue && isWanted) {
      this.#sentAtMs = atMs;
      this.#last = Array.from(thumbnail);
      this.sent += 1;
    } else {
      this.kept += 1;
    }
    return isDue && isWanted;
  }
}
