/**
 * Check a value against the part of JSON Schema that functions for models use.
 *
 * That is: type, enum, const, properties, required, additionalProperties: false,
 * items, anyOf, minimum, maximum, minLength, maxLength, minItems, maxItems, pattern.
 * Other words describe and check nothing. In Python, pydantic does this work. Chapter
 * 7 builds this module.
 */

/** @typedef {{[word: string]: any}} Schema */

const KINDS = ["string", "number", "integer", "boolean", "object", "array", "null"];

/** Words that are checked, or change nothing; a schema with others is not checked half. */
const KNOWN = new Set(
  (
    "type enum const anyOf minimum maximum minLength maxLength pattern items minItems " +
    "maxItems properties required additionalProperties " +
    "title description default examples deprecated $comment $schema"
  ).split(" "),
);

/**
 * Return what is wrong with a schema; "" if it can be used.
 *
 * @param {Schema} schema
 * @param {string} [place] Where it is, for the message.
 * @returns {string}
 */
export function faultOf(schema, place = "the parameters") {
  if (typeof schema !== "object" || schema === null || Array.isArray(schema)) {
    return `The schema of ${place} is not an object.`;
  }
  const unknown = Object.keys(schema).find((word) => !KNOWN.has(word));
  if (unknown) return `The schema of ${place} uses ${unknown}, which is not checked here.`;
  if (typeof (schema.additionalProperties ?? false) !== "boolean") {
    return `The additionalProperties of ${place} can only be true or false here.`;
  }
  for (const kind of [schema.type ?? []].flat()) {
    if (!KINDS.includes(kind)) return `${place} has the unknown type ${kind}.`;
  }
  if (schema.pattern !== undefined) {
    try {
      new RegExp(schema.pattern, "u");
    } catch {
      return `The pattern of ${place} is not a regular expression.`;
    }
  }
  const inner = [
    ...Object.entries(schema.properties ?? {}),
    ...(schema.items ? [[`each of ${place}`, schema.items]] : []),
    ...(schema.anyOf ?? []).map((/** @type {Schema} */ one) => [place, one]),
  ];
  for (const [name, one] of inner) {
    const fault = faultOf(one, name);
    if (fault) return fault;
  }
  return "";
}

/**
 * Return what does not fit, one phrase each; an empty list if everything does.
 *
 * @param {unknown} value
 * @param {Schema} schema One that `faultOf` finds nothing wrong with.
 * @param {string} [place]
 * @returns {string[]}
 */
export function misfits(value, schema, place = "the arguments") {
  if (schema.anyOf) {
    const tries = schema.anyOf.map((/** @type {Schema} */ one) =>
      misfits(value, one, place),
    );
    if (!tries.some((/** @type {string[]} */ each) => each.length === 0)) return tries[0];
  }
  const kinds = [schema.type ?? []].flat();
  if (kinds.length > 0 && !kinds.some((kind) => isA(value, kind))) {
    return [`${place} should be ${kinds.map(withArticle).join(" or ")}, but was ${brief(value)}`];
  }
  const allowed = "const" in schema ? [schema.const] : schema.enum;
  if (allowed && !allowed.some((/** @type {unknown} */ one) => same(one, value))) {
    return [`${place} should be ${allowed.map(brief).join(" or ")}, but was ${brief(value)}`];
  }
  if (typeof value === "number") return misfitsOfNumber(value, schema, place);
  if (typeof value === "string") return misfitsOfText(value, schema, place);
  if (Array.isArray(value)) return misfitsOfList(value, schema, place);
  if (typeof value === "object" && value !== null) {
    return misfitsOfObject(/** @type {Schema} */ (value), schema, place);
  }
  return [];
}

/**
 * @param {number} value
 * @param {Schema} schema
 * @param {string} place
 */
function misfitsOfNumber(value, { minimum = -Infinity, maximum = Infinity }, place) {
  if (value < minimum) return [`${place} should be at least ${minimum}, but was ${value}`];
  if (value > maximum) return [`${place} should be at most ${maximum}, but was ${value}`];
  return [];
}

/**
 * @param {string} value
 * @param {Schema} schema
 * @param {string} place
 */
function misfitsOfText(value, { minLength = 0, maxLength = Infinity, pattern }, place) {
  const { length } = [...value]; // in code points, as JSON Schema counts
  if (length < minLength) return [`${place} should have a length of at least ${minLength}`];
  if (length > maxLength) return [`${place} should have a length of at most ${maxLength}`];
  if (pattern !== undefined && !new RegExp(pattern, "u").test(value)) {
    return [`${place} should match ${pattern}, but was ${brief(value)}`];
  }
  return [];
}

/**
 * @param {unknown[]} value
 * @param {Schema} schema
 * @param {string} place
 */
function misfitsOfList(value, { items, minItems = 0, maxItems = Infinity }, place) {
  if (value.length < minItems) return [`${place} should have a length of at least ${minItems}`];
  if (value.length > maxItems) return [`${place} should have a length of at most ${maxItems}`];
  if (!items) return [];
  return value.flatMap((one, index) => misfits(one, items, `${place}.${index}`));
}

/**
 * @param {Schema} value
 * @param {Schema} schema
 * @param {string} place
 */
function misfitsOfObject(value, schema, place) {
  const { properties = {}, required = [], additionalProperties } = schema;
  const at = (/** @type {string} */ name) =>
    place === "the arguments" ? name : `${place}.${name}`;
  const missing = required
    .filter((/** @type {string} */ name) => !Object.hasOwn(value, name))
    .map((/** @type {string} */ name) => `${at(name)} is missing`);
  const known = Object.entries(value).flatMap(([name, one]) => {
    if (Object.hasOwn(properties, name)) return misfits(one, properties[name], at(name));
    return additionalProperties === false ? [`there is no parameter ${at(name)}`] : [];
  });
  return [...missing, ...known];
}

/**
 * @param {unknown} value
 * @param {string} kind
 */
function isA(value, kind) {
  if (kind === "null") return value === null;
  if (kind === "array") return Array.isArray(value);
  if (kind === "integer") return Number.isInteger(value);
  if (kind === "object") {
    return typeof value === "object" && value !== null && !Array.isArray(value);
  }
  return typeof value === kind;
}

/** @param {string} kind */
function withArticle(kind) {
  if (kind === "null") return "null";
  return /^[aeiou]/.test(kind) ? `an ${kind}` : `a ${kind}`;
}

/**
 * @param {unknown} one
 * @param {unknown} other
 */
function same(one, other) {
  return one === other || JSON.stringify(one) === JSON.stringify(other);
}

/** @param {unknown} value */
function brief(value) {
  const text = JSON.stringify(value) ?? String(value);
  return text.length <= 80 ? text : `${text.slice(0, 77)}...`;
}
