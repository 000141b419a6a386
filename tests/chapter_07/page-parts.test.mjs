// What the page shows, before it is drawn: cards, lanes, charts, sources, the unheard.
import assert from "node:assert/strict";
import { test } from "node:test";

import { Answer } from "../../chapter_05/utterances.js";
import { lanesOf } from "../../chapter_07/call-timeline.js";
import { ConsentDialog } from "../../chapter_07/consent.js";
import { safeUrl, sourcesOf, stylesApart } from "../../chapter_07/search-sources.js";
import { chartOf } from "../../chapter_07/temperature-chart.js";
import { cardOf, shown, titleOf } from "../../chapter_07/tool-cards.js";
import { unheardInWords } from "../../chapter_07/unheard.js";

const CALL = {
  id: "1",
  name: "heat_oven",
  args: { temperature: 200 },
  startedMs: 1000,
  state: "running",
  result: null,
  endedMs: null,
};

test("a card says what is called, with what, and how far it is", () => {
  const card = cardOf({
    ...CALL,
    result: {
      response: { degrees: 44, percent: 60 },
      scheduling: "SILENT",
      isFinal: false,
    },
  });
  assert.equal(card.title, "Heat oven");
  assert.deepEqual(card.args, [{ key: "temperature", value: "200" }]);
  assert.equal(card.state, "running");
  assert.equal(card.percent, 60);
  assert.equal(card.result, "degrees: 44");
  assert.equal(card.scheduling, "SILENT");
});

test("a card of a call that has ended says how, and after how long", () => {
  const result = { response: { error: "It burns." }, isFinal: true };
  const card = cardOf({ ...CALL, state: "failed", endedMs: 3540, result });
  assert.equal(card.state, "failed, 2.5 s");
  assert.equal(card.percent, null);
  assert.equal(card.result, "It burns.");
  const cancelled = cardOf({ ...CALL, state: "cancelled", endedMs: 1000 });
  assert.equal(cancelled.state, "cancelled, 0.0 s");
  assert.equal(cancelled.result, "");
});

test("odd names and values are shown as well", () => {
  assert.equal(titleOf(""), "A function without a name");
  assert.equal(titleOf("a.b_c"), "A b c");
  assert.equal(shown(["milk", "eggs"]), "milk, eggs");
  assert.equal(shown([{ a: 1 }]), '[{"a":1}]');
  assert.equal(shown(null), "null");
});

test("calls that overlap are drawn in lanes of their own", () => {
  const call = (startedMs, endedMs = null) => ({ startedMs, endedMs });
  const calls = [call(0), call(10, 20), call(15, 30), call(25, 40), call(26), call(90, 95)];
  const placed = lanesOf(calls, 12, 100, 3);
  assert.deepEqual(
    placed.map(({ lane, startedMs, endedMs }) => [lane, startedMs, endedMs]),
    [
      [0, 12, 100],
      [1, 12, 20],
      [2, 15, 30],
      [1, 25, 40],
      [2, 26, 100],
      [1, 90, 95],
    ],
  );
  assert.deepEqual(lanesOf([call(0, 5)], 6, 100), []);
});

test("a chart has its line, its scales and a table with both ends", () => {
  const measurements = Array.from({ length: 60 }, (_, at) => ({
    atMs: 5000 + at * 1000,
    celsius: 20 + at * 3,
  }));
  const chart = chartOf(measurements, 200);
  assert.match(chart.path, /^M52 [\d.]+( L[\d.]+ [\d.]+){59}$/);
  assert.deepEqual(
    chart.across.map(({ text }) => text),
    ["0 °C", "50 °C", "100 °C", "150 °C", "200 °C"],
  );
  assert.deepEqual(chart.along.map(({ text }) => text).slice(0, 2), ["0 s", "10 s"]);
  assert.equal(chart.rows.length, 12);
  assert.deepEqual(chart.rows[0], { time: "0 s", temperature: "20 °C" });
  assert.deepEqual(chart.rows.at(-1), { time: "59 s", temperature: "197 °C" });
  assert.equal(chart.targetY, chart.across.at(-1).y);
  const single = chartOf([{ atMs: 7, celsius: 20 }], null);
  assert.match(single.path, /^M52 [\d.]+$/);
  assert.equal(single.targetY, null);
});

test("sources are those with an address that may be opened", () => {
  const found = sourcesOf({
    webSearchQueries: ["tomatoes"],
    groundingChunks: [
      { web: { uri: "https://example.com/a", title: "A" } },
      { web: { uri: "https://example.org/b" } },
      { web: { uri: "javascript:alert(1)", title: "No" } },
      {},
      null,
    ],
    searchEntryPoint: { renderedContent: "<b>x</b>" },
  });
  assert.deepEqual(found, {
    queries: ["tomatoes"],
    links: [
      { title: "A", url: "https://example.com/a" },
      { title: "example.org", url: "https://example.org/b" },
    ],
    entry: "<b>x</b>",
  });
  assert.deepEqual(sourcesOf({ groundingChunks: 5 }), { queries: [], links: [], entry: "" });
  assert.equal(safeUrl("data:text/html,x"), "");
  assert.equal(safeUrl(undefined), "");
});

test("styles are taken out of what Google renders, and nothing else", () => {
  const rendered =
    "<STYLE type='x'>a > b {}</style ><div class='c' style = 'top: 0'>style=1</div>" +
    "<style>i {}</style><svg STYLE='left: 0'></svg>";
  assert.deepEqual(stylesApart(rendered), {
    html: "<div class='c' data-style= 'top: 0'>style=1</div><svg data-style='left: 0'></svg>",
    styles: ["a > b {}", "i {}"],
  });
  assert.deepEqual(stylesApart("<style>open"), { html: "<style>open", styles: [] });
});

test("what was not heard is told once it is known", () => {
  const answer = new Answer(null, 0);
  answer.addAudio(1000);
  answer.addWords("Milk and eggs");
  answer.addAudio(1000);
  answer.addWords(" are on the list.");
  assert.equal(unheardInWords(answer), "");
  answer.wasInterrupted = true;
  assert.equal(unheardInWords(answer), "");
  answer.heardMs = 1000;
  assert.equal(
    unheardInWords(answer),
    '(You were interrupted. The last words that I heard were: "Milk and eggs". ' +
      'I did not hear: "are on the list.")',
  );
  answer.heardMs = 0;
  assert.match(unheardInWords(answer), /I heard none of your answer\. I did not hear: "Milk/);
  answer.heardMs = 2000;
  assert.equal(unheardInWords(answer), "");
});

test("a question that can't be put keeps no other from being asked", async () => {
  const parts = {};
  const dialog = Object.assign(new EventTarget(), {
    querySelector: (name) => (parts[name] ??= { focus() {} }),
    showModal: () => parts[".yes"].onclick({ detail: 1 }),
    close(value) {
      this.returnValue = value;
      this.dispatchEvent(new Event("close"));
    },
  });
  const consent = new ConsentDialog(dialog);
  const { signal } = new AbortController();
  const wrong = consent.ask(() => assert.fail("no words"), signal);
  const right = consent.ask(() => ({ question: "?", warning: "", yes: "Yes" }), signal);
  await assert.rejects(wrong, /no words/);
  assert.equal(await right, true);
});

test("of a long answer only the last words are repeated to the model", () => {
  const answer = {
    wasInterrupted: true,
    heardMs: 1000,
    split: () => ({ heard: "word ".repeat(100), unheard: " king" }),
  };
  const words = unheardInWords(answer);
  assert.ok(words.length < 200 && words.includes('word". I did not hear: "king")'), words);
});
