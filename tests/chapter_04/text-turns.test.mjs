import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { turnsOf } from "../../chapter_04/text-turns.js";

const VECTORS = JSON.parse(
  readFileSync(new URL("../vectors/text_turns.json", import.meta.url), "utf-8"),
);

for (const { name, text, longest, turns } of VECTORS) {
  test(name, () => assert.deepEqual(turnsOf(text, longest), turns));
}
