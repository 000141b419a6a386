/**
 * All sessions the emulator tells of. Pure: events go in.
 *
 * @typedef {import("./frames.js").Frame} Frame
 * @typedef {import("./frames.js").Reading} Reading
 */

import { field, parse, read } from "./frames.js";
import { Lanes } from "./lanes.js";
import { Turns } from "./turns.js";
import { who } from "./who.js";

/** Frames kept of a session; older ones are dropped in steps of a quarter. */
export const MOST_FRAMES = 20_000;

/** Frames kept of all sessions; those of the oldest ended ones go first. */
const MOST_OF_ALL = 120_000;

/** One connection of a client. */
export class Session {
  /** @param {any} opened The event that began it. */
  constructor(opened) {
    /** @type {number} */
    this.number = opened.session;
    this.dialect = String(opened.dialect);
    this.version = String(opened.version);
    this.credential = String(opened.credential);
    this.who = who(opened);
    this.model = "";
    this.over = false;
    this.isTold = false;
    /** @type {number | null} The emulator's own close; null if the client left. */
    this.code = null;
    this.reason = "";
    /** @type {number | null} The client's own close; null if it is lost. */
    this.clientCode = null;
    /** @type {Frame[]} */
    this.frames = [];
    /** @type {Reading[]} Of each frame. */
    this.readings = [];
    /** @type {Map<number, number>} How many are missing before a frame, by its number. */
    this.gaps = new Map();
    this.missing = 0;
    /** @type {Array<{at: number, text: string}>} What went wrong on command. */
    this.faults = [];
    this.bytes = 0;
    this.lanes = new Lanes();
    this.turns = new Turns();
    this._next = 0;
  }

  /** @param {Frame} frame */
  add(frame) {
    if (frame.number < this._next) return;
    if (frame.number > this._next) {
      this.gaps.set(frame.number, frame.number - this._next);
      this.missing += frame.number - this._next;
    }
    this._next = frame.number + 1;
    const { message, ...reading } = read(frame);
    this.frames.push(frame);
    this.readings.push(reading);
    this.bytes += frame.size;
    const delays = this.lanes.add(frame, { ...reading, message });
    this.turns.add(frame, { ...reading, message }, delays, this.lanes.askedFrom);
    const setup = frame.direction === "client" && field(message, "setup");
    if (setup && !this.model) {
      this.model = String(field(setup, "model") ?? "").split("/").at(-1) ?? "";
    }
    if (this.frames.length > MOST_FRAMES) this.forget(MOST_FRAMES / 4);
  }

  /** @param {{at: number, text: string}} fault */
  fail({ at, text }) {
    this.faults.push({ at, text });
    this.lanes.happened(at);
  }

  /** @param {number} count How many of the oldest frames to drop. */
  forget(count) {
    for (const { number } of this.frames.splice(0, count)) this.gaps.delete(number);
    this.readings.splice(0, count);
  }

  /** How many frames there were, the missing ones among them. */
  get count() {
    return this._next;
  }

  /**
   * @param {number} number Of a frame.
   * @returns {number} Its place in `frames`; -1 if it is not there.
   */
  placeOf(number) {
    // Numbers rise; without gaps the place can be counted.
    const guess = number - (this.frames[0]?.number ?? 0);
    if (this.frames[guess]?.number === number) return guess;
    let low = 0;
    let high = this.frames.length - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const found = this.frames[middle].number;
      if (found === number) return middle;
      if (found < number) low = middle + 1;
      else high = middle - 1;
    }
    return -1;
  }

  /** The state in words. */
  get state() {
    if (!this.over) return "running";
    if (this.code !== null) return `closed with ${this.code}`;
    return this.clientCode === null ? "client lost" : "left by the client";
  }

  /** @returns {string} One JSON object a line: the session, then its frames. */
  asLines() {
    const { number, dialect, version, model, code, reason, clientCode } = this;
    const head = { session: number, client: this.who, dialect, version, model, code, reason, clientCode };
    const frames = this.frames.map(({ at, direction, size, text }) => ({
      at,
      direction,
      size,
      message: parse(text) ?? text,
    }));
    return [head, ...frames].map((line) => `${JSON.stringify(line)}\n`).join("");
  }
}

/** The sessions by number, in the order they were opened. */
export class Store {
  constructor() {
    /** @type {Map<number, Session>} */
    this.sessions = new Map();
    this.missed = 0;
    this.isReady = false;
  }

  /** @param {any[]} events What the emulator has sent at once. */
  take(events) {
    for (const event of events) {
      if (event.kind === "opened") {
        const session = new Session(event);
        session.isTold = this.isReady;
        this.sessions.set(event.session, session);
      } else if (event.kind === "ready") {
        this.isReady = true;
      } else if (event.kind === "missed") {
        this.missed += event.count;
      } else {
        const session = this.sessions.get(event.session);
        if (event.kind === "frame") session?.add(event);
        if (event.kind === "fault") session?.fail(event);
        if (event.kind === "told" && session) session.isTold = true;
        if (event.kind === "closed" && session) {
          session.over = true;
          session.code = event.code ?? null;
          session.reason = event.reason ?? "";
          session.clientCode = event.clientCode ?? null;
        }
      }
    }
    this._forget();
  }

  /** Drop the oldest ended sessions if there is too much, the newest of all never. */
  _forget() {
    const sessions = [...this.sessions.values()];
    let kept = sessions.reduce((sum, { frames }) => sum + frames.length, 0);
    for (const session of sessions.slice(0, -1)) {
      if (kept <= MOST_OF_ALL) return;
      if (!session.over) continue;
      kept -= session.frames.length;
      this.sessions.delete(session.number);
    }
  }
}
