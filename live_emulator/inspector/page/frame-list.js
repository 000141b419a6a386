/** A list of any length, of which only the rows in view exist. */

import { withNextPicture } from "./elements.js";
import { firstWhere } from "./lanes.js";

/**
 * @typedef {import("./store.js").Session} Session
 * @typedef {import("./frames.js").Kind} Kind
 * @typedef {{text: string, direction: string, kinds: Set<Kind>}} Filter
 */

const ROW_PX = 28;
const SPARE_ROWS = 4;
const CELLS = ["at", "from", "name", "note", "size"];

/**
 * @param {Session} session
 * @param {number} place
 * @param {Filter} filter `text` in lower case.
 * @returns {boolean} Whether a frame is wanted.
 */
export function matches(session, place, filter) {
  const frame = session.frames[place];
  const reading = session.readings[place];
  if (!reading.kinds.some((kind) => filter.kinds.has(kind))) return false;
  if (filter.direction && frame.direction !== filter.direction) return false;
  if (!filter.text) return true;
  const all = `${reading.name} ${reading.note} ${frame.text}`;
  return all.toLowerCase().includes(filter.text);
}

/** The frames of a session that a filter lets through. */
export class FrameList {
  /**
   * @param {HTMLElement} box The listbox, which scrolls.
   * @param {HTMLElement} rows Its content.
   * @param {Filter} filter
   * @param {{choose: (number: number) => void, open: () => void, leave: () => void,
   *   stray: () => void}} tell `choose`: which frame was chosen. `open`: Enter was
   *   pressed. `leave`: Escape was. `stray`: its reader scrolled away from the end.
   */
  constructor(box, rows, filter, tell) {
    this._box = box;
    this._rows = rows;
    this._tell = tell;
    this._filter = filter;
    /** @type {Session | null} */
    this._session = null;
    /** @type {number[]} Numbers of the frames that match. */
    this._found = [];
    /** @type {HTMLElement[]} The rows that exist, used again and again. */
    this._lines = [];
    this._seen = 0;
    this._chosen = -1;
    this._pinned = -1;
    this._follows = true;
    this._top = 0;
    this._soon = withNextPicture(() => this._draw());
    box.addEventListener("scroll", () => {
      const isAtEnd = box.scrollTop >= box.scrollHeight - box.clientHeight - ROW_PX;
      if (this._follows && !isAtEnd && box.scrollTop < this._top) tell.stray();
      this._top = box.scrollTop;
      this._soon();
    });
    box.addEventListener("keydown", (event) => this._key(event));
    rows.addEventListener("click", (event) => {
      const row = /** @type {HTMLElement} */ (event.target).closest("[data-number]");
      if (row instanceof HTMLElement) this._tell.choose(Number(row.dataset.number));
    });
    new ResizeObserver(() => this._soon()).observe(box);
  }

  /** How many frames match. */
  get size() {
    return this._found.length - (this._pinned < 0 ? 0 : 1);
  }

  /** @param {boolean} follows Whether the end stays in view. */
  follow(follows) {
    this._follows = follows;
    if (follows) this._toEnd();
  }

  /** @param {Filter} filter */
  filter(filter) {
    this._filter = filter;
    this._start();
    this.show(this._session);
    if (this._chosen >= 0) this.choose(this._chosen, false);
  }

  _start() {
    this._found = [];
    this._seen = 0;
    this._pinned = -1;
    this._clear();
  }

  /** Have all rows written anew. */
  _clear() {
    for (const line of this._lines) line.dataset.number = "";
  }

  /** @param {Session | null} session Whose frames to show, or what is new of them. */
  show(session) {
    if (session !== this._session) {
      this._session = session;
      this._chosen = -1;
      this._start();
      this._box.scrollTop = 0;
    }
    if (!session) return;
    const first = session.frames[0]?.number ?? 0;
    if (this._found.length && this._found[0] < first) {
      this._found = this._found.filter((number) => number >= first);
      this._clear();
    }
    const from = firstWhere(session.frames, ({ number }) => number >= this._seen);
    for (let place = from; place < session.frames.length; place += 1) {
      if (matches(session, place, this._filter)) this._found.push(session.frames[place].number);
    }
    this._seen = session.count;
    this._rows.style.height = `${this._found.length * ROW_PX}px`;
    if (this._follows) this._toEnd();
    this._soon();
  }

  _toEnd() {
    this._box.scrollTop = this._box.scrollHeight;
    this._top = this._box.scrollTop;
  }

  /**
   * @param {number} number The number of a frame; -1 for none.
   * @param {boolean} [pins] Whether it is shown even if the filter keeps it out.
   */
  choose(number, pins = true) {
    this._chosen = number;
    if (this._pinned >= 0 && this._pinned !== number) this._unpin();
    let row = this._rowOf(number);
    if (row < 0 && number >= 0 && pins) row = this._pin(number);
    if (row >= 0) this._reveal(row);
    for (const line of this._lines) {
      line.setAttribute("aria-selected", String(Number(line.dataset.number || -2) === number));
    }
    this._draw();
  }

