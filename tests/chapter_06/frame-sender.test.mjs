/** frame-sender.js against the vectors of its twin, and the prices of frames. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";

import { frameTokens, minutesUntilFull } from "../../chapter_06/frame-budget.js";
import { difference, FrameSender } from "../../chapter_06/frame-sender.js";

const { cases } = JSON.parse(
  readFileSync(new URL("../vectors/frame_sender.json", import.meta.url), "utf8"),
);

for (const { name, policy, steps, sent, kept } of cases) {
  test(name, () => {
    const sender = new FrameSender(policy);
    for (const [atMs, brightness, isSpeaking, expected] of steps) {
      const picture = new Uint8Array(16).fill(brightness);
      assert.equal(sender.shouldSend(picture, atMs, isSpeaking), expected);
    }
    assert.deepEqual([sender.sent, sender.kept], [sent, kept]);
  });
}

test("pictures that cannot be compared are different", () => {
  assert.equal(difference([1], [1, 2]), 255);
  assert.equal(difference([], []), 255);
});

test("prices are those of the twin", () => {
  assert.equal(frameTokens(10, "low"), 640);
  assert.equal(frameTokens(10), 2560);
  assert.equal(minutesUntilFull(1).toFixed(2), "7.77");
  assert.equal(minutesUntilFull(0, "low").toFixed(2), "87.38");
  assert.equal(minutesUntilFull(0, "low", { talking: 0 }), Infinity);
});
