/**
 * How times, things and questions of the kitchen are put into words.
 *
 * Pure. The page of chapter 7 uses it.
 */

/**
 * @import {Happening, Kitchen, Timer} from "./kitchen.js"
 * @import {Call} from "./tool-runner.js"
 */

/**
 * Return a time as it is said: "1 hour", "2 minutes 30 seconds".
 *
 * @param {number} ms
 * @returns {string}
 */
export function timeInWords(ms) {
  const seconds = Math.round(ms / 1000);
  /** @type {[number, string][]} */
  const parts = [
    [Math.floor(seconds / 3600), "hour"],
    [Math.floor(seconds / 60) % 60, "minute"],
    [seconds % 60, "second"],
  ];
  const said = parts
    .filter(([count]) => count > 0)
    .map(([count, unit]) => `${count} ${unit}${count === 1 ? "" : "s"}`);
  return said.join(" ") || "0 seconds";
}

/**
 * Return a time as a clock shows it: 1:05:00, 2:30.
 *
 * @param {number} ms What is left of it; a part of a second counts as one.
 * @returns {string}
 */
export function timeOnClock(ms) {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  const two = (/** @type {number} */ count) => String(count).padStart(2, "0");
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  const tail = two(seconds % 60);
  return hours ? `${hours}:${two(minutes)}:${tail}` : `${minutes}:${tail}`;
}

/**
 * Return what a timer is called: "the pasta timer".
 *
 * @param {Pick<Timer, "kind">} timer
 */
export function nameOf({ kind }) {
  return kind ? `the ${kind} timer` : "the timer";
}

/**
 * Return what the user is asked before a function runs.
 *
 * @param {Pick<Call, "name" | "args">} call
 * @param {Kitchen} kitchen
 * @returns {{question: string, warning: string, yes: string}}
 */
export function consentFor({ name, args }, kitchen) {
  if (name === "clear_shopping_list") {
    return {
      question: "Delete the whole shopping list?",
      warning: kitchen.shopping.length
        ? `Nothing brings it back: ${kitchen.shopping.join(", ")}.`
        : "There is nothing on it.",
      yes: "Delete the list",
    };
  }
  if (name === "heat_oven") {
    return {
      question: `Heat the oven to ${args.temperature} °C?`,
      warning: "Look inside first, and take out whatever could burn.",
      yes: "Heat the oven",
    };
  }
  return { question: `Run ${name}?`, warning: JSON.stringify(args), yes: "Run it" };
}

/**
 * Return what has happened as a sentence, for users who don't see it.
 *
 * @param {Happening} happening
 */
export function newsOf(happening) {
  if (happening.type === "rings") return `${capital(nameOf(happening.timer))} rings.`;
  return `The oven has reached ${happening.celsius} °C.`;
}

/** @param {string} text */
export function capital(text) {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** @param {string[]} items */
export function isOrAre(items) {
  return items.length === 1 && !/s$/.test(items[0]) ? "is" : "are";
}

/** @param {string[]} items */
export function listed(items) {
  return new Intl.ListFormat("en", { type: "conjunction" }).format(items);
}
