/**
 * Shows frames to people: short, and named by what is in them.
 *
 * The twin of frame_text.py, as far as both have the same names.
 */

/**
 * Replace long texts by their length, however deep they lie.
 *
 * @param {unknown} value
 * @returns {unknown}
 */
export function shortened(value) {
  if (Array.isArray(value)) return value.map(shortened);
  if (typeof value === "object" && value !== null) {
    const fields = Object.entries(value);
    return Object.fromEntries(fields.map(([name, item]) => [name, shortened(item)]));
  }
  if (typeof value === "string" && lengthOf(value) > 80) {
    return `... ${lengthOf(value).toLocaleString("en-US")} characters ...`;
  }
  return value;
}

/**
 * Return how many characters a text has, an emoji counted as one.
 *
 * @param {string} text
 */
function lengthOf(text) {
  const pairs = text.match(/[\uD800-\uDBFF][\uDC00-\uDFFF]/g);
  return text.length - (pairs?.length ?? 0);
}

/**
 * Return a frame as indented JSON, long texts shortened.
 *
 * @param {string} text
 */
export function prettyFrame(text) {
  const fields = parsed(text);
  return fields === undefined ? text : JSON.stringify(shortened(fields), null, 2);
}

/**
 * Return what a frame holds: names of its fields, two levels deep.
 *
 * @param {string} text
 * @returns {{names: string[], hasAudio: boolean}}
 */
export function frameNames(text) {
  const fields = parsed(text);
  if (typeof fields !== "object" || fields === null || Array.isArray(fields)) {
    return { names: ["no JSON object"], hasAudio: false };
  }
  const names = Object.entries(fields).flatMap(([name, value]) => [
    name,
    ...(FLAT.has(name) || typeof value !== "object" ? [] : Object.keys(value ?? {})),
  ]);
  return { names, hasAudio: /"mime_?type":\s*"audio\//i.test(text) };
}

/** Their fields say little in a list. */
const FLAT = new Set(["setup", "usageMetadata", "setupComplete", "clientContent"]);

/** @param {string} text */
function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
