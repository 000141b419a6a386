import assert from "node:assert/strict";
import { test } from "node:test";

import {
  backendLine,
  inspectorLine,
  notebookLine,
  serverLine,
} from "../../guide/home/home.js";

const emulator = { reachable: true, inspector: null };

test("a reachable emulator is ready and names the model", () => {
  const line = backendLine({ backend: "emulator", model: "m", emulator });
  assert.equal(line.state, "ready");
  assert.equal(line.code, "m");
});

test("an emulator that does not answer comes with the command that starts it", () => {
  const status = { backend: "emulator", emulator: { reachable: false } };
  const line = backendLine(status);
  assert.equal(line.state, "problem");
  assert.equal(line.code, "python3 guide.py");
});

test("the service is shown in the words of the server", () => {
  const line = backendLine({
    backend: "service",
    description: "Google's service.",
    model: "m",
    emulator: null,
  });
  assert.deepEqual(line, {
    state: "ready",
    text: "Google's service. Model:",
    code: "m",
  });
});

test("a wrong setting is shown as it is explained", () => {
  const line = backendLine({ backend: null, problem: "LIVE_BACKEND is 'x'." });
  assert.deepEqual(line, { state: "problem", text: "LIVE_BACKEND is 'x'." });
});

test("JupyterLab is absent, starting, or one link away", () => {
  assert.equal(notebookLine({ notebooks: null }).state, "idle");
  assert.equal(notebookLine({ notebooks: { reachable: false } }).state, "asking");
  const ready = notebookLine({ notebooks: { reachable: true } });
  assert.equal(ready.link.href, "/notebook/");
});

test("the inspector is shown only if the emulator has one", () => {
  assert.equal(inspectorLine({ emulator }), null);
  assert.equal(inspectorLine({ emulator: null }), null);
  const line = inspectorLine({ emulator: { inspector: "http://x/inspector/" } });
  assert.equal(line.link.href, "http://x/inspector/");
});

test("a chapter's server leads to its page, or to what it said", () => {
  const server = {
    chapter: 8,
    title: "A server in the middle",
    page: "http://localhost:8008/chapter_08/",
    log: ".venv/guide/chapter_08.log",
  };
  const ready = serverLine({ ...server, reachable: true });
  assert.equal(ready.state, "ready");
  assert.equal(ready.link.href, server.page);
  const silent = serverLine({ ...server, reachable: false });
  assert.equal(silent.state, "asking");
  assert.equal(silent.code, server.log);
});
