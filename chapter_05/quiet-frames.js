/**
 * Passes frames on to a log, but of the microphone's 50 a second only the first of
 * each series: the others would push everything else out of sight.
 *
 * The page of chapter 5 uses it.
 */

/** @import {FrameLog} from "../chapter_03/live-socket.js" */

const CHUNK = '{"realtimeInput":{"audio":';

export class QuietFrames {
  #log;
  #wasChunk = false;

  /** @param {FrameLog} log */
  constructor(log) {
    this.#log = log;
  }

  /** @param {string} text */
  sent(text) {
    const isChunk = text.startsWith(CHUNK);
    if (!isChunk || !this.#wasChunk) this.#log.sent(text);
    this.#wasChunk = isChunk;
  }

  /** @param {string} text */
  received(text) {
    this.#wasChunk = false;
    this.#log.received(text);
  }

  /**
   * @param {number} code
   * @param {string} reason
   * @param {"sent" | "received"} by
   */
  closed(code, reason, by) {
    this.#log.closed(code, reason, by);
  }
}
