/** What settings mean for a session, and how a change reaches one. */

import assert from "node:assert/strict";
import test from "node:test";

import { cameraChoices, cameraConstraints, cameraProblem } from "../../chapter_06/camera.js";
import { costInWords } from "../../chapter_06/frame-strip.js";
import { kindOf, scaled } from "../../chapter_06/picture.js";
import { screenProblem } from "../../chapter_06/screen-share.js";
import {
  DEFAULTS,
  howToChange,
  instructionOf,
  PERSONAS,
  setupOf,
  validSettings,
} from "../../chapter_06/settings.js";

test("what was kept and is no longer a choice becomes the default", () => {
  const kept = { persona: "pirate", voice: "Kore", resolution: "ultra", policy: "every" };
  assert.deepEqual(validSettings(kept), { ...DEFAULTS, voice: "Kore", policy: "every" });
  assert.equal(validSettings({ persona: "toString" }).persona, "companion");
});

test("an instruction has the persona and the language", () => {
  const own = { ...DEFAULTS, persona: "own", instruction: " Be brief. ", language: "fr" };
  assert.equal(
    instructionOf(own),
    "Be brief. Speak French, whatever the user speaks.",
  );
  assert.equal(instructionOf({ ...DEFAULTS, persona: "own" }), "");
  for (const persona of Object.keys(PERSONAS)) {
    assert.equal(typeof instructionOf({ ...DEFAULTS, persona }), "string");
  }
});

test("a setup leaves out what is not set", () => {
  const { voice, systemInstruction, mediaResolution } = setupOf({
    ...DEFAULTS,
    persona: "own",
    resolution: "low",
  });
  assert.deepEqual([voice, systemInstruction, mediaResolution], [undefined, undefined, "low"]);
});

test("a change needs nothing, a message or a session", () => {
  const changed = (settings) => howToChange(DEFAULTS, { ...DEFAULTS, ...settings });
  assert.equal(changed({}), "nothing");
  assert.equal(changed({ policy: "every" }), "nothing");
  assert.equal(changed({ instruction: "unused" }), "nothing");
  assert.equal(changed({ persona: "reader" }), "message");
  assert.equal(changed({ language: "de" }), "message");
  assert.equal(changed({ voice: "Kore" }), "session");
  assert.equal(changed({ persona: "reader", resolution: "low" }), "session");
  assert.equal(changed({ persona: "own" }), "session");
});

test("cameras without names are no choice", () => {
  const camera = (deviceId, label) => ({ kind: "videoinput", deviceId, label });
  const devices = [camera("1", ""), camera("2", "Desk"), { kind: "audioinput", label: "x" }];
  assert.deepEqual(
    cameraChoices(devices).map(({ value }) => value),
    ["", "2"],
  );
  assert.deepEqual(
    cameraChoices(devices, true).map(({ value }) => value),
    ["", "facing:user", "facing:environment", "2"],
  );
  assert.equal(cameraConstraints("facing:user").facingMode.ideal, "user");
  assert.equal(cameraConstraints("2").deviceId.exact, "2");
  assert.equal(cameraConstraints("").deviceId, undefined);
});

test("every refusal is a sentence, and a share thought better of is none", () => {
  for (const name of ["NotAllowedError", "NotFoundError", "NotReadableError", "Odd"]) {
    assert.match(cameraProblem({ name, message: "why" }), /^[A-Z].*[.]$/);
  }
  assert.equal(screenProblem({ name: "NotAllowedError", message: "" }), "");
  assert.match(screenProblem({ name: "NotReadableError", message: "" }), /Mac/);
  assert.match(screenProblem({ name: "Odd", message: "why" }), /why/);
});

test("a frame is scaled, never enlarged, and never empty", () => {
  assert.deepEqual(scaled(1536, 768), { width: 768, height: 384 });
  assert.deepEqual(scaled(20, 10), { width: 20, height: 10 });
  assert.deepEqual(scaled(100_000, 1), { width: 768, height: 1 });
});

test("a file is what its first bytes say", () => {
  const bytes = (text) => Uint8Array.from(text, (letter) => letter.charCodeAt(0));
  assert.equal(kindOf(bytes("\x89PNG\r\n")), "png");
  assert.equal(kindOf(bytes("\0\0\0\x18ftypheic")), "heic");
  assert.equal(kindOf(bytes("  <svg xmlns=")), "svg");
  assert.equal(kindOf(bytes("hello")), "");
});

test("the cost is compared with what was counted", () => {
  assert.equal(costInWords({ count: 0, bytes: 0, tokens: 0 }, 0), "No frame has been sent.");
  assert.equal(
    costInWords({ count: 1, bytes: 1001, tokens: 256 }, 0),
    "1 frame, 2 kB, 256 tokens. The service had counted 0 for pictures at its last answer.",
  );
});
