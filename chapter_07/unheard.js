/**
 * What an interrupted answer had still to say, put into words for the model.
 *
 * The model remembers what was sent to you, which is more than what you heard. Pure.
 * Chapter 7 builds this module.
 */

/** @import {Answer} from "../chapter_05/utterances.js" */

/**
 * Return what the model is to be told of an answer; "" if all of it was heard.
 *
 * @param {Pick<Answer, "wasInterrupted" | "heardMs" | "split">} answer
 * @returns {string}
 */
export function unheardInWords(answer) {
  // Until the player has fallen silent, nobody knows how much was heard.
  if (!answer.wasInterrupted || answer.heardMs === null) return "";
  const { heard, unheard } = answer.split();
  const lost = unheard.trim();
  if (!lost) return "";
  const last = heard.trim()
    ? `The last words that I heard were: "${[...heard.trim()].slice(-80).join("")}".`
    : "I heard none of your answer.";
  return `(You were interrupted. ${last} I did not hear: "${lost}")`;
}
