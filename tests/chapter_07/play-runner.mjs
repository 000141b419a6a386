/**
 * Play sequences of steps on tool-runner.js, one JSON list a line, and answer each with
 * a line that says how the calls ended (test_tool_runner_js.py).
 */

import { createInterface } from "node:readline";

import { isPending, ToolRunner } from "../../chapter_07/tool-runner.js";
import { Tools } from "../../chapter_07/tools.js";

console.warn = console.error = () => {};

const settle = () => new Promise((resolve) => setImmediate(resolve));

async function play({ steps, saysYes }) {
  const gates = new Map();
  let running = 0;
  const gate = (number) => {
    if (!gates.has(number)) gates.set(number, Promise.withResolvers?.() ?? resolvers());
    return gates.get(number);
  };
  const parameters = { type: "object", properties: { number: { type: "integer" } } };
  const work = async ({ number }, { signal }) => {
    signal.throwIfAborted(); // a listener hears nothing of what has happened before
    running += 1;
    try {
      await Promise.race([
        gate(number).promise,
        new Promise((_, reject) =>
          signal.addEventListener("abort", () => reject(signal.reason)),
        ),
      ]);
    } finally {
      running -= 1;
    }
    return number;
  };
  const kitchen = {
    work,
    progress: async (args, help) => {
      help.progress("begun");
      const done = await work(args, help);
      help.progress(done);
      return "over";
    },
    fail: async (args, help) => {
      await work(args, help);
      throw new Error("burnt");
    },
    stubborn: async (args, help) => {
      try {
        return await work(args, help);
      } catch {
        return -1;
      }
    },
    give_up: async (args, help) => {
      await work(args, help);
      throw new DOMException("given up", "AbortError");
    },
    leave: async (args, help) => {
      await work(args, help);
      throw Symbol("left");
    },
    burn: () => "burnt",
    mumble: () => "mumbled",
  };
  const tools = new Tools(
    ...Object.entries(kitchen).map(([name, run]) => ({
      name,
      description: name,
      parameters,
      run,
      needsConsent: ["burn", "mumble"].includes(name),
    })),
  );
  let isOpen = true;
  const sent = [];
  const send = (message) => {
    if (!isOpen) throw new Error("closed");
    sent.push(...message.toolResponse.functionResponses);
  };
  const ask = async ({ name }) => {
    await settle();
    if (name === "mumble") throw new Error("the question can't be shown");
    return saysYes;
  };
  const cancelled = [];
  const runner = new ToolRunner(tools, send, { ask });
  for (const [what, number] of steps) {
    const id = String(number);
    if (what === "cancel") {
      const call = runner.calls.get(id);
      if (call && isPending(call)) cancelled.push(id);
      runner.receive({ type: "toolCallCancellation", ids: [id] });
    } else if (what === "finish") gate(number).resolve();
    else if (what === "interrupt") runner.receive({ type: "interrupted" });
    else if (what === "close") isOpen = false;
    else if (what === "yield") for (let i = 0; i < 5; i += 1) await settle();
    else {
      const name = what === "again" ? "work" : what;
      runner.receive({ type: "toolCall", id, name, args: { number } });
    }
  }
  for (let i = 0; i < 6; i += 1) gate(i).resolve();
  for (let i = 0; i < 10; i += 1) await settle();
  const unended = [...runner.calls.values()].filter(isPending).map(({ id }) => id);
  runner.close();
  for (let i = 0; i < 5; i += 1) await settle();
  const calls = [...runner.calls.values()].map(({ id, state }) => ({ id, state }));
  return { calls, sent, cancelled, running, unended, isOpen };
}

function resolvers() {
  const made = {};
  made.promise = new Promise((resolve) => (made.resolve = resolve));
  return made;
}

for await (const line of createInterface({ input: process.stdin })) {
  console.log(JSON.stringify(await play(JSON.parse(line))));
}
