/**
 * The conversation of chapter 5, with functions that the model may call.
 *
 * Each session has a runner of its own for its calls. What was not heard of an
 * interrupted answer is told to the model before it answers again. Chapter 7 builds this
 * module.
 */

import {
  contentMessage,
  contextUpdateMessage,
  textContent,
} from "../chapter_03/live-messages.js";
import { LiveChat } from "../chapter_05/live-chat.js";
import { ToolRunner } from "./tool-runner.js";
import { unheardInWords } from "./unheard.js";

/**
 * @import {LiveEvent} from "../chapter_03/live-events.js"
 * @import {FrameLog} from "../chapter_03/live-socket.js"
 * @import {Answer} from "../chapter_05/utterances.js"
 * @import {Call} from "./tool-runner.js"
 * @import {Tools} from "./tools.js"
 */

/** Events: those of LiveChat, and `call` (a Call, each time that something changes). */
export class KitchenChat extends LiveChat {
  /** Whether the model may search the web, too. */
  searches = true;

  #tools;
  #instruction;
  #ask;
  /** @type {ToolRunner | null} */
  #runner = null;
  /** Answers of which the model knows how much was heard. @type {WeakSet<Answer>} */
  #told = new WeakSet();

  /**
   * @param {Tools} tools
   * @param {string} instruction
   * @param {(call: Call, signal: AbortSignal) => Promise<boolean>} ask See ToolRunner.
   * @param {FrameLog} [log]
   */
  constructor(tools, instruction, ask, log) {
    super(log);
    this.#tools = tools;
    this.#instruction = instruction;
    this.#ask = ask;
    this.addEventListener("event", (event) => {
      this.#take(/** @type {CustomEvent<LiveEvent>} */ (event).detail);
    });
    this.addEventListener("change", () => {
      if (!this.isOpen) this.#runner?.close();
      else this.#tellUnheard();
    });
  }

  setupOptions() {
    return {
      ...super.setupOptions(),
      systemInstruction: this.#instruction,
      tools: this.#declared,
      compressAtTokens: 0, // or the session would end after a quarter of an hour
    };
  }

  /**
   * @param {string} text
   * @returns {boolean}
   */
  type(text) {
    this.#tellUnheard(true);
    return super.type(text);
  }

  /** Tell the model of functions that are declared otherwise now. */
  declareAgain() {
    this.send(contextUpdateMessage({ tools: this.#declared }));
  }

  get #declared() {
    return [this.#tools.message, ...(this.searches ? [{ googleSearch: {} }] : [])];
  }

  /** @param {LiveEvent} event */
  #take(event) {
    if (event.type === "setupComplete") {
      this.#runner?.close();
      this.#runner = this.#newRunner();
    }
    this.#runner?.receive(event);
  }

  #newRunner() {
    const send = (/** @type {object} */ message) => {
      if (!this.send(message)) throw new Error("The session has ended.");
    };
    return new ToolRunner(this.#tools, send, {
      ask: this.#ask,
      onChange: (call) => {
        this.dispatchEvent(new CustomEvent("call", { detail: call }));
      },
    });
  }

  /**
   * Tell the model what was not heard, as a part of your next turn.
   *
   * It must come before what the turn asks for: while you still speak, or before what you
   * type is sent. What is typed into an answer comes too early, and the next turn tells.
   *
   * @param {boolean} [isTurnBeginning]
   */
  #tellUnheard(isTurnBeginning = false) {
    const { utterances } = this.conversation;
    const lastAt = utterances.map(({ who }) => who).lastIndexOf("user");
    const last = utterances[lastAt];
    const isSpoken = last?.who === "user" && !last.isTyped;
    utterances.forEach((answer, at) => {
      if (answer.who !== "model" || this.#told.has(answer)) return;
      const isDue = isTurnBeginning || (isSpoken && at < lastAt);
      const text = isDue ? unheardInWords(answer) : "";
      if (!text) return;
      this.#told.add(answer);
      // Nothing to answer by itself.
      this.send(contentMessage([textContent(text)], { turnComplete: false }));
    });
  }
}
