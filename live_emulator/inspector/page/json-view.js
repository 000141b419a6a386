/** JSON with its keys, texts and numbers told apart. */

const TOKENS = /("(?:\\.|[^"\\])*")(\s*:)?|-?\d[\d.eE+-]*|\b(?:true|false|null)\b/g;

/**
 * @param {string} json As JSON.stringify writes it.
 * @returns {Node[]}
 */
export function coloured(json) {
  /** @type {Node[]} */
  const parts = [];
  let end = 0;
  for (const found of json.matchAll(TOKENS)) {
    parts.push(document.createTextNode(json.slice(end, found.index)));
    const [whole, text, colon] = found;
    const span = document.createElement("span");
    span.className = colon ? "key" : text ? "string" : "value";
    span.textContent = text ?? whole;
    parts.push(span);
    if (colon) parts.push(document.createTextNode(colon));
    end = found.index + whole.length;
  }
  parts.push(document.createTextNode(json.slice(end)));
  return parts;
}
