/** Plays chunks in a browser at the times that a PlaybackQueue decides. */

import { Resampler } from "./pcm.js";
import { PlaybackQueue } from "./playback-queue.js";

/** The rate of the model's voice, and of the context that plays it best. */
export const OUTPUT_RATE_HZ = 24_000;

/** Start-up delay: the reserve for chunks that are late. */
export const START_UP_S = 0.1;

/** How long a flush takes to fade out. Cut off at once, sound ends in a click. */
export const FADE_S = 0.015;

/** The browser renders some way ahead of the time it tells: no start before that. */
const LEAD_S = 0.025;

/** So much is handed to the browser; with thousands of buffers it falls behind. */
const HANDED_OVER_S = 3;

/**
 * One stream at a time, chunk behind chunk. Dispatches "underrun" when a chunk came
 * too late, and "end" when a finished stream has been heard to its end.
 */
export class AudioQueue extends EventTarget {
  #context;
  #output;
  #queue;
  #resampler;
  /** Chunks with their place in time, not handed over yet. */
  #waiting = /** @type {{ startS: number, samples: Float32Array<ArrayBuffer> }[]} */ ([]);
  /** What can be faded out together: everything since the last flush. */
  #voice;
  #isFinished = false;

  /**
   * @param {BaseAudioContext} context Best one of 24 kHz; for any other rate the
   *   stream is resampled.
   * @param {object} [options]
   * @param {number} [options.startUpS]
   * @param {number} [options.rateHz] Rate of the samples that will be added.
   * @param {AudioNode} [options.output]
   */
  constructor(
    context,
    { startUpS = START_UP_S, rateHz = OUTPUT_RATE_HZ, output = context.destination } = {},
  ) {
    super();
    this.#context = context;
    this.#output = output;
    this.#queue = new PlaybackQueue({ startUpS, rateHz: context.sampleRate });
    this.#resampler = new Resampler(rateHz, context.sampleRate);
    this.#voice = this.#newVoice();
  }

  /** How often the stream ran dry. */
  get underruns() {
    return this.#queue.underruns;
  }

  /** How long it was silent because of that. */
  get silenceS() {
    return this.#queue.silenceS;
  }

  /** How much audio has not been heard. */
  get aheadS() {
    return this.#queue.aheadS(this.#context.currentTime);
  }

  /**
   * Play samples behind all that were added before.
   *
   * @param {Float32Array} samples
   */
  add(samples) {
    this.#isFinished = false;
    this.#place(this.#resampler.process(samples));
  }

  /** End the stream: nothing more will be added to it. */
  finish() {
    this.#place(this.#resampler.flush());
    this.#queue.finish();
    this.#isFinished = true;
    this.#tellEnd();
  }

  /**
   * Fade out, and forget what has not been heard. What is added next is a new
   * stream, and plays whole.
   *
   * @returns {number} How much was not heard, in seconds.
   */
  flush() {
    const nowS = this.#context.currentTime;
    const lostS = this.#queue.aheadS(nowS);
    this.#queue.flush(nowS);
    const { gain, sources } = this.#voice;
    gain.gain.setValueAtTime(1, nowS);
    gain.gain.linearRampToValueAtTime(0, nowS + FADE_S);
    for (const source of sources) source.stop(nowS + FADE_S);
    if (sources.size === 0) gain.disconnect();
    this.#waiting = [];
    this.#resampler.reset();
    this.#voice = this.#newVoice();
    this.#isFinished = false;
    return lostS;
  }

  /** @param {Float32Array<ArrayBuffer>} samples */
  #place(samples) {
    if (samples.length === 0) return;
    const before = this.#queue.underruns;
    const nowS = this.#context.currentTime + LEAD_S;
    this.#waiting.push({ startS: this.#queue.add(nowS, samples.length), samples });
    this.#handOver();
    if (this.#queue.underruns > before) this.dispatchEvent(new Event("underrun"));
  }

  #handOver() {
    const untilS = this.#context.currentTime + HANDED_OVER_S;
    while (this.#waiting.length > 0 && this.#waiting[0].startS < untilS) {
      const { startS, samples } = /** @type {any} */ (this.#waiting.shift());
      this.#start(samples, startS);
    }
  }

  /**
   * @param {Float32Array<ArrayBuffer>} samples
   * @param {number} startS
   */
  #start(samples, startS) {
    const { gain, sources } = this.#voice;
    const buffer = this.#context.createBuffer(
      1,
      samples.length,
      this.#context.sampleRate,
    );
    buffer.copyToChannel(samples, 0);
    const source = new AudioBufferSourceNode(this.#context, { buffer });
    source.connect(gain);
    source.onended = () => {
      sources.delete(source);
      if (gain === this.#voice.gain) {
        this.#handOver();
        this.#tellEnd();
      } else if (sources.size === 0) {
        gain.disconnect();
      }
    };
    sources.add(source);
    source.start(startS);
  }

  #tellEnd() {
    if (!this.#isFinished || this.#voice.sources.size > 0) return;
    this.#isFinished = false;
    this.dispatchEvent(new Event("end"));
  }

  #newVoice() {
    const gain = new GainNode(this.#context);
    gain.connect(this.#output);
    return { gain, sources: /** @type {Set<AudioBufferSourceNode>} */ (new Set()) };
  }
}
