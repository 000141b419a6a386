/**
 * Draws a stretch of a session: axis, frames, audio, words, delays, events.
 *
 * @typedef {import("./lanes.js").Block} Block
 * @typedef {import("./lanes.js").Words} Words
 * @typedef {import("./store.js").Session} Session
 * @typedef {{from: number, until: number, perSecond: number, width: number}} View
 *   `from` and `until` in seconds, `width` in pixels.
 * @typedef {(name: string) => string} Colours A colour by the name of its property.
 */

import { between, firstWhere, loudest } from "./lanes.js";

export const HEIGHT = 282;

/** The middle of the height: above it lies what the client sent. */
export const MIDDLE_Y = 150;

const PEAK_S = 0.02;
const HALF_LANE = 29;
const USER = { ticks: 36, wave: 78, words: [121] };
const MODEL = { ticks: 268, wave: 206, words: [250, 264] };
const EVENTS_Y = [135, 148, 161];
const BRACKET_Y = 168;
const TURNS_Y = 31;
const STEPS_S = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600];

/** Marks that get a word of their own; others are a line. */
const WORDS = new Set(["toolCall", "goAway", "image", "toolCallCancellation"]);

/** Marks without a line: a caption or a bar says it already. */
const SILENT = new Set(["setup", "text", "clientContent", "activityStart", "activityEnd"]);

/** @type {Map<string, number>} In pixels, with the space after it. */
const WIDTHS = new Map();

/** One picture. */
export class Drawing {
  /**
   * @param {CanvasRenderingContext2D} pen
   * @param {Session} session
   * @param {View} view
   * @param {Colours} colours
   */
  constructor(pen, session, view, colours) {
    this._pen = pen;
    this._session = session;
    this._view = view;
    this._colour = colours;
    /** @type {Array<{text: string, x: number, colour: string}>} */
    this._labels = [];
  }

  /** @param {{number: number, at: number, hover: number}} cursor NaN for none. */
  draw({ number, at, hover }) {
    const { lanes } = this._session;
    const { from, until } = this._view;
    this._turns();
    this._axis();
    this._ticks(number);
    this._speech();
    this._wave(between(lanes.user, from, until), USER.wave, this._colour("--user"));
    this._pen.globalAlpha = 0.28;
    this._wave(between(lanes.unheard, from, until), MODEL.wave, this._colour("--model"));
    this._pen.globalAlpha = 1;
    this._wave(between(lanes.model, from, until), MODEL.wave, this._colour("--model"));
    this._interruptions();
    this._faults();
    this._marks();
    this._answers();
    this._drawLabels();
    this._captions();
    this._sides();
    this._cursor(at, hover);
  }

  /** Measuring is slow, and what is measured is mostly the same words. */
  /** @type {(text: string) => number} */
  _measure(text) {
    let width = 0;
    for (const word of text.split(" ")) {
      let one = WIDTHS.get(word);
      if (one === undefined) {
        one = this._pen.measureText(`${word} `).width;
        if (WIDTHS.size > 5_000) WIDTHS.clear();
        WIDTHS.set(word, one);
      }
      width += one;
    }
    return width;
  }

  /** @type {(at: number) => number} */
  _x(at) {
    return (at - this._view.from) * this._view.perSecond;
  }

  /** Every other turn has a ground of its own. */
  _turns() {
    const pen = this._pen;
    const { all } = this._session.turns;
    for (const [place, turn] of all.entries()) {
      const end = all[place + 1]?.from ?? this._session.lanes.end;
      if (end < this._view.from || turn.from > this._view.until) continue;
      const x = this._x(turn.from);
      pen.fillStyle = this._colour("--stripe");
      if (place % 2 === 0) pen.fillRect(x, 18, this._x(end) - x, HEIGHT - 18);
      const text = `turn ${turn.number}`;
      const left = Math.max(x, 0) + 4;
      pen.fillStyle = this._colour("--quiet");
      if (left + this._measure(text) < this._x(end)) pen.fillText(text, left, TURNS_Y);
    }
  }

