/**
 * What a camera and a shared screen have in common: a stream that is shown in a video
 * element, and that may end at any time. The page of chapter 6 uses it.
 */

/** Virtual cameras that nothing feeds show pictures of 1 × 1 pixel or 2 × 2. */
const LEAST_PX = 16;

/** How long a source may take to show its first picture. */
const PATIENCE_MS = 8000;

/** A camera or a screen that can't be used: why, and what to do, in sentences. */
export class SourceError extends Error {
  /** @param {string} message @param {unknown} [cause] */
  constructor(message, cause) {
    super(message, { cause });
    this.name = "SourceError";
  }
}

/** Events: `lost` (the source ended by itself, or was taken away). */
export class VideoSource extends EventTarget {
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

  /** The track that is open, null if none is. */
  get track() {
    return this.#stream?.getVideoTracks()[0] ?? null;
  }

  /** What to tell the reader when it opens and shows nothing. */
  get noPictureProblem() {
    return "No picture comes. Choose another source.";
  }

  /** Switch it off; a camera's light goes out. */
  close() {
    this.#opening += 1;
    this.#release();
  }

  /**
   * Ask for a stream, and show it in place of what was open.
   *
   * @param {() => Promise<MediaStream>} ask
   * @returns {Promise<boolean>} Whether it is shown; false if it was closed, or opened
   *   anew, in the meantime.
   * @throws {SourceError} No picture comes.
   */
  async show(ask) {
    const opening = ++this.#opening;
    let stream;
    try {
      stream = await ask();
    } catch (error) {
      if (opening !== this.#opening) return false; // no one waits for it any more
      throw error;
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
    const { video } = this;
    video.muted = true;
    video.playsInline = true;
    video.srcObject = stream;
    const hasPicture = await firstPicture(video);
    if (opening !== this.#opening || this.#stream !== stream) return false;
    if (hasPicture && Math.min(video.videoWidth, video.videoHeight) >= LEAST_PX) return true;
    const size = `${video.videoWidth} × ${video.videoHeight}`;
    this.#release();
    throw new SourceError(
      hasPicture
        ? `This source shows ${size} pixels; it is probably a virtual one that nothing ` +
          "feeds. Choose another one."
        : this.noPictureProblem,
    );
  }

  #release() {
    if (this.#stream) stop(this.#stream);
    this.#stream = null;
    this.video.srcObject = null;
  }
}

/** @param {MediaStream} stream */
function stop(stream) {
  for (const track of stream.getTracks()) track.stop();
}

/**
 * @param {HTMLVideoElement} video
 * @returns {Promise<boolean>} Whether a picture came in time.
 */
function firstPicture(video) {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), PATIENCE_MS);
    const done = () => {
      clearTimeout(timer);
      resolve(true);
    };
    if (video.readyState >= 2 && video.videoWidth) done();
    else video.addEventListener("loadeddata", done, { once: true });
    video.play().catch(() => {}); // it is muted, and pictures are taken also paused
  });
}
