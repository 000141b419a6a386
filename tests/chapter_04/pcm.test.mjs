import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import {
  Pcm16Decoder,
  Resampler,
  floatToPcm16,
  pcm16ToFloat,
} from "../../chapter_04/pcm.js";

const VECTORS = JSON.parse(
  readFileSync(new URL("../vectors/pcm.json", import.meta.url), "utf-8"),
);

const fromHex = (hex) => Uint8Array.from(Buffer.from(hex, "hex"));
const fromBase64 = (text) => Uint8Array.from(Buffer.from(text, "base64"));
const int16 = (bytes) => [...pcm16ToFloat(bytes)].map((sample) => sample * 32768);

test("+1.0 becomes 32767, and everything louder too", () => {
  assert.deepEqual(int16(floatToPcm16(VECTORS.floats.samples)), VECTORS.floats.pcm);
  assert.deepEqual(int16(floatToPcm16([NaN, Infinity, -Infinity])), [0, 32767, -32768]);
});

test("all 65,536 values come back as they went", () => {
  const pcm = new Uint8Array(Int16Array.from({ length: 65_536 }, (_, at) => at).buffer);
  assert.deepEqual(floatToPcm16(pcm16ToFloat(pcm)), pcm);
});

test("bytes that start at an odd place in their buffer are read", () => {
  const bytes = fromHex("ff0080ff7f").subarray(1);
  assert.deepEqual(int16(bytes), [-32768, 32767]);
});

test("an odd number of bytes is an error that names the number", () => {
  assert.throws(() => pcm16ToFloat(fromHex("010203")), /3 bytes/);
});

test("a sample whose bytes come in two chunks is decoded with the second", () => {
  for (const { chunks, pcm } of VECTORS.streams) {
    const decoder = new Pcm16Decoder();
    const decoded = chunks.map((hex) =>
      [...decoder.decode(fromHex(hex))].map((sample) => sample * 32768),
    );
    assert.deepEqual(decoded, pcm);
  }
});

test("after a reset the next byte begins a sample", () => {
  const decoder = new Pcm16Decoder();
  decoder.decode(fromHex("01"));
  decoder.reset();
  assert.deepEqual([...decoder.decode(fromHex("0200"))], [2 / 32768]);
});

/** Cut samples as a case of the vectors says, and flush. */
function resample(resampler, samples, lengths) {
  let at = 0;
  const pieces = lengths.map((length) => {
    at += length;
    return resampler.process(samples.subarray(at - length, at));
  });
  return [...pieces, resampler.flush()];
}

function joined(pieces) {
  const result = new Float32Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    result.set(piece, at);
    at += piece.length;
  }
  return result;
}

test("the resampler gives what Python gives, to one LSB, chunk by chunk", () => {
  for (const vector of VECTORS.resampled) {
    const resampler = new Resampler(vector.from_hz, vector.to_hz);
    const samples = pcm16ToFloat(fromBase64(vector.input));
    const pieces = resample(resampler, samples, vector.chunks);
    const name = `${vector.from_hz} to ${vector.to_hz}`;
    assert.deepEqual(pieces.map((piece) => piece.length), vector.lengths, name);
    const got = int16(floatToPcm16(joined(pieces)));
    const expected = int16(fromBase64(vector.output));
    const worst = Math.max(...got.map((value, at) => Math.abs(value - expected[at])));
    assert.ok(worst <= 1, `${name}: ${worst} LSB`);
    assert.equal(resampler.delayS, vector.delay_s);
  }
});

test("a flushed resampler begins anew", () => {
  const resampler = new Resampler(44_100, 16_000);
  const samples = Float32Array.from({ length: 999 }, (_, at) => Math.sin(at / 9));
  const first = joined(resample(resampler, samples, [999]));
  assert.deepEqual(joined(resample(resampler, samples, [500, 499])), first);
});

test("writing into an array of the caller gives the same samples", () => {
  const one = new Resampler(48_000, 16_000);
  const other = new Resampler(48_000, 16_000);
  const output = new Float32Array(one.maxLength(128));
  for (let block = 0; block < 500; block += 1) {
    const samples = Float32Array.from({ length: 128 }, (_, at) =>
      Math.sin((block * 128 + at) / 20),
    );
    const written = one.processInto(samples, output);
    assert.ok(written <= output.length);
    assert.deepEqual(output.slice(0, written), other.process(samples));
  }
});

test("a rate that can't be resampled is named in the error", () => {
  for (const rates of [[0, 16_000], [16_000, 44_100.5], [16_000, Number.NaN]]) {
    assert.throws(() => new Resampler(...rates), /no rate that can be resampled/);
  }
});