  _axis() {
    const pen = this._pen;
    const { from, until, perSecond, width } = this._view;
    pen.strokeStyle = this._colour("--line");
    pen.fillStyle = this._colour("--quiet");
    pen.lineWidth = 1;
    const step = STEPS_S.find((one) => one * perSecond >= 64) ?? 1200;
    pen.beginPath();
    for (let tick = Math.ceil(from / step); tick * step <= until; tick += 1) {
      const at = Math.round(this._x(tick * step)) + 0.5;
      pen.moveTo(at, 12);
      pen.lineTo(at, 18);
      pen.fillText(timeText(tick * step, step), at + 4, 13);
    }
    for (const y of [18, USER.wave, MODEL.wave]) {
      pen.moveTo(0, y + 0.5);
      pen.lineTo(width, y + 0.5);
    }
    pen.stroke();
  }

  /** A tick for each frame: faint for audio alone. @param {number} chosen */
  _ticks(chosen) {
    const pen = this._pen;
    const { frames, readings } = this._session;
    const first = firstWhere(frames, ({ at }) => at >= this._view.from);
    /** @type {Record<string, number>} The pixel last drawn on, for each kind of tick. */
    const last = {};
    for (let place = first; place < frames.length; place += 1) {
      const { at, direction, number } = frames[place];
      if (at > this._view.until) break;
      const { isAudio } = readings[place];
      const isChosen = number === chosen;
      const x = Math.round(this._x(at));
      const kind = `${direction}${isAudio}`;
      if (last[kind] === x && !isChosen) continue;
      last[kind] = x;
      const y = direction === "client" ? USER.ticks : MODEL.ticks;
      const tall = isAudio ? 4 : 10;
      pen.globalAlpha = isAudio && !isChosen ? 0.45 : 1;
      pen.fillStyle = this._colour(direction === "client" ? "--user" : "--model");
      const top = direction === "client" ? y : y + 10 - tall;
      pen.fillRect(isChosen ? x - 1 : x, top, isChosen ? 3 : isAudio ? 1 : 2, tall);
    }
    pen.globalAlpha = 1;
  }

  /** When the user spoke, as the service or the client says. */
  _speech() {
    const pen = this._pen;
    const { from, until } = this._view;
    pen.fillStyle = this._colour("--user");
    for (const span of this._session.lanes.speech) {
      const end = Number.isNaN(span.until) ? this._session.lanes.end : span.until;
      if (end < from || span.from > until) continue;
      const x = this._x(span.from);
      const wide = Math.max(2, this._x(end) - x);
      pen.globalAlpha = 0.1;
      pen.fillRect(x, USER.wave - HALF_LANE, wide, HALF_LANE * 2);
      pen.globalAlpha = 1;
      pen.fillRect(x, USER.wave + HALF_LANE + 1, wide, 2);
    }
  }

  /**
   * @param {Block[]} blocks
   * @param {number} y
   * @param {string} fill
   */
  _wave(blocks, y, fill) {
    const pen = this._pen;
    const { perSecond, width } = this._view;
    pen.fillStyle = fill;
    const peakPx = PEAK_S * perSecond;
    if (peakPx < 1) {
      this._farWave(blocks, y);
      return;
    }
    const bar = peakPx > 3 ? peakPx - 1 : peakPx;
    for (const block of blocks) {
      const start = this._x(block.start);
      if (!block.peaks.length) this._unknown(start, Math.min(width, this._x(block.end)), y);
      const skipped = Math.max(0, Math.floor(-start / peakPx));
      for (let place = skipped; place < block.peaks.length; place += 1) {
        const x = start + place * peakPx;
        if (x > width) break;
        const half = halfOf(block.peaks[place]);
        pen.fillRect(x, y - half, bar, half * 2);
      }
    }
  }

  /** Far away many peaks share a pixel: the highest of them is drawn. */
  /** @type {(blocks: Block[], y: number) => void} */
  _farWave(blocks, y) {
    const pen = this._pen;
    const { from, perSecond, width } = this._view;
    for (const [x, peak] of loudest(blocks, from, width, perSecond).entries()) {
      const half = halfOf(peak - 1);
      if (peak) pen.fillRect(x, y - half, 1, half * 2);
    }
  }

  /** Audio whose loudness nobody measured. @type {(left: number, right: number, y: number) => void} */
  _unknown(left, right, y) {
    const x = Math.max(0, left);
    this._pen.fillRect(x, y - 1, right - x, 2);
  }

