/** tools.js and schema-check.js: a function that is called always ends in a result. */

import assert from "node:assert/strict";
import test from "node:test";

import { faultOf, misfits } from "../../chapter_07/schema-check.js";
import { isPending, ToolRunner } from "../../chapter_07/tool-runner.js";
import { MOST_RESULT_BYTES, Reply, ToolError, Tools } from "../../chapter_07/tools.js";

console.error = () => {};

const parameters = {
  type: "object",
  properties: {
    town: { type: "string", minLength: 1 },
    days: { type: "integer", minimum: 1, maximum: 7 },
    units: { enum: ["metric", "imperial"] },
    at: { type: "array", items: { type: "number" }, maxItems: 2 },
    when: { anyOf: [{ type: "string" }, { type: "null" }] },
  },
  required: ["town"],
};

const tool = (run, more = {}) => ({ name: "weather", description: "", run, ...more });

test("what fits is passed on as it came", async () => {
  const tools = new Tools(tool((args) => args, { parameters }));
  const args = { town: "Rome", days: 2, units: "metric", at: [1, 2.5], when: null };
  const { response } = await tools.run("weather", args);
  assert.deepEqual(response, args);
});

for (const [args, words] of [
  [{}, "town is missing"],
  [{ town: 3 }, "town should be a string, but was 3"],
  [{ town: "" }, "town should have a length of at least 1"],
  [{ town: "Rome", days: 1.5 }, "days should be an integer, but was 1.5"],
  [{ town: "Rome", days: 9 }, "days should be at most 7, but was 9"],
  [{ town: "Rome", units: "old" }, 'units should be "metric" or "imperial"'],
  [{ town: "Rome", at: [1, "x"] }, 'at.1 should be a number, but was "x"'],
  [{ town: "Rome", at: [1, 2, 3] }, "at should have a length of at most 2"],
  [{ town: "Rome", when: 4 }, "when should be a string, but was 4"],
  [{ town: "Rome", city: 1 }, "there is no parameter city"],
  [{ town: "Rome", toString: 1 }, "there is no parameter toString"],
]) {
  test(`what does not fit is named: ${words}`, async () => {
    const tools = new Tools(tool(() => assert.fail("was run"), { parameters }));
    const { response } = await tools.run("weather", args);
    assert.ok(response.error.includes(words), response.error);
  });
}

for (const [schema, words] of [
  [{ $ref: "#/x" }, "uses $ref"],
  [{ type: "object", properties: { x: { oneOf: [] } } }, "x uses oneOf"],
  [{ type: "number", exclusiveMinimum: 0 }, "uses exclusiveMinimum"],
  [{ type: "array", items: { multipleOf: 2 } }, "uses multipleOf"],
  [{ type: "object", additionalProperties: { type: "string" } }, "true or false"],
  [{ type: "text" }, "has the unknown type text"],
  [{ type: "string", pattern: "(" }, "not a regular expression"],
  [[], "is not an object"],
]) {
  test(`a schema that can't be checked is refused: ${words}`, () => {
    assert.ok(faultOf(schema).includes(words), faultOf(schema));
  });
}

test("a list of types is a choice", () => {
  assert.deepEqual(misfits(null, { type: ["string", "null"] }), []);
  assert.equal(misfits(1, { type: ["string", "null"] }).length, 1);
});

