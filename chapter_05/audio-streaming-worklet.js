/**
 * The player on the audio thread: a ring of samples, and word of how it fares.
 *
 * It takes `{type: "chunk", samples}`, `{type: "finish"}`, `{type: "flush"}` and
 * `{type: "status"}`, and says `started`, `drained`, `flushed` and, when asked and 20
 * times a second, `status`. Chapter 5 builds its heart; audio-streamer.js is its
 * other half, in the page.
 */

import { SampleRing } from "./sample-ring.js";

/* global AudioWorkletProcessor, registerProcessor, sampleRate, currentTime */

const STATUS_S = 0.05;

class AudioStreamingProcessor extends AudioWorkletProcessor {
  #ring;
  #wasPlaying = false;
  #saidDrained = true;
  #statusAtS = 0;
  #squares = 0;
  #counted = 0;

  /** @param {{processorOptions: {startDelayMs: number, fadeMs: number}}} options */
  constructor({ processorOptions }) {
    super();
    const { startDelayMs, fadeMs } = processorOptions;
    this.#ring = new SampleRing(inSamples(startDelayMs), inSamples(fadeMs));
    this.port.onmessage = ({ data }) => this.#take(data);
  }

  /**
   * @param {Float32Array[][]} _inputs None.
   * @param {Float32Array[][]} outputs One, with one channel.
   * @returns {true} Go on, also in silence.
   */
  process(_inputs, [[output]]) {
    this.#ring.read(output);
    for (let at = 0; at < output.length; at += 1) this.#squares += output[at] ** 2;
    this.#counted += output.length;
    if (this.#ring.isPlaying !== this.#wasPlaying) this.#sayWhetherPlaying();
    if (this.#ring.isDrained && !this.#saidDrained) this.#sayDrained();
    if (currentTime >= this.#statusAtS) this.#sayStatus();
    return true;
  }

  /** @param {{type: string, samples: Float32Array}} message */
  #take(message) {
    if (message.type === "chunk") {
      this.#saidDrained = false;
      this.#ring.write(message.samples);
    } else if (message.type === "finish") {
      this.#saidDrained = false;
      this.#ring.finish();
    } else if (message.type === "flush") {
      this.#saidDrained = true;
      const heard = this.#ring.played + this.#ring.lost;
      const lost = this.#ring.waiting;
      this.#ring.flush();
      this.port.postMessage({ type: "flushed", heard, lost });
    } else if (message.type === "status") {
      this.#sayStatus();
    }
  }

  #sayWhetherPlaying() {
    this.#wasPlaying = this.#ring.isPlaying;
    if (!this.#wasPlaying) return;
    const heldBackMs = inMs(this.#ring.heldBack);
    this.port.postMessage({ type: "started", atS: currentTime, heldBackMs });
  }

  #sayDrained() {
    this.#saidDrained = true;
    this.port.postMessage({ type: "drained" });
  }

  #sayStatus() {
    this.port.postMessage({
      type: "status",
      level: Math.sqrt(this.#squares / Math.max(1, this.#counted)),
      waitingMs: inMs(this.#ring.waiting),
      underruns: this.#ring.underruns,
      missingMs: inMs(this.#ring.missing),
      refusedMs: inMs(this.#ring.refused),
    });
    this.#statusAtS = currentTime + STATUS_S;
    this.#squares = 0;
    this.#counted = 0;
  }
}

/** @type {(samples: number) => number} */
const inMs = (samples) => (samples / sampleRate) * 1000;
/** @type {(ms: number) => number} */
const inSamples = (ms) => Math.round((ms / 1000) * sampleRate);

registerProcessor("audio-streaming", AudioStreamingProcessor);
