/**
 * Takes frames from everything that is shown, and sends them, one a second at most.
 *
 * The clock and the camcorder are here; which frame is worth sending is decided in
 * frame-sender.js. The page of chapter 6 uses it.
 */

import { FrameSender, MIN_INTERVAL_MS } from "./frame-sender.js";
import { Camcorder } from "./picture.js";

/**
 * @import {Frame, Picture} from "./picture.js"
 *
 * @typedef {object} Source
 * @property {string} name For the reader: Camera, Screen.
 * @property {HTMLVideoElement} video
 * @property {() => boolean} isOpen
 *
 * @typedef {Frame & {source: string, atMs: number, tookMs: number}} SentFrame `atMs` is
 *   when the picture was taken, `tookMs` how long it took from there to the wire.
 */

/** How often sources are looked at; a frame waits for that long at most. */
const LOOK_MS = 200;

/** Pictures that wait to be sent. */
const MOST_WAITING = 8;

/** Events: `sent`, whose detail is a SentFrame, and `problem`, whose detail is a sentence. */
export class FrameFeed extends EventTarget {
  /** @type {"useful" | "every"} */
  policy = "useful";

  #camcorder = new Camcorder();
  #sources;
  #link;
  /** @type {Map<Source, FrameSender>} */
  #senders = new Map();
  /** @type {{name: string, picture: ImageBitmap}[]} */
  #waiting = [];
  #sentAtMs = -Infinity;
  #isBusy = false;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #timer;

  /**
   * @param {Source[]} sources
   * @param {object} link
   * @param {() => boolean} link.isOpen Whether frames may leave at this moment.
   * @param {() => boolean} link.isSpeaking Whether the user speaks.
   * @param {(jpeg: Uint8Array) => boolean} link.send
   */
  constructor(sources, link) {
    super();
    this.#sources = sources;
    this.#link = link;
  }

  /** A conversation begins: nothing has been shown in it. */
  start() {
    this.stop();
    this.#timer = setInterval(() => void this.look(), LOOK_MS);
  }

  /** Nothing more leaves; pictures that waited are forgotten. */
  stop() {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#senders.clear();
    for (const { picture } of this.#waiting.splice(0)) picture.close();
  }

  /**
   * Send a picture when it is its turn; it comes before camera and screen.
   *
   * @param {string} name
   * @param {ImageBitmap} picture Is closed here.
   * @returns {boolean} False if too many wait already, or there is no conversation.
   */
  add(name, picture) {
    const isTaken = this.#timer !== undefined && this.#waiting.length < MOST_WAITING;
    if (isTaken) this.#waiting.push({ name, picture });
    else picture.close();
    return isTaken;
  }

  /** Look at everything that is shown, and send one frame if one is due. */
  async look() {
    if (this.#isBusy || !this.#mayLeave()) return;
    if (performance.now() - this.#sentAtMs < MIN_INTERVAL_MS) return;
    this.#isBusy = true;
    try {
      const still = this.#waiting.shift();
      if (still) {
        const sending = this.#send(still.name, still.picture, () => true);
        await sending.finally(() => still.picture.close());
        return;
      }
      for (const source of [...this.#sources]) {
        if (await this.#offer(source)) {
          // The others come first next time.
          this.#sources.push(...this.#sources.splice(this.#sources.indexOf(source), 1));
          return;
        }
      }
    } catch (error) {
      const detail = error instanceof Error ? error.message : String(error);
      this.dispatchEvent(new CustomEvent("problem", { detail }));
    } finally {
      this.#isBusy = false;
    }
  }

  /** @param {Source} source */
  async #offer(source) {
    if (!source.isOpen() || source.video.readyState < 2) {
      this.#senders.delete(source); // what is shown next is new
      return false;
    }
    const sender = this.#senders.get(source) ?? new FrameSender();
    this.#senders.set(source, sender);
    sender.policy = this.policy;
    const thumbnail = this.#camcorder.thumbnail(source.video);
    const isSpeaking = this.#link.isSpeaking();
    if (!sender.shouldSend(thumbnail, performance.now(), isSpeaking)) return false;
    const wasSent = await this.#send(source.name, source.video, source.isOpen);
    if (!wasSent) this.#senders.delete(source); // it still has to be shown
    return wasSent;
  }

  /**
   * @param {string} name
   * @param {Picture} picture
   * @param {() => boolean} isOpen
   * @returns {Promise<boolean>} Whether it was sent.
   */
  async #send(name, picture, isOpen) {
    const atMs = performance.now();
    const frame = await this.#camcorder.frame(picture);
    // Much may have happened while it was compressed: the tab hidden, the camera closed.
    if (!isOpen() || !this.#mayLeave() || !this.#link.send(frame.jpeg)) return false;
    this.#sentAtMs = performance.now();
    const tookMs = this.#sentAtMs - atMs;
    const detail = { ...frame, source: name, atMs, tookMs };
    this.dispatchEvent(new CustomEvent("sent", { detail }));
    return true;
  }

  #mayLeave() {
    return this.#timer !== undefined && this.#link.isOpen();
  }
}
