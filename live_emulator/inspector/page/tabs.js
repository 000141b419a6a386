/** Tabs as assistive technology expects them: arrow keys go from one to the next. */

/** Shows one panel of several. */
export class Tabs {
  /** @param {HTMLElement} list With buttons that have role="tab" and aria-controls. */
  constructor(list) {
    this._tabs = /** @type {HTMLElement[]} */ ([...list.querySelectorAll('[role="tab"]')]);
    for (const tab of this._tabs) tab.addEventListener("click", () => this.open(tab));
    list.addEventListener("keydown", (event) => this._key(event));
  }

  /** @param {HTMLElement} chosen */
  open(chosen) {
    for (const tab of this._tabs) {
      const isOpen = tab === chosen;
      tab.setAttribute("aria-selected", String(isOpen));
      tab.tabIndex = isOpen ? 0 : -1;
      const panel = document.getElementById(tab.getAttribute("aria-controls") ?? "");
      if (panel) panel.hidden = !isOpen;
    }
  }

  /** @param {KeyboardEvent} event */
  _key(event) {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const place = this._tabs.findIndex((tab) => tab.getAttribute("aria-selected") === "true");
    const next = this._tabs[(place + step + this._tabs.length) % this._tabs.length];
    this.open(next);
    next.focus();
  }
}
