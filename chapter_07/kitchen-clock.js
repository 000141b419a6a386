/**
 * Lets time pass in a kitchen, and tells who waits for something there.
 *
 * The page of chapter 7 uses it.
 */

import { Kitchen } from "./kitchen.js";

const TICK_MS = 250;

/** Events: `change`, after each change and each tick, and `happening` (a Happening). */
export class KitchenClock extends EventTarget {
  #kitchen;
  #now;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #timer;

  /** @param {() => number} [now] In milliseconds. */
  constructor(now = () => performance.now()) {
    super();
    this.#now = now;
    this.#kitchen = new Kitchen(now());
  }

  /** The kitchen as it is. Change it by `change`, or no listener is told. */
  get kitchen() {
    return this.#kitchen;
  }

  /**
   * Change something in the kitchen.
   *
   * @template Result
   * @param {(kitchen: Kitchen) => Result} action
   * @returns {Result}
   */
  change(action) {
    this.tick();
    const result = action(this.#kitchen);
    this.#tell("change");
    if (this.#kitchen.isBusy && !this.#timer) {
      this.#timer = setInterval(() => this.tick(), TICK_MS);
    }
    return result;
  }

  /** Let the time pass that has passed. */
  tick() {
    const happenings = this.#kitchen.advance(this.#now());
    for (const one of happenings) this.#tell("happening", one);
    this.#tell("change");
    if (!this.#kitchen.isBusy) {
      clearInterval(this.#timer);
      this.#timer = undefined;
    }
  }

  /**
   * Wait until something is so.
   *
   * @template Value
   * @param {() => Value | undefined} found Is asked after each change; undefined: not yet.
   * @param {AbortSignal} signal
   * @returns {Promise<Value>} Rejected with the signal's reason.
   */
  until(found, signal) {
    return new Promise((resolve, reject) => {
      const look = () => {
        const value = found();
        if (value === undefined) return;
        stop();
        resolve(value);
      };
      const giveUp = () => {
        stop();
        reject(signal.reason);
      };
      const stop = () => {
        this.removeEventListener("change", look);
        signal.removeEventListener("abort", giveUp);
      };
      if (signal.aborted) return reject(signal.reason);
      signal.addEventListener("abort", giveUp);
      this.addEventListener("change", look);
      look();
    });
  }

  /**
   * @param {string} type
   * @param {object} [detail]
   */
  #tell(type, detail = {}) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}
