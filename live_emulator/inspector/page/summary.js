/** A session in figures: what its reader wants to know first. Pure. */

import { delayText } from "./drawing.js";
import { sizeText } from "./frame-list.js";
import { median } from "./lanes.js";
import { tokensText } from "./turn-list.js";

/**
 * @param {import("./lanes.js").Delay[]} delays
 * @returns {[string, string]} The median, and what is to be said about the rest.
 */
function delaysText(delays) {
  const all = delays.map(({ seconds }) => seconds);
  const rest = all.length > 1 ? `worst ${delayText(Math.max(...all))}` : "";
  return [delayText(median(all)), rest];
}

/**
 * @param {import("./store.js").Session} session
 * @returns {Array<[string, string, string]>} Name, figure, and a remark on it.
 */
export function figuresOf(session) {
  const { lanes, turns, count, bytes, missing } = session;
  const { usage } = turns;
  const left = lanes.interruptions ? `${lanes.interruptions} interrupted` : "";
  const lost = missing ? `, ${missing} missing` : "";
  return [
    ["End of speech to first sound", ...delaysText(lanes.answers)],
    ["Speech to interruption", ...delaysText(lanes.yields)],
    ["Turns", String(turns.completed), left],
    ["Tokens, all turns", usage.total.toLocaleString("en"), usage.total ? tokensText(usage) : ""],
    ["Length", lengthText(lanes.end), ""],
    ["Frames", count.toLocaleString("en"), sizeText(bytes) + lost],
  ];
}

/** @type {(seconds: number) => string} */
function lengthText(seconds) {
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  const rest = String(Math.floor(seconds % 60)).padStart(2, "0");
  return `${Math.floor(seconds / 60)}:${rest} min`;
}
