/** The sessions, the newest first. */

import { element } from "./elements.js";

/** @typedef {import("./store.js").Session} Session */

/** Draws itself anew only if something in it has changed. */
export class SessionList {
  /**
   * @param {HTMLElement} list
   * @param {(session: Session) => void} open Told which was clicked.
   */
  constructor(list, open) {
    this._list = list;
    this._open = open;
    this._shown = "";
  }

  /** @type {(sessions: Session[], current: Session | null) => void} */
  show(sessions, current) {
    const wanted = sessions
      .map((one) => [one.number, one.model, one.state, one.who, one === current].join(" "))
      .join("\n");
    if (this._shown === wanted) return;
    this._shown = wanted;
    const focused = document.activeElement?.id;
    this._list.replaceChildren(...[...sessions].reverse().map((one) => this._item(one, current)));
    if (focused?.startsWith("session-")) document.getElementById(focused)?.focus();
  }

  /** @type {(session: Session, current: Session | null) => HTMLElement} */
  _item(session, current) {
    const item = document.createElement("li");
    const button = document.createElement("button");
    button.type = "button";
    button.id = `session-${session.number}`;
    button.append(
      element("strong", `Session ${session.number}`),
      element("span", session.model || "no setup", "model"),
      element("span", session.state, "state"),
      element("span", session.who, "who"),
    );
    button.dataset.state = stateOf(session);
    if (session === current) button.setAttribute("aria-current", "true");
    button.addEventListener("click", () => this._open(session));
    item.append(button);
    return item;
  }
}

/**
 * @param {Session} session
 * @returns {"running" | "over" | "refused"}
 */
export function stateOf({ over, code, clientCode }) {
  if (!over) return "running";
  if (code === null) return clientCode === null ? "refused" : "over";
  return code === 1000 ? "over" : "refused";
}
