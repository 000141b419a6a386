/** What the page says, of phases, delays, devices and problems. */

import assert from "node:assert/strict";
import test from "node:test";

import { microphoneProblem } from "../../chapter_05/audio-recorder.js";
import { delayInWords, stateInWords } from "../../chapter_05/chat-view.js";
import { choicesOf } from "../../chapter_05/device-menus.js";
import { Preferences } from "../../chapter_05/preferences.js";
import { heightOf } from "../../chapter_05/voices-scope.js";

const PHASES = "idle connecting listening hearing thinking speaking interrupted closed";

test("every phase has a name and a hint of its own", () => {
  const said = PHASES.split(" ").map((phase) => stateInWords({ phase }));
  assert.equal(new Set(said.map(({ name }) => name)).size, 8);
  assert.ok(said.every(({ hint }) => hint.endsWith(".")));
});

test("who is muted or has no microphone is told so, but not after the end", () => {
  const muted = stateInWords({ phase: "speaking", isMuted: true });
  assert.deepEqual(muted, { name: "Speaking", hint: "You are muted: nothing is sent." });
  const lost = stateInWords({ phase: "listening", hasLostMicrophone: true });
  assert.equal(lost.hint, "There is no microphone.");
  const over = stateInWords({ phase: "closed", isMuted: true, hasLostMicrophone: true });
  assert.equal(over.hint, "Nothing is recorded or sent any more.");
});

test("who holds the button is told when to hold it and when to let go", () => {
  const hint = (phase) => stateInWords({ phase, isManual: true }).hint;
  assert.match(hint("listening"), /Hold the button/);
  assert.match(hint("hearing"), /Let go/);
  assert.match(hint("thinking"), /on its way/);
});

test("a delay is told in seconds, and its parts in the order of time", () => {
  const delay = { totalMs: 1094, noticingMs: 700, answeringMs: 300, playingMs: 94 };
  const { total, parts } = delayInWords(delay);
  assert.equal(total, "1.09 s after your last word");
  assert.deepEqual(
    parts.map(({ ms }) => ms),
    [700, 300, 94],
  );
});

test("what took no time is left out: nobody notices the end of what is typed", () => {
  const delay = { totalMs: 394, noticingMs: 0, answeringMs: 300, playingMs: 94 };
  assert.deepEqual(
    delayInWords(delay).parts.map(({ name }) => name),
    ["finding an answer", "until you heard it"],
  );
});

test("menus offer the default and every device that has a name, once", () => {
  const device = (kind, deviceId, label) => ({ kind, deviceId, label });
  const devices = [
    device("audioinput", "default", "Default - Desk"),
    device("audioinput", "communications", "Communications - Desk"),
    device("audioinput", "d1", "Desk"),
    device("audioinput", "d2", ""),
    device("audiooutput", "s1", "Box"),
  ];
  assert.deepEqual(choicesOf(devices, "audioinput"), [
    { value: "", text: "The system's default" },
    { value: "d1", text: "Desk" },
  ]);
  assert.equal(choicesOf([], "audiooutput").length, 1);
});

test("each reason why a microphone does not open has its own advice", () => {
  const names = ["NotAllowedError", "NotFoundError", "OverconstrainedError"];
  const advice = [...names, "NotReadableError"].map((name) =>
    microphoneProblem({ name, message: "" }),
  );
  assert.equal(new Set(advice).size, 4);
  const other = microphoneProblem({ name: "OddError", message: "x" });
  assert.match(other, /OddError: x/);
});

test("silence has no height, full scale has all of it, and a whisper is seen", () => {
  assert.equal(heightOf(0), 0);
  assert.equal(heightOf(1), 1);
  assert.equal(heightOf(2), 1);
  assert.ok(heightOf(0.01) > 0.2 && heightOf(0.01) < 0.3);
});

test("preferences survive a browser that keeps nothing, and one that keeps rubbish", () => {
  const preferences = new Preferences("test");
  const keep = (value) => {
    globalThis.localStorage = { getItem: () => value, setItem: () => assert.fail() };
  };
  const original = Object.getOwnPropertyDescriptor(globalThis, "localStorage");
  try {
    Object.defineProperty(globalThis, "localStorage", {
      value: undefined,
      writable: true,
      configurable: true,
    });
    assert.deepEqual(preferences.read(), {});
    preferences.write({ volume: 3 });
    for (const rubbish of ["{", "null", "3"]) {
      keep(rubbish);
      assert.deepEqual(preferences.read(), {});
    }
  } finally {
    if (original) Object.defineProperty(globalThis, "localStorage", original);
    else delete globalThis.localStorage;
  }
});
