/**
 * The settings of a conversation, as menus.
 *
 * The page of chapter 6 uses it.
 */

import { VOICES } from "../chapter_04/voices.js";
import { FRAME_TOKENS } from "./frame-budget.js";
import { instructionOf, LANGUAGES, PERSONAS, validSettings } from "./settings.js";

/** @import {Settings} from "./settings.js" */

/** Events: `change`, whose detail is the new settings. */
export class SettingsPanel extends EventTarget {
  #form;
  #instruction;

  /**
   * @param {HTMLFormElement} form Its menus are named as the settings are, and filled here.
   * @param {Record<string, unknown>} kept Settings of an earlier visit.
   */
  constructor(form, kept) {
    super();
    this.#form = form;
    this.#instruction = /** @type {HTMLTextAreaElement} */ (
      form.elements.namedItem("instruction")
    );
    const voices = Object.entries(VOICES).map(([name, word]) => [name, `${name}, ${word}`]);
    this.#fill("voice", [["", "The model's own"], ...voices]);
    this.#fill("language", Object.entries(LANGUAGES));
    this.#fill("persona", Object.entries(PERSONAS).map(([key, { name }]) => [key, name]));
    this.#fill("resolution", [
      ["low", `low, ${FRAME_TOKENS.low} tokens a frame`],
      ["medium", `medium, ${FRAME_TOKENS.medium} tokens a frame`],
      ["high", `high, ${FRAME_TOKENS.high} tokens a frame`],
    ]);
    this.#fill("policy", [
      ["useful", "when the picture changes or you speak"],
      ["every", "every second"],
    ]);
    this.settings = validSettings(kept);
    for (const [name, value] of Object.entries(this.settings)) {
      this.#control(name).value = value;
    }
    this.#showInstruction();
    form.addEventListener("change", () => this.#take());
    form.addEventListener("submit", (event) => event.preventDefault());
  }

  #take() {
    const values = Object.fromEntries(new FormData(this.#form));
    /** @type {Settings} */
    const settings = validSettings({ ...this.settings, ...values });
    // The words of a preset are a start for one's own.
    if (settings.persona === "own" && !settings.instruction) {
      settings.instruction = instructionOf({ ...this.settings, language: "" });
    }
    this.settings = settings;
    this.#showInstruction();
    this.dispatchEvent(new CustomEvent("change", { detail: settings }));
  }

  /** One's own words can be edited; those of a preset are shown. */
  #showInstruction() {
    const { persona, instruction } = this.settings;
    const isOwn = persona === "own";
    this.#instruction.readOnly = !isOwn;
    this.#instruction.value = isOwn ? instruction : PERSONAS[persona].instruction;
    this.#instruction.name = isOwn ? "instruction" : "";
  }

  /**
   * @param {string} name
   * @param {string[][]} choices
   */
  #fill(name, choices) {
    const menu = this.#control(name);
    menu.replaceChildren(...choices.map(([value, text]) => new Option(text, value)));
  }

  /** @param {string} name */
  #control(name) {
    return /** @type {HTMLSelectElement} */ (this.#form.elements.namedItem(name));
  }
}
