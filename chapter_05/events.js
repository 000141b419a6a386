/** Events whose detail is what a listener wants. The page of chapter 5 uses it. */

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
