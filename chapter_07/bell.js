/** Rings when a timer is over. The page of chapter 7 uses it. */

const NOTES_HZ = [880, 1109, 1319];
const APART_S = 0.18;
const LENGTH_S = 0.5;
const LOUDNESS = 0.2;

export class Bell {
  /** @type {AudioContext | null} */
  #context = null;

  /**
   * Ring once; a browser that allows no sound yet stays silent.
   *
   * @param {number} volume 0 to 1.
   */
  ring(volume) {
    this.#context ??= new AudioContext();
    const context = this.#context;
    void context.resume();
    NOTES_HZ.forEach((frequency, at) => {
      const startS = context.currentTime + at * APART_S;
      const note = new OscillatorNode(context, { frequency });
      const loudness = new GainNode(context, { gain: LOUDNESS * volume });
      loudness.gain.setTargetAtTime(0, startS, LENGTH_S / 4);
      note.connect(loudness).connect(context.destination);
      note.start(startS);
      note.stop(startS + LENGTH_S);
    });
  }
}
