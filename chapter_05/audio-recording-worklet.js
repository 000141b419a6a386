/**
 * The microphone on the audio thread: whatever rate comes in, 16 kHz chunks go out.
 *
 * Says `{type: "chunk", pcm, level, endS}`: 16-bit PCM, its root mean square, and
 * when its last sample came in, on the clock of the audio context. It goes on
 * silently, with no chunk, between `{type: "pause"}` and `{type: "resume"}`. Chapter
 * 5 uses it; audio-recorder.js is its other half, in the page.
 */

import { Resampler } from "../chapter_04/pcm.js";
import { ChunkCutter, mixDown } from "./chunk-cutter.js";

/* global AudioWorkletProcessor, registerProcessor, sampleRate, currentTime */

/** Longest block a browser hands over: 128 samples today, and the standard grows. */
const MAX_BLOCK = 2048;

class AudioRecordingProcessor extends AudioWorkletProcessor {
  #resampler;
  #cutter;
  #mono = new Float32Array(MAX_BLOCK);
  #resampled;
  #isPaused = false;

  /** @param {{processorOptions: {rateHz: number, chunkMs: number}}} options */
  constructor({ processorOptions }) {
    super();
    const { rateHz, chunkMs } = processorOptions;
    this.#resampler = new Resampler(Math.round(sampleRate), rateHz);
    this.#resampled = new Float32Array(this.#resampler.maxLength(MAX_BLOCK));
    this.#cutter = new ChunkCutter(Math.round((rateHz * chunkMs) / 1000));
    this.port.onmessage = ({ data }) => this.#take(data);
  }

  /**
   * @param {Float32Array[][]} inputs
   * @returns {true} Go on, also while no microphone is connected.
   */
  process([channels]) {
    if (this.#isPaused || channels.length === 0) return true;
    const length = channels[0].length;
    const mono = mixDown(channels, this.#mono).subarray(0, length);
    const written = this.#resampler.processInto(mono, this.#resampled);
    const endS = currentTime + length / sampleRate - this.#resampler.delayS;
    this.#cutter.add(this.#resampled, written, (pcm, level) =>
      this.port.postMessage({ type: "chunk", pcm, level, endS }, [pcm.buffer]),
    );
    return true;
  }

  /** @param {{type: "pause" | "resume"}} message */
  #take(message) {
    this.#isPaused = message.type === "pause";
    this.#resampler.reset();
    this.#cutter.reset();
  }
}

registerProcessor("audio-recording", AudioRecordingProcessor);
