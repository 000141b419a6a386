/**
 * Plays PCM chunks as one stream, and forgets what has not been heard when told to.
 *
 * The samples wait on the audio thread (audio-streaming-worklet.js), so that nothing
 * the page does can make a gap. The page of chapter 5 uses it.
 */

import { Pcm16Decoder } from "../chapter_04/pcm.js";

/** What the service speaks at. */
const OUTPUT_RATE_HZ = 24_000;

/**
 * Events: `start` ({heardAtMs, heldBackMs}), `drain`, `flush` ({heardMs, lostMs}),
 * `status` ({level, waitingMs, underruns, missingMs, refusedMs}) and `problem`
 * ({message}). Times are those of `performance.now()`.
 */
export class AudioStreamer extends EventTarget {
  #options;
  /** @type {AudioNode | null} */
  #output;
  /** @type {AudioContext | null} */
  #context = null;
  /** @type {AudioWorkletNode | null} */
  #node = null;
  /** @type {GainNode | null} */
  #gain = null;
  #decoder = new Pcm16Decoder();
  #volume = 1;
  /** Samples sent to the worklet: all, and before the answer that is being played. */
  #sent = 0;
  #answerFrom = 0;
  #isBetweenAnswers = true;

  /**
   * @param {object} [options]
   * @param {number} [options.startDelayMs] An answer begins when so much of it is
   *   there, or has waited so long.
   * @param {number} [options.fadeMs] In which a flushed answer falls silent.
   * @param {AudioNode | null} [options.output] Plays into this node, whose context
   *   must run at 24 kHz, and not into a context of its own.
   */
  constructor({ startDelayMs = 100, fadeMs = 5, output = null } = {}) {
    super();
    this.#options = { startDelayMs, fadeMs };
    this.#output = output;
  }

  /** What the audio hardware adds before sound leaves it, if the browser knows. */
  get outputLatencyMs() {
    return (this.#context?.outputLatency || this.#context?.baseLatency || 0) * 1000;
  }

  /** @returns {number} 0 is silent, 1 as loud as it came. */
  get volume() {
    return this.#volume;
  }

  set volume(volume) {
    this.#volume = volume;
    // A jump would click; 20 ms are smooth, and at once to the ear.
    this.#gain?.gain.setTargetAtTime(volume, this.#gain.context.currentTime, 0.02);
  }

  /** Whether loudspeakers can be chosen; Firefox and Safari always use the default. */
  static get canChooseLoudspeaker() {
    return "setSinkId" in AudioContext.prototype;
  }

  /**
   * Open the loudspeaker. Browsers allow it after a click or a key, not before.
   *
   * @throws {Error} The worklet could not be loaded; the message is for the reader.
   */
  async open() {
    const context =
      /** @type {AudioContext | undefined} */ (this.#output?.context) ??
      // The browser resamples to the rate of the device, and does it well.
      new AudioContext({ sampleRate: OUTPUT_RATE_HZ, latencyHint: "interactive" });
    this.#context = context;
    try {
      const address = new URL("./audio-streaming-worklet.js", import.meta.url);
      await context.audioWorklet.addModule(address);
    } catch (error) {
      await this.close();
      throw new Error(
        "The player could not be loaded into the audio thread " +
          `(audio-streaming-worklet.js: ${/** @type {Error} */ (error).message}). ` +
          "Reload the page.",
      );
    }
    this.#node = new AudioWorkletNode(context, "audio-streaming", {
      numberOfInputs: 0,
      outputChannelCount: [1],
      processorOptions: this.#options,
    });
    this.#node.port.onmessage = ({ data }) => this.#take(data);
    this.#node.onprocessorerror = () =>
      this.#say("problem", {
        message: "The player on the audio thread has failed. Reload the page.",
      });
    this.#gain = new GainNode(context, { gain: this.#volume });
    this.#node.connect(this.#gain).connect(this.#output ?? context.destination);
    // A browser that allows no sound yet would keep this promise waiting.
    void context.resume();
  }

  /** The node that plays, for listening in; null before `open`. */
  get node() {
    return this.#node;
  }

  /**
   * Add a chunk to the answer that is being played, or begin one.
   *
   * @param {Uint8Array} pcm 16-bit PCM; may end inside a sample.
   */
  play(pcm) {
    if (!this.#node) return;
    if (this.#isBetweenAnswers) {
      this.#isBetweenAnswers = false;
      this.#answerFrom = this.#sent;
      this.#decoder.reset();
    }
    const samples = this.#decoder.decode(pcm);
    this.#sent += samples.length;
    this.#node.port.postMessage({ type: "chunk", samples }, [samples.buffer]);
  }

  /** The answer is complete; `drain` will say when it has been heard. */
  finish() {
    this.#isBetweenAnswers = true;
    this.#node?.port.postMessage({ type: "finish" });
  }

  /** Forget everything not yet heard; `flush` will say how much was heard. */
  flush() {
    this.#isBetweenAnswers = true;
    this.#node?.port.postMessage({ type: "flush" });
  }

  /**
   * Play on another loudspeaker.
   *
   * @param {string} deviceId "" is the default one.
   * @throws {Error} It is gone, or the browser can't choose.
   */
  async useLoudspeaker(deviceId) {
    if (!this.#context || !AudioStreamer.canChooseLoudspeaker) return;
    // @ts-ignore: younger than the types of the DOM.
    await this.#context.setSinkId(deviceId);
  }

  /** Stop at once and give the device back; safe to call twice. */
  async close() {
    const context = this.#context;
    this.#gain?.disconnect();
    this.#context = this.#node = this.#gain = null;
    this.#isBetweenAnswers = true;
    if (context && !this.#output && context.state !== "closed") await context.close();
  }

  /** @param {any} message From the worklet. */
  #take(message) {
    const { type, ...detail } = message;
    if (type === "started") {
      const heardAtMs = this.#heardAtMs(message.atS);
      this.#say("start", { heardAtMs, heldBackMs: message.heldBackMs });
    } else if (type === "drained") {
      this.#say("drain");
    } else if (type === "flushed") {
      const heard = Math.max(0, message.heard - this.#answerFrom);
      this.#say("flush", {
        heardMs: inMs(heard),
        lostMs: inMs(message.lost),
      });
    } else {
      this.#say(type, detail);
    }
  }

  /**
   * Return when a moment of the audio clock comes out of the loudspeaker.
   *
   * @param {number} audioS
   * @returns {number}
   */
  #heardAtMs(audioS) {
    if (!this.#context) return performance.now();
    const { contextTime = 0, performanceTime = 0 } = this.#context.getOutputTimestamp();
    if (contextTime > 0) return performanceTime + (audioS - contextTime) * 1000;
    const aheadMs = (audioS - this.#context.currentTime) * 1000;
    return performance.now() + aheadMs + this.outputLatencyMs;
  }

  /**
   * @param {string} type
   * @param {object} [detail]
   */
  #say(type, detail = {}) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}

/** @type {(samples: number) => number} */
const inMs = (samples) => (samples / OUTPUT_RATE_HZ) * 1000;
