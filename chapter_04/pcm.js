/**
 * Turn the bytes of audio into samples, and back, at any rate.
 *
 * Audio travels as 16-bit little-endian samples, mono (in base64, which
 * chapter_03/live-messages.js reads and writes). Devices and arithmetic want numbers
 * between -1 and 1, at a rate of their own. Nothing here reads, waits or plays, or
 * asks the browser for anything: it runs in a page, in an audio worklet and in node.
 * Chapter 4 builds a part of it; pcm.py is its twin, and both are held to the same vectors
 * (tests/vectors/pcm*.json).
 */

/** Half the length of the filter, in samples of the lower of the two rates. */
const ZERO_CROSSINGS = 32;

/** What the window of the filter is made for; 80 dB are promised. */
const STOPBAND_DB = 90;

/** From what passes to what is stopped, as a share of the lower rate (Kaiser). */
const TRANSITION = (STOPBAND_DB - 7.95) / (14.36 * 2 * ZERO_CROSSINGS);

/** What passes untouched, as a share of the lower rate: to 6.6 kHz for 16 kHz. */
export const PASSBAND = 0.5 - TRANSITION;

/**
 * Scale numbers between -1 and 1 to 16 bits; what is louder is clipped.
 *
 * @param {ArrayLike<number>} samples
 * @returns {Uint8Array<ArrayBuffer>}
 */
export function floatToPcm16(samples) {
  const bytes = new Uint8Array(samples.length * 2);
  for (let at = 0; at < samples.length; at += 1) {
    const scaled = Math.floor(samples[at] * 32768 + 0.5);
    const clipped = Math.max(-32768, Math.min(32767, scaled));
    bytes[2 * at] = clipped; // a typed array keeps the lowest 8 bits; NaN is 0
    bytes[2 * at + 1] = clipped >> 8;
  }
  return bytes;
}

/**
 * Return whole 16-bit samples as numbers from -1 to just under 1.
 *
 * @param {Uint8Array} bytes May start anywhere in its buffer.
 * @returns {Float32Array<ArrayBuffer>}
 * @throws {RangeError} The length is odd. A stream is cut anywhere: `Pcm16Decoder`.
 */
export function pcm16ToFloat(bytes) {
  if (bytes.length % 2) {
    throw new RangeError(`${bytes.length} bytes end with half a sample of 16 bits.`);
  }
  const samples = new Float32Array(bytes.length / 2);
  for (let at = 0; at < samples.length; at += 1) {
    samples[at] = _sample(bytes[2 * at], bytes[2 * at + 1]);
  }
  return samples;
}

/**
 * @param {number} low
 * @param {number} high
 * @returns {number}
 */
function _sample(low, high) {
  return (((high << 24) >> 16) | low) / 32768;
}

/** Decode a stream of PCM that is cut anywhere, even inside a sample. */
export class Pcm16Decoder {
  /** The first byte of a sample whose second has not come; -1: there is none. */
  #half = -1;

  /**
   * Return the samples that are complete; half a sample waits.
   *
   * @param {Uint8Array} chunk
   * @returns {Float32Array<ArrayBuffer>}
   */
  decode(chunk) {
    const carried = this.#half >= 0 && chunk.length > 0 ? 1 : 0;
    const rest = chunk.length - carried;
    const samples = new Float32Array(carried + (rest >> 1));
    if (carried) {
      samples[0] = _sample(this.#half, chunk[0]);
      this.#half = -1;
    }
    for (let to = carried, at = carried; to < samples.length; to += 1, at += 2) {
      samples[to] = _sample(chunk[at], chunk[at + 1]);
    }
    if (rest % 2) this.#half = chunk[chunk.length - 1];
    return samples;
  }

  /** Forget the half sample; call it between two streams. */
  reset() {
    this.#half = -1;
  }
}

/**
 * Return a low-pass filter, one row for each place between two samples.
 *
 * A windowed sinc (Kaiser). It stops everything from half the lower rate upwards.
 * Each row has a sum of 1, so that a constant stays what it is.
 *
 * @param {number} fromHz
 * @param {number} toHz
 * @returns {Float32Array[]}
 */
export function filterTaps(fromHz, toHz) {
  const phases = toHz / _commonDivisor(fromHz, toHz);
  const half = Math.ceil(ZERO_CROSSINGS * Math.max(1, fromHz / toHz));
  const cutoff = Math.min(1, toHz / fromHz) * (1 - TRANSITION);
  const beta = 0.1102 * (STOPBAND_DB - 8.7);
  return Array.from({ length: phases }, (_, phase) => {
    const row = Array.from({ length: 2 * half }, (_, tap) => {
      const distance = tap + 1 - half - phase / phases;
      const inside = Math.max(0, 1 - (distance / half) ** 2);
      return _sinc(distance * cutoff) * _bessel(beta * Math.sqrt(inside));
    });
    const sum = row.reduce((total, tap) => total + tap, 0);
    return Float32Array.from(row, (tap) => tap / sum);
  });
}

/**
 * @param {number} a
 * @param {number} b
 * @returns {number}
 */
function _commonDivisor(a, b) {
  return b === 0 ? a : _commonDivisor(b, a % b);
}

/**
 * @param {number} x
 * @returns {number}
 */
function _sinc(x) {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
}

/**
 * Return the modified Bessel function of order 0, by its power series.
 *
 * @param {number} x
 * @returns {number}
 */
function _bessel(x) {
  let sum = 1;
  let term = 1;
  for (let k = 1; term > sum * 1e-17; k += 1) {
    term *= (x / (2 * k)) ** 2;
    sum += term;
  }
  return sum;
}

/**
 * Change the rate of a stream, chunk by chunk, as if it came in one piece.
 *
 * Every sample that comes out is exactly where it was in what went in; it is
 * held back by `delayS`, until its neighbours have come.
 */
export class Resampler {
  #up;
  #down;
  #taps;
  #half;
  /** What still matters of what went in, then room for the next chunk. */
  #waiting;
  #filled = 0;
  /** Where the next sample is: in `#waiting`, and between two samples of it. */
  #start = 0;
  #phase = 0;
  /** What is still to come out for what went in, in parts of `#up`. */
  #owed = 0;

