/**
 * The oven in the model's hands: slow, and asked for before it is heated.
 *
 * The page of chapter 7 uses it.
 */

import { HOTTEST_C } from "./kitchen.js";
import { schedulerOf } from "./manner.js";
import { Reply } from "./tools.js";

/**
 * @import {KitchenClock} from "./kitchen-clock.js"
 * @import {Manner} from "./manner.js"
 * @import {Help, Tool} from "./tools.js"
 */

/** The model is told of so many degrees, without a word of its own. */
const REPORTED_C = 20;

/**
 * @param {KitchenClock} clock
 * @param {Manner} manner
 * @returns {Tool[]}
 */
export function ovenTools(clock, manner) {
  return [
    {
      name: "heat_oven",
      description: "Turn on the oven and heat it. Its result comes when it is hot.",
      parameters: {
        type: "object",
        properties: {
          temperature: {
            type: "integer",
            description: "In degrees Celsius.",
            minimum: 50,
            maximum: HOTTEST_C,
          },
        },
        required: ["temperature"],
      },
      get inBackground() {
        return manner.inBackground;
      },
      needsConsent: true,
      timeoutMs: 120_000,
      run: ({ temperature }, help) => heat(clock, manner, temperature, help),
    },
    {
      name: "turn_off_oven",
      description: "Turn off the oven.",
      inBackground: false,
      run: () => {
        const wasOff = clock.kitchen.setting.celsius === null;
        if (wasOff) return { result: "The oven is off already." };
        clock.change((kitchen) => kitchen.setOven(null, "model"));
        return { result: "The oven is off." };
      },
    },
    {
      name: "show_temperature_chart",
      description: "Draw a chart of the oven's temperature, and tell how hot the oven is.",
      inBackground: false,
      run: () => {
        const { ovenC, setting } = clock.change((kitchen) => {
          kitchen.isCharted = true;
          return kitchen;
        });
        const { celsius } = setting;
        const wanted = celsius === null ? "off" : `set to ${celsius} degrees`;
        const now = `The oven has ${Math.round(ovenC)} degrees and is ${wanted}.`;
        return { result: `${now} The chart is on the screen.` };
      },
    },
  ];
}

/**
 * Heat the oven, and wait until it is hot or set to something else.
 *
 * @param {KitchenClock} clock
 * @param {Manner} manner
 * @param {number} temperature
 * @param {Help} help
 */
async function heat(clock, manner, temperature, { signal, progress }) {
  const { kitchen } = clock;
  const { inBackground } = manner;
  const scheduled = schedulerOf(manner);
  const beforeC = kitchen.setting.celsius;
  const fromC = kitchen.ovenC;
  const setting = clock.change(() => kitchen.setOven(temperature, "model"));
  const isReplaced = () => kitchen.setting !== setting;
  let reportedC = fromC;
  const report = () => {
    const hasMoved = Math.abs(kitchen.ovenC - reportedC) >= REPORTED_C;
    if (!inBackground || !hasMoved || isReplaced()) return;
    reportedC = kitchen.ovenC;
    const percent = Math.round((100 * (reportedC - fromC)) / (temperature - fromC));
    progress(new Reply({ degrees: Math.round(reportedC), percent }, "SILENT"));
  };
  try {
    const how = await clock.until(() => {
      report();
      if (isReplaced()) return "replaced";
      return kitchen.ovenC === temperature ? "hot" : undefined;
    }, signal);
    if (how === "hot") {
      return scheduled({ result: `The oven has reached ${temperature} degrees.` });
    }
    const degrees = Math.round(kitchen.ovenC);
    const result = `The heating was stopped at ${degrees} degrees.`;
    // What the model did itself it need not be told by a word of its own.
    const isKnown = kitchen.setting.by === "model";
    return inBackground
      ? new Reply({ result }, isKnown ? "SILENT" : "WHEN_IDLE")
      : { result };
  } catch (reason) {
    // Nobody waits for it any more, so the oven goes back to what it was.
    if (!isReplaced()) clock.change(() => kitchen.setOven(beforeC, "model"));
    throw reason;
  }
}
