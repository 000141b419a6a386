/**
 * Where the audio of both sides lies on the time axis, and what happened between.
 * Pure: frames go in, one by one, in order.
 *
 * @typedef {import("./frames.js").Frame} Frame
 * @typedef {import("./frames.js").Reading} Reading
 * @typedef {{readonly start: number, readonly end: number, peaks: number[]}} Block
 *   Seconds since the session was opened.
 * @typedef {{at: number, name: string, side: "client" | "server"}} Mark
 */

import { field } from "./frames.js";

const PEAK_S = 0.02;

/** Peaks from here on, in percent, count as speech: 34 dB below full scale. */
const LOUD_PERCENT = 2;

/** Speech after so long a pause is a new beginning, in seconds. */
const PAUSE_S = 0.5;

/** Audio that comes later than this after what came before begins anew, in seconds. */
const GAP_S = 0.3;

/** How late the first chunk may have been, to be put right by those after it. */
const LATE_S = 0.5;

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

/**
 * Audio without a gap, from a microphone. A chunk may come late and never early, so
 * the earliest of them says when all of it was recorded.
 */
class Stretch {
  /**
   * @param {number} start When its first chunk seems to have been recorded.
   * @param {number} least It was certainly not earlier.
   */
  constructor(start, least) {
    this.start = start;
    this._least = Math.max(least, start - LATE_S);
    this.lasts = 0;
  }

  get end() {
    return this.start + this.lasts;
  }

  /** @type {(at: number, lasts: number, peaks: number[]) => Block} */
  add(at, lasts, peaks) {
    const earliest = Math.min(this.start, at - lasts - this.lasts);
    this.start = Math.max(this._least, earliest);
    const from = this.lasts;
    this.lasts += lasts;
    const stretch = this;
    return {
      get start() {
        return stretch.start + from;
      },
      get end() {
        return stretch.start + from + lasts;
      },
      peaks,
    };
  }
}

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
    /** @type {Stretch | null} */
    this._stretch = null;
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
      const block = this._record(frame, reading.audioMs / 1000);
      this.user.push(block);
      this.end = Math.max(this.end, block.end);
      frame.peaks.forEach((peak, place) => {
        if (peak >= LOUD_PERCENT) this._speech(block.start + place * PEAK_S);
      });
    }
    if (reading.name === "text" || reading.name === "clientContent") {
      this._asked = frame.at;
      this._spokeFrom = frame.at;
    }
  }

  /** @type {(frame: Frame, lasts: number) => Block} */
  _record({ at, peaks }, lasts) {
    const before = this._stretch?.end ?? 0;
    // A chunk is sent when it is full; a file may come all at once.
    if (!this._stretch || at - lasts > before + GAP_S) {
      this._stretch = new Stretch(Math.max(before, at - lasts), before);
    }
    return this._stretch.add(at, lasts, peaks);
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
      this._play(frame, reading.audioMs / 1000);
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
    /** @type {Block[]} */
    const rest = [];
    while ((this.model.at(-1)?.end ?? 0) > at) {
      const block = /** @type {Block} */ (this.model.pop());
      const cut = Math.max(block.start, at);
      const kept = Math.round((cut - block.start) / PEAK_S);
      rest.unshift({ start: cut, end: block.end, peaks: block.peaks.slice(kept) });
      if (cut === block.start) continue;
      this.model.push({ start: block.start, end: cut, peaks: block.peaks.slice(0, kept) });
    }
    this.unheard.push(...rest);
  }

  /** @type {(frame: Frame, lasts: number) => void} */
  _play({ at, peaks }, lasts) {
    const start = Math.max(this.model.at(-1)?.end ?? 0, at);
    this.model.push({ start, end: start + lasts, peaks });
    this.end = Math.max(this.end, start + lasts);
    // The rest of an interrupted answer gives way to the next one.
    while ((this.unheard.at(-1)?.end ?? 0) > start) this.unheard.pop();
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
