import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { readTurn } from "../../chapter_04/reading.js";

const NO_LOG = { sent() {}, received() {}, closed() {} };
const AUDIO = {
  modelTurn: { parts: [{ inlineData: { mimeType: "audio/pcm", data: "AAA=" } }] },
};

/** A service that accepts the setup and answers with what stands in `answers`. */
class Service {
  static answers = [];
  static sockets = [];
  bufferedAmount = 0;
  sent = [];

  constructor(url) {
    this.url = String(url);
    Service.sockets.push(this);
    queueMicrotask(() => this.onopen());
  }

  send(text) {
    this.sent.push(JSON.parse(text));
    const isSetup = this.sent.length === 1;
    const answers = isSetup ? [{ setupComplete: {} }] : Service.answers;
    for (const answer of answers) {
      queueMicrotask(() => this.onmessage({ data: JSON.stringify(answer) }));
    }
  }

  close(code) {
    this.closedWith = code;
    queueMicrotask(() => this.onclose({ code, reason: "" }));
  }
}

beforeEach(() => {
  Service.sockets = [];
  globalThis.WebSocket = Service;
  globalThis.fetch = async () =>
    Response.json({ websocket_url: "ws://localhost:1/", token: "t", model: "m" });
});

async function read(options = {}) {
  const { signal } = options.controller ?? new AbortController();
  const events = [];
  const given = { voice: "Kore", log: NO_LOG, signal, ...options };
  for await (const event of readTurn("Good morning.", given)) {
    events.push(event.type);
    options.controller?.abort();
  }
  return events.filter((type) => type !== "setupComplete");
}

test("a turn is sent with its voice, and ends when all of it has come", async () => {
  Service.answers = [
    { serverContent: AUDIO },
    { serverContent: { generationComplete: true } },
    { serverContent: { turnComplete: true } },
  ];
  assert.deepEqual(await read(), ["audio"]);
  const [socket] = Service.sockets;
  const { setup } = socket.sent[0];
  const { speechConfig } = setup.generationConfig;
  assert.equal(speechConfig.voiceConfig.prebuiltVoiceConfig.voiceName, "Kore");
  assert.match(setup.systemInstruction.parts[0].text, /word for word/);
  assert.deepEqual(socket.sent[1], { realtimeInput: { text: "Good morning." } });
  assert.equal(socket.closedWith, 1000);
});

test("a model that says nothing is not waited for without end", async () => {
  Service.answers = [];
  await assert.rejects(read({ patienceMs: 20 }), /said nothing for 0.02 s/);
  assert.equal(Service.sockets[0].closedWith, 1000);
});

test("an abort ends a turn without an error, and the session with it", async () => {
  Service.answers = [{ serverContent: AUDIO }, { serverContent: AUDIO }];
  const controller = new AbortController();
  await read({ controller });
  assert.equal(Service.sockets[0].closedWith, 1000);
});
