/**
 * What can be set in a conversation: who the model is, how it speaks, how closely it looks.
 *
 * Pure: it knows what each choice means for a session, and nothing of the page. The page of
 * chapter 6 uses it.
 */

import { VOICES } from "../chapter_04/voices.js";

/**
 * @import {SetupOptions} from "../chapter_03/live-messages.js"
 * @import {Resolution} from "./frame-budget.js"
 *
 * @typedef {object} Settings
 * @property {string} persona A key of `PERSONAS`.
 * @property {string} instruction Used by the persona `own`.
 * @property {string} voice One of `VOICES`, "" for the model's own.
 * @property {string} language A key of `LANGUAGES`.
 * @property {Resolution} resolution
 * @property {"useful" | "every"} policy Which frames are sent, see `FrameSender`.
 */

const LOOK =
  "The user speaks with you and shows you pictures from a camera, a screen, or files.";

/** @type {Readonly<Record<string, {name: string, instruction: string}>>} */
export const PERSONAS = Object.freeze({
  companion: {
    name: "Companion",
    instruction:
      `${LOOK} Answer in one or two sentences. Say so when you can't make something out, ` +
      "instead of guessing.",
  },
  reader: {
    name: "Reader",
    instruction:
      `${LOOK} The user can't see them well. Read text aloud exactly as it is written, ` +
      "and describe what matters first.",
  },
  colleague: {
    name: "Colleague",
    instruction:
      `${LOOK} Most show a computer screen. Quote titles and error messages word for ` +
      "word, then suggest one next step.",
  },
  own: { name: "Your own", instruction: "" },
});

/** What the model is asked to speak, by name; "" leaves it to the user's language. */
export const LANGUAGES = Object.freeze({
  "": "The language you speak",
  en: "English",
  fr: "French",
  de: "German",
  es: "Spanish",
  it: "Italian",
  pt: "Portuguese",
  ja: "Japanese",
  hi: "Hindi",
});

/** @type {Readonly<Settings>} */
export const DEFAULTS = Object.freeze({
  persona: "companion",
  instruction: "",
  voice: "",
  language: "",
  resolution: "medium",
  policy: "useful",
});

/** What takes effect without a new session. */
const AT_ONCE = new Set(["persona", "instruction", "language"]);

/**
 * Return settings in which every value is one that exists.
 *
 * @param {Record<string, unknown>} kept What was stored, by an older version perhaps.
 * @returns {Settings}
 */
export function validSettings(kept) {
  /** @type {(name: keyof Settings, choices: object) => any} */
  const among = (name, choices) =>
    Object.hasOwn(choices, String(kept[name])) ? kept[name] : DEFAULTS[name];
  return {
    persona: among("persona", PERSONAS),
    instruction: String(kept.instruction ?? "").slice(0, 4000),
    voice: among("voice", { "": "", ...VOICES }),
    language: among("language", LANGUAGES),
    resolution: among("resolution", { low: 0, medium: 0, high: 0 }),
    policy: among("policy", { useful: 0, every: 0 }),
  };
}

/**
 * Return the system instruction: who the model is, and what it speaks.
 *
 * The models choose the language themselves and take no code for it, so it is a sentence.
 *
 * @param {Settings} settings
 */
export function instructionOf({ persona, instruction, language }) {
  const who = persona === "own" ? instruction.trim() : PERSONAS[persona].instruction;
  const name = LANGUAGES[/** @type {keyof typeof LANGUAGES} */ (language)];
  return [who, language && `Speak ${name}, whatever the user speaks.`]
    .filter(Boolean)
    .join(" ");
}

/**
 * Return what a session with these settings is set up with.
 *
 * @param {Settings} settings
 * @returns {SetupOptions}
 */
export function setupOf(settings) {
  return {
    voice: settings.voice || undefined,
    systemInstruction: instructionOf(settings) || undefined,
    mediaResolution: settings.resolution,
  };
}

/**
 * Return how a change reaches a session that is under way: by a message, by a new session
 * that resumes the old one, or not at all because it concerns the page alone.
 *
 * @param {Settings} before
 * @param {Settings} after
 * @returns {"nothing" | "message" | "session"}
 */
export function howToChange(before, after) {
  const names = /** @type {(keyof Settings)[]} */ (Object.keys(after));
  const changed = names.filter((name) => before[name] !== after[name]);
  if (changed.some((name) => name !== "policy" && !AT_ONCE.has(name))) return "session";
  // Nothing takes an instruction back; an empty one needs a new session.
  const [old, instruction] = [instructionOf(before), instructionOf(after)];
  if (instruction === old) return "nothing";
  return instruction ? "message" : "session";
}
