/**
 * What was said by each side, how much of it was heard, and how long it took.
 *
 * Nothing here has a clock: times come from outside, in milliseconds of any clock
 * that never goes back. Chapter 5 builds a part of it; utterances.py is its twin, and
 * both are held to tests/vectors/turns.json.
 */

/** A blank as Python understands it: \s also matches U+FEFF, but not these. */
export const BLANK = /[\x1c-\x1f\x85]|(?!\ufeff)\s/;

/** How far back a place in the audio can be found. */
const REMEMBERED_CHUNKS = 3000;

/** Knows when each moment of the audio that was sent was spoken. */
export class SentAudio {
  /** @type {{beginMs: number, endMs: number, atMs: number}[]} */
  #chunks = [];
  #sentMs = 0;

  /**
   * Note a chunk that was sent.
   *
   * @param {number} ms Its length.
   * @param {number} atMs When its last sample was spoken.
   */
  add(ms, atMs) {
    const beginMs = this.#sentMs;
    this.#sentMs += ms;
    this.#chunks.push({ beginMs, endMs: this.#sentMs, atMs });
    if (this.#chunks.length > REMEMBERED_CHUNKS) this.#chunks.shift();
  }

  /**
   * Return when a moment of the audio was spoken; null if unknown.
   *
   * @param {number} offsetMs From the beginning of all audio that was sent.
   * @returns {number | null}
   */
  spokenAtMs(offsetMs) {
    const chunk = this.#chunks.find(
      ({ beginMs, endMs }) => beginMs <= offsetMs && offsetMs <= endMs,
    );
    return chunk ? chunk.atMs - (chunk.endMs - offsetMs) : null;
  }
}

/** What you said, in one go. */
export class Question {
  who = /** @type {const} */ ("user");

  /**
   * @param {string} [text] What was typed; left out for what is spoken.
   * @param {number | null} [sentAtMs] When it was sent.
   */
  constructor(text, sentAtMs = null) {
    /** It was sent as text, and nothing is added to it. */
    this.isTyped = text !== undefined;
    this.text = text ?? "";
    /** When your voice ended, and when that was noticed; null: unknown. */
    this.spokenUntilMs = sentAtMs;
    this.noticedAtMs = sentAtMs;
  }
}

/** What the model said, in one turn. */
export class Answer {
  who = /** @type {const} */ ("model");
  /** How much audio has come. */
  receivedMs = 0;
  /** How much of it was heard; null: all of it was, or will be. */
  heardMs = /** @type {number | null} */ (null);
  wasInterrupted = false;
  isOver = false;
  /** Words, and where the chunk began with which they came. */
  #pieces = /** @type {{text: string, fromMs: number}[]} */ ([]);
  #chunkFromMs = 0;

  /**
   * @param {Question | null} question
   * @param {number} firstAtMs When the first of it came.
   */
  constructor(question, firstAtMs) {
    this.question = question;
    this.firstAtMs = firstAtMs;
    /** When the first of it left the loudspeaker; null: not yet. */
    this.audibleAtMs = /** @type {number | null} */ (null);
  }

  get text() {
    return this.#pieces.map(({ text }) => text).join("");
  }

  /** @param {number} ms Length of a chunk that came. */
  addAudio(ms) {
    this.#chunkFromMs = this.receivedMs;
    this.receivedMs += ms;
  }

  /** @param {string} text Words of the transcript that came. */
  addWords(text) {
    const last = this.#pieces.at(-1);
    if (last && last.fromMs === this.#chunkFromMs) last.text += text;
    else this.#pieces.push({ text, fromMs: this.#chunkFromMs });
  }

  /**
   * Return the words that were heard, and those that were not.
   *
   * An estimate: a transcript has no times. Words are taken to begin with the chunk
   * they came with and to go on to the next words; one that was begun counts as heard.
   *
   * @returns {{heard: string, unheard: string}}
   */
  split() {
    const heardMs = this.heardMs ?? Infinity;
    let heard = "";
    let unheard = "";
    this.#pieces.forEach(({ text, fromMs }, at) => {
      const endMs = this.#pieces[at + 1]?.fromMs ?? this.receivedMs;
      let share = heardMs >= endMs ? 1 : 0;
      if (fromMs < heardMs && heardMs < endMs) {
        share = (heardMs - fromMs) / (endMs - fromMs);
      }
      const letters = lettersHeard(text, share);
      heard += text.slice(0, letters);
      unheard += text.slice(letters);
    });
    return { heard, unheard };
  }

  /**
   * Return where the time went from the end of your words to the first of the
   * answer's; null as long as an end of it is unknown.
   *
   * @returns {{noticingMs: number, answeringMs: number, playingMs: number,
   *   totalMs: number} | null}
   */
  delay() {
    const { spokenUntilMs = null, noticedAtMs = null } = this.question ?? {};
    if (spokenUntilMs === null || noticedAtMs === null) return null;
    if (this.audibleAtMs === null) return null;
    const noticingMs = noticedAtMs - spokenUntilMs;
    const answeringMs = this.firstAtMs - noticedAtMs;
    const playingMs = this.audibleAtMs - this.firstAtMs;
    const totalMs = noticingMs + answeringMs + playingMs;
    return { noticingMs, answeringMs, playingMs, totalMs };
  }
}

/**
 * Return how many letters of a text are words that were begun.
 *
 * @param {string} text
 * @param {number} share How much of its time was heard, 0 to 1.
 * @returns {number}
 */
function lettersHeard(text, share) {
  const letters = [...text]; // counted like Python's, an emoji is one of them
  const reached = Math.floor(letters.length * share);
  if (reached === 0) return 0;
  const before = letters.slice(0, reached).join("").length;
  const end = text.slice(before).search(BLANK);
  return end < 0 ? text.length : before + end;
}
