/**
 * What the model may do in the kitchen.
 *
 * Each function changes the kitchen as a hand would, and whatever a hand does meanwhile
 * reaches the model as its result. The page of chapter 7 uses it.
 */

import { listTools } from "./list-tools.js";
import { ovenTools } from "./oven-tools.js";
import { recipeTools } from "./recipe-tools.js";
import { timerTools } from "./timer-tools.js";

/**
 * @import {KitchenClock} from "./kitchen-clock.js"
 * @import {Manner} from "./manner.js"
 * @import {Tool} from "./tools.js"
 */

export const INSTRUCTION =
  "You help a cook who has no hand free. Use the functions for timers, the " +
  "shopping list, recipes and the oven, and say in one short sentence what you have " +
  "done. Read a recipe one step at a time. The page asks the user before the oven is " +
  "heated or the list is deleted: don't ask as well.";

/** What to say first. */
export const EXAMPLES = Object.freeze([
  "Set a pasta timer for eight minutes.",
  "Add milk and eggs to the shopping list.",
  "Heat the oven to 120 degrees.",
  "Show me a chart of the oven's temperature.",
  "Look up a recipe for pancakes.",
  "What is the next step?",
  "Delete the shopping list.",
  "Who grows the most tomatoes?",
]);

/**
 * Return the functions.
 *
 * @param {KitchenClock} clock
 * @param {Manner} manner It may change meanwhile.
 * @returns {Tool[]}
 */
export function kitchenTools(clock, manner) {
  return [
    ...timerTools(clock),
    ...listTools(clock),
    ...recipeTools(clock, manner),
    ...ovenTools(clock, manner),
  ];
}
