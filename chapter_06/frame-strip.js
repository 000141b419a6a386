/**
 * Shows the frames that were sent: each with its source, time, size and price.
 *
 * The page of chapter 6 uses it.
 */

import { frameTokens } from "./frame-budget.js";

/**
 * @import {Resolution} from "./frame-budget.js"
 * @import {SentFrame} from "./frame-feed.js"
 */

/** More are counted, but not shown. */
const MOST_SHOWN = 40;

export class FrameStrip {
  count = 0;
  tokens = 0;
  bytes = 0;

  #list;
  #beganMs = 0;

  /** @param {HTMLElement} list */
  constructor(list) {
    this.#list = list;
  }

  /** Forget all frames; a conversation begins. */
  clear() {
    this.count = this.tokens = this.bytes = 0;
    this.#beganMs = performance.now();
    while (this.#list.firstElementChild) this.#removeOldest();
  }

  /**
   * @param {SentFrame} frame
   * @param {Resolution} resolution That of the session.
   */
  add(frame, resolution) {
    const tokens = frameTokens(1, resolution);
    this.count += 1;
    this.tokens += tokens;
    this.bytes += frame.jpeg.length;
    const isAtEnd =
      this.#list.scrollLeft + this.#list.clientWidth >= this.#list.scrollWidth - 40;
    this.#list.append(this.#item(frame, tokens));
    if (this.#list.childElementCount > MOST_SHOWN) this.#removeOldest();
    if (isAtEnd) this.#list.scrollLeft = this.#list.scrollWidth;
  }

  /**
   * @param {SentFrame} frame
   * @param {number} tokens
   */
  #item({ jpeg, width, height, source, atMs, tookMs }, tokens) {
    const item = document.createElement("li");
    item.title = `${Math.round(tookMs)} ms from the picture to the wire`;
    const image = document.createElement("img");
    image.src = URL.createObjectURL(new Blob([jpeg], { type: "image/jpeg" }));
    const at = ((atMs - this.#beganMs) / 1000).toFixed(1);
    image.alt = `${source} at ${at} s`;
    item.append(
      image,
      line("from", `${source}, ${at} s`),
      line("size", `${width} × ${height}, ${Math.ceil(jpeg.length / 1000)} kB`),
      line("price", `${tokens} tokens`),
    );
    return item;
  }

  #removeOldest() {
    const item = this.#list.firstElementChild;
    const image = item?.querySelector("img");
    if (image) URL.revokeObjectURL(image.src);
    item?.remove();
  }
}

/**
 * Return what the frames of a conversation cost, in words.
 *
 * @param {{count: number, bytes: number, tokens: number}} strip
 * @param {number} countedTokens See SeeingChat.
 */
export function costInWords({ count, bytes, tokens }, countedTokens) {
  if (!count) return "No frame has been sent.";
  const sent = `${count} ${count === 1 ? "frame" : "frames"}, ${Math.ceil(bytes / 1000)} kB`;
  const number = (/** @type {number} */ value) => value.toLocaleString("en");
  return (
    `${sent}, ${number(tokens)} tokens. ` +
    `The service had counted ${number(countedTokens)} for pictures at its last answer.`
  );
}

/**
 * @param {string} className
 * @param {string} textContent
 */
function line(className, textContent) {
  return Object.assign(document.createElement("span"), { className, textContent });
}
