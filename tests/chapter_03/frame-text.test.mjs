import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { frameNames, prettyFrame, shortened } from "../../chapter_03/frame-text.js";

const vectors = JSON.parse(
  readFileSync(new URL("../vectors/frame_text.json", import.meta.url), "utf8"),
  (_, value) => (typeof value?.repeat === "number" ? "A".repeat(value.repeat) : value),
);

for (const { value, shortened: expected } of vectors) {
  test(`shortens to ${JSON.stringify(expected)}`, () => {
    assert.deepEqual(shortened(value), expected);
  });
}

test("a frame is named by its fields, two levels deep", () => {
  const names = (message) => frameNames(JSON.stringify(message)).names.join(" ");
  assert.equal(names({ setup: { model: "m" } }), "setup");
  assert.equal(names({ setupComplete: {} }), "setupComplete");
  assert.equal(
    names({ serverContent: { turnComplete: true }, usageMetadata: { a: 1 } }),
    "serverContent turnComplete usageMetadata",
  );
  assert.equal(names({ goAway: null, realtimeInput: "odd" }), "goAway realtimeInput");
  assert.equal(names([1]), "no JSON object");
  assert.equal(frameNames("hello").names[0], "no JSON object");
});

test("audio is noticed in either spelling and direction", () => {
  const blob = (name) => JSON.stringify({ a: { [name]: "audio/pcm;rate=16000" } });
  assert(frameNames(blob("mimeType")).hasAudio);
  assert(frameNames(blob("mime_type")).hasAudio);
  assert(!frameNames('{"text": "audio/pcm"}').hasAudio);
});

test("a frame is indented, and text that is no JSON left alone", () => {
  assert.equal(prettyFrame('{"a":{"b":1}}'), '{\n  "a": {\n    "b": 1\n  }\n}');
  assert.equal(prettyFrame("hello"), "hello");
});
