/**
 * Hands over what MediaRecorder makes of the microphone, piece by piece.
 *
 * WebM with Opus in most browsers, MP4 with AAC in older Safaris. It has the interface of
 * chapter 5's AudioRecorder, whose chunks are PCM. The page of chapter 8 uses it.
 */

import { openMicrophone } from "../chapter_05/audio-recorder.js";

const KINDS = ["audio/webm;codecs=opus", "audio/mp4;codecs=mp4a.40.2", "audio/mp4"];

/**
 * Events: `piece` ({blob, level, capturedAtMs}), `lost` (the device was unplugged) and
 * `problem` ({message}).
 */
export class PieceRecorder extends EventTarget {
  #pieceMs;
  /** @type {MediaRecorder | null} */
  #recorder = null;
  /** @type {MediaStream | null} */
  #stream = null;
  /** @type {AudioContext | null} */
  #context = null;
  /** @type {AnalyserNode | null} */
  #ear = null;

  /** @param {{pieceMs?: number}} [options] */
  constructor({ pieceMs = 100 } = {}) {
    super();
    this.#pieceMs = pieceMs;
  }

  /** What this browser records, "" if nothing that the server can decode. */
  static get mimeType() {
    if (!("MediaRecorder" in window)) return "";
    return KINDS.find((kind) => MediaRecorder.isTypeSupported(kind)) ?? "";
  }

  /** What the server calls it. */
  static get format() {
    return PieceRecorder.mimeType.startsWith("audio/mp4") ? "mp4" : "webm";
  }

  /**
   * Open a microphone and begin.
   *
   * @param {string} [deviceId] "" is the default one.
   * @throws {Error} For the reader.
   */
  async open(deviceId = "") {
    this.#stream = await openMicrophone(deviceId);
    this.#listenIn(this.#stream);
    const { mimeType } = PieceRecorder;
    const recorder = new MediaRecorder(this.#stream, {
      mimeType,
      audioBitsPerSecond: 32_000,
    });
    this.#recorder = recorder;
    recorder.ondataavailable = ({ data }) => {
      if (!data.size || this.#recorder !== recorder) return;
      const detail = { blob: data, level: this.#level(), capturedAtMs: performance.now() };
      this.dispatchEvent(new CustomEvent("piece", { detail }));
    };
    recorder.onerror = () => {
      const message = "The browser's recorder has failed. Start again.";
      this.dispatchEvent(new CustomEvent("problem", { detail: { message } }));
    };
    this.#stream.getAudioTracks()[0].addEventListener("ended", () => {
      void this.close();
      this.dispatchEvent(new CustomEvent("lost", { detail: {} }));
    });
    recorder.start(this.#pieceMs);
  }

  /** Be silent for now: the recording goes on, or its times would be wrong. */
  pause() {
    this.#enable(false);
  }

  resume() {
    this.#enable(true);
  }

  /** Give the device back; safe to call twice. */
  async close() {
    const [recorder, context] = [this.#recorder, this.#context];
    this.#recorder = this.#context = this.#ear = null;
    if (recorder && recorder.state !== "inactive") recorder.stop();
    for (const track of this.#stream?.getTracks() ?? []) track.stop();
    this.#stream = null;
    if (context && context.state !== "closed") await context.close();
  }

  /** @param {MediaStream} stream */
  #listenIn(stream) {
    this.#context = new AudioContext();
    this.#ear = new AnalyserNode(this.#context, { fftSize: 2048 });
    this.#context.createMediaStreamSource(stream).connect(this.#ear);
    void this.#context.resume();
  }

  #level() {
    if (!this.#ear) return 0;
    const samples = new Float32Array(this.#ear.fftSize);
    this.#ear.getFloatTimeDomainData(samples);
    const sum = samples.reduce((total, sample) => total + sample * sample, 0);
    return Math.sqrt(sum / samples.length);
  }

  /** @param {boolean} isOn */
  #enable(isOn) {
    for (const track of this.#stream?.getAudioTracks() ?? []) track.enabled = isOn;
  }
}
