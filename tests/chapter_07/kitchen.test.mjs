// The kitchen by itself: time, things, and words. No clock runs here.
import assert from "node:assert/strict";
import { test } from "node:test";

import { KitchenClock } from "../../chapter_07/kitchen-clock.js";
import { HOTTEST_C, Kitchen, MOST_ITEMS, MOST_TIMERS } from "../../chapter_07/kitchen.js";
import {
  consentFor,
  isOrAre,
  listed,
  newsOf,
  timeInWords,
  timeOnClock,
} from "../../chapter_07/kitchen-words.js";

test("a timer rings once, when its time is up, and stays until it is removed", () => {
  const kitchen = new Kitchen(1000);
  const timer = kitchen.setTimer(0.5, " pasta ");
  assert.equal(timer.kind, "pasta");
  assert.deepEqual(kitchen.advance(30_999), []);
  assert.deepEqual(kitchen.advance(31_000), [{ type: "rings", timer }]);
  assert.deepEqual(kitchen.advance(60_000), []);
  assert.equal(kitchen.isBusy, true);
  kitchen.removeTimer(timer, "user");
  kitchen.removeTimer(timer, "model");
  assert.equal(timer.removedBy, "user");
  assert.equal(kitchen.isBusy, false);
});

test("the timer that is meant is the named one, one that rings, or the newest", () => {
  const kitchen = new Kitchen(0);
  const tea = kitchen.setTimer(0.1, "tea");
  const pasta = kitchen.setTimer(8, "Pasta");
  const bread = kitchen.setTimer(40);
  assert.deepEqual(kitchen.timers, [tea, pasta, bread]);
  assert.equal(kitchen.findTimer("pasta"), pasta);
  assert.equal(kitchen.findTimer("rice"), undefined);
  assert.equal(kitchen.findTimer(), bread);
  kitchen.advance(6000);
  assert.equal(kitchen.findTimer(), tea);
});

test("there are only so many timers, and only so many things on the list", () => {
  const kitchen = new Kitchen(0);
  for (let count = 0; count < MOST_TIMERS; count += 1) kitchen.setTimer(1);
  assert.throws(() => kitchen.setTimer(1), /8 timers already/);
  const things = Array.from({ length: MOST_ITEMS }, (_, at) => `thing ${at}`);
  kitchen.addItems(things);
  assert.throws(() => kitchen.addItems(["one more"]), /longer than 100/);
  assert.equal(kitchen.shopping.length, MOST_ITEMS);
});

test("what is on the list already is not added again", () => {
  const kitchen = new Kitchen(0);
  assert.deepEqual(kitchen.addItems(["milk", " Milk", "", "eggs"]), ["milk", "eggs"]);
  assert.deepEqual(kitchen.addItems(["EGGS"]), []);
  kitchen.removeItem("milk");
  assert.deepEqual(kitchen.shopping, ["eggs"]);
});

test("a recipe is read step by step, to its ends", () => {
  const kitchen = new Kitchen(0);
  assert.equal(kitchen.turn(1), null);
  kitchen.open({ title: "Toast", ingredients: ["bread"], steps: ["Toast it.", "Eat it."] });
  assert.equal(kitchen.turn(-1), null);
  assert.equal(kitchen.turn(1), "Toast it.");
  assert.equal(kitchen.turn(1), "Eat it.");
  assert.equal(kitchen.turn(1), null);
  assert.equal(kitchen.turn(-1), "Toast it.");
});

test("the oven heats up, says once that it is hot, and cools down", () => {
  const kitchen = new Kitchen(0);
  kitchen.setOven(60, "model");
  assert.deepEqual(kitchen.advance(4000), []);
  assert.equal(kitchen.ovenC, 52);
  assert.deepEqual(kitchen.advance(6000), [{ type: "hot", celsius: 60 }]);
  assert.deepEqual(kitchen.advance(7000), []);
  kitchen.setOven(null, "user");
  kitchen.advance(17_000);
  assert.equal(kitchen.ovenC, 40);
  kitchen.advance(100_000);
  assert.equal(kitchen.ovenC, 20);
  assert.equal(kitchen.isBusy, false);
});

test("its temperature is measured once a second, and for ten minutes", () => {
  const kitchen = new Kitchen(0);
  kitchen.setOven(HOTTEST_C, "user");
  for (let ms = 0; ms <= 900_000; ms += 250) kitchen.advance(ms);
  assert.equal(kitchen.measurements.length, 601);
  assert.equal(kitchen.measurements[0].atMs, 300_000);
  assert.equal(kitchen.measurements.at(-1).atMs, 900_000);
  assert.equal(kitchen.measurements.at(-2).atMs, 899_000);
});

test("a clock that goes back changes nothing", () => {
  const kitchen = new Kitchen(5000);
  kitchen.setOven(100, "user");
  assert.deepEqual(kitchen.advance(1000), []);
  assert.equal(kitchen.ovenC, 20);
  assert.equal(kitchen.nowMs, 5000);
});

test("times are said and shown", () => {
  assert.equal(timeInWords(480_000), "8 minutes");
  assert.equal(timeInWords(90_000), "1 minute 30 seconds");
  assert.equal(timeInWords(3_601_000), "1 hour 1 second");
  assert.equal(timeInWords(0), "0 seconds");
  assert.equal(timeOnClock(479_001), "8:00");
  assert.equal(timeOnClock(3_600_000), "1:00:00");
  assert.equal(timeOnClock(-5), "0:00");
});

test("things are put into sentences", () => {
  assert.equal(listed(["milk", "eggs", "flour"]), "milk, eggs, and flour");
  assert.deepEqual([["milk"], ["eggs"], ["milk", "salt"]].map(isOrAre), ["is", "are", "are"]);
});

test("what has happened is said", () => {
  const timer = new Kitchen(0).setTimer(1, "tea");
  assert.equal(newsOf({ type: "rings", timer }), "The tea timer rings.");
  assert.equal(newsOf({ type: "hot", celsius: 60 }), "The oven has reached 60 °C.");
});

test("a question before something is done for good says what would be lost", () => {
  const kitchen = new Kitchen(0);
  const call = { name: "clear_shopping_list", args: {} };
  assert.match(consentFor(call, kitchen).warning, /nothing on it/);
  kitchen.addItems(["milk"]);
  assert.match(consentFor(call, kitchen).warning, /Nothing brings it back: milk/);
  const heat = { name: "heat_oven", args: { temperature: 200 } };
  assert.equal(consentFor(heat, kitchen).question, "Heat the oven to 200 °C?");
  assert.equal(consentFor({ name: "other", args: { a: 1 } }, kitchen).question, "Run other?");
});

test("who has waited for something is not asked again", async () => {
  const clock = new KitchenClock(() => 0);
  const { signal } = new AbortController();
  let asked = 0;
  await clock.until(() => (asked += 1), signal);
  clock.tick();
  assert.equal(asked, 1);
});
