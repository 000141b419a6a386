import assert from "node:assert/strict";
import { test } from "node:test";

import { endingOf, explainEnding } from "../../../live_emulator/inspector/page/closing.js";
import { delayText, timeText, wrap } from "../../../live_emulator/inspector/page/drawing.js";
import { wishOf } from "../../../live_emulator/inspector/page/fault-menu.js";
import { matches, sizeText } from "../../../live_emulator/inspector/page/frame-list.js";
import { audioMs, read } from "../../../live_emulator/inspector/page/frames.js";
import { Lanes, addWords, between, loudest, median } from "../../../live_emulator/inspector/page/lanes.js";
import { exportsFor } from "../../../live_emulator/inspector/page/setup-help.js";
import { MOST_FRAMES, Session, Store } from "../../../live_emulator/inspector/page/store.js";
import { figuresOf } from "../../../live_emulator/inspector/page/summary.js";
import { frameNear } from "../../../live_emulator/inspector/page/timeline.js";
import { who } from "../../../live_emulator/inspector/page/who.js";

/** 40 ms at 16 kHz are 1280 bytes, which are 1707 characters of base64. */
const AUDIO = { data: "<1707 base64 characters>", mimeType: "audio/pcm;rate=16000" };

function frame(at, direction, message, peaks = []) {
  const text = typeof message === "string" ? message : JSON.stringify(message);
  return { at, direction, size: text.length, text, peaks };
}

/** A session with these frames, numbered in order. */
function sessionOf(frames) {
  const session = new Session({ session: 1 });
  frames.forEach((one, number) => session.add({ number, ...one }));
  return session;
}

const activity = (at, type, audioOffset) =>
  frame(at, "server", { serverContent: {}, voiceActivity: { type: `ACTIVITY_${type}`, audioOffset } });

const typed = (at, text) => frame(at, "client", { realtimeInput: { text } });

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
  assert.deepEqual(lanes.answers.map(({ seconds }) => seconds.toFixed(2)), ["0.50"]);
});

test("the time to an interruption counts from the first loud audio after a pause", () => {
  const lanes = lanesOf([chunk(1), spoken(2), chunk(3), chunk(3.04), served(3.1, { interrupted: true })]);
  assert.deepEqual(lanes.yields.map(({ seconds }) => seconds.toFixed(2)), ["0.14"]);
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
    { kind: "frame", session: 1, number: 0, ...frame(0, "client", { setup: { model: "models/m-1" } }) },
    { kind: "frame", session: 9, number: 0, ...frame(0, "client", {}) },
    { kind: "missed", count: 3 },
  ]);
  const session = store.sessions.get(1);
  assert.equal(session.model, "m-1");
  assert.equal(session.state, "running");
  assert.equal(explainEnding(session), null);
  store.take([{ kind: "closed", session: 1, code: 1008, reason: "no" }]);
  assert.equal(session.state, "closed with 1008");
  const { title, words, reason } = explainEnding(session);
  assert.deepEqual([title, reason], ["Closed with 1008.", "no"]);
  assert.match(words, /policy/);
  assert.equal(store.missed, 3);
});

test("a long session costs the ended ones before it nothing", () => {
  const store = new Store();
  const opened = { kind: "opened", dialect: "d", version: "v", credential: "key" };
  store.take([
    { ...opened, session: 1 },
    { kind: "closed", session: 1 },
    { ...opened, session: 2 },
  ]);
  const again = { kind: "frame", session: 2, number: 0, ...frame(0, "client", {}) };
  store.take(new Array(130_000).fill(again)); // only one of them is kept
  assert.deepEqual([...store.sessions.keys()], [1, 2]);
});

test("the oldest frames are dropped, and counted", () => {
  const session = new Session({ session: 1 });
  for (let at = 0; at <= MOST_FRAMES; at += 1) session.add({ number: at, ...frame(at, "server", {}) });
  assert.equal(session.frames[0].number, MOST_FRAMES / 4);
  assert.equal(session.count, MOST_FRAMES + 1);
  assert.equal(session.missing, 0);
});

test("a session is kept as a line of JSON for each frame", () => {
  const session = new Session({ session: 4, dialect: "d", version: "v", credential: "key" });
  session.add({ number: 0, ...frame(1, "client", { setup: { model: "m" } }) });
  session.add({ number: 1, ...frame(2, "client", "broken") });
  const lines = session.asLines().trimEnd().split("\n").map((line) => JSON.parse(line));
  assert.equal(lines[0].session, 4);
  assert.deepEqual(lines[1].message, { setup: { model: "m" } });
  assert.equal(lines[2].message, "broken");
});

