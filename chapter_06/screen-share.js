/**
 * Shows the screen, a window or a tab, as long as the reader wants.
 *
 * The browser lets the reader choose what is shown, each time anew, and has a bar of its
 * own to end it. The page of chapter 6 uses it.
 */

import { SourceError, VideoSource } from "./video-source.js";

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
export class ScreenShare extends VideoSource {
  static get isPossible() {
    return Boolean(navigator.mediaDevices?.getDisplayMedia);
  }

  /** `monitor`, `window` or `browser` (a tab), "" if unknown or closed. */
  get kind() {
    return this.track?.getSettings().displaySurface ?? "";
  }

  /**
   * Have the reader choose what to share; call it from a click or a key.
   *
   * @returns {Promise<boolean>} False if the reader chose nothing.
   * @throws {SourceError}
   */
  async open() {
    try {
      return await this.show(async () => {
        if (!ScreenShare.isPossible) throw new DOMException("", "NotSupportedError");
        return navigator.mediaDevices.getDisplayMedia({
          video: { frameRate: { ideal: 5 } },
          audio: false,
        });
      });
    } catch (error) {
      if (error instanceof SourceError) throw error;
      const message = screenProblem(/** @type {DOMException} */ (error));
      if (message) throw new SourceError(message, error);
      return false;
    }
  }
}
