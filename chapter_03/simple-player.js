/**
 * Plays an answer while it arrives: each chunk begins where the last one ends.
 *
 * As little as will do here. Chapter 4 shows where such a player breaks, and builds
 * a better one.
 */

/** Schedules chunks of PCM one after the other. */
export class SimplePlayer {
  #context = new AudioContext();
  #endsAtS = 0;
  /** @type {Set<AudioBufferSourceNode>} */
  #sources = new Set();

  /** Let it sound; browsers ask for a click or a key first. */
  async start() {
    await this.#context.resume();
  }

  /**
   * @param {Uint8Array} pcm 16-bit little-endian samples, mono.
   * @param {number} rateHz
   */
  play(pcm, rateHz) {
    const count = Math.floor(pcm.length / 2);
    if (count === 0) return;
    const view = new DataView(pcm.buffer, pcm.byteOffset);
    const buffer = this.#context.createBuffer(1, count, rateHz);
    const samples = buffer.getChannelData(0);
    for (let at = 0; at < count; at += 1) {
      samples[at] = view.getInt16(at * 2, true) / 32768;
    }
    const source = new AudioBufferSourceNode(this.#context, { buffer });
    source.connect(this.#context.destination);
    source.onended = () => this.#sources.delete(source);
    this.#sources.add(source);
    this.#endsAtS = Math.max(this.#endsAtS, this.#context.currentTime + 0.05);
    source.start(this.#endsAtS);
    this.#endsAtS += buffer.duration;
  }

  /** Forget everything that has not been heard. */
  stop() {
    for (const source of this.#sources) source.stop();
    this.#sources.clear();
    this.#endsAtS = 0;
  }
}
