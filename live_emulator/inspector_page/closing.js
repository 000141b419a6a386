/** What close codes mean, in words. */

/** @type {Record<number, string>} */
const MEANINGS = {
  1000: "The session ended as it should.",
  1001: "The emulator was stopped.",
  1007: "The client sent something the service does not take. The reason names it.",
  1008: "The service refuses: the model, the key, the token, or the order of messages. The reason says which.",
  1011: "Something failed on the service's side. Connecting again may help.",
};

/**
 * @param {{over: boolean, code: number | null, reason: string}} session
 * @returns {string} Empty while it runs.
 */
export function explainEnding({ over, code, reason }) {
  if (!over) return "";
  if (code === null) return "The client closed the connection, or was lost.";
  const words = MEANINGS[code] ?? "";
  return [`Closed with ${code}.`, words, reason && `Reason: ${reason}`]
    .filter(Boolean)
    .join(" ");
}
