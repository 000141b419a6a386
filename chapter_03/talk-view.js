/** Writes down who said what, one paragraph for each turn. */
export class TalkView {
  #place;
  /** @type {HTMLElement | null} */
  #line = null;
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
    this.#line = null;
  }

  /**
   * Show a piece of what is said, or was heard, after the piece before.
   * @param {"user" | "model"} who
   * @param {string} text
   */
  said(who, text) {
    if (this.#line?.className !== who) this.#begin(who, "");
    this.#line?.append(text);
  }

  /** Mark what is being said as interrupted. */
  interrupted() {
    this.#line?.classList.add("gone");
    this.#line = null;
  }

  /** The next piece begins a paragraph. */
  turnEnded() {
    this.#line = null;
  }

  /**
   * @param {string} who
   * @param {string} text
   */
  #begin(who, text) {
    if (this.#isEmpty) this.#place.replaceChildren();
    this.#isEmpty = false;
    this.#line = document.createElement("p");
    this.#line.className = who;
    this.#line.textContent = text;
    this.#place.append(this.#line);
  }
}
