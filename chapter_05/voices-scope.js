/**
 * Draws both voices on one time axis, the last seconds of them, as they come.
 *
 * Yours hangs above the middle, the model's below; a dashed line marks where an answer
 * was cut off. The page of chapter 5 uses it.
 */

const SHOWN_S = 8;
const BAR_MS = 60;
const BARS = Math.round((SHOWN_S * 1000) / BAR_MS);

/** Quieter than this (dBFS) looks like silence. */
const FLOOR_DB = -54;

/**
 * Return how tall a level is drawn: 0 at the floor and below, 1 at full scale.
 *
 * @param {number} level Root mean square, 0 to 1.
 * @returns {number}
 */
export function heightOf(level) {
  if (level <= 0) return 0;
  return Math.max(0, Math.min(1, 1 - (20 * Math.log10(level)) / FLOOR_DB));
}

export class VoicesScope {
  #canvas;
  #pen;
  /** @type {{user: number, model: number, isCut: boolean}[]} The newest last. */
  #bars = [];
  #now = { user: 0, model: 0, isCut: false };
  #timer = 0;

  /** @param {HTMLCanvasElement} canvas */
  constructor(canvas) {
    this.#canvas = canvas;
    this.#pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
    new ResizeObserver(() => this.#draw()).observe(canvas);
    matchMedia("(prefers-color-scheme: dark)").onchange = () => this.#draw();
  }

  /** Begin a new strip, and move it along. */
  start() {
    this.stop();
    this.#bars = [];
    this.#timer = window.setInterval(() => this.#advance(), BAR_MS);
  }

  /** Hold still; what happened stays in view. */
  stop() {
    window.clearInterval(this.#timer);
  }

  /**
   * @param {"user" | "model"} who
   * @param {number} level Root mean square, 0 to 1.
   */
  add(who, level) {
    this.#now[who] = Math.max(this.#now[who], heightOf(level));
  }

  /** An answer was cut off here. */
  cut() {
    this.#now.isCut = true;
  }

  #advance() {
    this.#bars.push(this.#now);
    if (this.#bars.length > BARS) this.#bars.shift();
    this.#now = { user: 0, model: 0, isCut: false };
    this.#draw();
  }

  #draw() {
    const { clientWidth: width, clientHeight: height } = this.#canvas;
    const scale = window.devicePixelRatio || 1;
    this.#canvas.width = Math.round(width * scale);
    this.#canvas.height = Math.round(height * scale);
    const pen = this.#pen;
    pen.scale(scale, scale);
    const style = getComputedStyle(this.#canvas);
    /** @type {(name: string) => string} */
    const colour = (name) => style.getPropertyValue(name);
    const step = width / BARS;
    const half = height / 2;
    pen.fillStyle = colour("--line");
    pen.fillRect(0, half - 0.5, width, 1);
    this.#bars.forEach((bar, at) => {
      const x = width - (this.#bars.length - at) * step;
      /** @type {(share: number) => number} */
      const tall = (share) => share * (half - 4);
      pen.fillStyle = colour("--user");
      pen.fillRect(x, half - 2 - tall(bar.user), step * 0.62, tall(bar.user));
      pen.fillStyle = colour("--model");
      pen.fillRect(x, half + 2, step * 0.62, tall(bar.model));
      if (!bar.isCut) return;
      pen.fillStyle = colour("--accent");
      for (let y = 0; y < height; y += 7) pen.fillRect(x, y, 2, 4);
    });
  }
}
