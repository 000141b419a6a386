/**
 * One spoken conversation in a browser: microphone, socket, loudspeaker, turns.
 *
 * Each of them is a module of its own; here they are wired. This one knows nothing of
 * the page, which listens to its events. Chapter 5 builds its heart.
 */

import {
  activityEndMessage,
  activitySettings,
  activityStartMessage,
  audioMessage,
  audioStreamEndMessage,
  realtimeTextMessage,
  setupMessage,
} from "../chapter_03/live-messages.js";
import { LiveSocket } from "../chapter_03/live-socket.js";
import { requestToken } from "../chapter_03/page-token.js";
import { AudioRecorder } from "./audio-recorder.js";
import { AudioStreamer } from "./audio-streamer.js";
import { messageOf, on } from "./events.js";
import { Conversation } from "./turns.js";

/**
 * @import {LiveEvent} from "../chapter_03/live-events.js"
 * @import {SetupOptions} from "../chapter_03/live-messages.js"
 * @import {FrameLog} from "../chapter_03/live-socket.js"
 * @import {Action} from "./turns.js"
 */

const CHUNK_MS = 20;

/** What may wait in the socket; more is old by the time it arrives (3 s of audio). */
const MOST_BUFFERED_BYTES = 131_072;

/**
 * Events: `change` (something to show), `open` (the devices are open, and have names),
 * `level` ({who, level}), `cut` (an answer was interrupted), `event` (a LiveEvent, once
 * the conversation has taken it in) and `problem` ({message, canChangeMicrophone}: for
 * the reader).
 */
export class LiveChat extends EventTarget {
  conversation = new Conversation();
  recorder = new AudioRecorder({ chunkMs: CHUNK_MS });
  streamer = new AudioStreamer();
  /** Whether you mark your turns yourself, by holding a button. */
  isManual = false;
  isMuted = false;
  /** Whether the button is held. */
  isTalking = false;
  hasLostMicrophone = false;
  /** What the player said last, and what a slow line has cost. */
  figures = { underruns: 0, missingMs: 0, heldBackMs: 0, skippedMs: 0 };

  #log;
  /** @type {LiveSocket | null} */
  #socket = null;
  #opening = new AbortController();
  /** Whether the button was let go, and the last chunk is still to come. */
  #isLettingGo = false;
  /** Whether another session follows the one that is being closed. */
  #isRenewing = false;

  /** @param {FrameLog} [log] Is told of every frame. */
  constructor(log) {
    super();
    this.#log = log;
    this.#listen();
  }

  get phase() {
    return this.conversation.phase;
  }

  get isOpen() {
    return this.phase !== "idle" && this.phase !== "closed";
  }

