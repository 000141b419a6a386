/**
 * Events whose detail is what a listener wants, and what exceptions say. The page of
 * chapter 5 uses it, and the pages of later chapters do.
 */

/**
 * Listen to a CustomEvent; the listener is given its detail alone.
 *
 * @param {EventTarget} target
 * @param {string} type
 * @param {(detail: any) => void} listener
 */
export function on(target, type, listener) {
  target.addEventListener(type, (event) => {
    listener(/** @type {CustomEvent} */ (event).detail);
  });
}

/**
 * Return what a thrown thing says.
 *
 * @param {unknown} error
 * @returns {string}
 */
export function messageOf(error) {
  return error instanceof Error ? error.message : String(error);
}
