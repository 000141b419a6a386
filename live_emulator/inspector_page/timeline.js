/** Draws the lanes of a session: the user's audio above, the model's below. */

import { between } from "./lanes.js";

/** @typedef {import("./lanes.js").Lanes} Lanes */

const HEIGHT = 190;
const USER_Y = 52;
const MODEL_Y = 128;
const HALF_LANE = 30;
const AXIS_Y = 174;
const PEAK_S = 0.02;
const SCALES = [5, 10, 20, 40, 80, 160, 320, 640];
const NAMES_ROOM = 64;

/** Marks that are worth words of their own; others are a tick. */
const LOUD_MARKS = new Set(["interrupted", "toolCall", "toolResponse", "goAway", "image"]);

/** A timeline that follows what comes until its reader scrolls back. */
export class Timeline {
  /**
   * @param {HTMLElement} scroll The box that scrolls.
   * @param {HTMLElement} length What is as long as the session in it.
   * @param {HTMLCanvasElement} canvas Stays in view.
   * @param {(at: number) => void} choose Told where a reader has clicked, in seconds.
   */
  constructor(scroll, length, canvas, choose) {
    this._scroll = scroll;
    this._length = length;
    this._canvas = canvas;
    this._scale = 3;
    this._follows = true;
    /** @type {Lanes | null} */
    this._lanes = null;
    this._cursor = NaN;
    scroll.addEventListener("scroll", () => {
      const end = scroll.scrollWidth - scroll.clientWidth;
      this._follows = scroll.scrollLeft >= end - 4;
      this._draw();
    });
    scroll.addEventListener("keydown", (event) => {
      if (event.key === "+" || event.key === "=") this.zoom(1);
      if (event.key === "-") this.zoom(-1);
    });
    canvas.addEventListener("click", (event) => {
      choose((scroll.scrollLeft + event.offsetX) / this._perSecond);
    });
    new ResizeObserver(() => this.show(this._lanes)).observe(scroll);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this._draw());
  }

  get _perSecond() {
    return SCALES[this._scale];
  }

  /** @param {number} step 1 for larger, -1 for smaller. */
  zoom(step) {
    const middle = this._scroll.scrollLeft + this._scroll.clientWidth / 2;
    const at = middle / this._perSecond;
    this._scale = Math.min(SCALES.length - 1, Math.max(0, this._scale + step));
    const follows = this._follows;
    this.show(this._lanes);
    if (!follows) this._scroll.scrollLeft = at * this._perSecond - this._scroll.clientWidth / 2;
  }

  /** @param {Lanes | null} lanes */
  show(lanes) {
    if (lanes !== this._lanes) this._follows = true;
    this._lanes = lanes;
    if (!lanes) return;
    const width = Math.ceil((lanes.end + 0.5) * this._perSecond) + NAMES_ROOM;
    this._length.style.width = `${Math.max(width, this._scroll.clientWidth)}px`;
    if (this._follows) this._scroll.scrollLeft = width;
    this._draw();
  }

  /** @param {number} at Where the chosen frame lies, in seconds; NaN for nowhere. */
  point(at) {
    this._cursor = at;
    const x = at * this._perSecond - this._scroll.scrollLeft;
    if (x < 0 || x > this._scroll.clientWidth) {
      this._follows = false;
      this._scroll.scrollLeft = at * this._perSecond - this._scroll.clientWidth / 2;
    }
    this._draw();
  }

  _draw() {
    const { _lanes: lanes, _canvas: canvas } = this;
    const width = this._scroll.clientWidth;
    if (!lanes || !width) return;
    const ratio = globalThis.devicePixelRatio || 1;
    if (canvas.width !== Math.round(width * ratio)) {
      canvas.width = Math.round(width * ratio);
      canvas.height = Math.round(HEIGHT * ratio);
      canvas.style.width = `${width}px`;
      canvas.style.height = `${HEIGHT}px`;
    }
    const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
    const style = getComputedStyle(canvas);
    const colour = (/** @type {string} */ name) => style.getPropertyValue(name).trim();
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.clearRect(0, 0, width, HEIGHT);
    pen.font = `12px ${style.fontFamily}`;
    const from = this._scroll.scrollLeft / this._perSecond;
    const until = from + width / this._perSecond;
    const x = (/** @type {number} */ at) => (at - from) * this._perSecond;

    this._axis(pen, colour, from, until, x);
    this._lane(pen, between(lanes.user, from, until), USER_Y, colour("--user"), x);
    pen.globalAlpha = 0.25;
    this._lane(pen, between(lanes.unheard, from, until), MODEL_Y, colour("--model"), x);
    pen.globalAlpha = 1;
    this._lane(pen, between(lanes.model, from, until), MODEL_Y, colour("--model"), x);
    this._marks(pen, colour, lanes, from, until, x);
    pen.fillStyle = colour("--user-ink");
    pen.fillText("client", 6, 16);
    pen.fillStyle = colour("--model-ink");
    pen.fillText("model", 6, AXIS_Y - 14);
    if (this._cursor >= from && this._cursor <= until) {
      pen.fillStyle = colour("--ink");
      pen.fillRect(x(this._cursor), 0, 1.5, AXIS_Y);
    }
  }

  /**
   * @param {CanvasRenderingContext2D} pen
   * @param {(name: string) => string} colour
   * @param {number} from
   * @param {number} until
   * @param {(at: number) => number} x
   */
  _axis(pen, colour, from, until, x) {
    pen.strokeStyle = colour("--line");
    pen.fillStyle = colour("--quiet");
    pen.lineWidth = 1;
    const step = [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 60].find((one) => one * this._perSecond >= 60) ?? 60;
    pen.beginPath();
    for (const y of [USER_Y, MODEL_Y]) {
      pen.moveTo(0, y + 0.5);
      pen.lineTo(x(until), y + 0.5);
    }
    for (let tick = Math.ceil(from / step); tick * step <= until; tick += 1) {
      const at = Math.round(x(tick * step)) + 0.5;
      pen.moveTo(at, AXIS_Y - 6);
      pen.lineTo(at, AXIS_Y);
      pen.fillText(`${Number((tick * step).toFixed(1))} s`, at + 3, AXIS_Y + 8);
    }
    pen.stroke();
  }

  /**
   * @param {CanvasRenderingContext2D} pen
   * @param {import("./lanes.js").Block[]} blocks
   * @param {number} y
   * @param {string} fill
   * @param {(at: number) => number} x
   */
  _lane(pen, blocks, y, fill, x) {
    pen.fillStyle = fill;
    const bar = Math.max(1, PEAK_S * this._perSecond - 0.6);
    for (const block of blocks) {
      if (!block.peaks.length) {
        pen.fillRect(x(block.start), y - 1.5, x(block.end) - x(block.start), 3);
      }
      // Far away many peaks share a pixel: the highest of them is drawn.
      const step = Math.max(1, Math.floor(1 / (PEAK_S * this._perSecond)));
      for (let place = 0; place < block.peaks.length; place += step) {
        const loudest = Math.max(...block.peaks.slice(place, place + step));
        // By loudness as ears have it: the square root keeps quiet speech visible.
        const half = Math.max(0.75, Math.sqrt(loudest / 100) * HALF_LANE);
        pen.fillRect(x(block.start + place * PEAK_S), y - half, bar, half * 2);
      }
    }
  }

  /**
   * @param {CanvasRenderingContext2D} pen
   * @param {(name: string) => string} colour
   * @param {Lanes} lanes
   * @param {number} from
   * @param {number} until
   * @param {(at: number) => number} x
   */
  _marks(pen, colour, lanes, from, until, x) {
    let free = -Infinity;
    for (const { at, name, side } of lanes.marks) {
      if (at < from - 2 || at > until) continue;
      const isCut = name === "interrupted";
      pen.fillStyle = isCut ? colour("--accent") : colour("--rule");
      const y = side === "client" ? USER_Y : MODEL_Y;
      pen.fillRect(x(at), isCut ? 20 : y - HALF_LANE, 1.5, isCut ? AXIS_Y - 28 : HALF_LANE * 2);
      if (!LOUD_MARKS.has(name) || x(at) < free) continue;
      pen.fillStyle = isCut ? colour("--accent-ink") : colour("--quiet");
      pen.fillText(name, x(at) + 4, 94);
      free = x(at) + pen.measureText(name).width + 12;
    }
  }
}
