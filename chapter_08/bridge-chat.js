/**
 * One conversation through the server: recorder, socket, loudspeaker, turns.
 *
 * Chapter 5's LiveChat, with the bridge in the place of the Live API. It knows nothing of
 * the page, which listens to its events. The page of chapter 8 uses it.
 */

import { encodeBase64 } from "../chapter_03/live-messages.js";
import { AudioRecorder } from "../chapter_05/audio-recorder.js";
import { AudioStreamer } from "../chapter_05/audio-streamer.js";
import { messageOf, on } from "../chapter_05/events.js";
import { Conversation } from "../chapter_05/turns.js";
import { BridgeSocket } from "./bridge-socket.js";
import { PieceRecorder } from "./piece-recorder.js";

/** @import {Action} from "../chapter_05/turns.js" */

/** What may wait in the browser; more is old by the time it arrives. */
const MOST_BUFFERED_BYTES = 131_072;

/**
 * @typedef {object} Wishes
 * @property {"pieces" | "pcm"} [sends] What MediaRecorder makes, or samples.
 * @property {number} [pieceMs]
 * @property {string} [microphoneId]
 * @property {object} [start] Fields of the server's `Start`: model, voice, keep, tools.
 */

/**
 * Events: `change`, `level` ({who, level}), `cut`, `open` (devices have names), `ready`
 * (what the server said), `piece` (what became of one), `beat`, `warning` and `problem`
 * ({message}).
 */
export class BridgeChat extends EventTarget {
  conversation = new Conversation();
  streamer = new AudioStreamer();
  isManual = false;
  isMuted = false;
  hasLostMicrophone = false;
  /** How many of the next pieces are lost on purpose. */
  toLose = 0;

  /** @type {AudioRecorder | PieceRecorder | null} */
  #recorder = null;
  /** @type {BridgeSocket | null} */
  #socket = null;
  #opening = new AbortController();
  /** When each piece that is not reported yet was captured. @type {number[]} */
  #captured = [];

