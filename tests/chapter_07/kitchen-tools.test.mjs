// The functions of the kitchen, run as a session runs them, on a clock of the test's.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";

import { KitchenClock } from "../../chapter_07/kitchen-clock.js";
import { kitchenTools } from "../../chapter_07/kitchen-tools.js";
import { DEFAULT_MANNER, validManner } from "../../chapter_07/manner.js";
import { ToolRunner } from "../../chapter_07/tool-runner.js";
import { Tools } from "../../chapter_07/tools.js";

const COOKBOOK = new URL("../../chapter_07/recipes.json", import.meta.url);

/** A session with a kitchen: calls go in, responses come out, time passes on command. */
class Session {
  responses = [];
  nowMs = 0;
  asked = [];
  consents = true;
  #waiting = [];

  constructor(manner = {}) {
    this.clock = new KitchenClock(() => this.nowMs);
    this.manner = { ...DEFAULT_MANNER, lookUpMs: 0, ...manner };
    this.tools = new Tools(...kitchenTools(this.clock, this.manner));
    this.runner = new ToolRunner(
      this.tools,
      (message) => {
        this.responses.push(...message.toolResponse.functionResponses);
        for (const look of this.#waiting) look();
      },
      {
        ask: async (call) => {
          this.asked.push(call.name);
          return this.consents;
        },
      },
    );
  }

  get kitchen() {
    return this.clock.kitchen;
  }

  call(id, name, args = {}) {
    return this.runner.receive({ type: "toolCall", id, name, args });
  }

  pass(ms) {
    this.nowMs += ms;
    this.clock.tick();
  }

  /** Wait until so many responses have been sent. */
  async answers(count) {
    await new Promise((resolve) => {
      const look = () => this.responses.length >= count && resolve();
      this.#waiting.push(look);
      look();
    });
    return this.responses[count - 1];
  }

  end() {
    this.runner.close();
    this.clock.change((kitchen) => {
      for (const timer of kitchen.timers) kitchen.removeTimer(timer, "user");
    });
    this.nowMs += 1_000_000; // cold again, and no interval is left
    this.clock.change((kitchen) => kitchen.setOven(null, "user"));
    this.pass(1_000_000);
  }
}

/** Let everything happen that is due already. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

test("a timer's call says that it is set, and ends when it rings", async () => {
  const session = new Session();
  session.call("1", "set_timer", { minutes: 8, kind: "pasta" });
  const first = await session.answers(1);
  assert.equal(first.response.result, "The pasta timer is set for 8 minutes.");
  assert.equal(first.willContinue, true);
  session.pass(480_000);
  const last = await session.answers(2);
  assert.equal(last.response.result, "The pasta timer is ringing.");
  assert.equal(last.scheduling, "INTERRUPT");
  assert.equal(last.willContinue, undefined);
  session.end();
});

test("a timer that is stopped ends its call without a further word", async () => {
  const session = new Session();
  session.call("1", "set_timer", { minutes: 8 });
  await session.answers(1);
  session.call("2", "stop_timer");
  await session.answers(3);
  const [, ...rest] = session.responses;
  const byId = Object.fromEntries(rest.map((one) => [one.id, one]));
  assert.equal(byId[1].scheduling, "SILENT");
  assert.equal(byId[2].response.result, "The timer is stopped.");
  session.call("3", "stop_timer", { kind: "tea" });
  assert.equal((await session.answers(4)).response.error, "There is no tea timer.");
  session.end();
});

test("a timer that a hand removes is told to the model", async () => {
  const session = new Session();
  session.call("1", "set_timer", { minutes: 8 });
  await session.answers(1);
  session.clock.change((kitchen) => kitchen.removeTimer(kitchen.timers[0], "user"));
  const last = await session.answers(2);
  assert.equal(last.response.result, "The timer was removed.");
  assert.equal(last.scheduling, "WHEN_IDLE");
  session.end();
});

test("a cancelled timer is gone, and one whose session ended still rings", async () => {
  const session = new Session();
  session.call("1", "set_timer", { minutes: 8, kind: "tea" });
  session.call("2", "set_timer", { minutes: 9, kind: "rice" });
  await session.answers(2);
  session.runner.receive({ type: "toolCallCancellation", ids: ["1"] });
  await settled();
  assert.deepEqual(session.kitchen.timers.map(({ kind }) => kind), ["rice"]);
  session.runner.close();
  await settled();
  session.pass(540_000);
  assert.equal(session.kitchen.timers[0].isRinging, true);
  assert.equal(session.responses.length, 2);
  session.end();
});

test("heating is asked for, reported without a word, and spoken about at its end", async () => {
  const session = new Session({ scheduling: "INTERRUPT" });
  session.call("1", "heat_oven", { temperature: 60 });
  await settled();
  assert.deepEqual(session.asked, ["heat_oven"]);
  session.pass(3000);
  assert.deepEqual((await session.answers(1)).response, { degrees: 44, percent: 60 });
  assert.equal(session.responses[0].scheduling, "SILENT");
  session.pass(3000);
  const last = await session.answers(2);
  assert.equal(last.response.result, "The oven has reached 60 degrees.");
  assert.equal(last.scheduling, "INTERRUPT");
  session.end();
});

test("what the user does not want is not done", async () => {
  const session = new Session();
  session.consents = false;
  session.kitchen.addItems(["milk"]);
  session.call("1", "heat_oven", { temperature: 200 });
  session.call("2", "clear_shopping_list");
  await session.answers(2);
  assert.equal(session.kitchen.setting.celsius, null);
  assert.deepEqual(session.kitchen.shopping, ["milk"]);
  assert.match(session.responses[0].response.error, /does not want/);
  session.end();
});

test("nobody is asked about what can't run", async () => {
  const session = new Session();
  session.call("1", "heat_oven", { temperature: 900 });
  assert.match((await session.answers(1)).response.error, /temperature should be at most 250/);
  assert.deepEqual(session.asked, []);
  session.end();
});

test("an oven that is turned off ends the heating, and cancelling undoes it", async () => {
  const session = new Session();
  session.call("1", "heat_oven", { temperature: 200 });
  await settled();
  session.pass(1000);
  session.call("2", "turn_off_oven");
  await session.answers(2);
  const heating = session.responses.find(({ id }) => id === "1");
  assert.equal(heating.response.result, "The heating was stopped at 28 degrees.");
  assert.equal(heating.scheduling, "SILENT");
  session.call("3", "heat_oven", { temperature: 100 });
  await settled();
  assert.equal(session.kitchen.setting.celsius, 100);
  session.call("4", "heat_oven", { temperature: 200 });
  await settled();
  session.runner.receive({ type: "toolCallCancellation", ids: ["4"] });
  await settled();
  assert.equal(session.kitchen.setting.celsius, 100);
  session.end();
});

test("a model that waits for its oven gets one result and no scheduling", async () => {
  const session = new Session({ inBackground: false });
  const [declared] = session.tools.message.functionDeclarations.filter(
    ({ name }) => name === "heat_oven",
  );
  assert.equal(declared.behavior, "BLOCKING");
  session.call("1", "heat_oven", { temperature: 60 });
  await settled();
  for (let count = 0; count < 6; count += 1) session.pass(1000);
  assert.deepEqual(await session.answers(1), {
    id: "1",
    name: "heat_oven",
    response: { result: "The oven has reached 60 degrees." },
  });
  session.end();
});

test("a recipe is looked up, shown and read; a cancelled look-up shows none", async (t) => {
  const file = await readFile(COOKBOOK, "utf8");
  let signals = [];
  t.mock.method(globalThis, "fetch", async (url, { signal }) => {
    assert.equal(url.href, COOKBOOK.href);
    signals.push(signal);
    return new Response(file);
  });
  const session = new Session();
  session.call("1", "find_recipe", { dish: "some pancakes" });
  assert.match((await session.answers(1)).response.result, /^Pancakes has 5 steps\. You need/);
  session.call("2", "next_step");
  assert.match((await session.answers(2)).response.result, /^Step 1 of 5: Whisk/);
  session.call("3", "previous_step");
  assert.match((await session.answers(3)).response.error, /the first step/);
  session.call("4", "find_recipe", { dish: "haggis" });
  assert.match((await session.answers(4)).response.error, /no recipe for haggis.*pancakes/);
  session.manner.lookUpMs = 60_000;
  session.call("5", "find_recipe", { dish: "bread" });
  await settled();
  session.runner.cancel("5");
  await settled();
  assert.equal(session.kitchen.recipe.title, "Pancakes");
  assert.equal(signals.length, 2, "the cookbook was not asked");
  session.end();
});

test("a cookbook that does not answer is a result, too", async (t) => {
  t.mock.method(globalThis, "fetch", async () => new Response("", { status: 503 }));
  const session = new Session();
  session.call("1", "find_recipe", { dish: "bread" });
  assert.equal((await session.answers(1)).response.error, "The cookbook answered 503.");
  session.call("2", "next_step");
  assert.match((await session.answers(2)).response.error, /No recipe is open/);
  session.end();
});

test("the chart is shown, and the list is read", async () => {
  const session = new Session();
  session.call("1", "show_temperature_chart");
  assert.match((await session.answers(1)).response.result, /has 20 degrees and is off/);
  assert.equal(session.kitchen.isCharted, true);
  session.call("2", "read_shopping_list");
  assert.equal((await session.answers(2)).response.result, "The shopping list is empty.");
  session.call("3", "add_to_shopping_list", { items: ["milk", "eggs"] });
  assert.match((await session.answers(3)).response.result, /^Milk and eggs are on the list/);
  session.call("4", "add_to_shopping_list", { items: "milk" });
  assert.match((await session.answers(4)).response.error, /items should be an array/);
  session.end();
});

test("settings that do not exist are those of the beginning", () => {
  assert.deepEqual(validManner({}), { ...DEFAULT_MANNER });
  const odd = { slow: "?", scheduling: "LATER", searches: 7, lookUp: "-5" };
  assert.deepEqual(validManner(odd), { ...DEFAULT_MANNER });
  const chosen = { slow: "wait", scheduling: "SILENT", searches: "no", lookUp: "0" };
  assert.deepEqual(validManner(chosen), {
    inBackground: false,
    scheduling: "SILENT",
    searches: false,
    lookUpMs: 0,
  });
});
