/**
 * Recipes: looked up in a slow cookbook, and read one step at a time.
 *
 * The page of chapter 7 uses it.
 */

import { listed } from "./kitchen-words.js";
import { schedulerOf } from "./manner.js";

/**
 * @import {KitchenClock} from "./kitchen-clock.js"
 * @import {Recipe} from "./kitchen.js"
 * @import {Manner} from "./manner.js"
 * @import {Tool} from "./tools.js"
 */

const COOKBOOK = new URL("recipes.json", import.meta.url);

/**
 * @param {KitchenClock} clock
 * @param {Manner} manner
 * @returns {Tool[]}
 */
export function recipeTools(clock, manner) {
  return [
    {
      name: "find_recipe",
      description: "Look up a recipe in the cookbook and show it. It takes some seconds.",
      parameters: {
        type: "object",
        properties: { dish: { type: "string", description: "Such as pancakes." } },
        required: ["dish"],
      },
      get inBackground() {
        return manner.inBackground;
      },
      timeoutMs: 30_000,
      run: async ({ dish }, { signal }) => {
        const scheduled = schedulerOf(manner);
        await pause(manner.lookUpMs, signal);
        const answer = await fetch(COOKBOOK, { signal });
        if (!answer.ok) return { error: `The cookbook answered ${answer.status}.` };
        const found = recipeFor(dish, await answer.json());
        if ("error" in found) return found;
        clock.change((kitchen) => kitchen.open(found));
        return scheduled({
          result:
            `${found.title} has ${found.steps.length} steps. ` +
            `You need ${listed(found.ingredients)}.`,
        });
      },
    },
    {
      name: "next_step",
      description: "Show the next step of the recipe, and return it to be read out.",
      inBackground: false,
      run: () => turn(clock, 1),
    },
    {
      name: "previous_step",
      description: "Go back and show the previous step of the recipe again.",
      inBackground: false,
      run: () => turn(clock, -1),
    },
  ];
}

/**
 * Return the recipe whose title has the words, or says what there is.
 *
 * @param {string} dish
 * @param {Recipe[]} recipes
 * @returns {Recipe | {error: string}}
 */
export function recipeFor(dish, recipes) {
  // "Pancake" and "pancakes" are the same dish.
  const wordsOf = (/** @type {string} */ text) =>
    (text.toLowerCase().match(/\p{L}+/gu) ?? []).map((word) => word.replace(/s$/, ""));
  const wanted = wordsOf(dish);
  const found = recipes.find(({ title }) => {
    const words = wordsOf(title);
    return words.every((word) => wanted.includes(word));
  });
  if (found) return found;
  const titles = listed(recipes.map(({ title }) => title.toLowerCase()));
  return { error: `There is no recipe for ${dish}. There are: ${titles}.` };
}

/**
 * @param {KitchenClock} clock
 * @param {1 | -1} by
 */
function turn(clock, by) {
  const { recipe } = clock.kitchen;
  if (!recipe) return { error: "No recipe is open. Look one up first." };
  const step = clock.change((kitchen) => kitchen.turn(by));
  if (step === null) {
    return { error: `That was the ${by === 1 ? "last" : "first"} step of the recipe.` };
  }
  const number = clock.kitchen.step + 1;
  return { result: `Step ${number} of ${recipe.steps.length}: ${step}` };
}

/**
 * @param {number} ms
 * @param {AbortSignal} signal
 * @returns {Promise<void>}
 */
function pause(ms, signal) {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const stop = () => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", stop);
      resolve();
    }, ms);
    signal.addEventListener("abort", stop, { once: true });
  });
}
