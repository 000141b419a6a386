/**
 * Which picture goes out, and when: no camera, no socket, no clock.
 *
 * The API takes at most one frame a second. Most of them would show what the one before
 * showed, at the same price; so by default a frame goes out when the picture has
 * changed, or when somebody speaks and may speak about it. Chapter 6 builds this module,
 * the twin of frame_sender.py; both are held to tests/vectors/frame_sender.json.
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

  /** @type {number | null} */
  #sentAtMs = null;
  /** @type {ArrayLike<number>} */
  #last = [];
  #isOpen = true;

  /**
   * @param {"useful" | "every"} [policy] `useful`: when something has changed or
   *   somebody speaks. `every`: each second.
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
    const isFirst = this.#sentAtMs === null;
    const isDue =
      this.#isOpen && (isFirst || atMs - Number(this.#sentAtMs) >= MIN_INTERVAL_MS);
    const isWanted =
      this.policy === "every" ||
      isFirst ||
      isSpeaking ||
      difference(this.#last, thumbnail) >= CHANGED;
    if (!(isDue && isWanted)) {
      this.kept += 1;
      return false;
    }
    this.#sentAtMs = atMs;
    this.#last = Array.from(thumbnail);
    this.sent += 1;
    return true;
  }

  /** Let nothing out, for example while the page is hidden. */
  pause() {
    this.#isOpen = false;
  }

  /** Go on; the first picture is sent whatever it shows, once it is due. */
  resume() {
    this.#isOpen = true;
    this.#last = [];
  }
}