const ALL = { text: "", direction: "", kinds: new Set(["audio", "words", "session", "turns"]) };

test("filters look at direction, kind and any text of a frame", () => {
  const session = sessionOf([chunk(1), served(2, { inputTranscription: { text: "Five" } })]);
  const found = (filter) => [0, 1].filter((place) => matches(session, place, { ...ALL, ...filter }));
  assert.deepEqual(found({}), [0, 1]);
  assert.deepEqual(found({ kinds: new Set(["words"]) }), [1]);
  assert.deepEqual(found({ kinds: new Set(["audio"]) }), [0]);
  assert.deepEqual(found({ kinds: new Set() }), []);
  assert.deepEqual(found({ direction: "client" }), [0]);
  assert.deepEqual(found({ text: "inputtranscription" }), [1]);
});

test("a frame of several kinds is shown with each of them", () => {
  const session = sessionOf([spoken(1, { outputTranscription: { text: "Yes." } })]);
  assert.ok(matches(session, 0, { ...ALL, kinds: new Set(["audio"]) }));
  assert.ok(matches(session, 0, { ...ALL, kinds: new Set(["words"]) }));
});

test("frames that never came are counted, and their place is known", () => {
  const session = new Session({ session: 1 });
  for (const number of [2, 3, 7]) session.add({ number, ...frame(number, "server", {}) });
  assert.equal(session.missing, 5);
  assert.deepEqual([...session.gaps], [[2, 2], [7, 3]]);
  assert.deepEqual([2, 3, 5, 7, 9].map((number) => session.placeOf(number)), [0, 1, -1, 2, -1]);
});

test("a frame that comes twice counts once", () => {
  const session = new Session({ session: 1 });
  for (const number of [0, 1, 1, 0]) session.add({ number, ...frame(number, "server", {}) });
  assert.equal(session.frames.length, 2);
});

test("the service's own report of speech counts more than loudness", () => {
  const chunks = [1.04, 1.08, 1.12, 1.16].map((at) => chunk(at));
  const lanes = lanesOf([
    ...chunks.slice(0, 2),
    activity(1.1, "START", "0.040s"),
    ...chunks.slice(2),
    activity(1.3, "END", "0.080s"),
    spoken(1.6),
  ]);
  assert.deepEqual(lanes.speech.map(({ from, until }) => [from.toFixed(2), until.toFixed(2)]), [["1.04", "1.08"]]);
  assert.equal(lanes.answers[0].seconds.toFixed(2), "0.52");
});

test("delays are known although nobody measured loudness", () => {
  const chunks = [1.04, 1.08, 1.12].map((at) => chunk(at, []));
  const { answers } = lanesOf([...chunks, activity(1.2, "START", "0s"), activity(1.2, "END", "0.100s"), spoken(1.6)]);
  assert.equal(answers[0].seconds.toFixed(2), "0.50");
});

test("a second piece of an answer is no second answer to the same question", () => {
  const { answers } = lanesOf([typed(1, "Hi"), spoken(1.5), served(2, { turnComplete: true }), spoken(9)]);
  assert.equal(answers.length, 1);
});

test("activity marked by the client is speech", () => {
  const mark = (at, name) => frame(at, "client", { realtimeInput: { [name]: {} } });
  const lanes = lanesOf([mark(1, "activityStart"), mark(3, "activityEnd"), spoken(3.4)]);
  assert.deepEqual(lanes.speech, [{ from: 1, until: 3 }]);
  assert.equal(lanes.answers[0].seconds.toFixed(2), "0.40");
});

const usage = (prompt, response) => ({
  promptTokenCount: prompt,
  responseTokenCount: response,
  totalTokenCount: prompt + response,
});

const completed = (at, prompt, response) =>
  frame(at, "server", { serverContent: { turnComplete: true }, usageMetadata: usage(prompt, response) });

