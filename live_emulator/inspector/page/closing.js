/**
 * What the end of a session means, in words, and what to do about it. Pure.
 *
 * @typedef {{code: number, reason: string, words: string, todo: string,
 *   source: "standard" | "documented" | "observed" | "guessed" | "ours"}} Ending
 *   `reason`: a part of the reasons it explains; empty fits all.
 */

import { ENDINGS } from "./close-table.js";

/** @type {Record<Ending["source"], string>} Where it is known from. */
const SOURCES = {
  standard: "the WebSocket standard, RFC 6455",
  documented: "Google's documentation",
  observed: "seen on the service, or reported by its users",
  guessed: "a guess at what the service says",
  ours: "the emulator's own",
};

/**
 * @param {number} code
 * @param {string} reason As it came, cut at 123 bytes.
 * @returns {Ending | null} Null for a reason that nobody has met.
 */
export function endingOf(code, reason) {
  const ending = endingFor(code, reason);
  return ending?.reason ? ending : null;
}

/**
 * @param {number} code
 * @param {string} reason
 * @returns {Ending | null} What is known of the code, at least.
 */
function endingFor(code, reason = "") {
  const said = reason.toLowerCase();
  return (
    ENDINGS.find((one) => one.code === code && said.includes(one.reason.toLowerCase())) ?? null
  );
}

/**
 * @param {{over: boolean, code: number | null, reason: string, clientCode: number | null,
 *   faults?: Array<{text: string}>}} session
 * @returns {{title: string, words: string, todo: string, source: string, reason: string,
 *   isProblem: boolean} | null} Null while it runs.
 */
export function explainEnding({ over, code, reason, clientCode, faults = [] }) {
  if (!over) return null;
  const none = { todo: "", source: "", reason: "" };
  const fault = faults.at(-1)?.text ?? "";
  if (code === null && clientCode === null && /^(drop|refuse)\b/.test(fault)) {
    const title = fault.startsWith("drop") ? "Dropped on command." : "Refused on command.";
    const words = fault.startsWith("drop")
      ? "The connection broke without a close (1006 on the client's side)."
      : "The upgrade was answered with an HTTP status; browsers see only 1006.";
    return { ...none, title, words, isProblem: true };
  }
  if (code === null && clientCode === null) {
    const title = "The client is gone.";
    const words = "Its connection broke without a close: it crashed, was stopped, or lost the network (1006 on its side).";
    return { ...none, title, words, isProblem: true };
  }
  if (code === null) {
    const title = clientCode === 1005 ? "The client closed." : `The client closed with ${clientCode}.`;
    const words = endingFor(clientCode ?? 0)?.words ?? "";
    const isProblem = ![1000, 1001, 1005].includes(clientCode ?? 0);
    return { ...none, title, words, isProblem };
  }
  const ending = endingFor(code, reason);
  return {
    title: `Closed with ${code}.`,
    words: ending?.words ?? "A code of an application's own.",
    todo: ending?.todo ?? "",
    source: ending ? SOURCES[code === 1001 ? "ours" : ending.source] : "",
    reason,
    isProblem: code !== 1000,
  };
}
