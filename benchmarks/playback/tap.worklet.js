/** Passes on every sample that comes in, with the place of the first one in time. */
class Tap extends AudioWorkletProcessor {
  /** @param {Float32Array[][]} inputs */
  process(inputs) {
    const channel = inputs[0][0];
    // Copied, because the browser uses the same memory for the next block.
    this.port.postMessage({ frame: currentFrame, samples: channel?.slice() ?? null });
    return true;
  }
}

registerProcessor("tap", Tap);
