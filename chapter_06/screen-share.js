/**
 * Shows the screen, a window or a tab, as long as the reader wants.
 *
 * The browser lets the reader choose what is shown, each time anew, and has a bar of its
 * own to end it. Chapter 6 builds this module.
 */

import { showStream, SourceError, stop } from "./camera.js";

/**
 * Return what to tell the reader about a screen that is not shown; "" says nothing.
 *
 * @param {{name: string, message: string}} error What getDisplayMedia threw.
 * @returns {string}
 */
export function screenProblem({ name, message }) {
  switch (name) {
    case "NotAllowedError":
    case "AbortError":
      return ""; // the reader has thought better of it
    case "NotFoundError":
      return "There is nothing to share.";
    case "NotReadableError":
      return (
        "The system does not let the browser see the screen. On a Mac, allow it under " +
        "Privacy & Security, Screen Recording, and start the browser again."
      );
    case "NotSupportedError":
    case "TypeError":
      return "This browser can't share a screen; browsers of phones can't.";
    default:
      return `The screen can't be shared (${name}: ${message}).`;
  }
}

/** Events: `lost` (sharing was ended by the browser's own bar, or the window closed). */
export class ScreenShare extends EventTarget {
  /** @type {MediaStream | null} */
  #stream = null;
  #opening = 0;

  static get isPossible() {
    return Boolean(navigator.mediaDevices?.getDisplayMedia);
  }

  /** @param {HTMLVideoElement} video Where it is shown. */
  constructor(video) {
    super();
    this.video = video;
  }

  get isOpen() {
    return this.#stream !== null;
  }

  /** `monitor`, `window` or `browser` (a tab), "" if unknown or closed. */
  get kind() {
    return this.#stream?.getVideoTracks()[0]?.getSettings().displaySurface ?? "";
  }

  /**
   * Have the reader choose what to share; call it from a click or a key.
   *
   * @returns {Promise<boolean>} False if the reader chose nothing.
   * @throws {SourceError}
   */
  async open() {
    const opening = ++this.#opening;
    let stream;
    try {
      if (!ScreenShare.isPossible) throw new DOMException("", "NotSupportedError");
      stream = await navigator.mediaDevices.getDisplayMedia({
        video: { frameRate: { ideal: 5 } },
        audio: false,
      });
    } catch (error) {
      const message = screenProblem(/** @type {DOMException} */ (error));
      if (message) throw new SourceError(message, error);
      return false;
    }
    if (opening !== this.#opening) {
      stop(stream);
      return false;
    }
    this.#release();
    this.#stream = stream;
    stream.getVideoTracks()[0].addEventListener("ended", () => {
      if (this.#stream !== stream) return;
      this.#release();
      this.dispatchEvent(new CustomEvent("lost"));
    });
    try {
      await showStream(this.video, stream);
    } catch (error) {
      if (opening !== this.#opening) return false; // nobody waits for it any more
      this.#release();
      throw error;
    }
    return true;
  }

  close() {
    this.#opening += 1;
    this.#release();
  }

  #release() {
    if (this.#stream) stop(this.#stream);
    this.#stream = null;
    this.video.srcObject = null;
  }
}
