import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { PlaybackQueue } from "../../chapter_04/playback-queue.js";

const VECTORS = JSON.parse(
  readFileSync(new URL("../vectors/pcm_queue.json", import.meta.url), "utf-8"),
);

const near = (got, expected) =>
  assert.ok(Math.abs(got - expected) < 1e-9, `${got}, not ${expected}`);

for (const { name, options, steps, underruns, silence_s } of VECTORS) {
  test(name, () => {
    const queue = new PlaybackQueue({
      startUpS: options.start_up_s,
      rateHz: options.rate_hz,
    });
    for (const step of steps) {
      if (step.add) near(queue.add(...step.add), step.start_s);
      else if (step.ahead) near(queue.aheadS(step.ahead), step.seconds);
      else if (step.flush) {
        near(queue.aheadS(step.flush), step.lost_s);
        queue.flush(step.flush);
        near(queue.aheadS(step.flush), 0);
      } else if (step.finish) queue.finish();
      else assert.fail(JSON.stringify(step));
    }
    assert.equal(queue.underruns, underruns);
    near(queue.silenceS, silence_s);
  });
}
