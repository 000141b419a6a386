/** @typedef {"user" | "model"} Speaker */

/** Writes down who said what, one paragraph for each turn. */
export class TalkView {
  #place;
  /**
   * Where the words of each go on. Both may: an answer does not stop at once.
   * @type {Partial<Record<Speaker, HTMLElement>>}
   */
  #lines = {};
  #isEmpty = true;

  /** @param {Element} place */
  constructor(place) {
    this.#place = place;
  }

  /**
   * Show what was typed.
   * @param {string} text
   */
  typed(text) {
    this.#begin("user", text);
  }

  /**
   * Show a piece of what is said, or was heard, after the piece before.
   * @param {Speaker} who
   * @param {string} text
   */
  said(who, text) {
    this.#lines[who] ??= this.#begin(who, "");
    this.#lines[who].append(text);
  }

  /** Mark what the model was saying as interrupted. */
  interrupted() {
    this.#lines.model?.classList.add("gone");
    this.#lines = {};
  }

  /** The next to speak begins a paragraph. */
  turnEnded() {
    this.#lines = {};
  }

  /**
   * @param {Speaker} who
   * @param {string} text
   */
  #begin(who, text) {
    if (this.#isEmpty) this.#place.replaceChildren();
    this.#isEmpty = false;
    const line = document.createElement("p");
    line.className = who;
    line.textContent = text;
    this.#place.append(line);
    return line;
  }
}
