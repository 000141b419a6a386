/**
 * Draws how a temperature went, as a line and as a table.
 *
 * `chartOf` is pure and says where everything is; `drawChart` puts it on the page. The
 * page of chapter 7 uses it.
 */

/** @import {Measurement} from "./kitchen.js" */

const WIDTH = 380;
const HEIGHT = 210;
const LEFT = 52;
const RIGHT = 14;
const TOP = 14;
const BOTTOM = 34;

/** Distances between lines, in seconds and degrees; the first that suits is taken. */
const STEPS_S = [5, 10, 30, 60, 120, 300];
const STEPS_C = [10, 20, 50, 100];
const MOST_LINES = 6;

/** Rows of the table; a reader wants the course, and not each second. */
const MOST_ROWS = 12;

/**
 * Return what a chart consists of, in the coordinates of a drawing of 380 × 210.
 *
 * @param {Measurement[]} measurements Oldest first, at least one.
 * @param {number | null} targetC What the oven is set to.
 */
export function chartOf(measurements, targetC) {
  const first = measurements[0].atMs;
  const lastS = Math.max(STEPS_S[0], (measurements[measurements.length - 1].atMs - first) / 1000);
  const hottestC = Math.max(targetC ?? 0, ...measurements.map(({ celsius }) => celsius));
  const stepC = stepFor(hottestC, STEPS_C);
  const topC = Math.ceil(Math.max(hottestC, 1) / stepC) * stepC;
  const stepS = stepFor(lastS, STEPS_S);
  const x = (/** @type {number} */ s) => LEFT + (s / lastS) * (WIDTH - LEFT - RIGHT);
  const y = (/** @type {number} */ c) => HEIGHT - BOTTOM - (c / topC) * (HEIGHT - TOP - BOTTOM);
  const points = measurements.map(({ atMs, celsius }) => ({
    s: (atMs - first) / 1000,
    celsius,
  }));
  return {
    path: points
      .map(({ s, celsius }, at) => `${at ? "L" : "M"}${tenth(x(s))} ${tenth(y(celsius))}`)
      .join(" "),
    across: countTo(topC, stepC).map((c) => ({ y: tenth(y(c)), text: `${c} °C` })),
    along: countTo(lastS, stepS).map((s) => ({ x: tenth(x(s)), text: secondsInWords(s) })),
    targetY: targetC === null ? null : tenth(y(targetC)),
    rows: thinned(points, MOST_ROWS).map(({ s, celsius }) => ({
      time: secondsInWords(Math.round(s)),
      temperature: `${Math.round(celsius)} °C`,
    })),
  };
}

/**
 * Draw a chart, in place of an earlier one.
 *
 * @param {SVGSVGElement} place
 * @param {HTMLTableSectionElement} table Gets a row for each of some measurements.
 * @param {ReturnType<typeof chartOf>} chart
 */
export function drawChart(place, table, { path, across, along, targetY, rows }) {
  place.setAttribute("viewBox", `0 0 ${WIDTH} ${HEIGHT}`);
  const right = WIDTH - RIGHT;
  const floor = HEIGHT - BOTTOM;
  place.replaceChildren(
    ...across.flatMap(({ y, text }) => [
      shape("line", { class: "grid", x1: LEFT, x2: right, y1: y, y2: y }),
      shape("text", { class: "tick", x: LEFT - 6, y: y + 4, "text-anchor": "end" }, text),
    ]),
    ...along.map(({ x, text }) =>
      shape("text", { class: "tick", x, y: floor + 20, "text-anchor": "middle" }, text),
    ),
    ...(targetY === null
      ? []
      : [shape("line", { class: "target", x1: LEFT, x2: right, y1: targetY, y2: targetY })]),
    shape("path", { class: "course", d: path }),
  );
  table.replaceChildren(
    ...rows.map(({ time, temperature }) => {
      const row = document.createElement("tr");
      const head = Object.assign(document.createElement("th"), { textContent: time });
      head.scope = "row";
      const cell = document.createElement("td");
      cell.textContent = temperature;
      row.append(head, cell);
      return row;
    }),
  );
}

/**
 * @param {number} span
 * @param {number[]} steps
 */
function stepFor(span, steps) {
  return steps.find((step) => span / step <= MOST_LINES) ?? steps[steps.length - 1];
}

/**
 * @param {number} end
 * @param {number} step
 */
function countTo(end, step) {
  return Array.from({ length: Math.floor(end / step) + 1 }, (_, at) => at * step);
}

/**
 * Keep the first, the last, and some between.
 *
 * @template Item
 * @param {Item[]} items
 * @param {number} most
 */
function thinned(items, most) {
  if (items.length <= most) return items;
  const last = items.length - 1;
  return Array.from({ length: most }, (_, at) => items[Math.round((at * last) / (most - 1))]);
}

/** @param {number} s */
function secondsInWords(s) {
  return s >= 60 ? `${Math.floor(s / 60)}:${String(s % 60).padStart(2, "0")} min` : `${s} s`;
}

/** @param {number} value */
function tenth(value) {
  return Math.round(value * 10) / 10;
}

/**
 * @param {string} name
 * @param {Record<string, string | number>} attributes
 * @param {string} [text]
 */
function shape(name, attributes, text = "") {
  const element = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) {
    element.setAttribute(key, String(value));
  }
  element.textContent = text;
  return element;
}
