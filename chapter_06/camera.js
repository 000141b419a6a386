/**
 * Opens a camera, and tells what can go wrong with it.
 *
 * Browsers name cameras only once one has been allowed: until then there is a list of
 * devices without names, and it must not be shown. Chapter 6 builds this module.
 */

/** What a frame needs; a larger picture would only be made smaller. */
const WANTED = { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 15 } };

/** Virtual cameras that nothing feeds show pictures of 1 × 1 pixel or 2 × 2. */
const LEAST_PX = 16;

/** How long a camera may take to show its first picture. */
const PATIENCE_MS = 8000;

/** A camera or a screen that can't be used: why, and what to do, in sentences. */
export class SourceError extends Error {
  /** @param {string} message @param {unknown} [cause] */
  constructor(message, cause) {
    super(message, { cause });
    this.name = "SourceError";
  }
}

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
export class Camera extends EventTarget {
  /** @type {MediaStream | null} */
  #stream = null;
  /** Counts openings, so that one that comes late can tell. */
  #opening = 0;

  /** @param {HTMLVideoElement} video Where its picture is shown. */
  constructor(video) {
    super();
    this.video = video;
  }

  get isOpen() {
    return this.#stream !== null;
  }

  /** What the browser calls it, "" if none is open. */
  get label() {
    return this.#stream?.getVideoTracks()[0]?.label ?? "";
  }

  /** The device that is open, "" if none is. */
  get deviceId() {
    return this.#stream?.getVideoTracks()[0]?.getSettings().deviceId ?? "";
  }

  /**
   * Open a camera, or change to another one; settled once it shows a picture.
   *
   * @param {string} [choice] A value of `cameraChoices`.
   * @throws {SourceError}
   */
  async open(choice = "") {
    const opening = ++this.#opening;
    // Many cameras can be opened once only, also by the same page.
    this.#release();
    let stream;
    try {
      if (!navigator.mediaDevices) throw new DOMException("", "NotFoundError");
      stream = await navigator.mediaDevices.getUserMedia({
        video: cameraConstraints(choice),
      });
    } catch (error) {
      throw new SourceError(cameraProblem(/** @type {DOMException} */ (error)), error);
    }
    if (opening !== this.#opening) {
      stop(stream); // closed, or opened anew, while the reader was asked
      return;
    }
    this.#stream = stream;
    stream.getVideoTracks()[0].addEventListener("ended", () => {
      if (this.#stream !== stream) return;
      this.#release();
      this.dispatchEvent(new CustomEvent("lost"));
    });
    try {
      await showStream(this.video, stream);
    } catch (error) {
      if (opening !== this.#opening) return; // nobody waits for it any more
      this.#release();
      throw error;
    }
  }

  /** Switch it off; its light goes out. */
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

/** @param {MediaStream} stream */
export function stop(stream) {
  for (const track of stream.getTracks()) track.stop();
}

/**
 * Show a stream, and wait for its first picture.
 *
 * @param {HTMLVideoElement} video
 * @param {MediaStream} stream
 * @throws {SourceError} No picture comes, or one that shows nothing.
 */
export async function showStream(video, stream) {
  video.muted = true;
  video.playsInline = true;
  video.srcObject = stream;
  await new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(
        new SourceError(
          "No picture comes. Is the lens covered by software, or the camera switched " +
            "off by a key? Try another one.",
        ),
      );
    }, PATIENCE_MS);
    const done = () => {
      clearTimeout(timer);
      resolve(undefined);
    };
    if (video.readyState >= 2 && video.videoWidth) done();
    else video.addEventListener("loadeddata", done, { once: true });
    video.play().catch(() => {}); // it is muted, and pictures are taken also paused
  });
  if (video.videoWidth < LEAST_PX || video.videoHeight < LEAST_PX) {
    throw new SourceError(
      `This camera shows ${video.videoWidth} × ${video.videoHeight} pixels; it is ` +
        "probably a virtual one that nothing feeds. Choose another one.",
    );
  }
}
