/**
 * All sessions the emulator tells of. Pure: events go in.
 *
 * @typedef {import("./frames.js").Frame} Frame
 * @typedef {import("./frames.js").Reading} Reading
 */

import { read } from "./frames.js";
import { Lanes } from "./lanes.js";

/** Frames kept of a session; older ones are dropped in steps of a quarter. */
export const MOST_FRAMES = 20_000;

/** One connection of a client. */
export class Session {
  /** @param {any} opened The event that began it. */
  constructor(opened) {
    /** @type {number} */
    this.number = opened.session;
    this.dialect = String(opened.dialect);
    this.version = String(opened.version);
    this.credential = String(opened.credential);
    this.model = "";
    this.over = false;
    /** @type {number | null} The emulator's own close; null if the client left. */
    this.code = null;
    this.reason = "";
    /** @type {Frame[]} */
    this.frames = [];
    /** @type {Reading[]} Of each frame. */
    this.readings = [];
    this.dropped = 0;
    this.lanes = new Lanes();
  }

  /** @param {Frame} frame */
  add(frame) {
    const reading = read(frame);
    this.frames.push(frame);
    this.readings.push(reading);
    this.lanes.add(frame, reading);
    if (reading.name === "setup" && !this.model) {
      this.model = String(reading.message.setup.model ?? "").split("/").at(-1) ?? "";
    }
    if (this.frames.length > MOST_FRAMES) {
      const count = MOST_FRAMES / 4;
      this.frames.splice(0, count);
      this.readings.splice(0, count);
      this.dropped += count;
    }
  }

  /** The state in words. */
  get state() {
    if (!this.over) return "running";
    return this.code === null ? "left by the client" : `closed with ${this.code}`;
  }

  /** @returns {string} One JSON object a line: the session, then its frames. */
  asLines() {
    const { number, dialect, version, model, code, reason } = this;
    const head = { session: number, dialect, version, model, code, reason };
    const frames = this.frames.map(({ at, direction, size, text }, place) => ({
      at,
      direction,
      size,
      message: this.readings[place].message ?? text,
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
  }

  /** @param {any[]} events What the emulator has sent at once. */
  take(events) {
    for (const event of events) {
      if (event.kind === "opened") {
        this.sessions.set(event.session, new Session(event));
      } else if (event.kind === "missed") {
        this.missed += event.count;
      } else {
        const session = this.sessions.get(event.session);
        if (event.kind === "frame") session?.add(event);
        if (event.kind === "closed" && session) {
          session.over = true;
          session.code = event.code ?? null;
          session.reason = event.reason ?? "";
        }
      }
    }
  }
}
