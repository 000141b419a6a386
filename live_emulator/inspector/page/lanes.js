/**
 * Where the audio of both sides lies on the time axis, and what happened between.
 * Pure: frames go in, one by one, in order.
 *
 * @typedef {import("./frames.js").Frame} Frame
 * @typedef {import("./frames.js").FullReading} FullReading
 * @typedef {{readonly start: number, readonly end: number, peaks: number[]}} Block
 *   Seconds since the session was opened.
 * @typedef {Block & {offset: number}} UserBlock
 *   `offset`: seconds of audio that were sent before it.
 * @typedef {{at: number, name: string, side: "client" | "server", number: number}} Mark
 * @typedef {{from: number, until: number}} Span `until` is NaN while it goes on.
 * @typedef {{from: number, until: number, seconds: number}} Delay
 * @typedef {{at: number, end: number, text: string, isOver?: boolean}} Words `end`: when
 *   its last piece was said; `isOver`: what comes is another text, however soon.
 * @typedef {{answer: Delay | null, yielded: Delay | null}} Delays
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

  /** @type {(at: number, lasts: number, peaks: number[], offset: number) => UserBlock} */
  add(at, lasts, peaks, offset) {
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
      offset,
    };
  }
}

/** The picture of one session. */
export class Lanes {
  constructor() {
    /** @type {UserBlock[]} */
    this.user = [];
    /** @type {Block[]} As it sounds: played when it comes, one after the other. */
    this.model = [];
    /** @type {Block[]} What an interruption kept from being played. */
    this.unheard = [];
    /** @type {Mark[]} */
    this.marks = [];
    /** @type {Span[]} When the user spoke, as the service or the client says. */
    this.speech = [];
    /** @type {{client: Words[], server: Words[]}} In order of time. */
    this.words = { client: [], server: [] };
    /** @type {Delay[]} From the end of what was said to the first audio. */
    this.answers = [];
    /** @type {Delay[]} From the beginning of speech to `interrupted`. */
    this.yields = [];
    this._last = 0;
    this.interruptions = 0;
    /** @type {Stretch | null} */
    this._stretch = null;
    this._sent = 0;
    this._typed = NaN;
    this._loudFrom = NaN;
    this._loudUntil = NaN;
    this._answering = false;
    this._answered = -Infinity;
  }

  /**
   * @param {Frame} frame
   * @param {FullReading} reading
   * @returns {Delays} Those that ended with this frame.
   */
  add(frame, reading) {
    this._last = Math.max(this._last, frame.at);
    for (const name of reading.names) {
      if (!MARKS.has(name)) continue;
      this.marks.push({ at: frame.at, name, side: frame.direction, number: frame.number });
    }
    if (frame.direction === "server") return this._server(frame, reading);
    this._client(frame, reading);
    return { answer: null, yielded: null };
  }

  /** When the last of it was over, or will be, in seconds. */
  get end() {
    const ends = [this.user, this.model, this.unheard].map((lane) => lane.at(-1)?.end ?? 0);
    return Math.max(this._last, ...ends);
  }

  /** @param {number} at Something happened that is no frame. */
  happened(at) {
    this._last = Math.max(this._last, at);
  }

  /** When the speech or the text began that was the last to come, in seconds. */
  get askedFrom() {
    const spoken = this.speech.at(-1)?.from ?? this._loudFrom;
    return latest(spoken, this._typed);
  }

  /** When it ended. */
  get askedUntil() {
    const reported = this.speech.at(-1)?.until;
    return latest(reported ?? this._loudUntil, this._typed);
  }

  /** @type {(frame: Frame, reading: FullReading) => void} */
  _client(frame, reading) {
    if (reading.audioMs) {
      const block = this._record(frame, reading.audioMs / 1000);
      this.user.push(block);
      frame.peaks.forEach((peak, place) => {
        if (peak >= LOUD_PERCENT) this._loud(block.start + place * PEAK_S);
      });
    }
    const input = field(reading.message, "realtimeInput");
    if (field(input, "activityStart")) this._speechBegins(frame.at);
    if (field(input, "activityEnd")) this._speechEnds(frame.at);
    if (reading.names.includes("text") || reading.names.includes("clientContent")) {
      this._typed = frame.at;
      const text = reading.note.replace(/^“(.*)”.*$/s, "$1");
      addWords(this.words.client, frame.at, text);
    }
  }

  /** @type {(frame: Frame, lasts: number) => UserBlock} */
  _record({ at, peaks }, lasts) {
    const before = this._stretch?.end ?? 0;
    // A chunk is sent when it is full; a file may come all at once.
    if (!this._stretch || at - lasts > before + GAP_S) {
      this._stretch = new Stretch(Math.max(before, at - lasts), before);
    }
    const block = this._stretch.add(at, lasts, peaks, this._sent);
    this._sent += lasts;
    return block;
  }

  /** @type {(at: number) => void} */
  _loud(at) {
    if (!(at - this._loudUntil < PAUSE_S)) this._loudFrom = at;
    this._loudUntil = at + PEAK_S;
  }

  /** @type {(at: number) => void} */
  _speechBegins(at) {
    this.speech.push({ from: at, until: NaN });
  }

  /** @type {(at: number) => void} */
  _speechEnds(at) {
    const last = this.speech.at(-1);
    if (last && Number.isNaN(last.until)) last.until = Math.max(last.from, at);
  }

