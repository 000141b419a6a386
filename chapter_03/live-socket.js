/**
 * Holds a live session over a plain WebSocket.
 *
 * A thin shell: it connects, sends the setup, waits for the answer, and then sends
 * messages and yields events. The messages are in live-messages.js. The
 * twin of live_socket.py.
 */

import { SETUP_TIMEOUT, TOO_SLOW, explainClose, inWords } from "./close-codes.js";
import { readMessage } from "./live-messages.js";

/**
 * @import {Explanation} from "./close-codes.js"
 * @import {LiveEvent} from "./live-events.js"
 * @import {Message} from "./live-messages.js"
 */

/**
 * Anything that wants to see the frames; a FrameList does.
 *
 * @typedef {object} FrameLog
 * @property {(text: string) => void} sent
 * @property {(text: string) => void} received
 * @property {(code: number, reason: string, by: "sent" | "received") => void} closed
 *   The end, once, no matter who closed.
 */

export const SERVICE = "wss://generativelanguage.googleapis.com";

/** Events; so many wait only if they are not taken. */
const MAX_WAITING = 5_000;

/** The other side closed the session, or never let it begin. */
export class LiveClosed extends Error {
  /**
   * @param {number} code
   * @param {string} reason
   */
  constructor(code, reason = "") {
    const explanation = explainClose(code, reason);
    super(inWords(explanation));
    this.name = "LiveClosed";
    this.code = code;
    this.reason = reason;
    this.explanation = explanation;
  }
}

/**
 * A session that has begun: send messages, iterate over events.
 *
 * Made by LiveSocket.open. One loop at a time may iterate.
 */
export class LiveSocket {
  /**
   * Settled when the session is over, no matter who closed it; never rejects.
   * @type {Promise<Explanation>}
   */
  closed;

  #socket;
  #log;
  /** @type {LiveEvent[]} */
  #waiting = [];
  /** @type {Explanation | null} */
  #close = null;
  #isOwnClose = false;
  #onEvent = nothing;
  /** @type {(close: Explanation) => void} */
  #onClose = nothing;

  /**
   * Open a session; settled when the setup is accepted.
   *
   * @param {object} options
   * @param {string | URL} options.url See liveUrl, and requestToken in page-token.js.
   * @param {Message} options.setup See setupMessage.
   * @param {FrameLog} [options.log] Is told of every frame, in both directions.
   * @param {AbortSignal} [options.signal] Closes the session.
   * @param {number} [options.setupTimeoutMs] Limit for connecting and the setup.
   * @param {typeof globalThis.WebSocket} [options.WebSocket]
   * @returns {Promise<LiveSocket>}
   * @throws {LiveClosed} The connection or the setup was refused.
   */
  static async open(options) {
    const { signal, setupTimeoutMs = 10_000 } = options;
    signal?.throwIfAborted();
    const socket = new LiveSocket(options);
    const abort = () => socket.close();
    signal?.addEventListener("abort", abort, { once: true });
    void socket.closed.then(() => signal?.removeEventListener("abort", abort));
    try {
      await socket.#begin(options.setup, setupTimeoutMs);
    } catch (error) {
      signal?.throwIfAborted();
      throw error;
    }
    return socket;
  }

  /** @param {Parameters<typeof LiveSocket.open>[0]} options */
  constructor({ url, log = NO_LOG, WebSocket = globalThis.WebSocket }) {
    this.#log = log;
    this.closed = new Promise((resolve) => {
      this.#onClose = resolve;
    });
    this.#socket = new WebSocket(url);
    // The service sends text in binary frames; a Blob could not be read at once.
    this.#socket.binaryType = "arraybuffer";
    this.#socket.onmessage = ({ data }) => this.#receive(data);
    this.#socket.onclose = ({ code, reason }) => this.#finish(code, reason, "received");
  }

  /** Bytes that were sent and have not left yet; they grow on a slow line. */
  get bufferedBytes() {
    return this.#socket.bufferedAmount;
  }

