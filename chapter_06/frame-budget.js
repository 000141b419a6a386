/**
 * What pictures and sound cost, in tokens, before they are sent.
 *
 * The page of chapter 6 uses it, the twin of frame_budget.py. `usage` of chapter 3 is
 * the bill.
 *
 * @typedef {"low" | "medium" | "high"} Resolution
 */

/**
 * Tokens of a frame for each `mediaResolution`, whatever its size in pixels (documented
 * in the API's definition; high looks closer at the same price).
 *
 * @type {Record<Resolution, number>}
 */
export const FRAME_TOKENS = { low: 64, medium: 256, high: 256 };

/** 72 tokens for 2.95 s of speech (observed); the model's own voice counts alike. */
export const AUDIO_TOKENS_PER_S = 25;

/** What a session of the guide's live model holds (documented). */
export const CONTEXT_TOKENS = 131_072;

/**
 * Return the price of frames; without a resolution that of the service's own.
 *
 * @param {number} count
 * @param {Resolution} [resolution]
 */
export function frameTokens(count, resolution = "medium") {
  return count * FRAME_TOKENS[resolution];
}

/**
 * Return how long a session can last before it has to forget something.
 *
 * @param {number} framesPerS 0 to 1; the service takes no more.
 * @param {Resolution} [resolution]
 * @param {object} [options]
 * @param {number} [options.talking] Share of the time in which audio is sent or
 *   answered, 0 to 2 (both at once count twice). An open microphone sends all the time.
 * @param {number} [options.contextTokens] What the session holds.
 */
export function minutesUntilFull(
  framesPerS,
  resolution = "medium",
  { talking = 1, contextTokens = CONTEXT_TOKENS } = {},
) {
  const perS = framesPerS * frameTokens(1, resolution) + talking * AUDIO_TOKENS_PER_S;
  return perS ? contextTokens / perS / 60 : Infinity;
}