  _interruptions() {
    const pen = this._pen;
    const { lanes } = this._session;
    for (const mark of lanes.marks) {
      if (mark.name !== "interrupted" || !this._isNear(mark.at)) continue;
      const x = this._x(mark.at);
      pen.fillStyle = this._colour("--accent");
      pen.fillRect(x - 0.75, 20, 1.5, HEIGHT - 24);
      const delay = lanes.yields.find(({ until }) => until === mark.at);
      const after = delay ? ` ${delayText(delay.seconds)} after speech` : "";
      this._label(`interrupted${after}`, x + 5, "--accent-ink");
    }
  }

  /** What went wrong on command. */
  _faults() {
    const pen = this._pen;
    for (const { at, text } of this._session.faults) {
      if (!this._isNear(at)) continue;
      const x = this._x(at);
      pen.strokeStyle = this._colour("--accent");
      pen.lineWidth = 2;
      pen.setLineDash([5, 4]);
      pen.beginPath();
      pen.moveTo(x, 20);
      pen.lineTo(x, HEIGHT - 4);
      pen.stroke();
      pen.setLineDash([]);
      this._label(`fault: ${text}`, x + 5, "--accent-ink");
    }
  }

  _marks() {
    const pen = this._pen;
    for (const { at, name, side, number } of this._session.lanes.marks) {
      if (name === "interrupted" || SILENT.has(name) || !this._isNear(at)) continue;
      const x = this._x(at);
      pen.fillStyle = this._colour(name === "goAway" ? "--accent" : "--rule");
      const y = side === "client" ? USER.wave : MODEL.wave;
      pen.fillRect(x, y - HALF_LANE, 1.5, HALF_LANE * 2);
      if (WORDS.has(name)) this._label(this._wordsOf(name, number), x + 5, "--ink");
    }
  }

  /** @type {(name: string, number: number) => string} */
  _wordsOf(name, number) {
    const reading = this._session.readings[this._session.placeOf(number)];
    return name === "toolCall" && reading ? `ƒ ${reading.note.split(" · ")[0]}` : name;
  }

  /** How long the model took: from the last word to its first sound. */
  _answers() {
    const pen = this._pen;
    for (const { from, until, seconds } of this._session.lanes.answers) {
      if (until < this._view.from || from > this._view.until) continue;
      const [left, right] = [this._x(from), this._x(until)];
      const y = BRACKET_Y - 0.5;
      pen.strokeStyle = this._colour("--rule");
      pen.lineWidth = 1.5;
      pen.beginPath();
      pen.moveTo(left, y - 4);
      pen.lineTo(left, y + 4);
      pen.moveTo(left, y);
      pen.lineTo(right, y);
      pen.moveTo(right, y - 4);
      pen.lineTo(right, y + 4);
      pen.stroke();
      this._label(delayText(seconds), Math.max(left, 0) + 3, "--ink");
    }
  }

  /** @type {(text: string, x: number, colour: string) => void} */
  _label(text, x, colour) {
    this._labels.push({ text, x, colour });
  }

  /** From left to right, each in the first row that has room for it. */
  _drawLabels() {
    const free = EVENTS_Y.map(() => -Infinity);
    for (const { text, x, colour } of this._labels.sort((one, other) => one.x - other.x)) {
      const row = free.findIndex((from) => x >= from);
      if (row < 0) continue;
      this._pen.fillStyle = this._colour(colour);
      this._pen.fillText(text, x, EVENTS_Y[row]);
      free[row] = x + this._measure(text) + 6;
    }
  }

  _captions() {
    const { client, server } = this._session.lanes.words;
    this._pen.fillStyle = this._colour("--user-ink");
    this._wordsOn(client, USER.words);
    this._pen.fillStyle = this._colour("--model-ink");
    this._wordsOn(server, MODEL.words);
  }

  /**
   * @param {Words[]} said
   * @param {number[]} rows The height of each line of text.
   */
  _wordsOn(said, rows) {
    const { from, until, width } = this._view;
    const first = Math.max(0, firstWhere(said, (one) => one.at >= from) - 1);
    for (let place = first; place < said.length && said[place].at <= until; place += 1) {
      const one = said[place];
      const next = said[place + 1]?.at ?? Infinity;
      // What began further left stays readable while it is being spoken.
      const room = Math.min(this._x(next) - 10, width);
      const left = Math.min(Math.max(this._x(one.at), 6), room - 40);
      if (room - left < 24 || this._x(one.end) < 0) continue;
      const lines = wrap(one.text, room - left, rows.length, (text) => this._measure(text));
      lines.forEach((line, row) => this._pen.fillText(line, left, rows[row]));
    }
  }

