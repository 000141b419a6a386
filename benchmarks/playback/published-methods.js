/**
 * Two methods that published Live API pages play with, written anew to be measured.
 * Their structure and their constants are kept, flaws included; not their code.
 */

import { pcm16ToFloat } from "../../chapter_04/pcm.js";

const RATE_HZ = 24_000;
const SWAP_MS = 200;
const RAMP_S = 0.1;

/** What both have in common: one gain node, replaced some time after a stop. */
class Published {
  /**
   * @param {AudioContext} context
   * @param {AudioNode} output
   */
  constructor(context, output) {
    this.context = context;
    this.output = output;
    this.gain = this.newGain();
    this.queue = /** @type {AudioBuffer[]} */ ([]);
    this.isPlaying = false;
  }

  newGain() {
    const gain = this.context.createGain();
    gain.connect(this.output);
    return gain;
  }

  /** @param {Float32Array<ArrayBuffer>} samples */
  bufferOf(samples) {
    const buffer = this.context.createBuffer(1, samples.length, RATE_HZ);
    buffer.copyToChannel(samples, 0);
    return buffer;
  }

  /** @param {AudioBuffer} buffer @param {number} startS */
  play(buffer, startS) {
    const source = this.context.createBufferSource();
    source.buffer = buffer;
    source.connect(this.gain);
    source.start(startS);
    return source;
  }

  fadeAndSwap() {
    this.isPlaying = false;
    this.queue = [];
    this.gain.gain.linearRampToValueAtTime(0, this.context.currentTime + RAMP_S);
    setTimeout(() => {
      this.gain.disconnect();
      this.gain = this.newGain();
    }, SWAP_MS);
  }

  finish() {}
}

/**
 * The method of the guide that this one succeeds, and of the first web consoles: the
 * end of a chunk starts the next through a timer, and a watchdog that is asked once a
 * second starts one when none has begun for a second.
 */
export class ChainedPlayer extends Published {
  #source = /** @type {AudioBufferSourceNode | null} */ (null);
  #watchdog = 0;
  #startedS = 0;

  /** @param {Uint8Array} pcm */
  add(pcm) {
    this.queue.push(this.bufferOf(pcm16ToFloat(pcm)));
    if (!this.isPlaying) {
      this.isPlaying = true;
      this.#next();
    }
    this.#watch();
  }

  #watch() {
    clearTimeout(this.#watchdog);
    this.#watchdog = setTimeout(() => {
      const hasStalled = this.context.currentTime - this.#startedS > 1;
      if (hasStalled && this.queue.length > 0 && this.isPlaying) this.#next();
      if (this.isPlaying) this.#watch();
    }, 1000);
  }

  #next() {
    const buffer = this.queue.shift();
    if (!buffer) {
      this.isPlaying = false;
      return;
    }
    this.#startedS = this.context.currentTime;
    this.#source = this.play(buffer, 0);
    this.#source.onended = () => {
      this.#startedS = this.context.currentTime;
      if (this.queue.length > 0) setTimeout(() => this.#next(), 0);
      else this.isPlaying = false;
    };
  }

  flush() {
    clearTimeout(this.#watchdog);
    this.#source?.stop();
    this.fadeAndSwap();
  }
}

/**
 * The method of Google's later web console: buffers of at most 320 ms are scheduled
 * up to 200 ms ahead, by a timer shortly before the end of what is scheduled, or every
 * 100 ms while there is none.
 */
export class PolledPlayer extends Published {
  #scheduledS = 0;
  #poll = 0;

  /** @param {Uint8Array} pcm */
  add(pcm) {
    const samples = pcm16ToFloat(pcm);
    for (let at = 0; at < samples.length; at += 7680) {
      this.queue.push(this.bufferOf(samples.slice(at, at + 7680)));
    }
    if (!this.isPlaying) {
      this.isPlaying = true;
      this.#scheduledS = this.context.currentTime + 0.1;
      this.#schedule();
    }
  }

  #schedule() {
    while (
      this.queue.length > 0 &&
      this.#scheduledS < this.context.currentTime + 0.2
    ) {
      const buffer = /** @type {AudioBuffer} */ (this.queue.shift());
      const startS = Math.max(this.#scheduledS, this.context.currentTime);
      this.play(buffer, startS);
      this.#scheduledS = startS + buffer.duration;
    }
    if (this.queue.length > 0) {
      const untilEndMs = (this.#scheduledS - this.context.currentTime) * 1000;
      setTimeout(() => this.#schedule(), Math.max(0, untilEndMs - 50));
    } else if (!this.#poll) {
      this.#poll = setInterval(() => this.queue.length > 0 && this.#schedule(), 100);
    }
  }

  flush() {
    clearInterval(this.#poll);
    this.#poll = 0;
    this.#scheduledS = this.context.currentTime;
    this.fadeAndSwap();
  }

  close() {
    clearInterval(this.#poll);
  }
}
