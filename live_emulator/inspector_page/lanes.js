/**
 * Where the audio of both sides lies on the time axis, and what happened between.
 * Pure: frames go in, one by one, in order.
 *
 * @typedef {import("./frames.js").Frame} Frame
 * @typedef {import("./frames.js").Reading} Reading
 * @typedef {{start: number, end: number, peaks: number[]}} Block
 *   Seconds since the session was opened.
 * @typedef {{at: number, name: string, side: "client" | "server"}} Mark
 */

import { field } from "./frames.js";

const PEAK_S = 0.02;

/** Peaks from here on, in percent, count as speech: 34 dB below full scale. */
const LOUD_PERCENT = 2;

/** Speech after so long a pause is a new beginning, in seconds. */
const PAUSE_S = 0.5;

const MARKS = new Set([
  "setup",
  "clientContent",
  "text",
  "image",
  "activityStart",
  "activityEnd",
  "audioStreamEnd",
  "toolResponse",
  "contextUpdate",
  "interrupted",
  "turnComplete",
  "toolCall",
  "toolCallCancellation",
  "goAway",
]);

/** The picture of one session. */
export class Lanes {
  constructor() {
    /** @type {Block[]} */
    this.user = [];
    /** @type {Block[]} As it sounds: played when it comes, one after the other. */
    this.model = [];
    /** @type {Block[]} What an interruption kept from being played. */
    this.unheard = [];
    /** @type {Mark[]} */
    this.marks = [];
    this.end = 0;
    this.turns = 0;
    this.interruptions = 0;
    /** The model's tokens and ours, as last reported. */
    this.tokens = 0;
    /** @type {number[]} Seconds from the end of what was said to the first audio. */
    this.answers = [];
    /** @type {number[]} Seconds from the beginning of speech to `interrupted`. */
    this.yields = [];
    this._asked = NaN;
    this._spokeFrom = NaN;
    this._spokeUntil = NaN;
    this._answering = false;
  }

  /**
   * @param {Frame} frame
   * @param {Reading} reading
   */
  add(frame, reading) {
    this.end = Math.max(this.end, frame.at);
    if (frame.direction === "client") this._client(frame, reading);
    else this._server(frame, reading);
    if (MARKS.has(reading.name)) {
      this.marks.push({ at: frame.at, name: reading.name, side: frame.direction });
    }
  }

  /** @type {(frame: Frame, reading: Reading) => void} */
  _client(frame, reading) {
    if (reading.audioMs) {
      // A microphone sends a chunk when it is full; a file may come all at once.
      const lasts = reading.audioMs / 1000;
      const start = Math.max(this.user.at(-1)?.end ?? 0, frame.at - lasts);
      this._put(this.user, start, lasts, frame.peaks);
      frame.peaks.forEach((peak, place) => {
        if (peak >= LOUD_PERCENT) this._speech(start + place * PEAK_S);
      });
    }
    if (reading.name === "text" || reading.name === "clientContent") {
      this._asked = frame.at;
      this._spokeFrom = frame.at;
    }
  }

  /** @type {(at: number) => void} */
  _speech(at) {
    if (!(at - this._spokeUntil < PAUSE_S)) this._spokeFrom = at;
    this._spokeUntil = at + PEAK_S;
    this._asked = this._spokeUntil;
  }

  /** @type {(frame: Frame, reading: Reading) => void} */
  _server(frame, reading) {
    const content = field(reading.message, "serverContent");
    if (field(content, "interrupted")) this._interrupt(frame.at);
    if (reading.audioMs) {
      if (!this._answering && frame.at >= this._asked) {
        this.answers.push(frame.at - this._asked);
      }
      this._answering = true;
      const start = Math.max(this.model.at(-1)?.end ?? 0, frame.at);
      this._put(this.model, start, reading.audioMs / 1000, frame.peaks);
    }
    if (field(content, "turnComplete")) {
      this.turns += 1;
      this._answering = false;
    }
    const usage = field(reading.message, "usageMetadata");
    if (usage) this.tokens = field(usage, "totalTokenCount") ?? 0;
  }

  /** What was not played by then is never heard. @type {(at: number) => void} */
  _interrupt(at) {
    this.interruptions += 1;
    this._answering = false;
    if (at >= this._spokeFrom) this.yields.push(at - this._spokeFrom);
    while ((this.model.at(-1)?.end ?? 0) > at) {
      const block = /** @type {Block} */ (this.model.pop());
      const cut = Math.max(block.start, at);
      const kept = Math.round((cut - block.start) / PEAK_S);
      this.unheard.unshift({ ...block, start: cut, peaks: block.peaks.slice(kept) });
      if (cut === block.start) continue;
      this.model.push({ ...block, end: cut, peaks: block.peaks.slice(0, kept) });
    }
    this.unheard.sort((a, b) => a.start - b.start);
  }

  /** @type {(lane: Block[], start: number, lasts: number, peaks: number[]) => void} */
  _put(lane, start, lasts, peaks) {
    lane.push({ start, end: start + lasts, peaks });
    this.end = Math.max(this.end, start + lasts);
  }
}

/**
 * @param {number[]} values
 * @returns {number} The median; NaN of nothing.
 */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  if (sorted.length % 2) return sorted[middle];
  return (sorted[middle - 1] + sorted[middle]) / 2;
}

/**
 * @param {Block[]} lane In order of time.
 * @param {number} from
 * @param {number} until
 * @returns {Block[]} Those that are at least partly between.
 */
export function between(lane, from, until) {
  let low = 0;
  let high = lane.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (lane[middle].end < from) low = middle + 1;
    else high = middle;
  }
  const found = [];
  for (let place = low; place < lane.length && lane[place].start <= until; place += 1) {
    found.push(lane[place]);
  }
  return found;
}
