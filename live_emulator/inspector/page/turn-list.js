/** A table of the turns of a session. */

import { delayText } from "./drawing.js";
import { element } from "./elements.js";

/**
 * @typedef {import("./store.js").Session} Session
 * @typedef {import("./turns.js").Turn} Turn
 */

const MOST_TEXT = 140;

/** Draws itself anew only if something in it has changed. */
export class TurnList {
  /**
   * @param {HTMLElement} body The body of the table.
   * @param {(turn: Turn) => void} choose Told which was chosen.
   */
  constructor(body, choose) {
    this._body = body;
    this._choose = choose;
    this._shown = "";
  }

  /** @param {Session} session */
  show({ number, turns }) {
    const wanted = JSON.stringify([number, turns.all]);
    if (this._shown === wanted) return;
    this._shown = wanted;
    const focused = document.activeElement?.id;
    this._body.replaceChildren(...turns.all.map((turn) => this._row(turn)));
    if (focused?.startsWith("turn-")) document.getElementById(focused)?.focus();
  }

  /** @param {Turn} turn */
  _row(turn) {
    const row = document.createElement("tr");
    const button = document.createElement("button");
    button.type = "button";
    button.id = `turn-${turn.number}`;
    button.textContent = String(turn.number);
    button.setAttribute("aria-label", `Turn ${turn.number}: show`);
    button.addEventListener("click", () => this._choose(turn));
    const head = document.createElement("th");
    head.scope = "row";
    head.append(button);
    const tools = turn.tools.map((name) => `ƒ ${name}`).join(", ");
    const yielded = turn.interrupted ? delayText(turn.yieldS) : "";
    row.append(
      head,
      element("td", shortened(turn.asked) || "–", "asked"),
      element("td", shortened([tools, turn.said].filter(Boolean).join(" · ")) || "–", "said"),
      element("td", delayText(turn.answerS), "number"),
      element("td", yielded, "number cut"),
      element("td", turn.usage ? tokensText(turn.usage) : "–", "number"),
    );
    row.addEventListener("click", (event) => {
      if (event.target !== button) this._choose(turn);
    });
    return row;
  }
}

/** Stories are long; all of it stands in the frames. @type {(text: string) => string} */
const shortened = (text) => (text.length > MOST_TEXT ? `${text.slice(0, MOST_TEXT)}…` : text);

/** @type {(number: number) => string} */
const grouped = (number) => number.toLocaleString("en");

/**
 * @param {import("./turns.js").Usage} usage
 * @returns {string}
 */
export const tokensText = ({ prompt, response }) => `${grouped(prompt)} in, ${grouped(response)} out`;
