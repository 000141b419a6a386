import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { LiveClosed, LiveSocket } from "../../chapter_03/live-socket.js";
import { requestToken } from "../../chapter_03/page-token.js";

/** A WebSocket whose other side is the test. */
class FakeWebSocket {
  static last;
  bufferedAmount = 7;
  sent = [];
  closes = [];

  constructor(url) {
    this.url = url;
    FakeWebSocket.last = this;
  }

  send(text) {
    this.sent.push(JSON.parse(text));
  }

  close(...code) {
    this.closes.push(code);
  }

  receive(message) {
    const text = typeof message === "string" ? message : JSON.stringify(message);
    this.onmessage({ data: new TextEncoder().encode(text).buffer });
  }
}

class Log {
  lines = [];
  sent = (text) => this.lines.push(`sent ${text}`);
  received = (text) => this.lines.push(`received ${text}`);
  closed = (code, reason) => this.lines.push(`closed ${code} ${reason}`);
}

const setup = { setup: { model: "models/m" } };

function begin(options = {}) {
  const opening = LiveSocket.open({
    url: "ws://x",
    setup,
    WebSocket: FakeWebSocket,
    ...options,
  });
  return { opening, wire: FakeWebSocket.last };
}

async function open(options) {
  const { opening, wire } = begin(options);
  wire.onopen();
  wire.receive({ setupComplete: {} });
  return { socket: await opening, wire };
}

async function all(socket) {
  const events = [];
  for await (const event of socket) events.push(event);
  return events;
}

const { sessions } = JSON.parse(
  readFileSync(new URL("../vectors/live_socket.json", import.meta.url), "utf8"),
);

/** Names with how many there are of them in a row. */
function inShort(types) {
  const runs = [];
  for (const type of types) {
    if (runs.at(-1)?.type === type) runs.at(-1).count += 1;
    else runs.push({ type, count: 1 });
  }
  return runs.map(({ type, count }) => (count === 1 ? type : `${count} ${type}`));
}

for (const session of sessions) {
  test(`sessions end as the vectors say: ${session.name}`, async () => {
    const closes = [];
    const log = new Log();
    log.closed = (...close) => closes.push(close);
    const { opening, wire } = begin({ log, setupTimeoutMs: session.setup_timeout_ms });
    wire.onopen();
    for (const { message, parts = 1, times = 1 } of session.frames) {
      const turn = message.serverContent?.modelTurn;
      if (turn) turn.parts = Array(parts).fill(turn.parts[0]);
      for (let count = 0; count < times; count += 1) wire.receive(message);
    }
    if (session.close) wire.onclose({ code: session.close[0], reason: session.close[1] });
    const types = [];
    let error = null;
    try {
      const socket = await opening;
      for await (const event of socket) {
        types.push(event.type);
        if (types.length === session.close_after) socket.close();
      }
    } catch (closed) {
      assert(closed instanceof LiveClosed);
      error = [closed.code, closed.reason];
    }
    assert.deepEqual(inShort(types), session.events);
    assert.deepEqual(closes, session.closes);
    assert.deepEqual(error, session.error);
  });
}

test("the setup goes out first, and is waited for", async () => {
  const log = new Log();
  const { opening, wire } = begin({ log });
  assert.equal(wire.binaryType, "arraybuffer");
  assert.deepEqual(wire.sent, []);
  wire.onopen();
  assert.deepEqual(wire.sent, [setup]);
  wire.receive({ newThing: 1 });
  wire.receive({ setupComplete: {} });
  const socket = await opening;
  const events = socket[Symbol.asyncIterator]();
  assert.equal((await events.next()).value.type, "unknown");
  assert.equal((await events.next()).value.type, "setupComplete");
  assert.deepEqual(log.lines, [
    `sent ${JSON.stringify(setup)}`,
    'received {"newThing":1}',
    'received {"setupComplete":{}}',
  ]);
});

test("messages are sent as text, and what has not left is told", async () => {
  const { socket, wire } = await open();
  socket.send({ realtimeInput: { text: "hi" } });
  assert.deepEqual(wire.sent[1], { realtimeInput: { text: "hi" } });
  assert.equal(socket.bufferedBytes, 7);
});

test("a message that comes too late for the wire is dropped without a word", async () => {
  const log = new Log();
  const { socket, wire } = await open({ log });
  wire.readyState = 2;
  socket.send({ realtimeInput: { text: "hi" } });
  assert.equal(wire.sent.length, 1);
  assert.equal(log.lines.filter((line) => line.startsWith("sent")).length, 1);
});

test("text frames are read like binary ones", async () => {
  const { socket, wire } = await open();
  wire.onmessage({ data: '{"serverContent":{"interrupted":true}}' });
  socket[Symbol.asyncIterator]();
  const events = [];
  for await (const event of socket) {
    events.push(event.type);
    if (event.type === "interrupted") break;
  }
  assert.deepEqual(events, ["setupComplete", "interrupted"]);
});

