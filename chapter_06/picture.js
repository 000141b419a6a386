/**
 * Makes frames of pictures: small, upright JPEGs, as frames.py does in Python.
 *
 * A picture is a video element, a file or a bitmap. Scaling and compression are done in
 * jpeg-worker.js. The page of chapter 6 uses it.
 */

/** The longer side of a frame; the API recommends 768 × 768 (documented). */
export const MOST_SIDE_PX = 768;

/** A frame is compressed, and then made smaller, until it is no longer than that. */
export const MOST_BYTES = 120_000;

/** A larger picture is refused before it is decoded as a whole. */
export const MOST_PIXELS = 50_000_000;
export const MOST_FILE_BYTES = 50_000_000;

const THUMBNAIL_PX = 16;

/** A picture that can't be used: why, and what to do, in a sentence. */
export class PictureError extends Error {
  /** @param {string} message */
  constructor(message) {
    super(message);
    this.name = "PictureError";
  }
}

/**
 * @typedef {object} Frame
 * @property {Uint8Array<ArrayBuffer>} jpeg
 * @property {number} width
 * @property {number} height
 *
 * @typedef {HTMLVideoElement | ImageBitmap} Picture
 */

/**
 * Return the size of a frame of a picture, the longer side at most `mostPx`.
 *
 * @param {number} width
 * @param {number} height
 * @param {number} [mostPx]
 */
export function scaled(width, height, mostPx = MOST_SIDE_PX) {
  const scale = Math.min(1, mostPx / Math.max(width, height));
  return {
    width: Math.max(1, Math.round(width * scale)),
    height: Math.max(1, Math.round(height * scale)),
  };
}

/** Takes pictures of videos and bitmaps; compresses them in a thread of its own. */
export class Camcorder {
  #small = new OffscreenCanvas(THUMBNAIL_PX, THUMBNAIL_PX);
  #context = /** @type {OffscreenCanvasRenderingContext2D} */ (
    this.#small.getContext("2d", { willReadFrequently: true })
  );
  #worker = new Worker(new URL("jpeg-worker.js", import.meta.url), { type: "module" });
  #hasWorker = true;

  constructor() {
    this.#worker.onerror = () => (this.#hasWorker = false);
  }

  /**
   * Return the brightness of a picture in small, 16 × 16 values of 0 to 255.
   *
   * @param {Picture} picture
   * @returns {Uint8Array}
   */
  thumbnail(picture) {
    this.#context.drawImage(picture, 0, 0, THUMBNAIL_PX, THUMBNAIL_PX);
    const { data } = this.#context.getImageData(0, 0, THUMBNAIL_PX, THUMBNAIL_PX);
    const brightness = new Uint8Array(data.length / 4);
    for (let at = 0; at < brightness.length; at += 1) {
      const [red, green, blue] = data.subarray(at * 4, at * 4 + 3);
      brightness[at] = (red * 299 + green * 587 + blue * 114) / 1000;
    }
    return brightness;
  }

  /**
   * Make a frame. One at a time: wait for it before you ask for the next.
   *
   * @param {Picture} picture
   * @param {number} [mostPx]
   * @returns {Promise<Frame>}
   * @throws {PictureError}
   */
  async frame(picture, mostPx = MOST_SIDE_PX) {
    const taken = await createImageBitmap(picture);
    return new Promise((resolve, reject) => {
      const fail = (/** @type {string} */ why) => reject(new PictureError(why));
      const noWorker = "Frames can't be made: jpeg-worker.js did not load. Load the page again.";
      if (!this.#hasWorker) return fail(noWorker);
      this.#worker.onerror = () => {
        this.#hasWorker = false;
        fail(noWorker);
      };
      this.#worker.onmessage = ({ data: { frame, problem } }) => {
        if (frame) resolve(frame);
        else fail(`The picture can't be compressed (${problem}).`);
      };
      this.#worker.postMessage({ picture: taken, mostPx }, [taken]);
    });
  }
}

/**
 * Decode a file that was dropped, pasted or chosen; of an animation the first picture.
 *
 * @param {File} file
 * @returns {Promise<ImageBitmap>}
 * @throws {PictureError}
 */
export async function pictureOf(file) {
  const name = file.name || "The picture";
  if (file.size === 0) throw new PictureError(`${name} is empty.`);
  if (file.size > MOST_FILE_BYTES) {
    throw new PictureError(
      `${name} has ${Math.round(file.size / 1e6)} MB; up to ` +
        `${MOST_FILE_BYTES / 1e6} MB are taken. Make it smaller.`,
    );
  }
  const start = new Uint8Array(await file.slice(0, 512).arrayBuffer());
  const kind = kindOf(start);
  if (kind === "svg") {
    throw new PictureError(
      `${name} is a drawing or a page (SVG or XML), not a picture. Export it as PNG or JPEG.`,
    );
  }
  if (kind === "heic") {
    throw new PictureError(
      `${name} is a HEIC picture, which is not read here. Export it as JPEG; phones can ` +
        "be told to take JPEGs (Most Compatible).",
    );
  }
  const size = sizeOf(start, kind);
  if (size && size.width * size.height > MOST_PIXELS) {
    throw new PictureError(tooMany(name, size));
  }
  let bitmap;
  try {
    bitmap = await createImageBitmap(file);
  } catch {
    throw new PictureError(
      kind
        ? `${name} is damaged or incomplete. Try to open it in another program and save it anew.`
        : `${name} is not a picture. JPEG, PNG, WebP and GIF are taken.`,
    );
  }
  if (bitmap.width * bitmap.height > MOST_PIXELS) {
    bitmap.close();
    throw new PictureError(tooMany(name, bitmap));
  }
  return bitmap;
}

/**
 * @param {string} name
 * @param {{width: number, height: number}} size
 */
function tooMany(name, { width, height }) {
  return (
    `${name} has ${width.toLocaleString("en")} × ${height.toLocaleString("en")} pixels; ` +
    `up to ${MOST_PIXELS / 1e6} million are taken. Make it smaller.`
  );
}

/**
 * Return what a file is by its first bytes; "" if it is no kind that is known here.
 *
 * @param {Uint8Array} start
 */
export function kindOf(start) {
  // Not a TextDecoder: what the web calls latin1 has other letters for some bytes.
  const text = String.fromCharCode(...start);
  if (text.startsWith("\x89PNG")) return "png";
  if (text.startsWith("\xff\xd8\xff")) return "jpeg";
  if (/^GIF8[79]a/.test(text)) return "gif";
  if (text.startsWith("RIFF") && text.slice(8, 12) === "WEBP") return "webp";
  if (/^\s*(<\?xml|<svg|<!doc)/i.test(text)) return "svg";
  if (text.slice(4, 8) === "ftyp" && /^(hei|hev|mif|msf)/.test(text.slice(8))) return "heic";
  return "";
}

/**
 * Return the size that the head of a file claims, where that is easily read: a picture
 * that claims too much is not decoded.
 *
 * @param {Uint8Array} start
 * @param {string} kind
 * @returns {{width: number, height: number} | null}
 */
function sizeOf(start, kind) {
  const view = new DataView(start.buffer, start.byteOffset, start.byteLength);
  if (kind === "png" && start.length >= 24) {
    return { width: view.getUint32(16), height: view.getUint32(20) };
  }
  if (kind === "gif" && start.length >= 10) {
    return { width: view.getUint16(6, true), height: view.getUint16(8, true) };
  }
  return null;
}