test("each turn has its question, answer, delays and tokens, and their sum is the session's", () => {
  const { turns } = sessionOf([
    typed(1, "Tell me a story"),
    spoken(1.5, { outputTranscription: { text: "Once" } }),
    spoken(1.6, { outputTranscription: { text: " upon" } }),
    typed(2, "Stop"),
    served(2.2, { interrupted: true }),
    completed(2.3, 100, 20),
    frame(2.5, "server", { toolCall: { functionCalls: [{ name: "halt" }] } }),
    spoken(3, { outputTranscription: { text: "Done." } }),
    completed(3.5, 130, 5),
  ]);
  const [story, stop] = turns.all;
  assert.deepEqual([story.asked, story.said, story.interrupted], ["Tell me a story", "Once upon", true]);
  assert.deepEqual([story.answerS, story.yieldS].map((one) => one.toFixed(1)), ["0.5", "0.2"]);
  assert.deepEqual([stop.asked, stop.said, stop.tools], ["Stop", "Done.", ["halt"]]);
  assert.deepEqual([stop.from, stop.until, stop.frame], [2, 3.5, 6]);
  assert.deepEqual(turns.usage, { prompt: 230, response: 25, total: 255 });
  assert.equal(turns.completed, 2);
});

test("Vertex AI's name for the tokens of an answer is understood", () => {
  const told = { promptTokenCount: 7, candidatesTokenCount: 3, totalTokenCount: 10 };
  const { turns } = sessionOf([
    typed(1, "Hi"),
    spoken(2),
    frame(3, "server", { serverContent: { turnComplete: true }, usageMetadata: told }),
  ]);
  assert.deepEqual(turns.usage, { prompt: 7, response: 3, total: 10 });
});

test("the figures name the median and the worst delay", () => {
  const session = sessionOf([
    typed(1, "a"),
    spoken(1.2),
    completed(2, 1, 1),
    typed(3, "b"),
    spoken(3.4),
    completed(4, 1, 1),
  ]);
  const figures = Object.fromEntries(figuresOf(session).map(([name, ...rest]) => [name, rest]));
  assert.deepEqual(figures["End of speech to first sound"], ["300 ms", "worst 400 ms"]);
  assert.deepEqual(figures["Speech to interruption"], ["–", ""]);
  assert.deepEqual(figures["Tokens, all turns"], ["4", "2 in, 2 out"]);
});

for (const [client, name] of [
  [{ sdk: "google-genai-sdk/3.4.0 gl-python/3.11.7" }, "google-genai 3.4.0, Python 3.11.7"],
  [{ agent: "google-genai-sdk/3.1.0 gl-node/v20.20.2" }, "google-genai 3.1.0, Node 20.20.2"],
  [{ agent: "Python/3.12 websockets/16.0" }, "websockets 16.0"],
  [
    { agent: "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36", origin: "http://localhost:8080" },
    "Chrome 140, page of localhost:8080",
  ],
  [{ agent: "Mozilla/5.0 (X11; rv:143.0) Gecko/20100101 Firefox/143.0" }, "Firefox 143"],
  [{ agent: "my-robot/2 beta" }, "my-robot/2"],
  [{}, ""],
]) {
  test(`a client is called ${name || "nothing"}`, () => assert.equal(who(client), name));
}

test("a client that is lost is told from one that closed", () => {
  const ended = (clientCode) => explainEnding({ over: true, code: null, reason: "", clientCode });
  assert.equal(ended(null).title, "The client is gone.");
  assert.equal(ended(1000).title, "The client closed with 1000.");
  assert.equal(ended(1005).title, "The client closed.");
  assert.deepEqual([null, 1000, 1005, 1007].map((code) => ended(code).isProblem), [true, false, false, true]);
});

test("a connection that broke on command is not taken for the client's doing", () => {
  const ended = (text) =>
    explainEnding({ over: true, code: null, reason: "", clientCode: null, faults: [{ text }] });
  assert.equal(ended("drop after=2").title, "Dropped on command.");
  assert.equal(ended("refuse status=429").title, "Refused on command.");
  assert.equal(ended("late by=1s").title, "The client is gone.");
});

test("a fault of the beginning is meant for sessions to come", () => {
  const known = (keys) => ({ name: "x", does: "", keys });
  assert.deepEqual(wishOf("refuse", known({ times: "" }), 3), { fault: "refuse" });
  assert.deepEqual(wishOf("drop", known({ turn: "" }), 3), { fault: "drop", session: 3 });
});