  /** @type {(activity: any, at: number) => void} */
  _activity(activity, at) {
    const type = String(field(activity, "type") ?? field(activity, "voiceActivityType") ?? "");
    const offset = Number.parseFloat(field(activity, "audioOffset"));
    const when = Number.isNaN(offset) ? at : Math.min(at, timeOf(this.user, offset));
    if (type.endsWith("START")) this._speechBegins(when);
    if (type.endsWith("END")) this._speechEnds(when);
  }

  /** @type {(frame: Frame, reading: FullReading) => Delays} */
  _server(frame, reading) {
    const content = field(reading.message, "serverContent");
    const activity = field(reading.message, "voiceActivity");
    if (activity) this._activity(activity, frame.at);
    const heard = field(field(content, "inputTranscription"), "text");
    if (heard) {
      const at = this.speech.at(-1)?.from ?? this._loudFrom;
      addWords(this.words.client, Number.isNaN(at) ? frame.at : at, heard);
    }
    const yielded = field(content, "interrupted") ? this._interrupt(frame.at) : null;
    const words = field(field(content, "outputTranscription"), "text");
    if (words) {
      const at = Math.max(this.model.at(-1)?.end ?? 0, frame.at);
      addWords(this.words.server, at, words);
    }
    const answer = reading.audioMs ? this._sound(frame, reading.audioMs / 1000) : null;
    if (field(content, "turnComplete")) {
      this._answering = false;
      endWords(this.words.server, frame.at);
    }
    return { answer, yielded };
  }

  /** @type {(frame: Frame, lasts: number) => Delay | null} */
  _sound(frame, lasts) {
    const isFirst = !this._answering;
    this._answering = true;
    this._play(frame, lasts);
    const from = this.askedUntil;
    // What follows the result of a function, say, answers nothing new.
    if (!isFirst || !(frame.at >= from && from > this._answered)) return null;
    this._answered = from;
    const delay = { from, until: frame.at, seconds: frame.at - from };
    this.answers.push(delay);
    return delay;
  }

  /** What was not played by then is never heard. @type {(at: number) => Delay | null} */
  _interrupt(at) {
    this.interruptions += 1;
    this._answering = false;
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
    endWords(this.words.server, at);
    const from = this.askedFrom;
    if (!(at >= from)) return null;
    const delay = { from, until: at, seconds: at - from };
    this.yields.push(delay);
    return delay;
  }

  /** @type {(frame: Frame, lasts: number) => void} */
  _play({ at, peaks }, lasts) {
    const start = Math.max(this.model.at(-1)?.end ?? 0, at);
    this.model.push({ start, end: start + lasts, peaks });
    // The rest of an interrupted answer gives way to the next one.
    while ((this.unheard.at(-1)?.end ?? 0) > start) this.unheard.pop();
  }
}

/** Pieces of a transcript that are further apart than this are two, in seconds. */
const APART_S = 1.2;

/**
 * Add a piece of a transcript to the one before, unless there was a pause.
 *
 * @param {Words[]} words
 * @param {number} at
 * @param {string} text
 */
export function addWords(words, at, text) {
  const last = words.at(-1);
  if (last && !last.isOver && at - last.end < APART_S) {
    last.text += text;
    last.end = Math.max(last.end, at);
  } else {
    words.push({ at, end: at, text });
  }
}

/** @type {(words: Words[], at: number) => void} */
function endWords(words, at) {
  const last = words.at(-1);
  if (!last) return;
  last.end = Math.max(last.at, Math.min(last.end, at));
  last.isOver = true;
}

/** The later of two moments, of which either may be unknown. */
/** @type {(one: number, other: number) => number} */
function latest(one, other) {
  if (Number.isNaN(one)) return other;
  return Number.isNaN(other) ? one : Math.max(one, other);
}

/**
 * @param {UserBlock[]} blocks
 * @param {number} offset Seconds into all audio that was sent.
 * @returns {number} When that was recorded; Infinity if it is not there yet.
 */
function timeOf(blocks, offset) {
  const place = firstWhere(blocks, (block) => block.offset > offset) - 1;
  const block = blocks[place];
  if (!block) return Infinity;
  return Math.min(block.end, block.start + offset - block.offset);
}

/**
 * @template T
 * @param {T[]} items For which `holds` is first false, then true.
 * @param {(item: T) => boolean} holds
 * @returns {number} The place of the first for which it holds, or their number.
 */
export function firstWhere(items, holds) {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(items[middle])) high = middle;
    else low = middle + 1;
  }
  return low;
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
  const first = firstWhere(lane, (block) => block.end >= from);
  const last = firstWhere(lane, (block) => block.start > until);
  return lane.slice(first, Math.max(first, last));
}

/**
 * @param {Block[]} blocks
 * @param {number} from Where the first pixel is, in seconds.
 * @param {number} width In pixels.
 * @param {number} perSecond How many of them a second has.
 * @returns {Uint8Array} One more than the loudest peak of each pixel, in percent; 0
 *   where there is no audio.
 */
export function loudest(blocks, from, width, perSecond) {
  const columns = new Uint8Array(Math.ceil(width));
  for (const { start, end, peaks } of blocks) {
    if (!peaks.length) {
      const first = Math.max(0, Math.floor((start - from) * perSecond));
      const last = Math.min(columns.length - 1, (end - from) * perSecond);
      for (let x = first; x <= last; x += 1) columns[x] = Math.max(columns[x], 1);
    }
    let x = (start - from) * perSecond;
    for (let place = 0; place < peaks.length; place += 1) {
      const column = Math.floor(x);
      if (peaks[place] >= columns[column]) columns[column] = peaks[place] + 1;
      x += PEAK_S * perSecond;
    }
  }
  return columns;
}
