/** Chunks of the microphone: equal lengths, nothing lost, levels. */

import assert from "node:assert/strict";
import test from "node:test";

import { pcm16ToFloat } from "../../chapter_04/pcm.js";
import { ChunkCutter, levelOf, mixDown } from "../../chapter_05/chunk-cutter.js";

test("blocks of any length become chunks of one length, in order", () => {
  const cutter = new ChunkCutter(320);
  const spoken = Float32Array.from({ length: 1000 }, (_, at) => at / 2048);
  const chunks = [];
  for (let at = 0; at < 1000; at += 43) {
    const block = spoken.subarray(at, at + 43);
    cutter.add(block, block.length, (pcm) => chunks.push(pcm));
  }
  assert.deepEqual(
    chunks.map(({ length }) => length),
    [640, 640, 640],
  );
  const heard = chunks.flatMap((pcm) => [...pcm16ToFloat(pcm)]);
  assert.deepEqual(heard, [...spoken.subarray(0, 960)]);
});

test("only the samples that count are taken", () => {
  const cutter = new ChunkCutter(4);
  const chunks = [];
  cutter.add(new Float32Array(100).fill(1), 3, (pcm) => chunks.push(pcm));
  assert.equal(chunks.length, 0);
});

test("what was said before a pause is not in the first chunk after it", () => {
  const cutter = new ChunkCutter(4);
  const levels = [];
  cutter.add(new Float32Array(3).fill(1), 3, () => assert.fail());
  cutter.reset();
  cutter.add(new Float32Array(4), 4, (_pcm, level) => levels.push(level));
  assert.deepEqual(levels, [0]);
});

test("the level is the root mean square", () => {
  assert.equal(levelOf(new Float32Array(10)), 0);
  assert.equal(levelOf(new Float32Array(0)), 0);
  assert.equal(levelOf(new Float32Array(10).fill(-0.5)), 0.5);
});

test("channels are mixed, so that no side of a stereo microphone is louder", () => {
  const left = Float32Array.of(1, 0, 0.5);
  const right = Float32Array.of(0, 0, 0.5);
  const mono = mixDown([left, right], new Float32Array(3));
  assert.deepEqual([...mono], [0.5, 0, 0.5]);
});
