/**
 * The shopping list in the model's hands.
 *
 * The page of chapter 7 uses it.
 */

import { capital, isOrAre, listed } from "./kitchen-words.js";

/**
 * @import {KitchenClock} from "./kitchen-clock.js"
 * @import {Tool} from "./tools.js"
 */

/**
 * @param {KitchenClock} clock
 * @returns {Tool[]}
 */
export function listTools(clock) {
  return [
    {
      name: "add_to_shopping_list",
      description: "Add things to the shopping list.",
      parameters: {
        type: "object",
        properties: {
          items: {
            type: "array",
            items: { type: "string", maxLength: 80 },
            minItems: 1,
            maxItems: 30,
            description: "Each thing by itself, such as milk or two lemons.",
          },
        },
        required: ["items"],
      },
      inBackground: false,
      run: ({ items }) => {
        const added = clock.change((kitchen) => kitchen.addItems(items));
        if (!added.length) return { result: "All of that is on the list already." };
        return { result: `${capital(listed(added))} ${isOrAre(added)} on the list now.` };
      },
    },
    {
      name: "read_shopping_list",
      description: "Tell what is on the shopping list.",
      inBackground: false,
      run: () => {
        const { shopping } = clock.kitchen;
        if (!shopping.length) return { result: "The shopping list is empty." };
        return { result: `On the list ${isOrAre(shopping)} ${listed(shopping)}.` };
      },
    },
    {
      name: "clear_shopping_list",
      description: "Delete everything on the shopping list. It can't be undone.",
      inBackground: false,
      needsConsent: true,
      run: () => {
        clock.change((kitchen) => kitchen.clearItems());
        return { result: "The shopping list is empty now." };
      },
    },
  ];
}

