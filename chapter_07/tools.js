/**
 * Functions that the model may call: declared, checked, run, answered.
 *
 * `Tools` knows functions and runs one call of one of them. Whatever happens in a
 * function, what comes back is a response that the model can speak about. Running the
 * calls of a session is the business of tool-runner.js. Chapter 7 builds this module,
 * the twin of tools.py.
 */

import { faultOf, misfits } from "./schema-check.js";

/** @import {Schema} from "./schema-check.js" */

/** A longer result becomes an error: it would fill the model's context. */
export const MOST_RESULT_BYTES = 64_000;

const NAME = /^[A-Za-z_][\w.:-]{0,63}$/;

/**
 * When the model speaks about a result: at once, when it has finished what it is
 * saying, or never (it only learns of it).
 *
 * @typedef {"INTERRUPT" | "WHEN_IDLE" | "SILENT"} Scheduling
 *
 * What the model is told of a call; a call may have several, the last is final.
 * @typedef {object} Result
 * @property {Record<string, any>} response `{error: ...}` if the call failed.
 * @property {Scheduling} [scheduling]
 * @property {boolean} isFinal
 *
 * What a function may use besides its arguments.
 * @typedef {object} Help
 * @property {AbortSignal} signal Aborted when the result is no longer wanted, or too
 *   late. Pass it to `fetch`, and undo what was begun.
 * @property {(value: unknown) => void} progress Tells the model how far it is.
 *
 * @typedef {object} Tool
 * @property {string} name
 * @property {string} description
 * @property {Schema} [parameters] JSON Schema of an object.
 * @property {(args: any, help: Help) => unknown} run
 * @property {boolean} [inBackground] The model goes on talking meanwhile, or waits;
 *   left out, the model decides: up to 3.1 they wait, from 3.8 on they do not.
 * @property {Scheduling} [scheduling]
 * @property {number} [timeoutMs] It is given up after so long.
 * @property {boolean} [needsConsent] The user is asked before it runs.
 */

/** What a function returns to say when the model is to speak about it. */
export class Reply {
  /**
   * @param {unknown} value
   * @param {Scheduling} scheduling
   */
  constructor(value, scheduling) {
    this.value = value;
    this.scheduling = scheduling;
  }
}

/**
 * A function can't do what it is asked for; the model is told just these words.
 *
 * Anything else that is thrown is taken for a defect, and logged.
 */
export class ToolError extends Error {}

/** The functions that a model may call. */
export class Tools {
  /** @type {Map<string, Tool>} */
  #tools = new Map();

  /** @param {Tool[]} tools */
  constructor(...tools) {
    for (const tool of tools) this.add(tool);
  }

