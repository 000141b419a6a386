/**
 * Cut a stream of samples into chunks of 16-bit PCM, all of the same length.
 *
 * Runs on the audio thread and knows nothing of it. The page of chapter 5 uses it.
 */

import { floatToPcm16 } from "../chapter_04/pcm.js";

export class ChunkCutter {
  #chunk;
  #filled = 0;

  /** @param {number} length Of a chunk, in samples. */
  constructor(length) {
    this.#chunk = new Float32Array(length);
  }

  /**
   * Add samples, and hand over every chunk that is full.
   *
   * @param {Float32Array} samples
   * @param {number} length How many of them count.
   * @param {(pcm: Uint8Array<ArrayBuffer>, level: number) => void} take Gets the
   *   chunk, which is its to keep, and its root mean square, 0 to 1.
   */
  add(samples, length, take) {
    for (let at = 0; at < length; at += 1) {
      this.#chunk[this.#filled] = samples[at];
      this.#filled += 1;
      if (this.#filled < this.#chunk.length) continue;
      this.#filled = 0;
      take(floatToPcm16(this.#chunk), levelOf(this.#chunk));
    }
  }

  /** Forget a chunk that is not full. */
  reset() {
    this.#filled = 0;
  }
}

/**
 * Return the root mean square of samples: 0 is silence, 1 as loud as can be.
 *
 * @param {Float32Array} samples
 * @returns {number}
 */
export function levelOf(samples) {
  let squares = 0;
  for (let at = 0; at < samples.length; at += 1) squares += samples[at] ** 2;
  return Math.sqrt(squares / Math.max(1, samples.length));
}

/**
 * Write the mean of all channels into an array, and return it.
 *
 * @param {Float32Array[]} channels At least one.
 * @param {Float32Array<ArrayBuffer>} mono At least as long as a channel.
 * @returns {Float32Array<ArrayBuffer>}
 */
export function mixDown(channels, mono) {
  const length = channels[0].length;
  for (let at = 0; at < length; at += 1) {
    let sum = 0;
    for (let from = 0; from < channels.length; from += 1) sum += channels[from][at];
    mono[at] = sum / channels.length;
  }
  return mono;
}