test("a reason is known although the wire cuts it, and an unknown one still has its code", () => {
  const cut = "Method doesn't allow unregistered callers (callers without established identity). Please use API Key or other form of API c";
  assert.match(endingOf(1008, cut).words, /no key/);
  assert.equal(endingOf(1008, "never heard"), null);
  assert.match(explainEnding({ over: true, code: 4001, reason: "", clientCode: null }).words, /own/);
});

test("a click means a message close by, else the nearest frame of that side", () => {
  const session = sessionOf([chunk(1), chunk(2), typed(2.05, "a"), chunk(3), spoken(2.5)]);
  assert.equal(frameNear(session, 2.01, "client", 0.1), 2);
  assert.equal(frameNear(session, 2.96, "client", 0.1), 3);
  assert.equal(frameNear(session, 0, "client", 0.1), 0);
  assert.equal(frameNear(session, 99, "client", 0.1), 3);
  assert.equal(frameNear(session, 0, "server", 0.1), 4);
  assert.equal(frameNear(sessionOf([]), 1, "server", 0.1), -1);
});

test("pieces of a transcript are one text until there is a pause", () => {
  const found = [];
  for (const [at, text] of [[1, "Once"], [1.5, " upon"], [9, "Yes"]]) addWords(found, at, text);
  assert.deepEqual(found, [{ at: 1, end: 1.5, text: "Once upon" }, { at: 9, end: 9, text: "Yes" }]);
});

test("what is said after an interruption is a text of its own, and ends the axis where it ends", () => {
  const words = (text) => ({ outputTranscription: { text } });
  const lanes = lanesOf([
    ...[1, 1.01, 1.02, 1.03].map((at) => spoken(at, words("la "))),
    served(1.3, { interrupted: true }),
    spoken(1.4, words("Yes.")),
  ]);
  assert.deepEqual(lanes.words.server.map(({ text }) => text), ["la la la la ", "Yes."]);
  assert.equal(lanes.end.toFixed(2), "1.64");
});

test("text is broken between words, and cut with an ellipsis where there is no room", () => {
  const measure = (text) => text.length + 1;
  assert.deepEqual(wrap("one two three", 20, 2, measure), ["one two three"]);
  assert.deepEqual(wrap("one two three", 8, 2, measure), ["one two", "three"]);
  assert.deepEqual(wrap("one two three four", 9, 2, measure), ["one two", "three f…"]);
  assert.deepEqual(wrap("unbreakable", 6, 2, measure), ["unbr…"]);
  assert.deepEqual(wrap("", 5, 2, measure), []);
});

test("each pixel shows the loudest of what it stands for, and none what is elsewhere", () => {
  const block = { start: 1, end: 1.08, peaks: [1, 9, 3, 4] };
  assert.deepEqual([...loudest([block], 1, 3, 25)], [10, 5, 0]);
  assert.deepEqual([...loudest([block], 1.04, 3, 25)], [5, 0, 0]);
  const unmeasured = { start: 1, end: 9, peaks: [] };
  assert.deepEqual([...loudest([unmeasured], 0.96, 3, 25)], [0, 1, 1]);
});

test("numbers are written for people", () => {
  assert.deepEqual([0.85, 3.456, 12.34, NaN].map(delayText), ["850 ms", "3.46 s", "12.3 s", "–"]);
  assert.deepEqual([[0.5, 0.1], [12, 2], [75, 5]].map(([at, step]) => timeText(at, step)), ["0.5 s", "12 s", "1:15"]);
  assert.deepEqual([53, 15_649, 234_000, 3_210_000].map(sizeText), ["53 B", "15.6 kB", "234 kB", "3.2 MB"]);
});

test("the variables are written for both kinds of shell", () => {
  const variables = { A: "1", B: "2" };
  assert.equal(exportsFor(variables, "sh"), "export A='1'\nexport B='2'");
  assert.equal(exportsFor(variables, "powershell"), "$env:A = '1'\n$env:B = '2'");
  const odd = { A: "it's $(touch x) \u2019 `id` \"$HOME\" \\ $& %A%" };
  assert.equal(
    exportsFor(odd, "sh"),
    "export A='it'\\''s $(touch x) \u2019 `id` \"$HOME\" \\ $& %A%'",
  );
  assert.equal(
    exportsFor(odd, "powershell"),
    "$env:A = 'it''s $(touch x) \u2019\u2019 `id` \"$HOME\" \\ $& %A%'",
  );
});
