/** Draws speech while it arrives, with what has been heard in full colour. */

/** One bar's worth of sound at 24 kHz: 20 ms. */
const BIN_SAMPLES = 480;

/** Below this, a bar would not be seen. */
const LEAST = 0.012;

/**
 * Return the loudest sample of each of `count` equal stretches of some levels.
 *
 * @param {number[]} levels
 * @param {number} count
 * @returns {number[]}
 */
export function peaksOf(levels, count) {
  const peaks = [];
  for (let at = 0; at < count; at += 1) {
    const from = Math.floor((at * levels.length) / count);
    const to = Math.max(from + 1, Math.floor(((at + 1) * levels.length) / count));
    peaks.push(levels.slice(from, to).reduce((most, one) => Math.max(most, one), 0));
  }
  return peaks;
}

/** The picture of one stretch of speech, in a canvas. */
export class Waveform {
  #canvas;
  #levels = /** @type {number[]} */ ([]);
  #loudest = 0;
  #inBin = 0;

  /** @param {HTMLCanvasElement} canvas Its colours are its CSS `color` and `fill`. */
  constructor(canvas) {
    this.#canvas = canvas;
  }

  clear() {
    this.#levels = [];
    this.#loudest = 0;
    this.#inBin = 0;
    this.draw(0);
  }

  /** @param {Float32Array} samples At 24 kHz. */
  add(samples) {
    for (const sample of samples) {
      this.#loudest = Math.max(this.#loudest, Math.abs(sample));
      this.#inBin += 1;
      if (this.#inBin === BIN_SAMPLES) {
        this.#levels.push(this.#loudest);
        this.#loudest = 0;
        this.#inBin = 0;
      }
    }
  }

  /** @param {number} share How much has been heard, 0 to 1. */
  draw(share) {
    const { width, height, drawing } = this.#prepare();
    const style = getComputedStyle(this.#canvas);
    const bars = Math.min(this.#levels.length, Math.floor(width / 3));
    const step = width / Math.max(bars, width / 6);
    peaksOf(this.#levels, bars).forEach((peak, at) => {
      const tall = Math.max(LEAST, peak) * height;
      const isHeard = (at + 0.5) / bars <= share;
      drawing.fillStyle = isHeard ? style.color : style.fill;
      drawing.fillRect(at * step, (height - tall) / 2, Math.max(1, step - 1), tall);
    });
  }

  /** Fit the canvas to its place on the screen, and clear it. */
  #prepare() {
    const ratio = globalThis.devicePixelRatio || 1;
    const { clientWidth: width, clientHeight: height } = this.#canvas;
    this.#canvas.width = Math.round(width * ratio);
    this.#canvas.height = Math.round(height * ratio);
    const drawing = /** @type {CanvasRenderingContext2D} */ (
      this.#canvas.getContext("2d")
    );
    drawing.scale(ratio, ratio);
    return { width, height, drawing };
  }
}
