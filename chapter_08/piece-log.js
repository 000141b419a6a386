/**
 * Shows what the server did with each piece: what came, what it became, what was missing.
 *
 * `sumOf` and `inWords` are pure. The page of chapter 8 uses it.
 */

/**
 * @typedef {object} Piece As the server reports it.
 * @property {number} number
 * @property {number} bytes
 * @property {number} ms Sound that came out of it.
 * @property {number} silenceMs Silence in the place of what was missing before it.
 * @property {number} damaged Packets that could not be decoded, so far.
 * @property {number} waitingMs Sound that was still on its way to the service.
 * @property {number} droppedMs Sound that was too late, so far.
 */

const SHOWN = 12;

/**
 * Return all pieces as one.
 *
 * @param {Piece[]} pieces
 */
export function sumOf(pieces) {
  const last = pieces.at(-1);
  return {
    count: pieces.length,
    bytes: pieces.reduce((sum, { bytes }) => sum + bytes, 0),
    ms: pieces.reduce((sum, { ms }) => sum + ms, 0),
    silenceMs: pieces.reduce((sum, { silenceMs }) => sum + silenceMs, 0),
    droppedMs: last?.droppedMs ?? 0,
  };
}

/**
 * Return a sentence about all pieces.
 *
 * @param {ReturnType<typeof sumOf>} sum
 */
export function inWords({ count, bytes, ms, silenceMs, droppedMs }) {
  if (!count) return "Nothing has been sent.";
  const seconds = (ms / 1000).toFixed(1);
  const rate = ms ? `, ${Math.round((bytes * 8) / ms)} kbit/s` : "";
  const kilobytes = (bytes / 1000).toFixed(1);
  const pieces = count === 1 ? "1 piece" : `${count} pieces`;
  const parts = [`${pieces}, ${kilobytes} kB: ${seconds} s of sound${rate}.`];
  if (silenceMs) parts.push(`${Math.round(silenceMs)} ms were missing, and became silence.`);
  if (droppedMs) parts.push(`${Math.round(droppedMs)} ms came too late and were dropped.`);
  return parts.join(" ");
}

export class PieceLog {
  #rows;
  /** @type {ReturnType<typeof sumOf>} */
  #sum = sumOf([]);

  /** @param {HTMLElement} rows The body of a table. */
  constructor(rows) {
    this.#rows = rows;
  }

  /** A sentence about all of them. */
  get summary() {
    return inWords(this.#sum);
  }

  clear() {
    this.#sum = sumOf([]);
    this.#rows.replaceChildren();
  }

  /** @param {Piece} piece */
  add(piece) {
    const { count, bytes, ms, silenceMs } = this.#sum;
    this.#sum = {
      count: count + 1,
      bytes: bytes + piece.bytes,
      ms: ms + piece.ms,
      silenceMs: silenceMs + piece.silenceMs,
      droppedMs: piece.droppedMs,
    };
    const missing = piece.silenceMs ? `${Math.round(piece.silenceMs)} ms of silence` : "";
    const row = document.createElement("tr");
    for (const text of [
      `${piece.number}`,
      `${piece.bytes.toLocaleString("en")}`,
      piece.ms ? `${Math.round(piece.ms)} ms` : "nothing yet",
      missing || "–",
      `${piece.waitingMs} ms`,
    ]) {
      row.append(Object.assign(document.createElement("td"), { textContent: text }));
    }
    row.classList.toggle("is-missing", piece.silenceMs > 0);
    this.#rows.prepend(row);
    while (this.#rows.childElementCount > SHOWN) this.#rows.lastElementChild?.remove();
  }
}
