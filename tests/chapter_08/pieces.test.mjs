// What the page says about pieces and files, without a browser.

import assert from "node:assert/strict";
import { test } from "node:test";

import { inWords, sumOf } from "../../chapter_08/piece-log.js";
import { uploadProblem } from "../../chapter_08/upload.js";

const piece = (number, more = {}) => ({
  number,
  bytes: 1_950,
  ms: 120,
  silenceMs: 0,
  damaged: 0,
  waitingMs: 0,
  droppedMs: 0,
  ...more,
});

test("pieces add up", () => {
  const sum = sumOf([piece(1), piece(2, { silenceMs: 119.4 }), piece(3, { droppedMs: 40 })]);
  assert.deepEqual(sum, {
    count: 3,
    bytes: 5_850,
    ms: 360,
    silenceMs: 119.4,
    droppedMs: 40,
  });
  assert.equal(
    inWords(sum),
    "3 pieces, 5.8 kB: 0.4 s of sound, 130 kbit/s. " +
      "119 ms were missing, and became silence. 40 ms came too late and were dropped.",
  );
});

test("nothing is said of what did not happen", () => {
  assert.equal(inWords(sumOf([])), "Nothing has been sent.");
  assert.equal(inWords(sumOf([piece(1, { ms: 0 })])), "1 piece, 1.9 kB: 0.0 s of sound.");
});

test("files that can't be heard are not sent", () => {
  assert.equal(uploadProblem({ name: "a.wav", size: 100 }, 1_000), "");
  assert.equal(uploadProblem({ name: "a.wav", size: 0 }, 1_000), "a.wav is empty.");
  assert.equal(
    uploadProblem({ name: "a.wav", size: 300e6 }, 200e6),
    "a.wav has 300 MB; 200 MB are allowed.",
  );
});