  constructor() {
    super();
    const { streamer, conversation } = this;
    on(streamer, "start", ({ heardAtMs }) => {
      conversation.audible(heardAtMs);
      this.#tell("change");
    });
    on(streamer, "drain", () => {
      conversation.drained();
      this.#tell("change");
    });
    on(streamer, "flush", ({ heardMs }) => {
      conversation.flushed(heardMs);
      this.#socket?.send({ type: "heard", ms: heardMs });
      this.#tell("change");
    });
    on(streamer, "status", ({ level }) => this.#tell("level", { who: "model", level }));
    on(streamer, "problem", ({ message }) => this.#fail(message));
  }

  get phase() {
    return this.conversation.phase;
  }

  get isOpen() {
    return !["idle", "closed"].includes(this.phase);
  }

  /**
   * Open devices and socket; settled when the conversation is over.
   *
   * Call it from a click or a key: browsers allow no sound before one.
   *
   * @param {Wishes} wishes
   */
  async talk({ sends = "pieces", pieceMs = 100, microphoneId = "", start = {} } = {}) {
    if (this.isOpen) return;
    this.isMuted = this.hasLostMicrophone = false;
    this.toLose = 0;
    this.#captured = [];
    this.#opening = new AbortController();
    this.conversation.connect();
    this.#tell("change");
    const { signal } = this.#opening;
    try {
      await this.streamer.open();
      this.#recorder = this.#makeRecorder(sends, pieceMs);
      this.#socket = new BridgeSocket();
      const format = sends === "pcm" ? "pcm" : PieceRecorder.format;
      await this.#socket.begin({ format, report: true, ...start }, signal);
      for await (const message of this.#socket) {
        if (message.type === "ready") await this.#begin(message, microphoneId);
        else this.#receive(message);
      }
    } catch (error) {
      if (!signal.aborted) this.#report(messageOf(error));
    } finally {
      await this.#close();
    }
  }

  /** End the conversation, or give up opening it. */
  end() {
    this.#opening.abort();
    this.#socket?.close();
  }

  /**
   * Type something in place of saying it.
   *
   * @param {string} text
   * @returns {boolean} Whether it was sent.
   */
  type(text) {
    if (!this.#socket?.send({ type: "text", text })) return false;
    this.conversation.type(text, performance.now());
    this.#tell("change");
    return true;
  }

  /**
   * Show the model a frame; the server passes on one a second.
   *
   * @param {Uint8Array} jpeg
   * @returns {boolean} Whether it was sent.
   */
  show(jpeg) {
    if (!this.#socket || this.#socket.bufferedBytes > MOST_BUFFERED_BYTES) return false;
    return this.#socket.send({ type: "image", data: encodeBase64(jpeg) });
  }

  mute() {
    if (this.isMuted || !this.#socket) return;
    this.isMuted = true;
    this.#recorder?.pause();
    this.#socket.send({ type: "audio_end" });
    this.conversation.rest(performance.now());
    this.#tell("change");
  }

  unmute() {
    this.isMuted = false;
    this.#recorder?.resume();
    this.#tell("change");
  }

  /**
   * @param {"pieces" | "pcm"} sends
   * @param {number} pieceMs
   */
  #makeRecorder(sends, pieceMs) {
    const recorder =
      sends === "pcm"
        ? new AudioRecorder({ chunkMs: pieceMs })
        : new PieceRecorder({ pieceMs });
    on(recorder, "chunk", ({ pcm, ...rest }) => this.#send(pcm, rest));
    on(recorder, "piece", ({ blob, ...rest }) => this.#send(blob, rest));
    on(recorder, "problem", ({ message }) => this.#fail(message));
    on(recorder, "lost", () => {
      this.hasLostMicrophone = true;
      this.#socket?.send({ type: "audio_end" });
      this.#report("The microphone is gone. Connect it, and start again.");
      this.#tell("change");
    });
    return recorder;
  }

  /**
   * @param {object} ready
   * @param {string} microphoneId
   */
  async #begin(ready, microphoneId) {
    this.#tell("ready", ready);
    await this.#recorder?.open(microphoneId);
    this.#opening.signal.throwIfAborted();
    this.conversation.resume();
    this.#receive({ type: "setupComplete", sessionId: "" });
    this.#tell("open");
  }

  /**
   * @param {Uint8Array<ArrayBuffer> | Blob} piece
   * @param {{level: number, capturedAtMs: number}} about
   */
  #send(piece, { level, capturedAtMs }) {
    if (!this.#socket) return;
    this.#tell("level", { who: "user", level: this.isMuted ? 0 : level });
    if (this.toLose > 0) {
      this.toLose -= 1;
      return;
    }
    if (this.#socket.bufferedBytes > MOST_BUFFERED_BYTES) return;
    this.#captured.push(capturedAtMs);
    this.#socket.send(piece);
  }

  /** @param {any} message An object, or sound. */
  #receive(message) {
    const isSound = message instanceof Uint8Array;
    const event = isSound ? { type: "audio", pcm: message, rateHz: 24_000 } : message;
    switch (event.type) {
      case "piece":
        this.conversation.sent(event.ms, this.#captured.shift() ?? performance.now());
        this.#tell("piece", event);
        return;
      case "beat":
      case "warning":
      case "toolCall":
        this.#tell(event.type, event);
        return;
    }
    const actions = this.conversation.receive(event, performance.now());
    this.#act(actions, event);
    if (!isSound || actions.includes("play")) this.#tell("change");
  }

  /**
   * @param {Action[]} actions
   * @param {any} event
   */
  #act(actions, event) {
    for (const action of actions) {
      if (action === "play") this.streamer.play(event.pcm);
      else if (action === "finish") this.streamer.finish();
      else {
        this.streamer.flush();
        this.#tell("cut");
      }
    }
  }

  /** @param {string} message */
  #fail(message) {
    this.#report(message);
    this.end();
  }

  async #close() {
    this.#socket?.close();
    this.#socket = null;
    this.conversation.close();
    this.#tell("change");
    await Promise.all([this.#recorder?.close(), this.streamer.close()]);
    this.#recorder = null;
    this.#tell("level", { who: "user", level: 0 });
    this.#tell("level", { who: "model", level: 0 });
  }

  /** @param {string} message */
  #report(message) {
    this.#tell("problem", { message });
  }

  /**
   * @param {string} type
   * @param {object} [detail]
   */
  #tell(type, detail = {}) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}
