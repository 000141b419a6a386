/**
 * Opens a camera, and tells what can go wrong with it.
 *
 * Browsers name cameras only once one has been allowed: until then there is a list of
 * devices without names, and it must not be shown. The page of chapter 6 uses it.
 */

import { SourceError, VideoSource } from "./video-source.js";

/** What a frame needs; a larger picture would only be made smaller. */
const WANTED = { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 15 } };

/**
 * Return what to tell the reader about a camera that did not open.
 *
 * @param {{name: string, message: string}} error What getUserMedia threw.
 * @returns {string}
 */
export function cameraProblem({ name, message }) {
  switch (name) {
    case "NotAllowedError":
    case "SecurityError":
      return (
        "This page may not use the camera. Allow it in the browser's settings for this " +
        "page (the sign next to the address), then switch it on again."
      );
    case "NotFoundError":
    case "DevicesNotFoundError":
      return "There is no camera. Connect one, or show a picture or your screen instead.";
    case "OverconstrainedError":
      return "The chosen camera is gone. Choose another one.";
    case "NotReadableError":
    case "AbortError":
      return (
        "The camera can't be opened; another program may be using it. Close that " +
        "program, or choose another camera."
      );
    default:
      return `The camera can't be opened (${name}: ${message}).`;
  }
}

/**
 * Return the choices of the camera menu.
 *
 * Without names there is one choice: the browser's own. A camera without a name beside
 * named ones (a driver's leftover) is no choice.
 *
 * @param {{kind: string, deviceId: string, label: string}[]} devices
 * @param {boolean} isPhone Phones have a camera on each side, which change hands often.
 * @returns {{value: string, text: string}[]}
 */
export function cameraChoices(devices, isPhone = false) {
  const named = devices.filter(
    ({ kind, deviceId, label }) => kind === "videoinput" && label && deviceId,
  );
  const sides = [
    { value: "facing:user", text: "Front camera" },
    { value: "facing:environment", text: "Back camera" },
  ];
  return [
    { value: "", text: "The browser's default" },
    ...(isPhone ? sides : []),
    ...named.map(({ deviceId, label }) => ({ value: deviceId, text: label })),
  ];
}

/**
 * Return what getUserMedia is asked for.
 *
 * @param {string} choice A value of `cameraChoices`.
 * @returns {MediaTrackConstraints}
 */
export function cameraConstraints(choice) {
  const [, side] = choice.split("facing:");
  if (side) return { ...WANTED, facingMode: { ideal: side } };
  return choice ? { ...WANTED, deviceId: { exact: choice } } : { ...WANTED };
}

/**
 * A camera; its picture is in a video element.
 *
 * Events: `lost` (it was unplugged, or taken away).
 */
export class Camera extends VideoSource {
  /** What the browser calls it, "" if none is open. */
  get label() {
    return this.track?.label ?? "";
  }

  /** The device that is open, "" if none is. */
  get deviceId() {
    return this.track?.getSettings().deviceId ?? "";
  }

  get noPictureProblem() {
    return (
      "No picture comes. Is the lens covered by software, or the camera switched off by " +
      "a key? Try another one."
    );
  }

  /**
   * Open a camera, or change to another one; settled once it shows a picture.
   *
   * @param {string} [choice] A value of `cameraChoices`.
   * @throws {SourceError}
   */
  async open(choice = "") {
    // Many cameras can be opened once only, also by the same page.
    this.close();
    await this.show(async () => {
      try {
        if (!navigator.mediaDevices) throw new DOMException("", "NotFoundError");
        return await navigator.mediaDevices.getUserMedia({
          video: cameraConstraints(choice),
        });
      } catch (error) {
        throw new SourceError(cameraProblem(/** @type {DOMException} */ (error)), error);
      }
    });
  }
}