test("functions that no model could call are refused at once", () => {
  const run = () => {};
  assert.throws(() => new Tools({ name: "a b", description: "", run }), /can't be the name/);
  assert.throws(() => new Tools(tool(run), tool(run)), /two functions named weather/);
  assert.throws(() => new Tools(tool(undefined)), /no function to run/);
  const wrong = { parameters: { type: "string" } };
  assert.throws(() => new Tools(tool(run, wrong)), /have to be an object/);
});

test("declarations say what was said of the background, and nothing else", () => {
  const run = () => {};
  const tools = new Tools(
    tool(run),
    { name: "bake", description: "Bake.", parameters, run, inBackground: true },
  );
  assert.deepEqual(tools.message.functionDeclarations, [
    { name: "weather", description: "" },
    {
      name: "bake",
      description: "Bake.",
      parametersJsonSchema: parameters,
      behavior: "NON_BLOCKING",
    },
  ]);
});

const endless = [];
endless.push(endless);

for (const [what, returned, response] of [
  ["nothing", undefined, { result: "done" }],
  ["an empty object", {}, { result: "done" }],
  ["a number", 3, { result: 3 }],
  ["a list", [1], { result: [1] }],
  ["a function", () => {}, /can't be sent/],
  ["a circle", endless, /can't be sent/],
  ["a BigInt", 3n, /can't be sent/],
  ["too much", "x".repeat(MOST_RESULT_BYTES), /too long to be sent/],
]) {
  test(`a function may return ${what}`, async () => {
    const got = await new Tools(tool(() => returned)).run("weather", {});
    if (response instanceof RegExp) assert.match(got.response.error, response);
    else assert.deepEqual(got.response, response);
  });
}

test("what is thrown is an error that the model can speak about", async () => {
  const tools = new Tools(
    tool(() => {
      throw new Error("no salt");
    }),
  );
  const { response } = await tools.run("weather", {});
  assert.equal(response.error, "weather failed: Error: no salt");
});

for (const [thrown, words] of [
  [new ToolError("There is no salt left."), "There is no salt left."],
  [Symbol("salt"), "Symbol(salt)"],
  [Object.create(null), "it does not say why"],
]) {
  test(`anything may be thrown: ${words}`, async () => {
    const tools = new Tools(
      tool(() => {
        throw thrown;
      }),
    );
    const { response } = await tools.run("weather", {});
    assert.equal(response.error, thrown instanceof ToolError ? words : `weather failed: ${words}`);
  });
}

test("lengths are counted in code points", () => {
  assert.deepEqual(misfits("🍲🍲", { type: "string", maxLength: 2 }), []);
});

test("an unknown function is answered", async () => {
  const { response } = await new Tools(tool(() => {})).run("juggle", {});
  assert.equal(response.error, 'There is no function "juggle". There are: weather.');
});

test("a function that never ends is given up, and told so", async () => {
  let told = null;
  const hang = (_, { signal }) => {
    signal.addEventListener("abort", () => (told = signal.reason.name));
    return new Promise(() => {});
  };
  const { response } = await new Tools(tool(hang, { timeoutMs: 10 })).run("weather", {});
  assert.equal(response.error, "weather took longer than 0.01 s.");
  assert.equal(told, "TimeoutError");
});

test("a reply says when the model speaks of it", async () => {
  const tools = new Tools(
    tool(() => new Reply({ ok: true }, "SILENT"), { scheduling: "WHEN_IDLE" }),
  );
  assert.equal((await tools.run("weather", {})).scheduling, "SILENT");
});

test("progress is told while the function runs, and not afterwards", async () => {
  const told = [];
  let late;
  const tools = new Tools(
    tool((_, { progress }) => {
      progress("half");
      late = progress;
      return "over";
    }),
  );
  const controller = new AbortController();
  await tools.run("weather", {}, {
    signal: controller.signal,
    onProgress: ({ response, isFinal }) => told.push([response, isFinal]),
  });
  controller.abort();
  late("too late");
  assert.deepEqual(told, [[{ result: "half" }, false]]);
});

test("calls without an id are answered without one, each of them", async () => {
  const sent = [];
  const tools = new Tools({ name: "double", description: "", run: () => "done" });
  const runner = new ToolRunner(tools, ({ toolResponse }) => {
    sent.push(...toolResponse.functionResponses);
  });
  for (let at = 0; at < 2; at += 1) {
    runner.receive({ type: "toolCall", id: "", name: "double", args: {} });
  }
  while ([...runner.calls.values()].some(isPending)) await new Promise(setImmediate);
  assert.deepEqual(sent, Array(2).fill({ name: "double", response: { result: "done" } }));
});