  /**
   * Open the devices and a session; settled when it is over.
   *
   * Call it from a click or a key: browsers allow no sound before one.
   *
   * @param {{microphoneId?: string, loudspeakerId?: string, isManual?: boolean}} wishes
   */
  async talk({ microphoneId = "", loudspeakerId = "", isManual = false } = {}) {
    if (this.isOpen) return;
    this.isManual = isManual;
    this.isMuted = this.isTalking = this.hasLostMicrophone = this.#isLettingGo = false;
    this.#isRenewing = false;
    this.figures = { underruns: 0, missingMs: 0, heldBackMs: 0, skippedMs: 0 };
    this.#opening = new AbortController();
    this.conversation.connect();
    this.#changed();
    try {
      await this.#openDevices(microphoneId, loudspeakerId);
      await this.#hold();
    } catch (error) {
      // A user who pressed the button to end it knows that it has ended.
      if (!this.#opening.signal.aborted) this.#report(messageOf(error));
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
   * Replace the session with another one, set up anew, in the same conversation.
   *
   * The devices stay open. What the model remembers depends on `setupOptions`.
   */
  renew() {
    if (!this.#socket || this.#isRenewing) return;
    this.#isRenewing = true;
    this.#socket.close();
  }

  /**
   * What the session is set up with, besides the model; see `setupMessage`.
   *
   * A page that wants more has a class of its own, which adds to this.
   *
   * @returns {SetupOptions}
   */
  setupOptions() {
    return {
      transcribeInput: true,
      transcribeOutput: true,
      activity: this.isManual ? activitySettings({ manual: true }) : undefined,
    };
  }

  /**
   * Send a message, if there is a session.
   *
   * @param {object} message
   * @returns {boolean} Whether it was sent.
   */
  send(message) {
    try {
      this.#socket?.send(message);
      return this.#socket !== null;
    } catch {
      return false; // the session has ended; the loop over its events says why
    }
  }

  /**
   * Type something in place of saying it.
   *
   * @param {string} text
   * @returns {boolean} Whether it was sent.
   */
  type(text) {
    const wasSent = this.send(realtimeTextMessage(text));
    if (wasSent) this.conversation.type(text, performance.now());
    this.#changed();
    return wasSent;
  }

  /** Send nothing until `unmute`, and let the service know. */
  mute() {
    if (this.isMuted || this.isManual || !this.#socket) return;
    this.isMuted = true;
    this.recorder.pause();
    this.#endAudio();
  }

  unmute() {
    if (!this.isMuted) return;
    this.isMuted = false;
    this.recorder.resume();
    this.#changed();
  }

  /** The button is held: what is said from now on is a turn. */
  press() {
    if (!this.isManual || this.isTalking || !this.#socket || this.hasLostMicrophone) {
      return;
    }
    this.isTalking = true;
    if (this.#isLettingGo) {
      this.#isLettingGo = false; // the same turn goes on
      return;
    }
    this.send(activityStartMessage());
    this.#act(this.conversation.talk());
    this.recorder.resume();
    this.#changed();
  }

  /** The button is let go: the turn is over once the word on the lips is sent. */
  release() {
    if (!this.isTalking) return;
    this.isTalking = false;
    this.#isLettingGo = true;
    if (this.hasLostMicrophone) this.#endActivity();
    this.#changed();
  }

  /**
   * Change to another microphone, in the middle of a conversation if need be.
   *
   * @param {string} deviceId "" is the default one.
   */
  async useMicrophone(deviceId) {
    if (!this.isOpen) return;
    try {
      await this.recorder.open(deviceId);
      this.hasLostMicrophone = false;
    } catch (error) {
      this.#report(messageOf(error), true);
    }
    this.#changed();
  }

  /** @param {string} deviceId "" is the default one. */
  async useLoudspeaker(deviceId) {
    if (!this.isOpen) return;
    try {
      await this.streamer.useLoudspeaker(deviceId);
    } catch {
      this.#report("That loudspeaker can't be used; sound stays where it was.");
    }
  }

  #listen() {
    const { recorder, streamer, conversation } = this;
    on(recorder, "chunk", (chunk) => this.#sendChunk(chunk));
    on(recorder, "lost", () => this.#loseMicrophone());
    on(recorder, "problem", ({ message }) => this.#fail(message));
    on(streamer, "problem", ({ message }) => this.#fail(message));
    on(streamer, "start", ({ heardAtMs, heldBackMs }) => {
      conversation.audible(heardAtMs);
      this.figures.heldBackMs = heldBackMs;
      this.#changed();
    });
    on(streamer, "drain", () => {
      conversation.drained();
      this.#changed();
    });
    on(streamer, "flush", ({ heardMs }) => {
      conversation.flushed(heardMs);
      this.#changed();
    });
    on(streamer, "status", ({ level, underruns, missingMs }) => {
      const isNew = underruns !== this.figures.underruns;
      Object.assign(this.figures, { underruns, missingMs });
      this.#tell("level", { who: "model", level });
      if (isNew) this.#changed();
    });
  }

  /**
   * @param {string} microphoneId
   * @param {string} loudspeakerId
   */
  async #openDevices(microphoneId, loudspeakerId) {
    // The player first: it must be made while the click is fresh.
    await this.streamer.open();
    if (loudspeakerId) await this.useLoudspeaker(loudspeakerId);
    await this.recorder.open(microphoneId);
    if (this.isManual) this.recorder.pause();
    this.#opening.signal.throwIfAborted();
    this.#tell("open");
  }

  /** Open a session and take in its events until it is over and no other follows. */
  async #hold() {
    const { signal } = this.#opening;
    do {
      const { url, model } = await requestToken({ signal });
      // A `renew` from here on is for other settings than the next line reads.
      this.#isRenewing = false;
      const setup = setupMessage(model, this.setupOptions());
      this.#socket = await LiveSocket.open({ url, setup, signal, log: this.#log });
      this.conversation.resume();
      if (this.#isRenewing) this.#socket.close();
      for await (const event of this.#socket) this.#receive(event);
    } while (this.#isRenewing && !signal.aborted);
  }

  /** @param {LiveEvent} event */
  #receive(event) {
    const actions = this.conversation.receive(event, performance.now());
    this.#act(actions, event);
    if (event.type === "goAway") {
      const left = event.timeLeftS === null ? "soon" : `in ${event.timeLeftS} s`;
      this.#report(`The service ends this session ${left}.`);
    }
    this.#tell("event", event);
    if (event.type !== "audio" || actions.includes("flush")) this.#changed();
  }

  /**
   * Do what the conversation asks for.
   *
   * @param {Action[]} actions
   * @param {any} [event]
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
    if (actions.includes("play")) this.#changed();
  }

  /** @param {{pcm: Uint8Array, level: number, capturedAtMs: number}} chunk */
  #sendChunk({ pcm, level, capturedAtMs }) {
    if (!this.#socket || this.hasLostMicrophone) return;
    if (this.#socket.bufferedBytes > MOST_BUFFERED_BYTES) {
      this.figures.skippedMs += CHUNK_MS;
    } else {
      this.send(audioMessage(pcm));
      this.conversation.sent(CHUNK_MS, capturedAtMs);
    }
    this.#tell("level", { who: "user", level });
    if (this.#isLettingGo) this.#endActivity();
  }

  #endActivity() {
    this.#isLettingGo = false;
    this.recorder.pause();
    this.send(activityEndMessage());
    this.conversation.rest(performance.now());
    this.#changed();
  }

  #endAudio() {
    this.send(audioStreamEndMessage());
    this.conversation.rest(performance.now());
    this.#changed();
  }

  #loseMicrophone() {
    this.hasLostMicrophone = true;
    if (this.isTalking) this.release();
    else if (!this.isMuted && !this.isManual && this.#socket) this.#endAudio();
    this.#report(
      "The microphone is gone; was it unplugged? The conversation is still open: " +
        "connect it again or choose another one.",
      true,
    );
    this.#changed();
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
    this.#changed();
    await Promise.all([this.recorder.close(), this.streamer.close()]);
    this.#tell("level", { who: "user", level: 0 });
    this.#tell("level", { who: "model", level: 0 });
  }

  /**
   * @param {string} message
   * @param {boolean} [canChangeMicrophone]
   */
  #report(message, canChangeMicrophone = false) {
    this.#tell("problem", { message, canChangeMicrophone });
  }

  #changed() {
    this.#tell("change");
  }

  /**
   * @param {string} type
   * @param {object} [detail]
   */
  #tell(type, detail = {}) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}