test("events that come while the loop waits, and between two loops, are kept", async () => {
  const { socket, wire } = await open();
  const first = socket[Symbol.asyncIterator]();
  await first.next();
  const waiting = first.next();
  wire.receive({ serverContent: { generationComplete: true } });
  assert.equal((await waiting).value.type, "generationComplete");
  await first.return();
  wire.receive({ serverContent: { turnComplete: true } });
  const second = await socket[Symbol.asyncIterator]().next();
  assert.equal(second.value.type, "turnComplete");
});

test("a refused setup rejects with code, reason and remedy", async () => {
  const log = new Log();
  const { opening, wire } = begin({ log });
  wire.onopen();
  wire.onclose({ code: 1007, reason: "API key not valid. Please pass a valid API key." });
  await assert.rejects(opening, (error) => {
    assert(error instanceof LiveClosed);
    assert.equal(error.code, 1007);
    assert.match(error.message, /Put a valid key into .env/);
    return true;
  });
  assert.match(log.lines.at(-1), /^closed 1007 API key not valid/);
});

test("a connection that never comes about rejects with 1006", async () => {
  const { opening, wire } = begin();
  wire.onclose({ code: 1006, reason: "" });
  await assert.rejects(opening, /broke off/);
});

test("a close by the other side throws after the last event", async () => {
  const { socket, wire } = await open();
  wire.receive({ goAway: { timeLeft: "1s" } });
  wire.onclose({ code: 1011, reason: "Internal error encountered." });
  const types = [];
  const loop = async () => {
    for await (const event of socket) types.push(event.type);
  };
  await assert.rejects(loop, LiveClosed);
  assert.deepEqual(types, ["setupComplete", "goAway"]);
  assert.equal((await socket.closed).code, 1011);
  assert.throws(() => socket.send({}), LiveClosed);
});

test("close() ends the loop at once and drops what nobody took", async () => {
  const log = new Log();
  const { socket, wire } = await open({ log });
  socket.close();
  wire.receive({ goAway: {} });
  wire.onclose({ code: 1000, reason: "" });
  assert.deepEqual(await all(socket), []);
  assert.deepEqual(wire.closes, [[1000]]);
  assert.equal((await socket.closed).code, 1000);
  assert.deepEqual(log.lines.slice(2), ["closed 1000 "]);
  assert.throws(() => socket.send({}), LiveClosed);
});

test("a signal stops an opening and closes a session", async () => {
  const early = new AbortController();
  const { opening, wire } = begin({ signal: early.signal });
  early.abort();
  await assert.rejects(opening, { name: "AbortError" });
  assert.deepEqual(wire.closes, [[1000]]);

  const late = new AbortController();
  const { socket } = await open({ signal: late.signal });
  late.abort();
  assert.deepEqual(await all(socket), []);

  await assert.rejects(begin({ signal: AbortSignal.abort() }).opening, {
    name: "AbortError",
  });
});

test("silence after the setup is given up", async () => {
  const { opening, wire } = begin({ setupTimeoutMs: 10 });
  wire.onopen();
  await assert.rejects(opening, /no setupComplete within 0.01 s/);
  assert.deepEqual(wire.closes, [[4000, "no setupComplete within 0.01 s"]]);
});

test("a reader that is stuck does not fill the memory", async () => {
  const { socket, wire } = await open();
  for (let count = 0; count < 5_000; count += 1) {
    wire.receive({ serverContent: { generationComplete: true } });
  }
  assert.deepEqual(wire.closes, [[4001]]);
  await assert.rejects(all(socket), /faster than they were taken/);
});

const answer = (status, body) => async () => new Response(body, { status });

test("a token becomes an address", async () => {
  const body = { token: "auth_tokens/a", websocket_url: "ws://x/ws/y", model: "models/m" };
  const fetch = answer(200, JSON.stringify(body));
  assert.deepEqual(await requestToken({ fetch }), {
    url: "ws://x/ws/y?access_token=auth_tokens%2Fa",
    model: "models/m",
  });
});

test("a refused token comes with the server's sentence, or with the status", async () => {
  const refused = answer(429, '{"error": "Too many tokens at once."}');
  await assert.rejects(requestToken({ fetch: refused }), /Too many tokens at once/);
  await assert.rejects(requestToken({ fetch: answer(500, "<p>") }), /HTTP 500/);
});

test("a server that is gone is named", async () => {
  const fetch = () => Promise.reject(new TypeError("Failed to fetch"));
  await assert.rejects(requestToken({ fetch }), /python3 guide.py/);
});

test("an aborted request says so", async () => {
  const signal = AbortSignal.abort();
  const fetch = () => Promise.reject(signal.reason);
  await assert.rejects(requestToken({ fetch, signal }), { name: "AbortError" });
});
