/**
 * Asks the user before a function does what can't be undone.
 *
 * Silence, Escape and a cancelled call are a no. The page of chapter 7 uses it.
 */

/** One question at a time, in a `<dialog>` that has the parts below. */
export class ConsentDialog {
  #dialog;
  /** The question before, so that they wait for each other. @type {Promise<unknown>} */
  #before = Promise.resolve();

  /**
   * @param {HTMLDialogElement} dialog With elements of the classes question, warning,
   *   yes and no; the last two are buttons.
   */
  constructor(dialog) {
    this.#dialog = dialog;
    this.#button("yes").onclick = (event) => {
      // The second half of a double click was meant for the question before.
      if (event.detail < 2) dialog.close("yes");
    };
    this.#button("no").onclick = () => dialog.close("no");
  }

  /**
   * Ask, and wait for the answer.
   *
   * @param {() => {question: string, warning: string, yes: string}} words Are asked for
   *   when it is their turn: what they speak of may have changed.
   * @param {AbortSignal} signal Ends the question without a yes.
   * @returns {Promise<boolean>}
   */
  ask(words, signal) {
    const answer = this.#before.then(() => this.#show(words, signal));
    // One that can't be asked doesn't keep the next from being asked.
    this.#before = answer.catch(() => {});
    return answer;
  }

  /**
   * @param {() => {question: string, warning: string, yes: string}} words
   * @param {AbortSignal} signal
   * @returns {Promise<boolean>}
   */
  #show(words, signal) {
    if (signal.aborted) return Promise.resolve(false);
    const dialog = this.#dialog;
    const { question, warning, yes } = words();
    this.#part("question").textContent = question;
    this.#part("warning").textContent = warning;
    this.#part("yes").textContent = yes;
    const giveUp = () => dialog.close("no");
    signal.addEventListener("abort", giveUp, { once: true });
    return new Promise((resolve) => {
      dialog.addEventListener(
        "close",
        () => {
          signal.removeEventListener("abort", giveUp);
          resolve(dialog.returnValue === "yes");
        },
        { once: true },
      );
      dialog.returnValue = "no"; // Escape leaves it as it is
      dialog.showModal();
      // A key that was on its way to something else must not agree.
      this.#button("no").focus();
    });
  }

  /** @param {string} name */
  #part(name) {
    return /** @type {HTMLElement} */ (this.#dialog.querySelector(`.${name}`));
  }

  /** @param {string} name */
  #button(name) {
    return /** @type {HTMLButtonElement} */ (this.#part(name));
  }
}
