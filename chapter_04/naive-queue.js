/**
 * The queue that every demo has: play a chunk, and when it has ended the next.
 *
 * It is here to be heard and measured, not to be used. Between the end of a chunk
 * and the start of the next a message travels from the audio thread to the page and
 * an order travels back; meanwhile there is silence.
 */

/** Dispatches "end" when a finished stream has been heard to its end. */
export class NaiveQueue extends EventTarget {
  /** How many silences there were between two chunks. */
  gaps = 0;
  /** How long they were together. */
  silenceS = 0;
  #context;
  #rateHz;
  #output;
  #waiting = /** @type {AudioBuffer[]} */ ([]);
  #source = /** @type {AudioBufferSourceNode | null} */ (null);
  #endS = 0;
  #isFinished = false;

  /**
   * @param {BaseAudioContext} context
   * @param {{ rateHz?: number, output?: AudioNode }} [options]
   */
  constructor(context, { rateHz = 24_000, output = context.destination } = {}) {
    super();
    this.#context = context;
    this.#rateHz = rateHz;
    this.#output = output;
  }

  /** How much audio has not been heard. */
  get aheadS() {
    const waitingS = this.#waiting.reduce((sum, buffer) => sum + buffer.duration, 0);
    const playing = this.#source ? this.#endS - this.#context.currentTime : 0;
    return waitingS + Math.max(0, playing);
  }

  /** @param {Float32Array<ArrayBuffer>} samples */
  add(samples) {
    if (samples.length === 0) return;
    const buffer = this.#context.createBuffer(1, samples.length, this.#rateHz);
    buffer.copyToChannel(samples, 0);
    this.#waiting.push(buffer);
    if (!this.#source) this.#playNext();
  }

  /** End the stream: nothing more will be added to it. */
  finish() {
    this.#isFinished = true;
    if (!this.#source) this.#tellEnd();
  }

  /** Forget what has not been heard, with a click. */
  flush() {
    this.#waiting = [];
    this.#isFinished = false;
    if (this.#source) this.#source.onended = null;
    this.#source?.stop();
    this.#source = null;
  }

  #playNext() {
    const buffer = this.#waiting.shift();
    if (!buffer) {
      this.#source = null;
      this.#tellEnd();
      return;
    }
    const isNext = this.#source !== null;
    this.#source = new AudioBufferSourceNode(this.#context, { buffer });
    this.#source.connect(this.#output);
    this.#source.onended = () => this.#playNext();
    this.#source.start();
    const nowS = this.#context.currentTime;
    if (isNext) {
      this.gaps += 1;
      this.silenceS += Math.max(0, nowS - this.#endS);
    }
    this.#endS = nowS + buffer.duration;
  }

  #tellEnd() {
    if (!this.#isFinished) return;
    this.#isFinished = false;
    this.dispatchEvent(new Event("end"));
  }
}
