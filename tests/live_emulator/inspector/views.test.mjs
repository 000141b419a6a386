import assert from "node:assert/strict";
import { test } from "node:test";

import { explainEnding } from "../../../live_emulator/inspector_page/closing.js";
import { matches } from "../../../live_emulator/inspector_page/frame-list.js";
import { audioMs, read } from "../../../live_emulator/inspector_page/frames.js";
import { Lanes, between, median } from "../../../live_emulator/inspector_page/lanes.js";
import { MOST_FRAMES, Session, Store } from "../../../live_emulator/inspector_page/store.js";

/** 40 ms at 16 kHz are 1280 bytes, which are 1707 characters of base64. */
const AUDIO = { data: "<1707 base64 characters>", mimeType: "audio/pcm;rate=16000" };

function frame(at, direction, message, peaks = []) {
  const text = typeof message === "string" ? message : JSON.stringify(message);
  return { at, direction, size: text.length, text, peaks };
}

const chunk = (at, peaks = [50, 50]) =>
  frame(at, "client", { realtimeInput: { audio: AUDIO } }, peaks);

/** 240 ms at 24 kHz are 11520 bytes, 15360 characters. */
const spoken = (at, content = {}) =>
  frame(at, "server", {
    serverContent: {
      modelTurn: {
        parts: [
          { inlineData: { data: "<15360 base64 characters>", mimeType: "audio/pcm;rate=24000" } },
        ],
      },
      ...content,
    },
  }, new Array(12).fill(40));

const served = (at, content) => frame(at, "server", { serverContent: content });

function lanesOf(frames) {
  const lanes = new Lanes();
  for (const one of frames) lanes.add(one, read(one));
  return lanes;
}

test("audio lasts as long as its characters, rate and bytes say", () => {
  assert.equal(Math.round(audioMs(AUDIO, 24_000)), 40);
  assert.equal(audioMs({ mimeType: "image/jpeg", data: "<99 base64 characters>" }, 1), 0);
  const unnamed = { mimeType: "audio/pcm", data: "<12800 base64 characters>" };
  assert.equal(audioMs(unnamed, 24_000), 200);
});

for (const [name, note, direction, message] of [
  ["audio", "40 ms", "client", { realtimeInput: { audio: AUDIO } }],
  ["audio", "40 ms", "client", { realtime_input: { audio: { ...AUDIO, mime_type: AUDIO.mimeType } } }],
  ["setup", "models/m", "client", { setup: { model: "models/m" } }],
  ["text", "“Hello.”", "client", { realtimeInput: { text: "Hello." } }],
  ["clientContent", "“Hi” (turn goes on)", "client", { clientContent: { turns: [{ parts: [{ text: "Hi" }] }] } }],
  ["activityEnd", "", "client", { realtimeInput: { activityEnd: {} } }],
  ["toolResponse", "a, b", "client", { toolResponse: { functionResponses: [{ name: "a" }, { name: "b" }] } }],
  ["setupComplete", "", "server", { setupComplete: {} }],
  ["heard", "“five”", "server", { serverContent: { inputTranscription: { text: " five" } } }],
  ["interrupted", "", "server", { serverContent: { interrupted: true } }],
  ["turnComplete", "usage 12 tokens", "server", { serverContent: { turnComplete: true }, usageMetadata: { totalTokenCount: 12 } }],
  ["toolCall", "dim", "server", { toolCall: { functionCalls: [{ name: "dim" }] } }],
  ["goAway", "50s", "server", { goAway: { timeLeft: "50s" } }],
  ["no JSON", "{\"half", "client", "{\"half"],
  ["future", "", "server", { future: 1 }],
]) {
  test(`${name} ${note} is read from its frame`, () => {
    const reading = read(frame(0, direction, message));
    assert.equal(reading.name, name);
    assert.equal(reading.note, note);
  });
}

test("words and audio of one frame are both named, and it counts as more than audio", () => {
  const reading = read(spoken(0, { outputTranscription: { text: "Yes." } }));
  assert.equal(reading.name, "said");
  assert.equal(reading.note, "“Yes.” · audio 240 ms");
  assert.equal(reading.isAudio, false);
  assert.equal(read(spoken(0)).isAudio, true);
});

test("model audio that comes early is heard piece after piece", () => {
  const lanes = lanesOf([spoken(1), spoken(1.05), spoken(1.1)]);
  assert.deepEqual(lanes.model.map(({ start }) => Number(start.toFixed(2))), [1, 1.24, 1.48]);
});

test("what was not played when the model was interrupted is unheard, and the next answer is not delayed by it", () => {
  const lanes = lanesOf([spoken(1), spoken(1.05), served(1.3, { interrupted: true }), spoken(1.4)]);
  assert.deepEqual(
    lanes.model.map(({ start, end }) => [start, end].map((at) => Number(at.toFixed(2)))),
    [[1, 1.24], [1.24, 1.3], [1.4, 1.64]],
  );
  assert.equal(lanes.interruptions, 1);
});

