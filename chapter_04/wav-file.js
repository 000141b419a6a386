/** A WAV file is the samples behind 44 bytes that say what they are. */

/**
 * Return the header of a WAV file with 16-bit mono samples.
 *
 * @param {number} pcmBytes Length of the samples in bytes.
 * @param {number} rateHz
 * @returns {Uint8Array<ArrayBuffer>}
 */
export function wavHeader(pcmBytes, rateHz) {
  const header = new DataView(new ArrayBuffer(44));
  const text = (/** @type {number} */ at, /** @type {string} */ letters) =>
    [...letters].forEach((letter, n) => header.setUint8(at + n, letter.charCodeAt(0)));
  text(0, "RIFF");
  header.setUint32(4, 36 + pcmBytes, true);
  text(8, "WAVEfmt ");
  header.setUint32(16, 16, true); // length of what follows about the format
  header.setUint16(20, 1, true); // PCM
  header.setUint16(22, 1, true); // one channel
  header.setUint32(24, rateHz, true);
  header.setUint32(28, rateHz * 2, true); // bytes per second
  header.setUint16(32, 2, true); // bytes per sample
  header.setUint16(34, 16, true); // bits per sample
  text(36, "data");
  header.setUint32(40, pcmBytes, true);
  return new Uint8Array(header.buffer);
}
