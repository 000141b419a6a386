/** The player that the lesson builds plays what the chapter's ring plays. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";

import { SampleRing } from "../../chapter_05/sample-ring.js";

const LESSON = new URL("../../chapter_05/live-audio-chat.ipynb", import.meta.url);
const BLOCK = 128;

/** Return the block of JavaScript in the lesson that registers a player. */
function taughtSource() {
  const { cells } = JSON.parse(readFileSync(LESSON, "utf-8"));
  const texts = cells.map(({ source }) => [source].flat().join(""));
  const blocks = texts.flatMap((text) => text.match(/^```js\n[^]*?^```$/gm) ?? []);
  const found = blocks.filter((block) => block.includes("registerProcessor"));
  assert.equal(found.length, 1);
  return found[0].replace(/^```js\n|```$/g, "");
}

/** Run the lesson's worklet as a browser would; returns its processor. */
function taughtPlayer() {
  class AudioWorkletProcessor {
    port = { onmessage: null };
  }
  const registered = new Map();
  const register = (name, processor) => registered.set(name, processor);
  const run = new Function("AudioWorkletProcessor", "registerProcessor", taughtSource());
  run(AudioWorkletProcessor, register);
  return new (registered.get("player"))();
}

/** A generator of numbers from 0 to 1 that are the same in each run. */
function* numbers(seed) {
  for (;;) {
    seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
    yield seed / 2 ** 31;
  }
}

test("what the lesson's worklet plays is what the ring plays without its comforts", () => {
  const player = taughtPlayer();
  const ring = new SampleRing(0, 0); // no start-up delay, no fade
  const random = numbers(5);
  let written = 0;
  let heard = 0;
  for (let step = 0; step < 3000; step += 1) {
    const dice = random.next().value;
    if (dice < 0.3) {
      const length = Math.ceil(random.next().value * 900);
      const samples = Float32Array.from({ length }, (_, at) => written + at + 1);
      written += length;
      player.port.onmessage({ data: { type: "chunk", samples } });
      ring.write(samples);
    } else if (dice < 0.32) {
      player.port.onmessage({ data: { type: "flush" } });
      ring.flush();
    } else {
      const taught = new Float32Array(BLOCK).fill(9);
      const kept = new Float32Array(BLOCK);
      assert.equal(player.process([], [[taught]]), true);
      ring.read(kept);
      assert.deepEqual(taught, kept);
      heard += kept.filter((sample) => sample !== 0).length;
    }
  }
  assert.ok(written > 2 ** 18, "the ring has come round");
  assert.ok(heard > 100_000 && ring.lost > 0);
});
