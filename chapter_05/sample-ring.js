/**
 * What the model has said and has not been heard yet, as samples in a ring.
 *
 * One side writes chunks in bursts, the other reads a few samples at a time at a
 * steady pace. Neither waits: a reader gets silence where there is nothing. There is
 * no clock here but the number of samples read. Runs on the audio thread, so
 * `read` makes no objects. Chapter 5 builds its heart.
 */

/** Room for 11 s at 24 kHz; it grows when an answer runs further ahead. */
const FIRST_ROOM = 2 ** 18;

/** Room for 11 minutes at 24 kHz (64 MB). */
const MOST_ROOM = 2 ** 24;

export class SampleRing {
  /** Samples that were read as part of an answer. */
  played = 0;
  /** Samples that were flushed before they were read. */
  lost = 0;
  /** Samples that came when there was no more room. */
  refused = 0;
  /** Times that an answer had to pause because its next chunk was late. */
  underruns = 0;
  /** Length of all these pauses, in samples. */
  missing = 0;
  /** How long the answer that plays was held back before it began, in samples. */
  heldBack = 0;
  isPlaying = false;

  #samples = new Float32Array(FIRST_ROOM);
  #startDelay;
  #fade;
  /** Positions since the beginning; the ring holds what lies between the two. */
  #readAt = 0;
  #writtenAt = 0;
  /** Whether the answer that waits is complete, so that running dry is its end. */
  #isComplete = true;
  /** Samples of silence since an incomplete answer ran dry; -1: it did not. */
  #drySince = -1;
  #waited = 0;
  /** The last samples before a flush, fading out. */
  #tail;
  #tailAt = 0;
  #tailEnd = 0;
  /** How far the first samples after an underrun have faded in. */
  #risen;
  #last = 0;

  /**
   * @param {number} startDelay Samples to hold back before an answer begins, so that
   *   a chunk that comes a little late still joins on.
   * @param {number} fade Samples in which a flushed answer falls silent.
   */
  constructor(startDelay, fade) {
    this.#startDelay = startDelay;
    this.#fade = fade;
    this.#risen = fade;
    this.#tail = new Float32Array(fade);
  }

  /** Samples that are here and not yet read. */
  get waiting() {
    return this.#writtenAt - this.#readAt;
  }

  /** Whether everything has been heard, and nothing is to follow. */
  get isDrained() {
    return this.#isComplete && this.waiting === 0;
  }

  /**
   * Add a chunk at the end.
   *
   * @param {Float32Array} chunk
   */
  write(chunk) {
    if (this.#drySince >= 0) {
      this.underruns += 1;
      this.missing += this.#drySince;
      this.#risen = 0;
      this.#drySince = -1;
    }
    this.#isComplete = false;
    if (!this.#hasRoomFor(chunk.length)) {
      this.refused += chunk.length;
      return;
    }
    const room = this.#samples.length;
    const at = this.#writtenAt % room;
    const first = Math.min(chunk.length, room - at);
    this.#samples.set(chunk.subarray(0, first), at);
    this.#samples.set(chunk.subarray(first), 0);
    this.#writtenAt += chunk.length;
  }

  /** The answer is complete: what waits may begin, and running dry is no fault. */
  finish() {
    this.#isComplete = true;
    this.#drySince = -1;
  }

  /** Forget everything that waits; what can be heard fades out in `fade` samples. */
  flush() {
    this.#tailAt = 0;
    this.#tailEnd = this.isPlaying ? Math.min(this.#fade, this.waiting) : 0;
    for (let at = 0; at < this.#tailEnd; at += 1) {
      this.#tail[at] = this.#next() * this.#rise() * (1 - (at + 1) / this.#tailEnd);
    }
    this.played += this.#tailEnd;
    this.lost += this.waiting;
    this.#readAt = this.#writtenAt;
    this.#risen = this.#fade;
    this.#pause();
    this.finish();
  }

  /**
   * Fill a block with what is to be heard next, silence where there is nothing.
   *
   * @param {Float32Array} output
   */
  read(output) {
    let at = this.#readTail(output);
    if (this.isPlaying || this.#mayBegin(output.length)) {
      at = this.#readAnswer(output, at);
    }
    output.fill(0, at);
    if (this.#drySince >= 0) this.#drySince += output.length - at;
  }

  /**
   * @param {Float32Array} output
   * @returns {number} Where the tail ends in it.
   */
  #readTail(output) {
    const length = Math.min(this.#tailEnd - this.#tailAt, output.length);
    for (let at = 0; at < length; at += 1) output[at] = this.#tail[this.#tailAt + at];
    this.#tailAt += length;
    return length;
  }

  /**
   * @param {number} length Of the block that is being read.
   * @returns {boolean}
   */
  #mayBegin(length) {
    if (this.waiting === 0) return false;
    const enough =
      this.#isComplete ||
      this.waiting >= this.#startDelay ||
      this.#waited >= this.#startDelay;
    if (!enough) {
      this.#waited += length;
      return false;
    }
    this.heldBack = this.#waited;
    this.#waited = 0;
    this.isPlaying = true;
    return true;
  }

  /**
   * @param {Float32Array} output
   * @param {number} from
   * @returns {number} Where the answer, or what there is of it, ends in the block.
   */
  #readAnswer(output, from) {
    const length = Math.min(this.waiting, output.length - from);
    const end = from + length;
    for (let at = from; at < end; at += 1) output[at] = this.#next() * this.#rise();
    if (length > 0) this.#last = output[end - 1];
    this.played += length;
    if (end === output.length) return end;
    this.#pause();
    if (this.#isComplete) return end;
    this.#drySince = 0;
    return this.#decay(output, end);
  }

  /**
   * Let the last sample before an underrun fall to zero instead of breaking off.
   *
   * @param {Float32Array} output
   * @param {number} from
   * @returns {number}
   */
  #decay(output, from) {
    const end = Math.min(output.length, from + this.#fade);
    for (let at = from; at < end; at += 1) {
      output[at] = this.#last * (1 - (at - from + 1) / (end - from));
    }
    return end;
  }

  #pause() {
    this.isPlaying = false;
    this.#waited = 0;
  }

  #rise() {
    if (this.#risen === this.#fade) return 1;
    this.#risen += 1;
    return this.#risen / this.#fade;
  }

  #next() {
    const sample = this.#samples[this.#readAt % this.#samples.length];
    this.#readAt += 1;
    return sample;
  }

  /**
   * @param {number} length
   * @returns {boolean}
   */
  #hasRoomFor(length) {
    const needed = this.waiting + length;
    if (needed > MOST_ROOM) return false;
    let room = this.#samples.length;
    while (room < needed) room *= 2;
    if (room > this.#samples.length) this.#growTo(room);
    return true;
  }

  /** @param {number} room */
  #growTo(room) {
    const larger = new Float32Array(room);
    for (let at = this.#readAt; at < this.#writtenAt; at += 1) {
      larger[at % room] = this.#samples[at % this.#samples.length];
    }
    this.#samples = larger;
  }
}