  /** @param {number} row */
  _reveal(row) {
    const top = row * ROW_PX;
    const { scrollTop, clientHeight } = this._box;
    if (top >= scrollTop && top + ROW_PX <= scrollTop + clientHeight) return;
    this._box.scrollTop = top - clientHeight / 2;
    this._top = this._box.scrollTop;
  }

  /** @type {(number: number) => number} */
  _rowOf(number) {
    const row = firstWhere(this._found, (one) => one >= number);
    return this._found[row] === number ? row : -1;
  }

  /** @type {(number: number) => number} */
  _pin(number) {
    const row = firstWhere(this._found, (one) => one >= number);
    this._found.splice(row, 0, number);
    this._pinned = number;
    this._rows.style.height = `${this._found.length * ROW_PX}px`;
    this._clear();
    return row;
  }

  _unpin() {
    const row = this._rowOf(this._pinned);
    if (row >= 0) this._found.splice(row, 1);
    this._pinned = -1;
    this._rows.style.height = `${this._found.length * ROW_PX}px`;
    this._clear();
  }

  /** @param {KeyboardEvent} event */
  _key(event) {
    if (event.key === "Enter" && this._chosen >= 0) this._tell.open();
    if (event.key === "Escape") this._tell.leave();
    const row = this._rowOf(this._chosen);
    const page = Math.max(1, Math.floor(this._box.clientHeight / ROW_PX) - 1);
    /** @type {Record<string, number>} */
    const goals = {
      ArrowDown: row + 1,
      ArrowUp: row < 0 ? this._found.length - 1 : row - 1,
      PageDown: row + page,
      PageUp: row - page,
      Home: 0,
      End: this._found.length - 1,
    };
    if (!(event.key in goals) || !this._found.length) return;
    event.preventDefault();
    const goal = Math.min(this._found.length - 1, Math.max(0, goals[event.key]));
    this._tell.choose(this._found[goal]);
  }

  /** Write the rows that come into view where those were that left it. */
  _draw() {
    const session = this._session;
    if (!session) return;
    const first = Math.max(0, Math.floor(this._box.scrollTop / ROW_PX) - SPARE_ROWS);
    const count = Math.ceil(this._box.clientHeight / ROW_PX) + 2 * SPARE_ROWS;
    while (this._lines.length < count) this._lines.push(newLine());
    let isChosenThere = false;
    for (let row = first; row < first + this._lines.length; row += 1) {
      const line = this._lines[row % this._lines.length];
      const number = this._found[row];
      line.hidden = number === undefined;
      if (number === undefined) {
        line.dataset.number = "";
        continue;
      }
      if (!line.parentNode) this._rows.append(line);
      if (line.dataset.number !== String(number)) this._write(line, session, number, row);
      if (number === this._chosen) isChosenThere = true;
    }
    if (isChosenThere) this._box.setAttribute("aria-activedescendant", `frame-${this._chosen}`);
    else this._box.removeAttribute("aria-activedescendant");
  }

  /** @type {(line: HTMLElement, session: Session, number: number, row: number) => void} */
  _write(line, session, number, row) {
    const place = session.placeOf(number);
    const frame = session.frames[place];
    const reading = session.readings[place];
    const missing = session.gaps.get(number);
    line.id = `frame-${number}`;
    line.className = `frame ${frame.direction}${missing ? " after-gap" : ""}`;
    line.dataset.number = String(number);
    line.style.transform = `translateY(${row * ROW_PX}px)`;
    line.setAttribute("aria-selected", String(number === this._chosen));
    line.setAttribute("aria-setsize", String(this._found.length));
    line.setAttribute("aria-posinset", String(row + 1));
    const gap = missing ? `${missing} frames missing before · ` : "";
    const texts = [
      frame.at.toFixed(3),
      frame.direction,
      reading.name,
      gap + reading.note,
      sizeText(frame.size),
    ];
    texts.forEach((text, cell) => {
      const there = line.children[cell];
      if (there.textContent !== text) there.textContent = text;
    });
  }
}

/** A row that nothing is written on yet. @returns {HTMLElement} */
function newLine() {
  const line = document.createElement("div");
  line.setAttribute("role", "option");
  for (const name of CELLS) {
    const cell = document.createElement("span");
    cell.className = name;
    line.append(cell, " ");
  }
  return line;
}

/**
 * @param {number} bytes
 * @returns {string}
 */
export function sizeText(bytes) {
  if (bytes < 10_000) return `${bytes} B`;
  if (bytes < 1_000_000) return `${(bytes / 1000).toFixed(bytes < 100_000 ? 1 : 0)} kB`;
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