  /**
   * @param {Tool} tool
   * @throws {TypeError} It can't be described to the model, or its name is taken.
   */
  add(tool) {
    const { name, parameters, run } = tool;
    if (!NAME.test(name)) throw new TypeError(`${name} can't be the name of a function.`);
    if (this.#tools.has(name)) throw new TypeError(`There are two functions named ${name}.`);
    if (typeof run !== "function") throw new TypeError(`${name} has no function to run.`);
    const fault = parameters ? faultOf(parameters, `the parameters of ${name}`) : "";
    if (fault) throw new TypeError(fault);
    if (parameters && parameters.type !== "object") {
      throw new TypeError(`The parameters of ${name} have to be an object.`);
    }
    this.#tools.set(name, tool);
  }

  /** @param {string} name */
  get(name) {
    return this.#tools.get(name);
  }

  /** All declarations, for `tools` of `setupMessage`. */
  get message() {
    return {
      functionDeclarations: [...this.#tools.values()].map(
        ({ name, description, parameters, inBackground }) => ({
          name,
          description,
          ...(parameters && { parametersJsonSchema: parameters }),
          ...(inBackground !== undefined && {
            behavior: inBackground ? "NON_BLOCKING" : "BLOCKING",
          }),
        }),
      ),
    };
  }

  /**
   * Return what the model is to be told of a call that can't run; null if it can.
   *
   * @param {string} name What the model called.
   * @param {Record<string, unknown>} args As the model sent them.
   * @returns {Result | null}
   */
  faultIn(name, args) {
    const tool = this.#tools.get(name);
    if (!tool) {
      const known = [...this.#tools.keys()].join(", ") || "none";
      return errorResult(`There is no function "${name}". There are: ${known}.`);
    }
    const wrong = misfits(args, {
      type: "object",
      additionalProperties: false,
      ...tool.parameters,
    });
    return wrong.length ? errorResult(`The arguments do not fit: ${wrong.join("; ")}.`) : null;
  }

  /**
   * Run one call, and return what the model is to be told of it.
   *
   * A function that fails in any way gives a result with an error.
   *
   * @param {string} name What the model called.
   * @param {Record<string, unknown>} args As the model sent them.
   * @param {{signal?: AbortSignal, onProgress?: (result: Result) => void}} [options]
   * @returns {Promise<Result>}
   */
  async run(name, args, { signal, onProgress = () => {} } = {}) {
    const fault = this.faultIn(name, args);
    if (fault) return fault;
    const tool = /** @type {Tool} */ (this.#tools.get(name));
    const { timeoutMs = 10_000 } = tool;
    const giveUp = new AbortController();
    const timer = setTimeout(() => giveUp.abort(TOO_LATE), timeoutMs);
    const both = AbortSignal.any([giveUp.signal, ...(signal ? [signal] : [])]);
    /** @type {Help} */
    const help = {
      signal: both,
      progress: (value) => {
        if (!both.aborted) onProgress({ ...resultOf(tool, value), isFinal: false });
      },
    };
    try {
      // A function may ignore its signal; nobody waits for it then.
      const work = Promise.resolve().then(() => tool.run(args, help));
      return resultOf(tool, await Promise.race([work, whenAborted(both)]));
    } catch (error) {
      if (giveUp.signal.aborted) {
        return errorResult(`${name} took longer than ${timeoutMs / 1000} s.`);
      }
      if (signal?.aborted) return errorResult(`${name} was cancelled.`);
      if (error instanceof ToolError) return errorResult(error.message);
      // The developer sees the error, the model the reason.
      console.error(`The function ${name} failed.`, error);
      return errorResult(`${name} failed: ${wordsOf(error)}`);
    } finally {
      clearTimeout(timer);
    }
  }
}

const TOO_LATE = new DOMException("It took too long.", "TimeoutError");

/**
 * Anything can be thrown: a Symbol, or an object without a prototype.
 *
 * @param {unknown} error
 */
function wordsOf(error) {
  try {
    return String(error);
  } catch {
    return "it does not say why";
  }
}

/**
 * @param {AbortSignal} signal
 * @returns {Promise<never>}
 */
function whenAborted(signal) {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}

/**
 * Turn what a function returned into what can be sent.
 *
 * @param {Tool} tool
 * @param {unknown} returned
 * @returns {Result}
 */
function resultOf(tool, returned) {
  const isReply = returned instanceof Reply;
  const value = isReply ? returned.value : returned;
  const scheduling = isReply ? returned.scheduling : tool.scheduling;
  let text;
  try {
    text = JSON.stringify(value ?? null);
  } catch {
    // A circle, or a BigInt.
  }
  if (text === undefined) {
    return { ...errorResult(`${tool.name} returned something that can't be sent.`), scheduling };
  }
  const bytes = new TextEncoder().encode(text).length;
  if (bytes > MOST_RESULT_BYTES) {
    const limit = MOST_RESULT_BYTES.toLocaleString("en");
    return {
      ...errorResult(
        `The result of ${tool.name} is too long to be sent: ` +
          `${bytes.toLocaleString("en")} bytes of ${limit}. Ask for less.`,
      ),
      scheduling,
    };
  }
  const plain = JSON.parse(text);
  const isObject = typeof plain === "object" && plain !== null && !Array.isArray(plain);
  // An empty response may leave the user without any answer.
  const response = isObject ? plain : { result: plain ?? "done" };
  const isEmpty = Object.keys(response).length === 0;
  return { response: isEmpty ? { result: "done" } : response, scheduling, isFinal: true };
}

/**
 * @param {string} error
 * @returns {Result}
 */
function errorResult(error) {
  return { response: { error }, isFinal: true };
}
