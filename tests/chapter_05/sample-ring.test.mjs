/** The ring of samples: order, start delay, underruns, flushes, growth. */

import assert from "node:assert/strict";
import test from "node:test";

import { SampleRing } from "../../chapter_05/sample-ring.js";

const BLOCK = 128;

/** Return samples that count up, so that each shows where it came from. */
function counting(from, length) {
  return Float32Array.from({ length }, (_, at) => (from + at + 1) / 2 ** 20);
}

/** Read this many blocks, joined. */
function read(ring, blocks = 1) {
  const heard = new Float32Array(blocks * BLOCK);
  for (let at = 0; at < blocks; at += 1) {
    ring.read(heard.subarray(at * BLOCK, (at + 1) * BLOCK));
  }
  return heard;
}

test("chunks that arrive in a burst come out as one stretch, sample for sample", () => {
  const ring = new SampleRing(0, 120);
  for (let chunk = 0; chunk < 25; chunk += 1) ring.write(counting(chunk * 960, 960));
  ring.finish();
  const heard = read(ring, 24_000 / BLOCK + 1);
  assert.deepEqual(heard.subarray(0, 24_000), counting(0, 24_000));
  assert.ok(heard.subarray(24_000).every((sample) => sample === 0));
  assert.equal(ring.played, 24_000);
  assert.ok(ring.isDrained && !ring.isPlaying);
  assert.equal(ring.underruns, 0);
});

test("an answer begins as soon as the start delay is there", () => {
  const ring = new SampleRing(2400, 120);
  ring.write(counting(0, 2399));
  assert.ok(read(ring).every((sample) => sample === 0));
  ring.write(counting(2399, 1));
  assert.deepEqual(read(ring), counting(0, BLOCK));
  assert.equal(ring.heldBack, BLOCK);
});

test("an answer that comes slowly begins after the start delay all the same", () => {
  const ring = new SampleRing(BLOCK * 3, 120);
  ring.write(counting(0, 200));
  assert.ok(read(ring, 3).every((sample) => sample === 0));
  assert.deepEqual(read(ring), counting(0, BLOCK));
  assert.equal(ring.heldBack, BLOCK * 3);
});

test("an answer shorter than the start delay begins when it is complete", () => {
  const ring = new SampleRing(2400, 120);
  ring.write(counting(0, BLOCK));
  read(ring);
  ring.finish();
  assert.deepEqual(read(ring), counting(0, BLOCK));
});

test("a chunk that comes too late is an underrun, and both edges are smooth", () => {
  const ring = new SampleRing(0, 64);
  ring.write(new Float32Array(BLOCK).fill(0.5));
  assert.ok(read(ring).every((sample) => sample === 0.5));
  const gap = read(ring, 2);
  assert.ok(gap[0] > 0.48 && gap[0] < 0.5);
  assert.ok(gap.subarray(64).every((sample) => sample === 0));
  assert.equal(ring.underruns, 0, "nobody knows yet whether more will come");
  ring.write(new Float32Array(BLOCK).fill(0.5));
  const again = read(ring);
  assert.ok(again[0] > 0 && again[0] < 0.01);
  assert.equal(again[64], 0.5);
  assert.equal(ring.underruns, 1);
  assert.equal(ring.missing, 2 * BLOCK - 64);
});

test("running dry at the end of an answer is no underrun", () => {
  const ring = new SampleRing(0, 64);
  ring.write(counting(0, 100));
  read(ring, 2);
  ring.finish();
  ring.write(counting(0, 100));
  read(ring, 2);
  assert.equal(ring.underruns, 0);
});

test("a flush fades out and forgets; what is written next plays whole", () => {
  const ring = new SampleRing(0, 100);
  ring.write(new Float32Array(10_000).fill(1));
  read(ring, 2);
  ring.flush();
  ring.write(counting(0, 300));
  const heard = read(ring, 4);
  assert.ok(heard[0] > 0.98 && heard[0] < 1);
  assert.equal(heard[99], 0);
  for (let at = 1; at < 100; at += 1) assert.ok(heard[at] < heard[at - 1]);
  assert.deepEqual(heard.slice(100, 400), counting(0, 300));
  assert.equal(ring.played, 2 * BLOCK + 100 + 300);
  assert.equal(ring.lost, 10_000 - 2 * BLOCK - 100);
});

test("a flush while nothing is audible is silent", () => {
  const ring = new SampleRing(1000, 100);
  ring.write(new Float32Array(500).fill(1));
  ring.flush();
  ring.finish();
  assert.ok(read(ring, 10).every((sample) => sample === 0));
  assert.equal(ring.lost, 500);
});

test("a flush longer than a block goes on in the next one", () => {
  const ring = new SampleRing(0, 2 * BLOCK);
  ring.write(new Float32Array(1000).fill(1));
  read(ring);
  ring.flush();
  const heard = read(ring, 3);
  assert.ok(heard[BLOCK] < heard[BLOCK - 1] && heard[BLOCK] > 0.4);
  assert.ok(heard.subarray(2 * BLOCK).every((sample) => sample === 0));
});

test("a long answer makes the ring grow, wrapped or not, without losing its order", () => {
  const ring = new SampleRing(0, 0);
  const first = 2 ** 18 - 1000;
  ring.write(counting(0, first));
  read(ring, 100);
  ring.write(counting(first, 2000)); // wraps around
  ring.write(counting(first + 2000, 2 ** 18)); // grows
  ring.finish();
  const total = first + 2000 + 2 ** 18;
  const heard = read(ring, Math.ceil(total / BLOCK) - 100);
  const wanted = counting(100 * BLOCK, total - 100 * BLOCK);
  assert.deepEqual(heard.subarray(0, wanted.length), wanted);
});

test("what is more than the ring can ever hold is refused, and counted", () => {
  const ring = new SampleRing(0, 0);
  const minute = new Float32Array(24_000 * 60);
  for (let at = 0; at < 13; at += 1) ring.write(minute);
  assert.ok(ring.refused > 0);
  assert.ok(ring.waiting <= 2 ** 24);
});
