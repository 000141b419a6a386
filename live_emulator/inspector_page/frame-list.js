/** A list of any length, of which only the rows in view exist. */

/**
 * @typedef {import("./store.js").Session} Session
 * @typedef {{text: string, direction: string, audio: boolean}} Filter
 */

const ROW_PX = 30;
const SPARE_ROWS = 8;

/**
 * @param {Session} session
 * @param {number} place
 * @param {Filter} filter `text` in lower case.
 * @returns {boolean} Whether a frame is wanted.
 */
export function matches(session, place, filter) {
  const frame = session.frames[place];
  const reading = session.readings[place];
  if (reading.isAudio && !filter.audio) return false;
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
   * @param {(place: number) => void} choose Told which frame was chosen.
   */
  constructor(box, rows, choose) {
    this._box = box;
    this._rows = rows;
    this._choose = choose;
    /** @type {Session | null} */
    this._session = null;
    /** @type {Filter} */
    this._filter = { text: "", direction: "", audio: false };
    /** @type {number[]} Numbers of the frames that match. */
    this._found = [];
    this._seen = 0;
    this._chosen = -1;
    this._follows = true;
    box.addEventListener("scroll", () => {
      this._follows = box.scrollTop >= box.scrollHeight - box.clientHeight - ROW_PX;
      this._draw();
    });
    box.addEventListener("keydown", (event) => this._key(event));
    rows.addEventListener("click", (event) => {
      const row = /** @type {HTMLElement} */ (event.target).closest("[data-number]");
      if (row instanceof HTMLElement) this.choose(Number(row.dataset.number));
    });
    new ResizeObserver(() => this._draw()).observe(box);
  }

  /** How many frames match. */
  get size() {
    return this._found.length;
  }

  /** @param {Filter} filter */
  filter(filter) {
    this._filter = filter;
    this._found = [];
    this._seen = 0;
    this.show(this._session);
  }

  /** @param {Session | null} session Whose frames to show, or what is new of them. */
  show(session) {
    if (session !== this._session) {
      this._session = session;
      this._found = [];
      this._seen = 0;
      this._chosen = -1;
      this._follows = true;
    }
    if (!session) return;
    const last = session.dropped + session.frames.length;
    // Frames have numbers that stay when the oldest are dropped.
    if (this._found.length && this._found[0] < session.dropped) {
      this._found = this._found.filter((number) => number >= session.dropped);
    }
    for (let number = Math.max(this._seen, session.dropped); number < last; number += 1) {
      if (matches(session, number - session.dropped, this._filter)) this._found.push(number);
    }
    this._seen = last;
    this._rows.style.height = `${this._found.length * ROW_PX}px`;
    if (this._follows) this._box.scrollTop = this._box.scrollHeight;
    this._draw();
  }

  /** @param {number} number The number of a frame. */
  choose(number) {
    this._chosen = number;
    this._choose(number);
    const row = this._found.indexOf(number);
    const top = row * ROW_PX;
    const { scrollTop, clientHeight } = this._box;
    if (row >= 0 && (top < scrollTop || top + ROW_PX > scrollTop + clientHeight)) {
      this._follows = false;
      this._box.scrollTop = top - clientHeight / 2;
    }
    this._draw();
  }

  /** @param {number} at Choose the last frame that passed until then, in seconds. */
  chooseAt(at) {
    const session = this._session;
    if (!session || !this._found.length) return;
    const times = this._found.map((number) => session.frames[number - session.dropped].at);
    const later = times.findIndex((time) => time > at);
    this.choose(this._found[Math.max(0, (later < 0 ? times.length : later) - 1)]);
  }

  /** @param {KeyboardEvent} event */
  _key(event) {
    const row = this._found.indexOf(this._chosen);
    const page = Math.floor(this._box.clientHeight / ROW_PX);
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
    this.choose(this._found[goal]);
  }

  _draw() {
    const session = this._session;
    if (!session) return;
    const first = Math.max(0, Math.floor(this._box.scrollTop / ROW_PX) - SPARE_ROWS);
    const count = Math.ceil(this._box.clientHeight / ROW_PX) + 2 * SPARE_ROWS;
    const shown = this._found.slice(first, first + count);
    this._rows.replaceChildren(
      ...shown.map((number, place) => this._row(session, number, first + place)),
    );
    const active = shown.includes(this._chosen) ? `frame-${this._chosen}` : "";
    this._box.setAttribute("aria-activedescendant", active);
  }

  /** @type {(session: Session, number: number, row: number) => HTMLElement} */
  _row(session, number, row) {
    const frame = session.frames[number - session.dropped];
    const reading = session.readings[number - session.dropped];
    const line = document.createElement("div");
    line.id = `frame-${number}`;
    line.className = `frame ${frame.direction}`;
    line.dataset.number = String(number);
    line.style.top = `${row * ROW_PX}px`;
    line.setAttribute("role", "option");
    line.setAttribute("aria-selected", String(number === this._chosen));
    line.setAttribute("aria-setsize", String(this._found.length));
    line.setAttribute("aria-posinset", String(row + 1));
    const cells = [
      ["at", frame.at.toFixed(3)],
      ["from", frame.direction],
      ["name", reading.name],
      ["note", reading.note],
      ["size", `${frame.size} B`],
    ];
    for (const [name, text] of cells) {
      const cell = document.createElement("span");
      cell.className = name;
      cell.textContent = text;
      line.append(cell, " ");
    }
    return line;
  }
}
