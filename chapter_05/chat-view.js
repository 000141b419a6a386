/**
 * What the page shows of a conversation: words for each phase, and what was said.
 *
 * The page of chapter 5 uses it.
 */

/**
 * @import {Answer, Question} from "./utterances.js"
 * @import {LiveChat} from "./live-chat.js"
 * @import {Phase} from "./turns.js"
 */

/** @type {Record<Phase, [string, string]>} */
const PHASES = {
  idle: ["Ready", "You will be asked for the microphone."],
  connecting: ["Connecting", "Allow the microphone if your browser asks."],
  listening: ["Listening", "Ask something."],
  hearing: ["Hearing you", "Pause when you have finished."],
  thinking: ["Thinking", "The answer is on its way."],
  speaking: ["Speaking", "Speak to interrupt."],
  interrupted: ["Interrupted", "Go on, it listens."],
  closed: ["Ended", "Nothing is recorded or sent any more."],
};

/** @type {Partial<Record<Phase, string>>} */
const MANUAL_HINTS = {
  listening: "Hold the button, or the space bar, while you speak.",
  hearing: "Let go when you have finished.",
  speaking: "Hold the button to interrupt.",
  interrupted: "Let go when you have finished.",
};

/**
 * Return what to say of the state of a conversation.
 *
 * @param {Pick<LiveChat, "phase" | "isManual" | "isMuted" | "hasLostMicrophone">} chat
 * @returns {{name: string, hint: string}}
 */
export function stateInWords({ phase, isManual, isMuted, hasLostMicrophone }) {
  const [name, hint] = PHASES[phase];
  if (phase === "idle" || phase === "connecting" || phase === "closed") {
    return { name, hint };
  }
  if (hasLostMicrophone) return { name, hint: "There is no microphone." };
  if (isMuted) return { name, hint: "You are muted: nothing is sent." };
  return { name, hint: (isManual && MANUAL_HINTS[phase]) || hint };
}

/**
 * Return where the time of an answer went, for the page.
 *
 * @param {NonNullable<ReturnType<Answer["delay"]>>} delay
 * @returns {{total: string, parts: {name: string, ms: number}[]}}
 */
export function delayInWords({ totalMs, noticingMs, answeringMs, playingMs }) {
  return {
    total: `${(totalMs / 1000).toFixed(2)} s after your last word`,
    parts: [
      { name: "noticing that you had finished", ms: noticingMs },
      { name: "finding an answer", ms: answeringMs },
      { name: "until you heard it", ms: playingMs },
    ].filter(({ ms }) => ms > 0), // what is typed need not be noticed
  };
}

/** Shows what was said, one item for each utterance, and keeps it up to date. */
export class Said {
  #list;
  #scrolls;
  /** @type {Map<Question | Answer, HTMLLIElement>} */
  #items = new Map();

  /** @param {HTMLElement} list */
  constructor(list) {
    this.#list = list;
    this.#scrolls = getComputedStyle(list).overflowY !== "visible";
  }

  /**
   * A list that scrolls by itself leaves the page where it is, and stays at its end if
   * it is there.
   *
   * @param {(Question | Answer)[]} utterances
   */
  show(utterances) {
    const isAtEnd = this.#scrolls && bottomOf(this.#list) < 2;
    if (this.#items.size > 0 && !utterances.some((one) => this.#items.has(one))) {
      this.#items.clear();
      this.#list.replaceChildren();
    }
    for (const utterance of utterances) {
      if (!utterance.text) continue;
      const item = this.#items.get(utterance) ?? this.#addItem(utterance, utterances);
      if (utterance.who === "user") setText(item.querySelector(".words"), utterance.text);
      else showAnswer(item, utterance);
    }
    if (isAtEnd) this.#list.scrollTop = this.#list.scrollHeight;
  }

  /**
   * @param {Question | Answer} utterance
   * @param {(Question | Answer)[]} utterances
   */
  #addItem(utterance, utterances) {
    const item = document.createElement("li");
    item.className = `by-${utterance.who}`;
    const who = utterance.who === "user" ? "You" : "Model";
    const said = element("div", "text", "");
    said.append(element("span", "words", ""));
    item.append(element("span", `who ${utterance.who}`, who), said);
    // The words of a question may come later than the first of its answer.
    const later = utterances.slice(utterances.indexOf(utterance) + 1);
    const next = later.map((one) => this.#items.get(one)).find(Boolean);
    this.#list.insertBefore(item, next ?? null);
    this.#items.set(utterance, item);
    if (!next && !this.#scrolls) item.scrollIntoView({ block: "nearest" });
    return item;
  }
}

/**
 * Return how far it is from what is in view to the end of a list.
 *
 * @param {HTMLElement} list
 */
function bottomOf({ scrollHeight, scrollTop, clientHeight }) {
  return scrollHeight - scrollTop - clientHeight;
}

/**
 * @param {HTMLLIElement} item
 * @param {Answer} answer
 */
function showAnswer(item, answer) {
  const { heard, unheard } = answer.split();
  const words = item.querySelector(".words");
  setText(words, heard);
  if (unheard && !item.querySelector(".unheard")) {
    words?.after(
      element("span", "cut", " not heard: "),
      element("s", "unheard", unheard.trim()),
    );
  }
  setText(item.querySelector(".unheard"), unheard.trim());
  const delay = answer.delay();
  if (delay && !item.querySelector(".delay")) {
    words?.parentElement?.append(delayElement(delay));
  }
}

/** @param {NonNullable<ReturnType<Answer["delay"]>>} delay */
function delayElement(delay) {
  const { total, parts } = delayInWords(delay);
  const place = element("span", "delay", total);
  const bar = element("span", "delay-bar", "");
  bar.setAttribute("aria-hidden", "true");
  for (const { ms } of parts) {
    const part = document.createElement("span");
    part.style.flexGrow = String(Math.max(0, ms));
    bar.append(part);
  }
  const words = parts.map(({ name, ms }) => `${name} ${Math.round(ms)} ms`).join(", ");
  place.append(bar, element("span", "delay-parts", words));
  return place;
}

/**
 * @template {keyof HTMLElementTagNameMap} Name
 * @param {Name} name
 * @param {string} className
 * @param {string} [text]
 */
export function element(name, className, text = "") {
  return Object.assign(document.createElement(name), { className, textContent: text });
}

/**
 * Screen readers read a live region out again whenever its text is set.
 *
 * @param {Element | null} place
 * @param {string} text
 */
export function setText(place, text) {
  if (place && place.textContent !== text) place.textContent = text;
}
