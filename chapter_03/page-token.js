/**
 * Asks the page server for a short-lived token, so that no page holds a key.
 *
 * The server asks the service (or the emulator) for it. The token begins one
 * session, within a minute, with one model.
 */

const STOPPED = "The guide has stopped. Start it again with: python3 guide.py";

/**
 * Ask for a token.
 *
 * @param {object} [options]
 * @param {AbortSignal} [options.signal]
 * @param {typeof globalThis.fetch} [options.fetch]
 * @returns {Promise<{url: string, model: string}>} Where to connect, token included:
 *   never show it. And the model to name in the setup.
 * @throws {Error} With a sentence for the reader.
 */
export async function requestToken({ signal, fetch = globalThis.fetch } = {}) {
  let response;
  try {
    response = await fetch("/api/token", { method: "POST", signal });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new Error(STOPPED, { cause: error });
  }
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) {
    throw new Error(answer.error ?? `There was no token (HTTP ${response.status}).`);
  }
  const url = new URL(answer.websocket_url);
  url.searchParams.set("access_token", answer.token);
  return { url: url.href, model: answer.model };
}

/**
 * Ask which model answers, for pages that name it before they need a token.
 *
 * @param {object} [options]
 * @param {typeof globalThis.fetch} [options.fetch]
 * @returns {Promise<string>} Its id.
 * @throws {Error} With a sentence for the reader.
 */
export async function requestModel({ fetch = globalThis.fetch } = {}) {
  let status;
  try {
    status = await (await fetch("/api/status")).json();
  } catch (error) {
    throw new Error(STOPPED, { cause: error });
  }
  if (!status.model) throw new Error(status.problem ?? "Nobody said which model answers.");
  return status.model;
}