  /**
   * @param {number} fromHz Rate of what goes in, a whole number of hertz, 4,000 to
   *   384,000.
   * @param {number} toHz Rate of what comes out, likewise.
   * @throws {RangeError} A rate is something else.
   */
  constructor(fromHz, toHz) {
    for (const rateHz of [fromHz, toHz]) {
      if (!Number.isInteger(rateHz) || rateHz < 4000 || rateHz > 384_000) {
        throw new RangeError(
          `${rateHz} Hz is no rate that can be resampled: it takes a whole number ` +
            "from 4000 to 384000.",
        );
      }
    }
    const common = _commonDivisor(fromHz, toHz);
    this.#up = toHz / common;
    this.#down = fromHz / common;
    this.#taps = filterTaps(fromHz, toHz);
    this.#half = this.#taps[0].length / 2;
    this.#waiting = new Float32Array(4 * this.#half + 256);
    /** How long a sample is held back: 2 ms between 48 and 16 kHz. */
    this.delayS = fromHz === toHz ? 0 : this.#half / fromHz;
    this.reset();
  }

  /** Forget what went in; call it between two streams. */
  reset() {
    this.#waiting.fill(0);
    this.#filled = this.#half - 1;
    this.#start = 0;
    this.#phase = 0;
    this.#owed = 0;
  }

  /**
   * Tell how many samples `processInto` writes at most.
   *
   * @param {number} length How many go in.
   * @returns {number}
   */
  maxLength(length) {
    return Math.ceil(((length + this.#half) * this.#up) / this.#down) + 1;
  }

  /**
   * Return what has become complete; as many as the rates say, in the end.
   *
   * @param {Float32Array} samples
   * @returns {Float32Array<ArrayBuffer>}
   */
  process(samples) {
    const output = new Float32Array(this.maxLength(samples.length));
    return output.slice(0, this.processInto(samples, output));
  }

  /**
   * Do the same without a new array, for the audio thread.
   *
   * @param {Float32Array} samples
   * @param {Float32Array} output At least `maxLength(samples.length)` long.
   * @returns {number} How many samples of it were written.
   */
  processInto(samples, output) {
    if (this.#up === this.#down) {
      output.set(samples);
      return samples.length;
    }
    this.#makeRoom(samples.length);
    this.#waiting.set(samples, this.#filled);
    this.#filled += samples.length;
    this.#owed += samples.length * this.#up;
    return this.#advance(output);
  }

  /**
   * Return what was held back, as if silence followed, and begin anew.
   *
   * @returns {Float32Array<ArrayBuffer>}
   */
  flush() {
    const output = new Float32Array(this.maxLength(0));
    let written = 0;
    if (this.#up !== this.#down) {
      this.#makeRoom(this.#half);
      this.#waiting.fill(0, this.#filled, this.#filled + this.#half);
      this.#filled += this.#half;
      written = this.#advance(output);
    }
    this.reset();
    return output.slice(0, written);
  }

  /**
   * @param {Float32Array} output
   * @returns {number}
   */
  #advance(output) {
    const length = 2 * this.#half;
    const waiting = this.#waiting;
    let written = 0;
    while (this.#owed > 0 && this.#start + length <= this.#filled) {
      const taps = this.#taps[this.#phase];
      let sum = 0;
      for (let tap = 0, at = this.#start; tap < length; tap += 1, at += 1) {
        sum += waiting[at] * taps[tap];
      }
      output[written] = sum;
      written += 1;
      this.#owed -= this.#down;
      this.#phase += this.#down;
      while (this.#phase >= this.#up) {
        this.#phase -= this.#up;
        this.#start += 1;
      }
    }
    return written;
  }

  /**
   * Move what still matters to the front; grow only for a chunk that is longer
   * than any before.
   *
   * @param {number} length
   */
  #makeRoom(length) {
    const dropped = Math.min(this.#start, this.#filled);
    if (this.#filled + length <= this.#waiting.length) return;
    const kept = this.#filled - dropped;
    if (kept + length > this.#waiting.length) {
      const larger = new Float32Array(2 * (kept + length));
      larger.set(this.#waiting.subarray(dropped, this.#filled));
      this.#waiting = larger;
    } else {
      this.#waiting.copyWithin(0, dropped, this.#filled);
    }
    this.#filled = kept;
    this.#start -= dropped;
  }
}
