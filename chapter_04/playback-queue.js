/**
 * Decide when each chunk of a stream begins to sound. No clock, no sound.
 *
 * The time of the audio device goes in, the time at which a chunk must begin comes
 * out. playback_queue.py is its twin, and both are held to the same vectors
 * (tests/vectors/pcm_queue.json). audio-queue.js plays what it decides.
 */

/**
 * Put chunks one behind the other, without gap and without overlap.
 *
 * The first chunk of a stream waits for the start-up delay, and so does the first
 * one after an underrun. What arrives meanwhile is the reserve from which late
 * chunks are made up for. Places are counted in whole samples, so that nothing adds
 * up however long a stream is.
 */
export class PlaybackQueue {
  underruns = 0;
  /** How long all underruns were together. */
  silenceS = 0;
  #begin = 0;
  #end = 0;
  #isStreaming = false;

  /** @param {{ startUpS?: number, rateHz?: number }} [options] */
  constructor({ startUpS = 0.1, rateHz = 24_000 } = {}) {
    this.startUpS = startUpS;
    this.rateHz = rateHz;
  }

  /**
   * Return when a chunk that has just arrived begins to sound.
   *
   * @param {number} nowS
   * @param {number} samples
   * @returns {number}
   */
  add(nowS, samples) {
    const now = Math.ceil(nowS * this.rateHz);
    // A stream that begins waits even if another ends at this very moment.
    if (this.#end < now + (this.#isStreaming ? 0 : 1)) {
      const begin = now + Math.ceil(this.startUpS * this.rateHz);
      if (this.#isStreaming) {
        this.underruns += 1;
        this.silenceS += (begin - this.#end) / this.rateHz;
      }
      this.#begin = begin;
      this.#end = begin;
    }
    const start = this.#end;
    this.#end += samples;
    this.#isStreaming = true;
    return start / this.rateHz;
  }

  /**
   * Return how much audio has not been heard.
   *
   * @param {number} nowS
   * @returns {number}
   */
  aheadS(nowS) {
    const unheard = this.#end - Math.max(this.#begin, nowS * this.rateHz);
    return Math.max(0, unheard / this.rateHz);
  }

  /** End the stream: the silence after it is no underrun. */
  finish() {
    this.#isStreaming = false;
  }

  /**
   * Forget what has not been heard, and end the stream.
   *
   * @param {number} nowS
   */
  flush(nowS) {
    this.#end = Math.min(this.#end, Math.floor(nowS * this.rateHz));
    this.finish();
  }
}
