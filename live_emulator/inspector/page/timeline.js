/** A session on the time axis: scrolled, zoomed, pointed at. */

import { Drawing, HEIGHT, MIDDLE_Y } from "./drawing.js";
import { withNextPicture } from "./elements.js";
import { firstWhere } from "./lanes.js";
import { Overview } from "./overview.js";
import { penFor } from "./pen.js";

/** @typedef {import("./store.js").Session} Session */

const LARGEST = 1000;
const USUAL = 44;
const ROOM_PX = 60;
const NEAR_PX = 6;
const REST_MS = 250;

/** What draws itself again when told that something changed. */
export class Timeline {
  /**
   * @param {{scroll: HTMLElement, length: HTMLElement, canvas: HTMLCanvasElement,
   *   overview: HTMLCanvasElement}} parts `scroll` scrolls, `length` in it is as long
   *   as the session, and the canvas stays in view.
   * @param {{choose: (number: number) => void, stray: () => void}} tell `choose`: which
   *   frame was clicked at. `stray`: its reader moved away from the end.
   */
  constructor({ scroll, length, canvas, overview }, tell) {
    this._scroll = scroll;
    this._length = length;
    this._canvas = canvas;
    this._tell = tell;
    this._perSecond = USUAL;
    this._follows = true;
    this._soon = withNextPicture(() => this._draw());
    this._left = 0;
    this._end = 0;
    this._drawnAt = 0;
    /** @type {Session | null} */
    this._session = null;
    this._chosen = { number: -1, at: NaN };
    this._hover = NaN;
    /** @type {Map<string, string>} */
    this._colours = new Map();
    this._overview = new Overview(overview, (name) => this._colour(name), (at) => this._centre(at));
    scroll.addEventListener("scroll", () => this._scrolled());
    scroll.addEventListener("keydown", (event) => this._key(event));
    scroll.addEventListener("wheel", (event) => this._wheel(event), { passive: false });
    canvas.addEventListener("pointermove", (event) => this._pointAt(event.offsetX));
    canvas.addEventListener("pointerleave", () => this._pointAt(NaN));
    this._drag();
    new ResizeObserver(() => this.show(this._session)).observe(scroll);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
      this._colours.clear();
      this._overview.change();
      this._soon();
    });
  }

  /** @param {boolean} follows Whether the end stays in view. */
  follow(follows) {
    this._follows = follows;
    this._toEnd();
  }

  /** @param {number} factor More than 1 for larger. @param {number} [x] What stays where it is. */
  zoom(factor, x = this._scroll.clientWidth / 2) {
    const at = (this._scroll.scrollLeft + x) / this._perSecond;
    this._perSecond = Math.min(LARGEST, Math.max(this._smallest, this._perSecond * factor));
    this._measure();
    if (!this._follows) this._scroll.scrollLeft = at * this._perSecond - x;
    this._toEnd();
    this._soon();
  }

  /** Show the whole session. */
  fit() {
    this._tell.stray();
    this._perSecond = Math.min(LARGEST, this._whole);
    this._measure();
    this._scroll.scrollLeft = 0;
    this._soon();
  }

  /** @param {Session | null} session */
  show(session) {
    const isOther = session !== this._session;
    this._session = session;
    if (!session) return;
    if (isOther) {
      this._chosen = { number: -1, at: NaN };
      // What has ended is shown whole, if that can be read.
      this._perSecond = session.over ? Math.min(90, Math.max(30, this._whole)) : USUAL;
      this._scroll.scrollLeft = 0;
      this._left = 0;
    }
    const { scrollLeft, clientWidth } = this._scroll;
    const seesEnd = (scrollLeft + clientWidth) / this._perSecond >= this._end;
    this._end = session.lanes.end;
    this._measure();
    this._toEnd();
    this._overview.change();
    // What comes where nobody looks changes the strip alone.
    if (isOther || seesEnd || performance.now() - this._drawnAt > REST_MS) this._soon();
  }

  /** @param {number} number Of the chosen frame, -1 for none. @param {number} at NaN for none. */
  point(number, at) {
    this._chosen = { number, at };
    const x = at * this._perSecond - this._scroll.scrollLeft;
    if (x < 0 || x > this._scroll.clientWidth) this._centre(at);
    this._soon();
  }

  /** @param {number} at In seconds. */
  _centre(at) {
    this._tell.stray();
    this._scroll.scrollLeft = at * this._perSecond - this._scroll.clientWidth / 2;
    this._left = this._scroll.scrollLeft;
    this._soon();
  }

  /** How many pixels a second has if all is in view. */
  get _whole() {
    const end = Math.max(1, this._session?.lanes.end ?? 1);
    return Math.max(0.05, (this._scroll.clientWidth - ROOM_PX) / end);
  }

  get _smallest() {
    return Math.min(USUAL, this._whole);
  }

  _measure() {
    const end = this._session?.lanes.end ?? 0;
    const width = Math.ceil(end * this._perSecond) + ROOM_PX;
    this._length.style.width = `${Math.max(width, this._scroll.clientWidth)}px`;
  }

  _toEnd() {
    if (!this._follows) return;
    this._scroll.scrollLeft = this._scroll.scrollWidth;
    this._left = this._scroll.scrollLeft;
  }

  _scrolled() {
    const { scrollLeft } = this._scroll;
    if (this._follows && scrollLeft < this._left - 2) this._tell.stray();
    this._left = scrollLeft;
    this._soon();
  }

  /** @param {KeyboardEvent} event */
  _key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    /** @type {Record<string, () => void>} */
    const does = {
      "+": () => this.zoom(1.5),
      "=": () => this.zoom(1.5),
      "-": () => this.zoom(1 / 1.5),
      0: () => this.fit(),
      Home: () => this._centre(0),
      End: () => this._scroll.scrollTo({ left: this._scroll.scrollWidth }),
    };
    if (!does[event.key]) return;
    event.preventDefault();
    does[event.key]();
  }

  /** Turned, it zooms; where the page itself scrolls, only with Ctrl. @param {WheelEvent} event */
  _wheel(event) {
    if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) return;
    const { scrollHeight, clientHeight } = document.documentElement;
    if (!event.ctrlKey && !event.metaKey && scrollHeight > clientHeight + 1) return;
    event.preventDefault();
    const { left } = this._scroll.getBoundingClientRect();
    this._follows = false;
    this._tell.stray();
    this.zoom(Math.exp(-event.deltaY / (event.ctrlKey ? 200 : 500)), event.clientX - left);
  }

  /** A mouse drags it along; a click that moved nothing chooses. */
  _drag() {
    let from = NaN;
    let left = 0;
    let moved = false;
    this._canvas.addEventListener("pointerdown", (event) => {
      moved = false;
      if (event.pointerType !== "mouse" || event.button !== 0) return;
      from = event.clientX;
      left = this._scroll.scrollLeft;
      this._canvas.setPointerCapture(event.pointerId);
    });
    this._canvas.addEventListener("pointermove", (event) => {
      if (Number.isNaN(from)) return;
      if (Math.abs(event.clientX - from) > 4) moved = true;
      if (moved) this._scroll.scrollLeft = left + from - event.clientX;
    });
    for (const name of ["pointerup", "pointercancel"]) {
      this._canvas.addEventListener(name, () => {
        from = NaN;
      });
    }
    this._canvas.addEventListener("click", (event) => {
      if (!moved) this._click(event.offsetX, event.offsetY);
    });
  }

  /** @type {(x: number, y: number) => void} */
  _click(x, y) {
    const session = this._session;
    if (!session) return;
    const at = (this._scroll.scrollLeft + x) / this._perSecond;
    const side = y < MIDDLE_Y ? "client" : "server";
    const number = frameNear(session, at, side, NEAR_PX / this._perSecond);
    if (number >= 0) this._tell.choose(number);
  }

  /** @param {number} x */
  _pointAt(x) {
    this._hover = Number.isNaN(x) ? NaN : (this._scroll.scrollLeft + x) / this._perSecond;
    this._soon();
  }

  /** @type {(name: string) => string} */
  _colour(name) {
    let colour = this._colours.get(name);
    if (colour === undefined) {
      colour = getComputedStyle(this._canvas).getPropertyValue(name).trim();
      this._colours.set(name, colour);
    }
    return colour;
  }

  _draw() {
    const session = this._session;
    const width = this._scroll.clientWidth;
    if (!session || !width) return;
    this._drawnAt = performance.now();
    const pen = penFor(this._canvas, width, HEIGHT);
    pen.font = `12px ${this._colour("--font")}`;
    const from = this._scroll.scrollLeft / this._perSecond;
    const until = from + width / this._perSecond;
    const view = { from, until, perSecond: this._perSecond, width };
    const drawing = new Drawing(pen, session, view, (name) => this._colour(name));
    drawing.draw({ ...this._chosen, hover: this._hover });
    this._overview.draw(session, from, until);
  }
}

