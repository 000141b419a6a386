/**
 * Keeps what the reader chose until the next visit, if the browser allows that.
 *
 * The page of chapter 5 uses it.
 */

export class Preferences {
  #key;

  /** @param {string} key Under which they are kept. */
  constructor(key) {
    this.#key = key;
  }

  /** @returns {Record<string, any>} */
  read() {
    try {
      const kept = JSON.parse(localStorage.getItem(this.#key) ?? "{}");
      return typeof kept === "object" && kept !== null ? kept : {};
    } catch {
      return {}; // not allowed, or not ours
    }
  }

  /** @param {Record<string, unknown>} changes */
  write(changes) {
    try {
      localStorage.setItem(this.#key, JSON.stringify({ ...this.read(), ...changes }));
    } catch {
      // Then it is chosen again next time.
    }
  }
}
