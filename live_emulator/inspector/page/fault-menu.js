/** Lets a session fail on command, by the emulator's own control endpoint. */

import { element, find } from "./elements.js";

const URL = "/control/faults";

/**
 * @typedef {{name: string, does: string, keys: Record<string, string>}} Known
 * @typedef {{known: Known[], faults: Array<{fault: string, session: number | null}>}} State
 */

/** Keys that a reader of this page has no use for: it is about the session in view. */
const IMPLIED = new Set(["session"]);

/** The menu of one page. */
export class FaultMenu {
  /** @param {() => import("./store.js").Session | null} session Which one is meant. */
  constructor(session) {
    this._session = session;
    /** @type {Known[]} */
    this._known = [];
    const menu = /** @type {HTMLDetailsElement} */ (find("faults"));
    menu.addEventListener("toggle", () => this._toggle(menu.open));
    menu.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      menu.open = false;
      menu.querySelector("summary")?.focus();
    });
    document.addEventListener("pointerdown", ({ target }) => {
      if (target instanceof Node && !menu.contains(target)) menu.open = false;
    });
    find("fault").addEventListener("change", () => this._explain());
    find("clear-faults").addEventListener("click", () => this._send("DELETE"));
    find("fault-form").addEventListener("submit", (event) => {
      event.preventDefault();
      this._send("POST");
    });
  }

  get _chosen() {
    const { value } = /** @type {HTMLSelectElement} */ (find("fault"));
    return this._known.find(({ name }) => name === value);
  }

  /** @param {boolean} isOpen */
  _toggle(isOpen) {
    if (!isOpen) return;
    this._say("");
    this._load();
  }

  async _load() {
    try {
      this._show(await (await fetch(URL)).json());
    } catch {
      this._say("The emulator does not answer.");
    }
  }

  /** @param {State} state */
  _show({ known, faults }) {
    if (!this._known.length) {
      this._known = known;
      const names = known.map(({ name }) => {
        const option = element("option", name);
        option.setAttribute("value", name);
        return option;
      });
      find("fault").replaceChildren(...names);
      /** @type {HTMLSelectElement} */ (find("fault")).value = "drop";
      this._explain();
    }
    const waiting = faults.map(({ fault, session }) =>
      element("li", session === null ? fault : `${fault}, session ${session}`),
    );
    find("waiting").replaceChildren(...waiting);
    find("waiting-box").hidden = waiting.length === 0;
  }

  _explain() {
    const chosen = this._chosen;
    if (!chosen) return;
    find("fault-does").textContent = `${chosen.does.replaceAll("`", "")}.`;
    const keys = Object.entries(chosen.keys)
      .filter(([name]) => !IMPLIED.has(name))
      .map(([name, means]) => {
        const item = document.createElement("li");
        item.append(element("code", `${name}=`), ` ${means.replaceAll("`", "")}`);
        return item;
      });
    find("fault-keys").replaceChildren(...keys);
  }

  /** @param {"POST" | "DELETE"} method */
  async _send(method) {
    try {
      const body = method === "POST" ? JSON.stringify(this._wish()) : undefined;
      const answer = await (await fetch(URL, { method, body })).json();
      this._say(answer.error ?? answer.told ?? "No fault is waiting any more.");
      await this._load();
    } catch {
      this._say("The emulator does not answer.");
    }
  }

  _wish() {
    const { value } = /** @type {HTMLInputElement} */ (find("settings"));
    const fault = `${this._chosen?.name ?? ""} ${value}`.trim();
    return wishOf(fault, this._chosen, this._session()?.number);
  }

  /** @param {string} text */
  _say(text) {
    find("fault-told").textContent = text;
  }
}

/**
 * @param {string} fault With its settings.
 * @param {Known | undefined} kind
 * @param {number | undefined} session
 * @returns {{fault: string, session?: number}} What to send: a fault of the beginning
 *   of a session can only meet those to come.
 */
export function wishOf(fault, kind, session) {
  const isOfBeginning = kind && !("turn" in kind.keys);
  return isOfBeginning || session === undefined ? { fault } : { fault, session };
}
