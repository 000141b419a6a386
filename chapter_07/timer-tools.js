/**
 * Timers that the model sets: calls that last until the timer rings.
 *
 * The page of chapter 7 uses it.
 */

import { capital, nameOf, timeInWords } from "./kitchen-words.js";
import { SESSION_ENDED } from "./tool-runner.js";
import { Reply } from "./tools.js";

/**
 * @import {KitchenClock} from "./kitchen-clock.js"
 * @import {Help, Tool} from "./tools.js"
 */

const LONGEST_MIN = 180;

/** A timer's call lasts as long as the timer, and a little. */
const LONGEST_MS = (LONGEST_MIN + 1) * 60_000;

/**
 * @param {KitchenClock} clock
 * @returns {Tool[]}
 */
export function timerTools(clock) {
  return [
    {
      name: "set_timer",
      description: "Set a timer in the kitchen. Its result comes when it rings.",
      parameters: {
        type: "object",
        properties: {
          minutes: {
            type: "number",
            description: "How long, in minutes; 0.5 is half a minute.",
            minimum: 0.01,
            maximum: LONGEST_MIN,
          },
          kind: { type: "string", description: "What it is for, in a word: pasta." },
        },
        required: ["minutes"],
      },
      inBackground: true,
      timeoutMs: LONGEST_MS,
      run: ({ minutes, kind }, help) => ring(clock, minutes, kind, help),
    },
    {
      name: "stop_timer",
      description: "Stop or cancel a timer that runs or rings.",
      parameters: {
        type: "object",
        properties: {
          kind: {
            type: "string",
            description: "What it is for; left out, the one that rings or the newest.",
          },
        },
      },
      inBackground: false,
      run: ({ kind }) =>
        clock.change((kitchen) => {
          const timer = kitchen.findTimer(kind);
          if (!timer) return { error: `There is no ${kind ? `${kind} ` : ""}timer.` };
          kitchen.removeTimer(timer, "model");
          return { result: `${capital(nameOf(timer))} is stopped.` };
        }),
    },
  ];
}

/**
 * Set a timer and wait until it rings or is gone.
 *
 * @param {KitchenClock} clock
 * @param {number} minutes
 * @param {string | undefined} kind
 * @param {Help} help
 */
async function ring(clock, minutes, kind, { signal, progress }) {
  const timer = clock.change((kitchen) => kitchen.setTimer(minutes, kind));
  const name = nameOf(timer);
  progress({ result: `${capital(name)} is set for ${timeInWords(timer.lengthMs)}.` });
  try {
    const by = await clock.until(
      () => timer.removedBy ?? (timer.isRinging ? "time" : undefined),
      signal,
    );
    if (by === "time") {
      return new Reply({ result: `${capital(name)} is ringing.` }, "INTERRUPT");
    }
    // What the model did itself it need not say once more.
    const scheduling = by === "model" ? "SILENT" : "WHEN_IDLE";
    return new Reply({ result: `${capital(name)} was removed.` }, scheduling);
  } catch (error) {
    // A timer outlives the conversation, but not a change of mind.
    if (signal.reason !== SESSION_ENDED) {
      clock.change((kitchen) => kitchen.removeTimer(timer, "user"));
    }
    throw error;
  }
}
