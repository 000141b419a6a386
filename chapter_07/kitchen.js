/**
 * A kitchen: timers, a shopping list, a recipe with steps, and an oven.
 *
 * Pure: it has no clock. The time comes from outside, in milliseconds of any clock that
 * never goes back, and `advance` says what has happened meanwhile. The page of chapter 7
 * uses it.
 */

/**
 * @typedef {object} Timer
 * @property {number} id
 * @property {string} kind What it is for, "" if that was not said.
 * @property {number} lengthMs
 * @property {number} endsMs
 * @property {boolean} isRinging
 * @property {By | null} removedBy
 *
 * Who did something: the model by a function, or the user by hand.
 * @typedef {"model" | "user"} By
 *
 * What the oven is set to; null: it is off.
 * @typedef {{celsius: number | null, by: By}} Setting
 *
 * @typedef {object} Recipe
 * @property {string} title
 * @property {string[]} ingredients
 * @property {string[]} steps
 *
 * @typedef {{atMs: number, celsius: number}} Measurement
 *
 * What happened while time passed: a timer rings, or the oven is hot.
 * @typedef {{type: "rings", timer: Timer} | {type: "hot", celsius: number}} Happening
 */

export const ROOM_C = 20;
export const HOTTEST_C = 250;

/** A real oven takes ten minutes; nobody wants to wait for a pretended one. */
const HEATS_C_PER_S = 8;
const COOLS_C_PER_S = 2;

/** How often the oven's temperature is written down, and for how long. */
const MEASURED_EVERY_MS = 1000;
const KEPT_MS = 600_000;

/** Each of them is a call that goes on, and their number is limited, too. */
export const MOST_TIMERS = 8;
export const MOST_ITEMS = 100;

export class Kitchen {
  /** The one that rings next comes first. @type {Timer[]} */
  timers = [];
  /** @type {string[]} */
  shopping = [];
  /** @type {Recipe | null} */
  recipe = null;
  /** Which step is shown; the first is 0, and -1 is before it. */
  step = -1;
  /** Another object after each time that it was set. @type {Setting} */
  setting = { celsius: null, by: "user" };
  ovenC = ROOM_C;
  /** Whether the oven's temperature is shown as a chart. */
  isCharted = false;
  /** @type {Measurement[]} */
  measurements = [];

  #nextId = 1;
  #nowMs;

  /** @param {number} nowMs */
  constructor(nowMs) {
    this.#nowMs = nowMs;
    this.#measure();
  }

  get nowMs() {
    return this.#nowMs;
  }

  /** Whether time changes anything here. */
  get isBusy() {
    const isWarm = this.setting.celsius !== null || this.ovenC > ROOM_C;
    return this.timers.length > 0 || isWarm;
  }

  /**
   * Let time pass.
   *
   * @param {number} nowMs
   * @returns {Happening[]} What happened since the last time.
   */
  advance(nowMs) {
    const passedS = Math.max(0, nowMs - this.#nowMs) / 1000;
    this.#nowMs = Math.max(nowMs, this.#nowMs);
    /** @type {Happening[]} */
    const happenings = [];
    for (const timer of this.timers) {
      if (timer.isRinging || timer.endsMs > this.#nowMs) continue;
      timer.isRinging = true;
      happenings.push({ type: "rings", timer });
    }
    if (this.#warm(passedS)) happenings.push({ type: "hot", celsius: this.ovenC });
    const last = this.measurements.at(-1);
    if (!last || this.#nowMs - last.atMs >= MEASURED_EVERY_MS) this.#measure();
    return happenings;
  }

  /**
   * @param {number} minutes
   * @param {string} [kind]
   * @returns {Timer}
   * @throws {RangeError} There are too many.
   */
  setTimer(minutes, kind = "") {
    if (this.timers.length >= MOST_TIMERS) {
      throw new RangeError(`There are ${MOST_TIMERS} timers already.`);
    }
    const lengthMs = minutes * 60_000;
    /** @type {Timer} */
    const timer = {
      id: this.#nextId,
      kind: kind.trim(),
      lengthMs,
      endsMs: this.#nowMs + lengthMs,
      isRinging: false,
      removedBy: null,
    };
    this.#nextId += 1;
    this.timers.push(timer);
    this.timers.sort((one, other) => one.endsMs - other.endsMs);
    return timer;
  }

  /**
   * Find a timer by what it is for; without that, one that rings, or the newest.
   *
   * @param {string} [kind]
   * @returns {Timer | undefined}
   */
  findTimer(kind = "") {
    const wanted = kind.trim().toLowerCase();
    if (wanted) return this.timers.find((timer) => timer.kind.toLowerCase() === wanted);
    const newest = [...this.timers].sort((one, other) => other.id - one.id);
    return newest.find(({ isRinging }) => isRinging) ?? newest[0];
  }

  /**
   * Remove a timer; one that is gone already is left alone.
   *
   * @param {Timer} timer
   * @param {By} by
   */
  removeTimer(timer, by) {
    if (!this.timers.includes(timer)) return;
    timer.removedBy = by;
    this.timers = this.timers.filter((one) => one !== timer);
  }

  /**
   * Put things on the list; what is on it already stays there once.
   *
   * @param {string[]} items
   * @returns {string[]} Those that are new.
   * @throws {RangeError} The list would be too long.
   */
  addItems(items) {
    const onIt = new Set(this.shopping.map((item) => item.toLowerCase()));
    /** @type {string[]} */
    const added = [];
    for (const item of items.map((one) => one.trim()).filter(Boolean)) {
      if (onIt.has(item.toLowerCase())) continue;
      onIt.add(item.toLowerCase());
      added.push(item);
    }
    if (this.shopping.length + added.length > MOST_ITEMS) {
      throw new RangeError(`The list can't be longer than ${MOST_ITEMS} items.`);
    }
    this.shopping.push(...added);
    return added;
  }

  /** @param {string} item */
  removeItem(item) {
    this.shopping = this.shopping.filter((one) => one !== item);
  }

  clearItems() {
    this.shopping = [];
  }

  /** @param {Recipe} recipe */
  open(recipe) {
    this.recipe = recipe;
    this.step = -1;
  }

  /**
   * Show another step of the recipe.
   *
   * @param {1 | -1} by
   * @returns {string | null} The step, null if there is none in that direction.
   */
  turn(by) {
    const step = this.recipe?.steps[this.step + by];
    if (step === undefined) return null;
    this.step += by;
    return step;
  }

  /**
   * @param {number | null} celsius null switches the oven off.
   * @param {By} by
   * @returns {Setting}
   */
  setOven(celsius, by) {
    this.setting = { celsius, by };
    return this.setting;
  }

  /**
   * @param {number} passedS
   * @returns {boolean} Whether the oven has just become as hot as it is to be.
   */
  #warm(passedS) {
    const { celsius } = this.setting;
    const wantedC = celsius ?? ROOM_C;
    const wasC = this.ovenC;
    if (wasC < wantedC) this.ovenC = Math.min(wantedC, wasC + HEATS_C_PER_S * passedS);
    else this.ovenC = Math.max(wantedC, wasC - COOLS_C_PER_S * passedS);
    return celsius !== null && wasC !== this.ovenC && this.ovenC === wantedC;
  }

  #measure() {
    this.measurements.push({ atMs: this.#nowMs, celsius: this.ovenC });
    const sinceMs = this.#nowMs - KEPT_MS;
    while (this.measurements[0].atMs < sinceMs) this.measurements.shift();
  }
}
