/**
 * Run the calls of one session side by side, and answer each of them exactly once.
 *
 * Calls and cancellations go in; what comes out goes to the socket. Every call ends in
 * one of four ways: answered, cancelled by the model, left unanswered because the
 * session ended first, or ignored because its id was used before. Chapter 7 builds this
 * module, the twin of tool_runner.py.
 */

import { functionResponse, toolResponseMessage } from "../chapter_03/live-messages.js";

/**
 * @import {LiveEvent} from "../chapter_03/live-events.js"
 * @import {Result, Tools} from "./tools.js"
 *
 * `failed` is answered, too, with an error; `unsent` found the session closed.
 * @typedef {"waiting" | "asking" | "running" | "answered" | "failed" | "cancelled" |
 *   "unsent"} CallState
 *
 * One call of a function, and what has become of it.
 * @typedef {object} Call
 * @property {string} id Empty if the service gives none (Vertex AI may).
 * @property {string} name
 * @property {Record<string, unknown>} args
 * @property {number} startedMs On the clock of `performance.now()`.
 * @property {CallState} state
 * @property {Result | null} result What the model was told last.
 * @property {number | null} endedMs
 */

/** More calls than that wait for their turn. */
export const MOST_RUNNING = 16;

/** More than that are refused at once: a model that calls in a loop is stopped. */
export const MOST_PENDING = 64;

/** The reason of a signal whose session has ended: the result can't be sent any more. */
export const SESSION_ENDED = new DOMException("The session has ended.", "AbortError");

/** The reason of a signal whose call the model has cancelled. */
const CANCELLED = new DOMException("The call was cancelled.", "AbortError");

/** @param {Call} call */
export function isPending({ state }) {
  return state === "waiting" || state === "asking" || state === "running";
}

export class ToolRunner {
  /**
   * Every call of this session by its id, oldest first; those without one have a key of
   * their own.
   *
   * @type {Map<string, Call>}
   */
  calls = new Map();

  #tools;
  #send;
  #ask;
  #onChange;
  /** @type {Map<Call, AbortController>} */
  #pending = new Map();
  /** @type {(() => void)[]} */
  #queue = [];
  #running = 0;
  #isClosed = false;

  /**
   * @param {Tools} tools
   * @param {(message: object) => void} send Throws once the session is closed.
   * @param {object} [options]
   * @param {(call: Call, signal: AbortSignal) => Promise<boolean>} [options.ask] Asks the
   *   user before a function that needs consent. Without it, such functions are refused.
   * @param {(call: Call) => void} [options.onChange] Is told of each change of a call's
   *   state, and of progress.
   */
  constructor(tools, send, { ask, onChange = () => {} } = {}) {
    this.#tools = tools;
    this.#send = send;
    this.#ask = ask;
    this.#onChange = onChange;
  }

  /**
   * Take in an event; those that are not about calls do nothing.
   *
   * @param {LiveEvent} event
   * @returns {Call | null} The call that begins.
   */
  receive(event) {
    if (event.type === "toolCallCancellation") event.ids.forEach((id) => this.cancel(id));
    if (event.type !== "toolCall" || this.#isClosed) return null;
    const { id, name, args } = event;
    if (this.calls.has(id)) {
      console.warn(`The id ${id} was used before; the call is ignored.`);
      return null;
    }
    /** @type {Call} */
    const call = {
      id,
      name,
      args,
      startedMs: performance.now(),
      state: "waiting",
      result: null,
      endedMs: null,
    };
    this.calls.set(id || `call ${this.calls.size} without an id`, call);
    const isFull = this.#pending.size >= MOST_PENDING;
    const controller = new AbortController();
    this.#pending.set(call, controller);
    this.#onChange(call);
    void (isFull ? this.#refuse(call) : this.#run(call, controller));
    return call;
  }

  /**
   * Stop a call whose result is no longer wanted; it will not be answered.
   *
   * The function's signal is aborted, so that it can undo what it has begun. Unknown
   * ids, and calls that have ended, are left alone.
   *
   * @param {string} id
   */
  cancel(id) {
    const call = this.calls.get(id);
    if (call && isPending(call)) this.#end(call, "cancelled");
  }

  /** End everything; no call is answered afterwards. */
  close() {
    this.#isClosed = true;
    for (const call of this.calls.values()) {
      if (isPending(call)) this.#end(call, "unsent");
    }
  }

  /**
   * @param {Call} call
   * @param {AbortController} controller
   */
  async #run(call, { signal }) {
    await this.#place();
    try {
      if (!isPending(call)) return;
      const mayRun = await this.#mayRun(call, signal);
      if (!isPending(call)) return;
      if (!mayRun) {
        this.#answer(call, refusal("The user does not want that."));
        return;
      }
      this.#change(call, "running");
      const result = await this.#tools.run(call.name, call.args, {
        signal,
        onProgress: (progress) => this.#answer(call, progress),
      });
      this.#answer(call, result);
    } finally {
      const next = this.#queue.shift();
      if (next) next(); // this place is now that of the one who waited longest
      else this.#running -= 1;
    }
  }

  /** Wait until fewer than `MOST_RUNNING` calls run. */
  async #place() {
    if (this.#running < MOST_RUNNING) this.#running += 1;
    else await new Promise((resolve) => this.#queue.push(() => resolve(undefined)));
  }

  /** @param {Call} call */
  async #refuse(call) {
    await Promise.resolve();
    const message = `Over ${MOST_PENDING} calls are waiting. Wait for their results.`;
    this.#answer(call, refusal(message));
  }

  /**
   * @param {Call} call
   * @param {AbortSignal} signal
   */
  async #mayRun(call, signal) {
    const isAskedFor = this.#tools.get(call.name)?.needsConsent;
    // The user isn't asked about what can't run; the model is told why.
    if (!isAskedFor || this.#tools.faultIn(call.name, call.args)) return true;
    if (!this.#ask) return false;
    this.#change(call, "asking");
    try {
      return await this.#ask(call, signal);
    } catch {
      return false; // the user could not be asked, and silence is not consent
    }
  }

  /**
   * Tell the model, unless it no longer wants to know.
   *
   * @param {Call} call
   * @param {Result} result
   */
  #answer(call, result) {
    if (!isPending(call)) return;
    call.result = result;
    const { response, scheduling, isFinal } = result;
    if (isFinal) this.#end(call, "error" in response ? "failed" : "answered");
    else this.#onChange(call);
    const answer = functionResponse(call.id, call.name, response, {
      scheduling,
      willContinue: isFinal ? undefined : true,
    });
    if (!call.id) delete answer.id;
    try {
      this.#send(toolResponseMessage(answer));
    } catch {
      // The loop over the socket's events says why it was closed.
      this.#end(call, "unsent");
    }
  }

  /**
   * @param {Call} call
   * @param {CallState} state
   */
  #end(call, state) {
    call.endedMs = performance.now();
    this.#change(call, state);
    // A function that has done its work must not undo it.
    if (state === "cancelled") this.#pending.get(call)?.abort(CANCELLED);
    if (state === "unsent") this.#pending.get(call)?.abort(SESSION_ENDED);
    this.#pending.delete(call);
  }

  /**
   * @param {Call} call
   * @param {CallState} state
   */
  #change(call, state) {
    call.state = state;
    this.#onChange(call);
  }
}

/**
 * @param {string} error
 * @returns {Result}
 */
function refusal(error) {
  return { response: { error }, isFinal: true };
}
