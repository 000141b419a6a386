/**
 * Turn by turn: what was asked, what was answered, how long it took and cost.
 * Pure: frames go in, one by one, in order.
 *
 * @typedef {import("./frames.js").Frame} Frame
 * @typedef {import("./frames.js").FullReading} FullReading
 * @typedef {import("./lanes.js").Delays} Delays
 * @typedef {{prompt: number, response: number, total: number}} Usage In tokens.
 * @typedef {{
 *   number: number,
 *   frame: number,
 *   from: number,
 *   until: number,
 *   asked: string,
 *   said: string,
 *   tools: string[],
 *   answerS: number,
 *   yieldS: number,
 *   interrupted: boolean,
 *   usage: Usage | null,
 * }} Turn
 *   `frame`: the number of the frame with which the model began. `from`: when the
 *   question began. `until`, `answerS`, `yieldS`: NaN if there is none (yet).
 */

import { field } from "./frames.js";

/** The turns of a session. A turn is what the model does between two `turnComplete`. */
export class Turns {
  constructor() {
    /** @type {Turn[]} */
    this.all = [];
    this._asked = "";
    /** @type {Turn | null} */
    this._turn = null;
  }

  /** How many were completed. */
  get completed() {
    return this.all.length - (this._turn ? 1 : 0);
  }

  /** What all turns together took. @returns {Usage} */
  get usage() {
    const sum = { prompt: 0, response: 0, total: 0 };
    for (const { usage } of this.all) {
      sum.prompt += usage?.prompt ?? 0;
      sum.response += usage?.response ?? 0;
      sum.total += usage?.total ?? 0;
    }
    return sum;
  }

  /**
   * @param {Frame} frame
   * @param {FullReading} reading
   * @param {Delays} delays
   * @param {number} askedFrom When the latest question began.
   */
  add(frame, reading, delays, askedFrom) {
    const { names, message } = reading;
    if (frame.direction === "client") {
      if (names.includes("text") || names.includes("clientContent")) {
        this._ask(reading.note.replace(/^“(.*)”.*$/s, "$1"));
      }
      return;
    }
    const content = field(message, "serverContent");
    this._ask(field(field(content, "inputTranscription"), "text") ?? "", "");
    if (names.includes("interrupted")) {
      const turn = this._turn ?? this.all.at(-1);
      if (turn) {
        turn.interrupted = true;
        turn.yieldS = delays.yielded?.seconds ?? NaN;
      }
    }
    const isAnswer = ["said", "audio", "modelTurn", "toolCall"].some((one) => names.includes(one));
    if (isAnswer) this._answer(frame, reading, delays, askedFrom);
    this._count(field(message, "usageMetadata"));
    if (this._turn && names.includes("turnComplete")) {
      this._turn.until = frame.at;
      this._turn = null;
    }
  }

  /** @type {(text: string, between?: string) => void} */
  _ask(text, between = " ") {
    this._asked = (this._asked + (this._asked && between) + text).trimStart();
  }

  /** @type {(frame: Frame, reading: FullReading, delays: Delays, askedFrom: number) => void} */
  _answer(frame, { message }, delays, askedFrom) {
    if (!this._turn) {
      const before = this.all.at(-1);
      // What follows the result of a function, say, was not asked for anew.
      const isNew = askedFrom <= frame.at && !(before && askedFrom <= before.from);
      this._turn = {
        number: this.all.length + 1,
        frame: frame.number,
        from: isNew ? askedFrom : frame.at,
        until: NaN,
        asked: this._asked.trim(),
        said: "",
        tools: [],
        answerS: NaN,
        yieldS: NaN,
        interrupted: false,
        usage: null,
      };
      this._asked = "";
      this.all.push(this._turn);
    }
    const turn = this._turn;
    const content = field(message, "serverContent");
    turn.said += field(field(content, "outputTranscription"), "text") ?? "";
    if (delays.answer && Number.isNaN(turn.answerS)) turn.answerS = delays.answer.seconds;
    for (const call of field(field(message, "toolCall"), "functionCalls") ?? []) {
      turn.tools.push(String(call?.name ?? "?"));
    }
  }

  /** @param {any} usage */
  _count(usage) {
    const turn = this._turn ?? this.all.at(-1);
    if (!usage || !turn) return;
    const response = field(usage, "responseTokenCount") ?? field(usage, "candidatesTokenCount");
    turn.usage = {
      prompt: Number(field(usage, "promptTokenCount") ?? 0),
      response: Number(response ?? 0),
      total: Number(field(usage, "totalTokenCount") ?? 0),
    };
  }
}
