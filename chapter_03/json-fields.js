/**
 * Takes known fields out of a JSON object, and keeps the rest.
 *
 * The Live API is written in two spellings (turnComplete, turn_complete), grows
 * new fields every few months, and must never break a reader. The twin of
 * json_fields.py.
 */

/** @typedef {Record<string, unknown>} JsonObject */

/**
 * One JSON object, from which fields are taken by their camelCase names.
 *
 * A field is taken if it has the type asked for; otherwise it stays and is
 * reported by left(). A null counts as absent.
 */
export class Fields {
  /** @type {Map<string, unknown>} */
  #values;
  #path;
  /** @type {Fields[]} */
  #inner = [];

  /**
   * @param {JsonObject} values
   * @param {string} path Where the object is: "serverContent.", say.
   */
  constructor(values, path = "") {
    const present = Object.entries(values).filter(([, value]) => value != null);
    this.#values = new Map(present);
    this.#path = path;
  }

  /** Remove a text and return it; empty if absent. @param {string} name */
  takeText(name) {
    return this.#take(name, isText) ?? "";
  }

  /** Remove a boolean and return it; false if absent. @param {string} name */
  takeFlag(name) {
    return this.#take(name, isFlag) ?? false;
  }

  /**
   * Remove a whole number, which JSON may hold as text, and return it.
   * @param {string} name
   */
  takeNumber(name) {
    const found = this.#take(name, isWhole);
    return found === null ? null : Number(found);
  }

  /**
   * Remove a duration such as "0.440s" and return it in seconds.
   * @param {string} name
   */
  takeDurationS(name) {
    const found = this.#take(name, isDuration);
    return found === null ? null : Number(found.slice(0, -1));
  }

  /** Remove a list of texts and return it; empty if absent. @param {string} name */
  takeTexts(name) {
    return this.#take(name, areTexts) ?? [];
  }

  /** Remove an object and return it as it is; null if absent. @param {string} name */
  takeMapping(name) {
    return this.#take(name, isObject);
  }

  /**
   * Remove a list of objects and return it as it is; empty if absent.
   * @param {string} name
   */
  takeMappings(name) {
    return this.#take(name, areObjects) ?? [];
  }

  /** Remove an object and return its fields; null if absent. @param {string} name */
  takeObject(name) {
    const found = this.takeMapping(name);
    return found === null ? null : this.#nested(name, found);
  }

  /**
   * Remove a list of objects and return the fields of each.
   *
   * A lone object counts as a list of one.
   * @param {string} name
   */
  takeObjects(name) {
    const lone = this.takeMapping(name);
    const items = lone === null ? this.takeMappings(name) : [lone];
    return items.map((item) => this.#nested(name, item));
  }

  /**
   * Count a field that was taken among the unknown ones.
   * @param {string} name
   * @param {unknown} value
   */
  putBack(name, value) {
    this.#values.set(name, value);
  }

  /**
   * Path and value of everything that was not taken, at any depth.
   * @returns {Generator<[string, unknown], void>}
   */
  *left() {
    for (const [name, value] of this.#values) yield [`${this.#path}${name}`, value];
    for (const inner of this.#inner) yield* inner.left();
  }

  /**
   * @template T
   * @param {string} name
   * @param {(value: unknown) => value is T} fits
   * @returns {T | null}
   */
  #take(name, fits) {
    for (const spelling of [name, snake(name)]) {
      const value = this.#values.get(spelling);
      if (this.#values.has(spelling) && fits(value)) {
        this.#values.delete(spelling);
        return value;
      }
    }
    return null;
  }

  /**
   * @param {string} name
   * @param {JsonObject} values
   */
  #nested(name, values) {
    const inner = new Fields(values, `${this.#path}${name}.`);
    this.#inner.push(inner);
    return inner;
  }
}

/**
 * Return a frame as a JSON object; null if it is something else.
 * @param {unknown} message Text of a frame, or an object.
 * @returns {JsonObject | null}
 */
export function parseObject(message) {
  if (isObject(message)) return message;
  try {
    const parsed = JSON.parse(String(message));
    return isObject(parsed) ? parsed : null;
  } catch {
    return null;
  }
}

/** @type {(value: unknown) => value is string} */
const isText = (value) => typeof value === "string";

/** @type {(value: unknown) => value is boolean} */
const isFlag = (value) => typeof value === "boolean";

/** @type {(value: unknown) => value is string | number} */
const isWhole = (value) =>
  isText(value) ? /^-?[0-9]{1,15}$/.test(value) : Number.isSafeInteger(value);

/** @type {(value: unknown) => value is string} */
const isDuration = (value) => isText(value) && /^-?[0-9]+(\.[0-9]+)?s$/.test(value);

/** @type {(value: unknown) => value is JsonObject} */
const isObject = (value) =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** @type {(value: unknown) => value is JsonObject[]} */
const areObjects = (value) => Array.isArray(value) && value.every(isObject);

/** @type {(value: unknown) => value is string[]} */
const areTexts = (value) => Array.isArray(value) && value.every(isText);

/** @param {string} name */
function snake(name) {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
