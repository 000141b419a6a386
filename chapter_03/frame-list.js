/**
 * The wire, made visible: a list of the frames of both directions, with filters.
 *
 * Give it to LiveSocket.open as `log`. Its look is in frame-list.css.
 */

import { frameNames, prettyFrame } from "./frame-text.js";

/**
 * @typedef {object} Frame
 * @property {"sent" | "received" | "closed"} direction
 * @property {string} text As it was on the wire; of a close, code and reason.
 * @property {string} names
 * @property {boolean} hasAudio
 * @property {number} atMs Since the first frame.
 */

const MAX_FRAMES = 600;

/** @type {Record<Frame["direction"], string>} */
const ARROWS = { sent: "→", received: "←", closed: "×" };

/** Shows the frames of a session; a FrameLog for LiveSocket. */
export class FrameList {
  #list;
  #count;
  #search;
  /** @type {Record<string, HTMLInputElement>} */
  #boxes = {};
  /** @type {{frame: Frame, row: HTMLLIElement}[]} */
  #rows = [];
  #total = 0;
  /** @type {number | null} */
  #beganMs = null;
  #isWaiting = false;
  #isAtEnd = true;
  #lastTop = 0;

  /**
   * @param {Element} place Is filled with filters and the list.
   * @param {{showAudio?: boolean}} [options] Whether frames with audio are shown at
   *   first; a microphone makes 25 of them a second.
   */
  constructor(place, { showAudio = true } = {}) {
    const tools = make("div", "frame-tools");
    tools.setAttribute("role", "group");
    tools.setAttribute("aria-label", "Filters");
    for (const [name, label] of [
      ["sent", "sent"],
      ["received", "received"],
      ["audio", "audio"],
    ]) {
      tools.append(this.#checkbox(name, label, name !== "audio" || showAudio));
    }
    this.#search = make("input", "frame-search");
    this.#search.type = "search";
    this.#search.placeholder = "contains …";
    this.#search.setAttribute("aria-label", "Show only frames that contain");
    this.#search.oninput = () => this.#filter();
    const clear = make("button", "", "Clear");
    clear.type = "button";
    clear.onclick = () => this.clear();
    tools.append(this.#search, clear);
    this.#count = make("p", "frame-count");
    this.#list = make("ol", "frames");
    this.#list.tabIndex = 0;
    this.#list.setAttribute("aria-label", "Frames");
    this.#list.onscroll = () => this.#noteScroll();
    place.replaceChildren(tools, this.#count, this.#list);
    this.#tell();
  }

  /** @param {string} text */
  sent(text) {
    this.#add("sent", text);
  }

  /** @param {string} text */
  received(text) {
    this.#add("received", text);
  }

  /**
   * @param {number} code
   * @param {string} reason
   */
  closed(code, reason) {
    this.#add("closed", reason ? `${code} ${reason}` : `${code}`);
  }

  /** Forget all frames; the next one begins at 0 s. */
  clear() {
    this.#rows = [];
    this.#total = 0;
    this.#beganMs = null;
    this.#isAtEnd = true;
    this.#list.replaceChildren();
    this.#tell();
  }

  /**
   * @param {Frame["direction"]} direction
   * @param {string} text
   */
  #add(direction, text) {
    const nowMs = performance.now();
    this.#beganMs ??= nowMs;
    const { names, hasAudio } =
      direction === "closed" ? { names: [`close ${text}`], hasAudio: false } : frameNames(text);
    const atMs = nowMs - this.#beganMs;
    /** @type {Frame} */
    const frame = { direction, text, names: names.join(" "), hasAudio, atMs };
    const row = rowOf(frame);
    row.hidden = !this.#shows(frame);
    this.#rows.push({ frame, row });
    this.#total += 1;
    if (this.#rows.length > MAX_FRAMES) this.#rows.shift()?.row.remove();
    this.#list.append(row);
    this.#drawSoon();
  }

  /** Count and follow once for all frames that come between two pictures. */
  #drawSoon() {
    if (this.#isWaiting) return;
    this.#isWaiting = true;
    requestAnimationFrame(() => {
      this.#isWaiting = false;
      this.#tell();
      // The newest frame stays in sight, unless the reader has scrolled up.
      if (this.#isAtEnd) this.#list.scrollTop = this.#list.scrollHeight;
    });
  }

  /** Scrolling up means reading, scrolling to the end means following. */
  #noteScroll() {
    const { scrollTop, clientHeight, scrollHeight } = this.#list;
    if (scrollHeight - scrollTop - clientHeight < 20) this.#isAtEnd = true;
    else if (scrollTop < this.#lastTop) this.#isAtEnd = false;
    this.#lastTop = scrollTop;
  }

  /** @param {Frame} frame */
  #shows({ direction, text, hasAudio }) {
    if (hasAudio && !this.#boxes.audio.checked) return false;
    if (direction !== "closed" && !this.#boxes[direction].checked) return false;
    return text.toLowerCase().includes(this.#search.value.trim().toLowerCase());
  }

  #filter() {
    for (const { frame, row } of this.#rows) row.hidden = !this.#shows(frame);
    this.#tell();
  }

  #tell() {
    const shown = this.#rows.filter(({ row }) => !row.hidden).length;
    const dropped = this.#total - this.#rows.length;
    const kept = dropped ? `, the first ${dropped} not kept` : "";
    const all = shown === this.#total ? "" : ` of ${this.#total}`;
    this.#count.textContent = this.#total
      ? `${shown}${all} frames${kept}`
      : "No frames yet.";
  }

  /**
   * @param {string} name
   * @param {string} label
   * @param {boolean} checked
   */
  #checkbox(name, label, checked) {
    const box = make("input", "");
    box.type = "checkbox";
    box.checked = checked;
    box.onchange = () => this.#filter();
    this.#boxes[name] = box;
    const around = make("label", `frame-filter ${name}`);
    around.append(box, label);
    return around;
  }
}

/**
 * One row: a line, and the whole frame when it is opened.
 *
 * @param {Frame} frame
 */
function rowOf({ direction, text, names, hasAudio, atMs }) {
  const row = make("li", `frame ${direction}`);
  const line = make(direction === "closed" ? "p" : "summary", "frame-line");
  const arrow = make("span", "frame-arrow", ARROWS[direction]);
  arrow.setAttribute("aria-label", direction);
  arrow.setAttribute("role", "img");
  const name = make("span", "frame-names", names);
  if (hasAudio) name.append(" ", make("span", "frame-mark", "audio"));
  line.append(make("span", "frame-time", `${(atMs / 1000).toFixed(2)} s`), arrow, name);
  if (direction === "closed") {
    row.append(line);
    return row;
  }
  line.append(make("span", "frame-size", sizeOf(text)));
  const whole = make("details", "");
  const pretty = make("pre", "");
  pretty.tabIndex = 0;
  // Only a frame that is opened is worth the work.
  whole.ontoggle = () => {
    pretty.textContent ||= prettyFrame(text);
  };
  whole.append(line, pretty);
  row.append(whole);
  return row;
}

/** @param {string} text */
function sizeOf(text) {
  return text.length < 1000 ? `${text.length} B` : `${(text.length / 1000).toFixed(1)} kB`;
}

/**
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {string} className
 * @param {string} text
 */
function make(tag, className, text = "") {
  const element = document.createElement(tag);
  if (className) element.className = className;
  element.textContent = text;
  return element;
}
