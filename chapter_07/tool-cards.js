/**
 * Shows each call as a card: its function, its arguments, and what has become of it.
 *
 * The page of chapter 7 uses it.
 */

import { element, setText } from "../chapter_05/chat-view.js";
import { isPending } from "./tool-runner.js";

/** @import {Call, CallState} from "./tool-runner.js" */

/** @type {Record<CallState, string>} */
export const STATES = {
  waiting: "waiting",
  asking: "asking you",
  running: "running",
  answered: "done",
  failed: "failed",
  cancelled: "cancelled",
  unsent: "ended with the session",
};

const MOST_CARDS = 200;

/**
 * Return a function's name as a title: "set_timer" is "Set timer".
 *
 * @param {string} name
 */
export function titleOf(name) {
  const words = name.replaceAll(/[_.:-]+/g, " ").trim();
  return words ? words.charAt(0).toUpperCase() + words.slice(1) : "A function without a name";
}

/**
 * Return a value as it is shown: a text as it is, a list with commas, the rest as JSON.
 *
 * @param {unknown} value
 * @returns {string}
 */
export function shown(value) {
  if (typeof value === "string") return value;
  const isPlain = Array.isArray(value) && value.every((one) => typeof one !== "object");
  return isPlain ? value.join(", ") : JSON.stringify(value);
}

/**
 * Return what a call's card says; pure.
 *
 * @param {Call} call
 */
export function cardOf(call) {
  const { name, args, state, result, startedMs, endedMs } = call;
  const response = result?.response ?? {};
  const told = Object.entries(response).filter(([key]) => key !== "percent");
  const [only] = told;
  const percent = Number(response.percent);
  const isRunning = isPending(call) && !result?.isFinal;
  const tookS = endedMs === null ? null : ((endedMs - startedMs) / 1000).toFixed(1);
  return {
    title: titleOf(name),
    name,
    args: Object.entries(args).map(([key, value]) => ({ key, value: shown(value) })),
    state: tookS === null ? STATES[state] : `${STATES[state]}, ${tookS} s`,
    percent: isRunning && Number.isFinite(percent) ? percent : null,
    // One field that is the answer needs no name.
    result:
      told.length === 1 && ["result", "error"].includes(only[0])
        ? shown(only[1])
        : told.map(([key, value]) => `${key}: ${shown(value)}`).join(", "),
    scheduling: result?.scheduling ?? "",
  };
}

/** A list of cards, the newest on top. */
export class ToolCards {
  #list;
  /** @type {Map<Call, HTMLLIElement>} */
  #items = new Map();

  /** @param {HTMLElement} list */
  constructor(list) {
    this.#list = list;
  }

  clear() {
    this.#items.clear();
    this.#list.replaceChildren();
  }

  /**
   * Show a call, for the first time or again.
   *
   * @param {Call} call
   */
  show(call) {
    const card = cardOf(call);
    const item = this.#items.get(call) ?? this.#add(call, card);
    item.dataset.state = call.state;
    setText(item.querySelector(".call-state"), card.state);
    setText(item.querySelector(".call-result"), card.result);
    setText(item.querySelector(".call-scheduling"), card.scheduling);
    const bar = /** @type {HTMLProgressElement} */ (item.querySelector("progress"));
    bar.hidden = card.percent === null;
    bar.value = card.percent ?? 0;
  }

  /**
   * @param {Call} call
   * @param {ReturnType<typeof cardOf>} card
   */
  #add(call, { title, name, args }) {
    const item = element("li", "call");
    const head = element("p", "call-head");
    head.append(element("span", "call-title", title), element("span", "call-state"));
    const list = element("dl", "call-args");
    for (const { key, value } of args) {
      list.append(element("dt", "", key), element("dd", "", value));
    }
    const bar = Object.assign(document.createElement("progress"), { max: 100 });
    bar.setAttribute("aria-label", `How far ${title} is`);
    const foot = element("p", "call-foot");
    foot.append(element("code", "call-name", name), element("span", "call-scheduling"));
    item.append(head, list, bar, element("p", "call-result"), foot);
    this.#list.prepend(item);
    this.#items.set(call, item);
    if (this.#items.size > MOST_CARDS) this.#dropOldest();
    return item;
  }

  #dropOldest() {
    const [[call, item]] = this.#items;
    item.remove();
    this.#items.delete(call);
  }
}
