/**
 * How slow functions run, and when the model speaks about their results.
 *
 * Pure. The page of chapter 7 uses it.
 */

import { Reply } from "./tools.js";

/**
 * @import {Scheduling} from "./tools.js"
 *
 * @typedef {object} Manner
 * @property {boolean} inBackground The model goes on talking meanwhile, or waits.
 * @property {Scheduling} scheduling When it speaks about a result.
 * @property {boolean} searches Whether Google Search is offered, too.
 * @property {number} lookUpMs How long the cookbook takes.
 */

/** @type {Readonly<Manner>} */
export const DEFAULT_MANNER = Object.freeze({
  inBackground: true,
  scheduling: "WHEN_IDLE",
  searches: true,
  lookUpMs: 4000,
});

/**
 * Return a manner in which every value is one that exists.
 *
 * @param {Record<string, unknown>} kept What was stored or chosen, as text.
 * @returns {Manner}
 */
export function validManner({ slow, scheduling, searches, lookUp }) {
  const isKnown = ["WHEN_IDLE", "INTERRUPT", "SILENT"].includes(String(scheduling));
  const lookUpMs = Number(lookUp);
  return {
    inBackground: slow !== "wait",
    scheduling: isKnown
      ? /** @type {Scheduling} */ (scheduling)
      : DEFAULT_MANNER.scheduling,
    searches: searches !== "no",
    lookUpMs: [0, 4000, 10_000].includes(lookUpMs) && lookUp !== "" ? lookUpMs : 4000,
  };
}

/**
 * Return what a call that begins now passes its result through at its end.
 *
 * A call that the model waits for has no word in when it is spoken about.
 *
 * @param {Manner} manner It may change meanwhile.
 * @returns {(value: object) => object}
 */
export function schedulerOf(manner) {
  const { inBackground } = manner;
  return (value) => (inBackground ? new Reply(value, manner.scheduling) : value);
}