/**
 * What was meant by a click: a message close by, or else the nearest frame at all.
 *
 * @param {Session} session
 * @param {number} at
 * @param {"client" | "server"} side
 * @param {number} near How far away a message is preferred to audio, in seconds.
 * @returns {number} The number of the frame; -1 if that side sent nothing.
 */
export function frameNear(session, at, side, near) {
  const { frames, readings } = session;
  const start = firstWhere(frames, (frame) => frame.at >= at);
  let [audio, message] = [-1, -1];
  const distance = (/** @type {number} */ place) =>
    place < 0 ? Infinity : Math.abs(frames[place].at - at);
  const look = (/** @type {number} */ place) => {
    if (frames[place].direction !== side) return;
    if (readings[place].isAudio) audio = distance(place) < distance(audio) ? place : audio;
    else message = distance(place) < distance(message) ? place : message;
  };
  const isFound = () => audio >= 0 && message >= 0;
  for (let place = start; place < frames.length; place += 1) {
    if (isFound() || (audio >= 0 && frames[place].at > at + near)) break;
    look(place);
  }

  const [laterAudio, laterMessage] = [audio, message];
  audio = message = -1;
  for (let place = start - 1; place >= 0; place -= 1) {
    if (isFound() || (audio >= 0 && frames[place].at < at - near)) break;
    look(place);
  }
  const nearest = (/** @type {number} */ one, /** @type {number} */ other) =>
    distance(one) <= distance(other) ? one : other;
  audio = nearest(audio, laterAudio);
  message = nearest(message, laterMessage);
  const best = distance(message) <= near ? message : nearest(message, audio);
  return best < 0 ? -1 : frames[best].number;
}
