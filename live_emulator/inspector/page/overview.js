/** The whole session in one strip, and which part of it is in view. */

import { loudest } from "./lanes.js";
import { penFor } from "./pen.js";

/**
 * @typedef {import("./lanes.js").Block} Block
 * @typedef {import("./store.js").Session} Session
 */

const HEIGHT = 40;

/** While frames come, it is drawn anew no more often than this. */
const EVERY_MS = 250;

/** A strip that can be clicked and dragged. */
export class Overview {
  /**
   * @param {HTMLCanvasElement} canvas
   * @param {(name: string) => string} colour
   * @param {(at: number) => void} go Told which moment to show, in seconds.
   */
  constructor(canvas, colour, go) {
    this._canvas = canvas;
    this._colour = colour;
    this._picture = document.createElement("canvas");
    this._drawnAt = -Infinity;
    this._isOld = true;
    /** @type {Session | null} */
    this._session = null;
    this._end = 1;
    const goTo = (/** @type {PointerEvent} */ event) =>
      go((event.offsetX / canvas.clientWidth) * this._end);
    canvas.addEventListener("pointerdown", (event) => {
      canvas.setPointerCapture(event.pointerId);
      goTo(event);
    });
    canvas.addEventListener("pointermove", (event) => {
      if (event.buttons) goTo(event);
    });
  }

  /** Note that there is more to see. */
  change() {
    this._isOld = true;
  }

  /** @type {(session: Session, from: number, until: number) => void} */
  draw(session, from, until) {
    const width = /** @type {HTMLElement} */ (this._canvas.parentElement).clientWidth;
    if (!width) return;
    const isOther = session !== this._session || this._canvas.clientWidth !== width;
    if (isOther || (this._isOld && performance.now() - this._drawnAt > EVERY_MS)) {
      this._session = session;
      this._end = Math.max(1, session.lanes.end);
      this._drawAll(session, width);
    } else if (this._isOld) {
      setTimeout(() => this._session === session && this.draw(session, from, until), EVERY_MS);
      this._isOld = false;
    }
    const pen = penFor(this._canvas, width, HEIGHT);
    pen.drawImage(this._picture, 0, 0, width, HEIGHT);
    const x = (/** @type {number} */ at) => Math.max(0, Math.min(1, at / this._end)) * width;
    pen.fillStyle = this._colour("--veil");
    pen.fillRect(0, 0, x(from), HEIGHT);
    pen.fillRect(x(until), 0, width - x(until), HEIGHT);
    pen.strokeStyle = this._colour("--user-ink");
    pen.lineWidth = 1.5;
    pen.strokeRect(x(from) + 0.75, 0.75, Math.max(3, x(until) - x(from) - 1.5), HEIGHT - 1.5);
  }

  /** @type {(session: Session, width: number) => void} */
  _drawAll(session, width) {
    this._drawnAt = performance.now();
    this._isOld = false;
    const pen = penFor(this._picture, width, HEIGHT);
    const { user, model, marks } = session.lanes;
    const perSecond = width / this._end;
    for (const [blocks, isUser] of /** @type {Array<[Block[], boolean]>} */ ([[user, true], [model, false]])) {
      pen.fillStyle = this._colour(isUser ? "--user" : "--model");
      for (const [column, peak] of loudest(blocks, 0, width, perSecond).entries()) {
        const tall = Math.sqrt((peak - 1) / 100) * 17;
        if (peak > 1) pen.fillRect(column, isUser ? 19 - tall : 21, 1, tall);
      }
    }
    pen.fillStyle = this._colour("--accent");
    for (const { name, at } of marks) {
      if (name === "interrupted") pen.fillRect(at * perSecond, 2, 1.5, HEIGHT - 4);
    }
  }
}
