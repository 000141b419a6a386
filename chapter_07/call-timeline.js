/**
 * Draws the calls of the last half minute beside the speech that went on meanwhile.
 *
 * `lanesOf` is pure and says which call is drawn where. The page of chapter 7 uses it.
 */

import { heightOf } from "../chapter_05/voices-scope.js";
import { titleOf } from "./tool-cards.js";

/** @import {Call} from "./tool-runner.js" */

const SHOWN_MS = 30_000;
const BAR_MS = 120;
const VOICE_PX = 22;
const LANE_PX = 24;
const LANES = 4;
const AXIS_PX = 20;

/** How tall the drawing is; its width is that of its place. */
export const TIMELINE_PX = 2 * VOICE_PX + LANES * LANE_PX + AXIS_PX;

/** @type {Record<string, string>} Which of the page's colours a state has. */
const COLOURS = {
  answered: "--model-ink",
  failed: "--accent-ink",
  cancelled: "--rule",
  unsent: "--rule",
};

/**
 * Return which calls are in view, and in which lane each is drawn.
 *
 * Calls that overlap have lanes of their own; more than there are lanes share the last.
 *
 * @template {Pick<Call, "startedMs" | "endedMs">} Timed
 * @param {Iterable<Timed>} calls Oldest first.
 * @param {number} fromMs
 * @param {number} nowMs
 * @param {number} [lanes]
 */
export function lanesOf(calls, fromMs, nowMs, lanes = LANES) {
  /** When each lane is free again. */
  const freeAtMs = Array.from({ length: lanes }, () => -Infinity);
  const placed = [];
  for (const call of calls) {
    const { startedMs } = call;
    const endedMs = call.endedMs ?? nowMs;
    const free = freeAtMs.findIndex((atMs) => atMs <= startedMs);
    const lane = free < 0 ? lanes - 1 : free;
    freeAtMs[lane] = Math.max(freeAtMs[lane], call.endedMs ?? Infinity);
    if (endedMs >= fromMs && startedMs <= nowMs) {
      placed.push({ call, lane, startedMs: Math.max(startedMs, fromMs), endedMs });
    }
  }
  return placed;
}

export class CallTimeline {
  #canvas;
  #pen;
  /** @type {Set<Call>} */
  #calls = new Set();
  /** @type {{atMs: number, user: number, model: number, isCut: boolean}[]} */
  #bars = [];
  #now = { user: 0, model: 0, isCut: false };
  #endMs = performance.now();
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #timer;

  /** @param {HTMLCanvasElement} canvas */
  constructor(canvas) {
    this.#canvas = canvas;
    this.#pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
    canvas.style.height = `${TIMELINE_PX}px`;
    new ResizeObserver(() => this.#draw()).observe(canvas);
    matchMedia("(prefers-color-scheme: dark)").onchange = () => this.#draw();
  }

  /** Begin a new strip, and move it along. */
  start() {
    this.stop();
    this.#bars = [];
    this.#calls.clear();
    this.#timer = setInterval(() => this.#advance(), BAR_MS);
  }

  /** Hold still; what happened stays in view. */
  stop() {
    clearInterval(this.#timer);
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

  /** @param {Call} call */
  show(call) {
    this.#calls.add(call);
  }

  #advance() {
    const atMs = performance.now();
    this.#bars.push({ atMs, ...this.#now });
    this.#now = { user: 0, model: 0, isCut: false };
    while (this.#bars[0].atMs < atMs - SHOWN_MS) this.#bars.shift();
    this.#endMs = atMs;
    this.#draw();
  }

  #draw() {
    const { clientWidth: width } = this.#canvas;
    const scale = window.devicePixelRatio || 1;
    this.#canvas.width = Math.round(width * scale);
    this.#canvas.height = Math.round(TIMELINE_PX * scale);
    this.#pen.scale(scale, scale);
    const style = getComputedStyle(this.#canvas);
    const colour = (/** @type {string} */ name) => style.getPropertyValue(name);
    const fromMs = this.#endMs - SHOWN_MS;
    const x = (/** @type {number} */ ms) => ((ms - fromMs) / SHOWN_MS) * width;
    this.#pen.font = `12px ${style.fontFamily}`;
    this.#drawAxis(x, width, colour);
    this.#drawVoices(x, colour);
    const placed = lanesOf(this.#calls, fromMs, this.#endMs);
    placed.forEach(({ call, lane, startedMs, endedMs }, at) => {
      const next = placed.slice(at + 1).find((later) => later.lane === lane);
      const room = next ? x(next.startedMs) : width;
      this.#drawCall(call, lane, [x(startedMs), x(endedMs), room], colour);
    });
  }

  /**
   * @param {(ms: number) => number} x
   * @param {number} width
   * @param {(name: string) => string} colour
   */
  #drawAxis(x, width, colour) {
    const pen = this.#pen;
    const floor = TIMELINE_PX - AXIS_PX;
    pen.fillStyle = colour("--line");
    pen.fillRect(0, floor, width, 1);
    for (const backS of [30, 20, 10, 0]) {
      const at = x(this.#endMs - backS * 1000);
      pen.fillStyle = colour("--line");
      pen.fillRect(Math.min(width - 1, at), 0, 1, floor);
      pen.fillStyle = colour("--quiet");
      pen.textAlign = backS === 30 ? "left" : backS === 0 ? "right" : "center";
      pen.fillText(backS === 0 ? "now" : `${backS} s ago`, at, TIMELINE_PX - 4);
    }
  }

  /**
   * @param {(ms: number) => number} x
   * @param {(name: string) => string} colour
   */
  #drawVoices(x, colour) {
    const pen = this.#pen;
    const [user, model, cut] = ["--user", "--model", "--accent"].map(colour);
    const wide = Math.max(1, x(BAR_MS) - x(0) - 0.5);
    for (const bar of this.#bars) {
      const at = x(bar.atMs - BAR_MS);
      const tall = (/** @type {number} */ share) => share * (VOICE_PX - 3);
      pen.fillStyle = user;
      pen.fillRect(at, VOICE_PX - 1 - tall(bar.user), wide, tall(bar.user));
      pen.fillStyle = model;
      pen.fillRect(at, VOICE_PX + 1, wide, tall(bar.model));
      if (!bar.isCut) continue;
      pen.fillStyle = cut;
      for (let y = 0; y < TIMELINE_PX - AXIS_PX; y += 7) pen.fillRect(at, y, 2, 4);
    }
  }

  /**
   * @param {Call} call
   * @param {number} lane
   * @param {[left: number, right: number, room: number]} places Where it begins and
   *   ends, and how far to the right its name may go.
   * @param {(name: string) => string} colour
   */
  #drawCall(call, lane, [left, right, room], colour) {
    const pen = this.#pen;
    const top = 2 * VOICE_PX + lane * LANE_PX + 3;
    const tall = LANE_PX - 6;
    const wide = Math.max(4, right - left);
    pen.fillStyle = colour(COLOURS[call.state] ?? "--user-ink");
    pen.beginPath();
    pen.roundRect(left, top, wide, tall, 4);
    pen.fill();
    const name = titleOf(call.name);
    const needed = pen.measureText(name).width + 12;
    const floor = top + tall - 5;
    pen.textAlign = "left";
    if (needed < wide) {
      pen.fillStyle = colour("--paper");
      pen.fillText(name, left + 6, floor);
    } else if (left + wide + needed < room) {
      pen.fillStyle = colour("--ink");
      pen.fillText(name, left + wide + 5, floor);
    }
    // A name that has no room is on the call's card.
  }
}
