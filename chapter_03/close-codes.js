/**
 * What each close code means: what happened, why, and what to do next.
 *
 * The service says little when it closes a connection: a code, and a reason of at
 * most 123 bytes. Each row of the table is for one code and a part of the reason; the
 * first that fits explains it. The twin of close_codes.py; both agree on
 * tests/vectors/close_codes.json.
 */

import { EXPLANATIONS } from "./close-table.js";

export { EXPLANATIONS };

/**
 * @typedef {object} Explanation
 * @property {number} code
 * @property {string} reason A part of the reasons it explains; empty fits all.
 * @property {string} happened
 * @property {string} why
 * @property {string} next What to do.
 * @property {"standard" | "documented" | "observed" | "guessed" | "ours"} source
 *   RFC 6455, Google's documentation, reports of what the service did in 2025 and
 *   2026, a guess at what it would do, or the guide's own codes.
 */

/** With these two the guide itself closes a connection; 4000 and up are free. */
export const SETUP_TIMEOUT = 4000;
export const TOO_SLOW = 4001;

/**
 * Return the first row that fits, with the whole reason in it.
 *
 * @param {number} code
 * @param {string} reason
 * @returns {Explanation}
 */
export function explainClose(code, reason = "") {
  const said = reason.toLowerCase();
  const row = EXPLANATIONS.find(
    (one) => one.code === code && said.includes(one.reason.toLowerCase()),
  );
  return { ...(row ?? UNKNOWN), code, reason };
}

/**
 * Return all three sentences, and what the service itself said.
 *
 * @param {Explanation} explanation
 */
export function inWords({ code, reason, happened, why, next }) {
  const said = reason ? `${code}: ${reason}` : `${code}`;
  return `${happened} ${why} ${next} (${said})`;
}

/** @type {Explanation} */
const UNKNOWN = {
  code: 0,
  reason: "",
  happened: "The connection was closed with a code that this guide does not know.",
  why: "The reason says more if there is one.",
  next:
    "Connect again; if it happens each time, compare your messages with the " +
    "reference of the API.",
  source: "guessed",
};
