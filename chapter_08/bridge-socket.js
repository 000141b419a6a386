/**
 * The page's end of /ws/audio-live: messages as JSON, sound as bytes, in order.
 *
 * page_messages.py says what both sides may say; page_client.py is its twin. The page of
 * chapter 8 uses it.
 */

/** The server ended the conversation, or is not there; the message is for the reader. */
export class ServerClosed extends Error {
  /**
   * @param {number} code
   * @param {string} message
   */
  constructor(code, message) {
    super(message);
    this.name = "ServerClosed";
    this.code = code;
  }
}

/** Without a sign of life for so long, the server is taken for gone; it beats every 2 s. */
const SILENT_MS = 8_000;

export class BridgeSocket {
  #socket;
  /** @type {(string | Uint8Array)[]} */
  #waiting = [];
  /** @type {(() => void) | null} */
  #wake = null;
  /** @type {{code: number, reason: string} | null} */
  #end = null;
  #isOwnEnd = false;
  #said = "";
  #watchdog = 0;

  /** @param {string} path */
  constructor(path = "/ws/audio-live") {
    const url = new URL(path, location.href);
    url.protocol = url.protocol.replace("http", "ws");
    this.#socket = new WebSocket(url);
    this.#socket.binaryType = "arraybuffer";
    this.#socket.onmessage = ({ data }) => this.#take(data);
    this.#socket.onclose = ({ code, reason }) => this.#finish(code, reason);
    this.#socket.onopen = () => this.#expectLife();
  }

  /** What has not left the browser yet. */
  get bufferedBytes() {
    return this.#socket.bufferedAmount;
  }

  /**
   * Wait until the connection stands, and begin.
   *
   * @param {object} start Fields of `Start`.
   * @param {AbortSignal} [signal]
   * @throws {ServerClosed}
   */
  async begin(start, signal) {
    while (this.#socket.readyState === WebSocket.CONNECTING) {
      await new Promise((resolve) => {
        this.#socket.addEventListener("open", resolve, { once: true });
        this.#socket.addEventListener("close", resolve, { once: true });
        signal?.addEventListener("abort", resolve, { once: true });
      });
      if (signal?.aborted) this.close();
      signal?.throwIfAborted();
    }
    if (this.#end) throw this.#closed();
    this.send({ type: "start", ...start });
  }

  /**
   * Send a message, or a piece of sound; nothing happens after the end.
   *
   * @param {object | Uint8Array<ArrayBuffer> | Blob} what
   * @returns {boolean} Whether it was sent.
   */
  send(what) {
    if (this.#socket.readyState !== WebSocket.OPEN) return false;
    const isSound = what instanceof Uint8Array || what instanceof Blob;
    this.#socket.send(isSound ? what : JSON.stringify(what));
    return true;
  }

  /** End the conversation. */
  close() {
    this.#isOwnEnd = true;
    this.send({ type: "stop" });
    this.#socket.close(1000);
    // Whoever iterates need not wait until the server has agreed.
    this.#wake?.();
  }

  /**
   * Yield what comes: objects, and the model's voice as bytes.
   *
   * @returns {AsyncGenerator<any, void>}
   * @throws {ServerClosed} The server ended it for a reason.
   */
  async *[Symbol.asyncIterator]() {
    for (;;) {
      for (let next = this.#waiting.shift(); next !== undefined; ) {
        yield typeof next === "string" ? JSON.parse(next) : next;
        next = this.#waiting.shift();
      }
      if (this.#isOwnEnd || this.#end?.code === 1000) return;
      if (this.#end) throw this.#closed();
      await new Promise((resolve) => (this.#wake = () => resolve(undefined)));
    }
  }

  /** @param {string | ArrayBuffer} data */
  #take(data) {
    this.#expectLife();
    if (typeof data === "string" && data.startsWith('{"type": "closed"')) {
      this.#said = JSON.parse(data).message;
      return;
    }
    this.#waiting.push(typeof data === "string" ? data : new Uint8Array(data));
    this.#wake?.();
  }

  #expectLife() {
    clearTimeout(this.#watchdog);
    this.#watchdog = window.setTimeout(() => {
      this.#finish(1006, "The server has fallen silent. Start again.");
      this.#socket.close();
    }, SILENT_MS);
  }

  /**
   * @param {number} code
   * @param {string} reason
   */
  #finish(code, reason) {
    clearTimeout(this.#watchdog);
    this.#end ??= { code, reason };
    this.#wake?.();
  }

  #closed() {
    const { code, reason } = this.#end ?? { code: 1006, reason: "" };
    const gone = "The server can't be reached. Is chapter_08/server.py running?";
    return new ServerClosed(code, this.#said || reason || gone);
  }
}