  /** Who is who. */
  _sides() {
    const pen = this._pen;
    pen.lineWidth = 4;
    pen.strokeStyle = this._colour("--surface");
    for (const [text, y, colour] of /** @type {Array<[string, number, string]>} */ ([
      ["client", USER.wave - 18, "--user-ink"],
      ["model", MODEL.wave - 18, "--model-ink"],
    ])) {
      pen.strokeText(text, 6, y);
      pen.fillStyle = this._colour(colour);
      pen.fillText(text, 6, y);
    }
  }

  /** @type {(at: number, hover: number) => void} */
  _cursor(at, hover) {
    const pen = this._pen;
    if (at >= this._view.from && at <= this._view.until) {
      pen.fillStyle = this._colour("--ink");
      pen.fillRect(this._x(at) - 0.75, 18, 1.5, HEIGHT - 18);
    }
    if (!Number.isNaN(hover)) {
      const x = this._x(hover);
      pen.fillStyle = this._colour("--rule");
      pen.fillRect(x, 18, 1, HEIGHT - 18);
      const text = `${hover.toFixed(2)} s`;
      const wide = pen.measureText(text).width + 10;
      const left = Math.min(x, this._view.width - wide);
      pen.fillStyle = this._colour("--ink");
      pen.fillRect(left, 0, wide, 17);
      pen.fillStyle = this._colour("--paper");
      pen.fillText(text, left + 5, 13);
    }
  }

  /** Whether something there, or its words, may be in view. @type {(at: number) => boolean} */
  _isNear(at) {
    return at >= this._view.from - 250 / this._view.perSecond && at <= this._view.until;
  }
}

/** By loudness as ears have it: the square root keeps quiet speech visible. */
/** @type {(peak: number) => number} */
const halfOf = (peak) => Math.max(1, Math.round(Math.sqrt(peak / 100) * HALF_LANE));

/**
 * @param {number} seconds
 * @returns {string}
 */
export function delayText(seconds) {
  if (Number.isNaN(seconds)) return "–";
  if (seconds < 1.9995) return `${Math.round(seconds * 1000)} ms`;
  return `${seconds.toFixed(seconds < 9.995 ? 2 : 1)} s`;
}

/**
 * @param {number} seconds
 * @param {number} step Between two ticks.
 * @returns {string}
 */
export function timeText(seconds, step) {
  if (step < 1) return `${seconds.toFixed(step < 0.1 ? 2 : 1)} s`;
  if (seconds < 60) return `${Math.round(seconds)} s`;
  const rest = String(Math.round(seconds) % 60).padStart(2, "0");
  return `${Math.floor(Math.round(seconds) / 60)}:${rest}`;
}

/**
 * Break text into lines; the last ends with an ellipsis if there is more.
 *
 * @param {string} text
 * @param {number} width
 * @param {number} most How many lines.
 * @param {(text: string) => number} measure
 * @returns {string[]}
 */
export function wrap(text, width, most, measure) {
  const words = text.trim().split(/\s+/);
  /** @type {string[]} */
  const lines = [];
  let from = 0;
  let used = 0;
  for (const [place, word] of words.entries()) {
    const wide = measure(word);
    if (used + wide <= width || place === from) {
      used += wide;
      continue;
    }
    if (lines.length === most - 1) {
      // One word more than fits: it is cut where the room ends.
      return [...lines, cut(words.slice(from, place + 1).join(" "), width, measure)].filter(Boolean);
    }
    lines.push(words.slice(from, place).join(" "));
    from = place;
    used = wide;
  }
  return [...lines, cut(words.slice(from).join(" "), width, measure)].filter(Boolean);
}

/** @type {(text: string, width: number, measure: (text: string) => number) => string} */
function cut(text, width, measure) {
  if (measure(text) <= width) return text;
  const length = firstWhere(
    Array.from({ length: text.length }, (_, place) => place),
    (place) => measure(`${text.slice(0, place + 1)}…`) > width,
  );
  return length > 0 ? `${text.slice(0, length).trimEnd()}…` : "";
}