test("the unheard rest lasts until the next answer begins", () => {
  const cut = [spoken(1), spoken(1.05), served(1.3, { interrupted: true })];
  assert.deepEqual(lanesOf(cut).unheard.map(({ peaks }) => peaks.length), [9]);
  assert.equal(lanesOf([...cut, spoken(1.6)]).unheard.length, 1);
  assert.equal(lanesOf([...cut, spoken(1.4)]).unheard.length, 0);
});

test("chunks that were late at first do not delay those after them", () => {
  const times = [1.2, 1.2, 1.2, 1.2, 1.2, 1.2, 1.24, 1.28, 1.32];
  const { user } = lanesOf(times.map((at) => chunk(at)));
  assert.equal(user.at(-1).end.toFixed(2), "1.32");
  assert.equal(user[0].start.toFixed(2), "0.96");
});

test("a file that is sent at once is heard at the pace of speech, from about when it came", () => {
  const { user } = lanesOf(Array.from({ length: 100 }, () => chunk(2)));
  assert.equal((user.at(-1).end - user[0].start).toFixed(2), "4.00");
  assert.ok(user[0].start > 1.4);
});

test("audio after a pause of the microphone begins anew", () => {
  const { user } = lanesOf([chunk(1), chunk(3)]);
  assert.equal(user[1].start.toFixed(2), "2.96");
});

test("the time to the first sound counts from the last loud audio", () => {
  const lanes = lanesOf([chunk(1), chunk(1.04, [50, 0]), chunk(1.08, [0, 0]), spoken(1.52), spoken(1.6)]);
  assert.deepEqual(lanes.answers.map((seconds) => seconds.toFixed(2)), ["0.50"]);
});

test("the time to an interruption counts from the first loud audio after a pause", () => {
  const lanes = lanesOf([chunk(1), spoken(2), chunk(3), chunk(3.04), served(3.1, { interrupted: true })]);
  assert.deepEqual(lanes.yields.map((seconds) => seconds.toFixed(2)), ["0.14"]);
});

test("only blocks in view are found, however long the lane", () => {
  const lane = Array.from({ length: 10_000 }, (_, at) => ({ start: at, end: at + 1, peaks: [] }));
  assert.deepEqual(between(lane, 500.5, 502.5).map(({ start }) => start), [500, 501, 502]);
  assert.deepEqual(between([], 0, 1), []);
});

test("the median of nothing is no number", () => {
  assert.ok(Number.isNaN(median([])));
  assert.equal(median([3, 1]), 2);
  assert.equal(median([3, 1, 2]), 2);
});

test("a session is told by its events, and ends with its code", () => {
  const store = new Store();
  store.take([
    { kind: "opened", session: 1, dialect: "Gemini API", version: "v1beta", credential: "key" },
    { kind: "frame", session: 1, ...frame(0, "client", { setup: { model: "models/m-1" } }) },
    { kind: "frame", session: 9, ...frame(0, "client", {}) },
    { kind: "missed", count: 3 },
  ]);
  const session = store.sessions.get(1);
  assert.equal(session.model, "m-1");
  assert.equal(session.state, "running");
  assert.equal(explainEnding(session), "");
  store.take([{ kind: "closed", session: 1, code: 1008, reason: "no" }]);
  assert.match(explainEnding(session), /^Closed with 1008\. .*Reason: no$/);
  assert.equal(store.missed, 3);
});

test("the oldest frames are dropped, and counted", () => {
  const session = new Session({ session: 1 });
  for (let at = 0; at <= MOST_FRAMES; at += 1) session.add(frame(at, "server", {}));
  assert.equal(session.dropped, MOST_FRAMES / 4);
  assert.equal(session.frames[0].at, MOST_FRAMES / 4);
});

test("a session is kept as a line of JSON for each frame", () => {
  const session = new Session({ session: 4, dialect: "d", version: "v", credential: "key" });
  session.add(frame(1, "client", { setup: { model: "m" } }));
  session.add(frame(2, "client", "broken"));
  const lines = session.asLines().trimEnd().split("\n").map((line) => JSON.parse(line));
  assert.equal(lines[0].session, 4);
  assert.deepEqual(lines[1].message, { setup: { model: "m" } });
  assert.equal(lines[2].message, "broken");
});

test("filters look at direction, kind and any text of a frame", () => {
  const session = new Session({ session: 1 });
  session.add(chunk(1));
  session.add(served(2, { inputTranscription: { text: "Five" } }));
  const all = { text: "", direction: "", audio: true };
  const found = (filter) => [0, 1].filter((place) => matches(session, place, { ...all, ...filter }));
  assert.deepEqual(found({}), [0, 1]);
  assert.deepEqual(found({ audio: false }), [1]);
  assert.deepEqual(found({ direction: "client" }), [0]);
  assert.deepEqual(found({ text: "inputtranscription" }), [1]);
});
