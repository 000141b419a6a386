import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { explainClose, inWords } from "../../chapter_03/close-codes.js";
import * as liveMessages from "../../chapter_03/live-messages.js";
import { liveUrl } from "../../chapter_03/live-socket.js";

const { decodeBase64, encodeBase64, readMessage } = liveMessages;
const messages = vectors("live_messages.json");
const closes = vectors("close_codes.json");
const base64 = vectors("base64.json");

function vectors(name) {
  return JSON.parse(readFileSync(new URL(`../vectors/${name}`, import.meta.url), "utf8"));
}

function camel(name) {
  return name.replace(/_(.)/g, (_, letter) => letter.toUpperCase());
}

/** An argument of a vector as JavaScript has it. */
function plain(argument) {
  const isBytes = typeof argument?.base64 === "string";
  return isBytes ? new Uint8Array(Buffer.from(argument.base64, "base64")) : argument;
}

/** An event as the vectors write it. */
function asJson(event) {
  const fields = Object.entries(event).map(([name, value]) => [
    name,
    value instanceof Uint8Array ? encodeBase64(value) : value,
  ]);
  return Object.fromEntries(fields);
}

for (const vector of messages.build) {
  test(`builds ${vector.name}`, () => {
    const options = Object.entries(vector.options).map(([key, value]) => [camel(key), value]);
    const parameters = vector.arguments.map(plain);
    if (options.length) parameters.push(Object.fromEntries(options));
    const built = liveMessages[camel(vector.call)](...parameters);
    assert.deepEqual(built, vector.message);
  });
}

for (const vector of messages.read) {
  test(`reads ${vector.name}`, () => {
    const frame = vector.text ?? vector.message;
    assert.deepEqual(readMessage(frame).map(asJson), vector.events);
    if (vector.message) {
      assert.deepEqual(readMessage(JSON.stringify(frame)).map(asJson), vector.events);
    }
  });
}

for (const { base, options, url } of messages.urls) {
  test(`address ${url}`, () => {
    assert.equal(liveUrl(base, options), url);
  });
}

for (const { in_words: words, ...vector } of closes) {
  test(`explains ${words.slice(-40)}`, () => {
    const found = explainClose(vector.code, vector.reason);
    assert.deepEqual(found, vector);
    assert.equal(inWords(found), words);
  });
}

test("base64 is read with either alphabet, padded or not, and written padded", () => {
  for (const { text, hex, canonical } of base64.read) {
    const bytes = Uint8Array.from(Buffer.from(hex, "hex"));
    assert.deepEqual(decodeBase64(text), bytes, text);
    assert.equal(encodeBase64(bytes), canonical);
  }
});

test("a minute of audio comes back from base64 byte for byte", () => {
  const pcm = Uint8Array.from({ length: 2_880_001 }, (_, at) => (at * 7919) >> 3);
  const text = encodeBase64(pcm);
  assert.equal(text, Buffer.from(pcm).toString("base64"));
  assert.ok(Buffer.from(decodeBase64(text)).equals(Buffer.from(pcm)));
});

test("base64 comes back, from either alphabet, padded or not", () => {
  const data = Uint8Array.from({ length: 20_000 }, (_, at) => at % 256);
  for (const bytes of [data, data.subarray(0, 1), data.subarray(255, 257)]) {
    const standard = encodeBase64(bytes);
    const urlSafe = Buffer.from(bytes).toString("base64url");
    assert.equal(standard, Buffer.from(bytes).toString("base64"));
    assert.deepEqual(decodeBase64(standard), Uint8Array.from(bytes));
    assert.deepEqual(decodeBase64(urlSafe), Uint8Array.from(bytes));
  }
});

test("what is no base64 is refused", () => {
  for (const text of base64.refused) {
    assert.throws(() => decodeBase64(text), RangeError, JSON.stringify(text));
  }
});

test("a frame nested without end is no object", () => {
  const frame = '{"a":'.repeat(100_000);
  assert.deepEqual(readMessage(frame), [{ type: "unreadable", data: frame }]);
});
