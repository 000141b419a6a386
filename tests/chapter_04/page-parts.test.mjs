import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { Speech } from "../../chapter_04/speech.js";
import { DEFAULT_VOICE, VOICES } from "../../chapter_04/voices.js";
import { wavHeader } from "../../chapter_04/wav-file.js";
import { peaksOf } from "../../chapter_04/waveform.js";

test("the header of a WAV file has 44 bytes and says what follows", () => {
  const header = Buffer.from(wavHeader(48_000, 24_000));
  assert.equal(header.length, 44);
  assert.equal(header.toString("latin1", 0, 4), "RIFF");
  assert.equal(header.readUInt32LE(4), 36 + 48_000);
  assert.equal(header.toString("latin1", 8, 16), "WAVEfmt ");
  assert.deepEqual(
    [16, 20, 22, 24, 28, 32, 34].map((at) =>
      [16, 24, 28].includes(at) ? header.readUInt32LE(at) : header.readUInt16LE(at),
    ),
    [16, 1, 1, 24_000, 48_000, 2, 16],
  );
  assert.equal(header.toString("latin1", 36, 40), "data");
  assert.equal(header.readUInt32LE(40), 48_000);
});

test("speech grows with its chunks and becomes a file", async () => {
  const speech = new Speech(["Good morning."]);
  speech.add(new Float32Array(24_000));
  speech.add(Float32Array.of(1, -1));
  assert.equal(speech.durationS, 24_002 / 24_000);
  const file = Buffer.from(await speech.wavFile().arrayBuffer());
  assert.equal(file.length, 44 + 48_004);
  assert.deepEqual([file.readInt16LE(48_044), file.readInt16LE(48_046)], [32767, -32768]);
});

test("a transcript with other punctuation is faithful, one with other words is not", () => {
  const speech = new Speech(["Good morning, Ada!", "Élan?"]);
  speech.said = "good morning ada. élan ";
  assert.ok(speech.isFaithful);
  speech.said = "good morning ada. élan vital";
  assert.ok(!speech.isFaithful);
});

test("a bar is as tall as the loudest of what it stands for", () => {
  assert.deepEqual(peaksOf([0.1, 0.5, 0.2, 0.9], 2), [0.5, 0.9]);
  assert.deepEqual(peaksOf([0.1, 0.5, 0.2], 3), [0.1, 0.5, 0.2]);
  assert.deepEqual(peaksOf([], 0), []);
});

test("the voices are those of the guide, in the same order", () => {
  const python = readFileSync(new URL("../../guide/voices.py", import.meta.url), "utf-8");
  const [, table] = python.match(/^VOICES = \{(.*?)^\}/ms);
  const listed = [...table.matchAll(/"(.+?)": "(.+?)"/g)].map((match) => match.slice(1));
  assert.equal(listed.length, 30);
  assert.deepEqual(Object.entries(VOICES), listed);
  assert.ok(python.includes(`DEFAULT_VOICE = "${DEFAULT_VOICE}"`));
});