  /**
   * Send one message.
   *
   * @param {Message} message
   * @throws {LiveClosed} The session is over.
   */
  send(message) {
    if (this.#close) throw this.#over();
    // The end is on its way, with its reason; this would not be heard any more.
    if (this.#socket.readyState >= 2) return;
    const text = JSON.stringify(message);
    this.#log.sent(text);
    this.#socket.send(text);
  }

  /** End the session; events that were not taken are dropped. */
  close() {
    this.#isOwnClose = true;
    this.#waiting = [];
    this.#finish(1000, "", "sent");
    this.#socket.close(1000);
  }

  /**
   * Yield events until close(); throw LiveClosed when the other side closes.
   *
   * @returns {AsyncGenerator<LiveEvent, void>}
   */
  async *[Symbol.asyncIterator]() {
    for (;;) {
      const event = this.#waiting.shift();
      if (event) {
        yield event;
      } else if (!this.#close) {
        await this.#news();
      } else if (this.#isOwnClose) {
        return;
      } else {
        throw this.#over();
      }
    }
  }

  /**
   * Send the setup and wait until it is accepted.
   *
   * @param {Message} setup
   * @param {number} timeoutMs
   */
  async #begin(setup, timeoutMs) {
    this.#socket.onopen = () => this.send(setup);
    const timer = setTimeout(() => {
      const reason = `no setupComplete within ${timeoutMs / 1000} s`;
      this.#finish(SETUP_TIMEOUT, reason, "sent");
      this.#socket.close(SETUP_TIMEOUT, reason);
    }, timeoutMs);
    try {
      while (!this.#waiting.some((event) => event.type === "setupComplete")) {
        if (this.#close) throw this.#over();
        await this.#news();
      }
    } finally {
      clearTimeout(timer);
    }
  }

  /** @returns {Promise<void>} Settled when something has come, or the end. */
  #news() {
    return new Promise((resolve) => {
      this.#onEvent = resolve;
    });
  }

  /** @param {string | ArrayBuffer} data */
  #receive(data) {
    if (this.#close) return;
    const text = typeof data === "string" ? data : new TextDecoder().decode(data);
    this.#log.received(text);
    this.#waiting.push(...readMessage(text));
    if (this.#waiting.length > MAX_WAITING) {
      this.#finish(TOO_SLOW, "", "sent");
      this.#socket.close(TOO_SLOW);
    }
    this.#onEvent();
  }

  /** @returns {LiveClosed} What there is to say of a session that is over. */
  #over() {
    return new LiveClosed(this.#close?.code ?? 1006, this.#close?.reason);
  }

  /**
   * @param {number} code
   * @param {string} reason
   * @param {"sent" | "received"} by
   */
  #finish(code, reason, by) {
    if (this.#close) return;
    this.#close = explainClose(code, reason);
    this.#log.closed(code, reason, by);
    this.#onClose(this.#close);
    this.#onEvent();
  }
}

/**
 * Return the address of the Live API.
 *
 * There is no place for a key: in a page it would be everybody's. And none for Vertex
 * AI: it wants a header that no page can send (vertex_url in the Python twin).
 *
 * @param {string} base The service, or an emulator: ws://localhost:8765.
 * @param {object} [options]
 * @param {string} [options.version] Tokens work with v1alpha everywhere (observed).
 * @param {string} [options.token] A short-lived one, for the method without keys.
 */
export function liveUrl(base = SERVICE, { version = "v1beta", token } = {}) {
  const start = base.replace(/\/+$/, "").replace(/^http/, "ws");
  const method = token ? "BidiGenerateContentConstrained" : "BidiGenerateContent";
  const query = token ? `?access_token=${quoted(token)}` : "";
  const service = `google.ai.generativelanguage.${version}.GenerativeService`;
  return `${start}/ws/${service}.${method}${query}`;
}

/** @param {string} text */
function quoted(text) {
  const odd = (/** @type {string} */ one) =>
    `%${one.charCodeAt(0).toString(16).toUpperCase()}`;
  return encodeURIComponent(text).replace(/[!'()*]/g, odd);
}

/** @type {() => void} */
function nothing() {}

/** @type {FrameLog} */
const NO_LOG = { sent: nothing, received: nothing, closed: nothing };
