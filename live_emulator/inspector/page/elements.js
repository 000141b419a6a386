/** Small helpers for the page's elements. */

/** @type {(id: string) => HTMLElement} */
export function find(id) {
  const found = document.getElementById(id);
  if (!found) throw new Error(`There is no #${id}.`);
  return found;
}

/** @type {(id: string) => HTMLInputElement} */
export const control = (id) => /** @type {HTMLInputElement} */ (find(id));

/** @type {(name: string, text: string, className?: string) => HTMLElement} */
export function element(name, text, className = "") {
  const made = document.createElement(name);
  made.textContent = text;
  if (className) made.className = className;
  return made;
}

/**
 * @param {() => void} draw
 * @returns {() => void} Has it drawn with the next picture, however often it is asked.
 */
export function withNextPicture(draw) {
  let isWaiting = false;
  return () => {
    if (isWaiting) return;
    isWaiting = true;
    requestAnimationFrame(() => {
      isWaiting = false;
      draw();
    });
  };
}

/**
 * Give a file to the reader.
 *
 * @param {Blob} content
 * @param {string} name
 */
export function save(content, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}
