/** What has been read so far, to be drawn, compared and saved. */

import { floatToPcm16 } from "./pcm.js";
import { wavHeader } from "./wav-file.js";

const RATE_HZ = 24_000;

/** One text, read aloud: its turns, what was said, and the sound. */
export class Speech {
  turnsRead = 0;
  said = "";
  /** Where the user stopped it. @type {number | null} */
  stoppedAtS = null;
  /** @type {Uint8Array<ArrayBuffer>[]} */
  #chunks = [];
  #samples = 0;

  /** @param {string[]} [turns] */
  constructor(turns = []) {
    this.turns = turns;
  }

  /** How much has come. */
  get durationS() {
    return this.#samples / RATE_HZ;
  }

  /** Whether the transcript holds the words of the text, whatever the punctuation. */
  get isFaithful() {
    return wordsOf(this.said) === wordsOf(this.turns.join(" "));
  }

  /** @param {Float32Array} samples At 24 kHz. */
  add(samples) {
    this.#chunks.push(floatToPcm16(samples));
    this.#samples += samples.length;
  }

  /** @returns {Blob} */
  wavFile() {
    const header = wavHeader(this.#samples * 2, RATE_HZ);
    return new Blob([header, ...this.#chunks], { type: "audio/wav" });
  }
}

/** @param {string} text */
function wordsOf(text) {
  return (text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []).join(" ");
}
