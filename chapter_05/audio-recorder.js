/**
 * Hands over what the microphone hears, in chunks that can be sent as they are.
 *
 * The device runs at whatever rate it likes; the audio thread resamples
 * (audio-recording-worklet.js). The page of chapter 5 uses it.
 */

/** What the service hears natively. */
const INPUT_RATE_HZ = 16_000;

/** A microphone that can't be used: why, and what to do, in sentences. */
export class MicrophoneError extends Error {
  /** @param {string} message @param {Error} [cause] */
  constructor(message, cause) {
    super(message, { cause });
    this.name = "MicrophoneError";
  }
}

/**
 * Return what to tell the reader about a microphone that did not open.
 *
 * @param {{name: string, message: string}} error What getUserMedia threw.
 * @returns {string}
 */
export function microphoneProblem({ name, message }) {
  switch (name) {
    case "NotAllowedError":
    case "SecurityError":
      return (
        "This page may not use the microphone. Allow it in the browser's settings " +
        "for this page (the sign next to the address), then start again."
      );
    case "NotFoundError":
    case "DevicesNotFoundError":
      return "There is no microphone. Connect one, then start again.";
    case "OverconstrainedError":
      return "The chosen microphone is gone. Choose another one, then start again.";
    case "NotReadableError":
    case "AbortError":
      return (
        "The microphone can't be opened; another program may be using it. Close " +
        "that program, or choose another microphone, then start again."
      );
    default:
      return `The microphone can't be opened (${name}: ${message}).`;
  }
}

/**
 * Events: `chunk` ({pcm, level, capturedAtMs}: 16-bit PCM, 0 to 1, and when its last
 * sample reached the page, by `performance.now()`), `lost` (the device was unplugged)
 * and `problem` ({message}).
 */
export class AudioRecorder extends EventTarget {
  #options;
  /** @type {AudioContext | null} */
  #context = null;
  /** @type {AudioWorkletNode | null} */
  #node = null;
  /** @type {MediaStream | null} */
  #stream = null;
  /** @type {MediaStreamAudioSourceNode | null} */
  #source = null;
  #isPaused = false;

  /**
   * @param {{rateHz?: number, chunkMs?: number}} [options] 20 to 40 ms is usual: each
   *   chunk waits until it is full, and each costs a message.
   */
  constructor({ rateHz = INPUT_RATE_HZ, chunkMs = 20 } = {}) {
    super();
    this.#options = { rateHz, chunkMs };
  }

  /** The rate of the device, 0 before `open`. */
  get deviceRateHz() {
    return this.#context?.sampleRate ?? 0;
  }

  /** The device that is open, "" if none is. */
  get deviceId() {
    return this.#stream?.getAudioTracks()[0]?.getSettings().deviceId ?? "";
  }

  get isPaused() {
    return this.#isPaused;
  }

  /**
   * Open a microphone, or change to another one.
   *
   * Echo cancellation is asked for: without it the model hears itself from the
   * loudspeaker, and interrupts itself.
   *
   * @param {string} [deviceId] "" is the default one.
   * @throws {MicrophoneError}
   */
  async open(deviceId = "") {
    const stream = await openMicrophone(deviceId);
    this.#release();
    this.#stream = stream;
    try {
      if (!this.#context) await this.#openContext();
    } catch (error) {
      await this.close();
      throw error;
    }
    if (this.#stream !== stream || !this.#context || !this.#node) return; // closed
    const [track] = stream.getAudioTracks();
    track.enabled = !this.#isPaused;
    track.addEventListener("ended", () => {
      this.#release();
      this.#say("lost");
    });
    this.#source = this.#context.createMediaStreamSource(stream);
    this.#source.connect(this.#node);
    void this.#context.resume();
  }

  /** Hear nothing more for now, but keep the device. */
  pause() {
    this.#setPaused(true);
  }

  /** Hear again; what was said in between is gone. */
  resume() {
    this.#setPaused(false);
  }

  /** Give the device back; safe to call twice. */
  async close() {
    const context = this.#context;
    this.#release();
    this.#context = this.#node = null;
    this.#isPaused = false;
    if (context && context.state !== "closed") await context.close();
  }

  async #openContext() {
    // At the rate of the device: Firefox refuses to connect a microphone to a
    // context with a rate of its own.
    const context = new AudioContext({ latencyHint: "interactive" });
    this.#context = context;
    try {
      const address = new URL("./audio-recording-worklet.js", import.meta.url);
      await context.audioWorklet.addModule(address);
    } catch (error) {
      throw new MicrophoneError(
        "The recorder could not be loaded into the audio thread " +
          `(audio-recording-worklet.js: ${/** @type {Error} */ (error).message}). ` +
          "Reload the page.",
      );
    }
    if (this.#context !== context) return; // closed in the meantime
    this.#node = new AudioWorkletNode(context, "audio-recording", {
      numberOfOutputs: 0,
      processorOptions: this.#options,
    });
    this.#node.port.onmessage = ({ data }) => this.#take(data);
    this.#node.port.postMessage({ type: this.#isPaused ? "pause" : "resume" });
    this.#node.onprocessorerror = () =>
      this.#say("problem", {
        message: "The recorder on the audio thread has failed. Reload the page.",
      });
  }

  /** @param {{pcm: Uint8Array, level: number, endS: number}} chunk */
  #take({ pcm, level, endS }) {
    if (!this.#context || this.#isPaused) return;
    const agoMs = (this.#context.currentTime - endS) * 1000;
    this.#say("chunk", { pcm, level, capturedAtMs: performance.now() - agoMs });
  }

  /** @param {boolean} isPaused */
  #setPaused(isPaused) {
    this.#isPaused = isPaused;
    for (const track of this.#stream?.getAudioTracks() ?? []) track.enabled = !isPaused;
    this.#node?.port.postMessage({ type: isPaused ? "pause" : "resume" });
  }

  #release() {
    this.#source?.disconnect();
    this.#source = null;
    for (const track of this.#stream?.getTracks() ?? []) track.stop();
    this.#stream = null;
  }

  /**
   * @param {string} type
   * @param {object} [detail]
   */
  #say(type, detail = {}) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}

/**
 * Ask for a microphone, as conversations need it.
 *
 * @param {string} deviceId "" is the default one.
 * @returns {Promise<MediaStream>}
 * @throws {MicrophoneError}
 */
export async function openMicrophone(deviceId) {
  if (!navigator.mediaDevices) {
    throw new MicrophoneError(
      "Browsers lend the microphone to pages on http://localhost or https only. " +
        "Open this page under one of these.",
    );
  }
  try {
    return await navigator.mediaDevices.getUserMedia({
      audio: {
        deviceId: deviceId ? { exact: deviceId } : undefined,
        channelCount: { ideal: 1 },
        echoCancellation: true,
        noiseSuppression: true,
        autoGainControl: true,
      },
    });
  } catch (thrown) {
    const error = /** @type {Error} */ (thrown);
    throw new MicrophoneError(microphoneProblem(error), error);
  }
}
