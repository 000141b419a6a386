/**
 * Shows what a search found: its sources as links, and Google's own search suggestions.
 *
 * Google asks that `searchEntryPoint` is shown as it comes: HTML with a style sheet of
 * its own. It is put into a shadow root, so that its rules reach nothing else, and its
 * styles are set by script, so that the page's policy needs no exception for inline
 * styles. Scripts, handlers and whatever else is not needed for chips with links stay
 * out. Chapter 7 explains this module.
 */

const SVG = "http://www.w3.org/2000/svg";

/** All that search suggestions were seen to consist of. */
const ELEMENTS = new Set(
  "a b br circle clippath defs div ellipse g i img line lineargradient p path polygon rect span stop svg".split(
    " ",
  ),
);
const HARMLESS = new Set(
  "alt aria-hidden aria-label class clip-path clip-rule cx cy d fill fill-rule height id offset points r role rx ry stop-color stroke stroke-width title transform viewbox width x x1 x2 xmlns y y1 y2".split(
    " ",
  ),
);

/**
 * Return what of grounding metadata is to be shown.
 *
 * @param {Record<string, any>} metadata As the service sends it.
 * @returns {{queries: string[], links: {title: string, url: string}[], entry: string}}
 */
export function sourcesOf(metadata) {
  const { webSearchQueries, groundingChunks, searchEntryPoint } = metadata;
  const queries = Array.isArray(webSearchQueries) ? webSearchQueries.map(String) : [];
  const chunks = Array.isArray(groundingChunks) ? groundingChunks : [];
  const links = chunks.flatMap((chunk) => {
    const url = safeUrl(chunk?.web?.uri);
    if (!url) return [];
    return [{ title: String(chunk.web.title || new URL(url).hostname), url }];
  });
  const entry = searchEntryPoint?.renderedContent;
  return { queries, links, entry: typeof entry === "string" ? entry : "" };
}

/**
 * Return an address that may be opened; "" for scripts and anything else.
 *
 * @param {unknown} url
 */
export function safeUrl(url) {
  try {
    const { protocol, href } = new URL(String(url));
    return protocol === "https:" || protocol === "http:" ? href : "";
  } catch {
    return "";
  }
}

/**
 * Add one search to the page.
 *
 * @param {HTMLElement} list
 * @param {ReturnType<typeof sourcesOf>} sources
 */
export function showSources(list, { queries, links, entry }) {
  const item = document.createElement("li");
  item.className = "search";
  const asked = document.createElement("p");
  asked.className = "search-query";
  asked.textContent = queries.length ? `Searched for: ${queries.join("; ")}` : "Searched";
  const found = document.createElement("ol");
  found.append(
    ...links.map(({ title, url }) => {
      const one = document.createElement("li");
      one.append(linkTo(url, title));
      return one;
    }),
  );
  item.append(asked, found);
  if (entry) {
    // Outside the shadow root: what is within can't be let out of its frame.
    const frame = document.createElement("div");
    frame.className = "search-entry";
    const host = document.createElement("div");
    frame.append(host);
    item.append(frame);
    fillEntry(host.attachShadow({ mode: "open" }), entry);
  }
  list.prepend(item);
}

/**
 * Put rendered search suggestions into a shadow root.
 *
 * @param {ShadowRoot} root
 * @param {string} rendered
 */
export function fillEntry(root, rendered) {
  const { html, styles } = stylesApart(rendered);
  // A document of its own: nothing in it runs, and nothing is loaded.
  const { body } = new DOMParser().parseFromString(html, "text/html");
  root.adoptedStyleSheets = styles.map((text) => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(text);
    return sheet;
  });
  root.replaceChildren(...[...body.childNodes].flatMap(copied));
}

/**
 * Take styles out of HTML: browsers report them as soon as it is parsed.
 *
 * @param {string} rendered
 * @returns {{html: string, styles: string[]}} Style attributes are named data-style.
 */
export function stylesApart(rendered) {
  /** @type {string[]} */
  const styles = [];
  const html = rendered
    .replace(/<style\b[^>]*>([\s\S]*?)<\/style\s*>/gi, (_, text) => {
      styles.push(text);
      return "";
    })
    .replace(/<[a-z][^>]*>/gi, (tag) => tag.replace(/\sstyle\s*=/i, " data-style="));
  return { html, styles };
}

/**
 * Copy a node and what is in it, as far as it is harmless.
 *
 * @param {Node} node
 * @returns {Node[]}
 */
function copied(node) {
  if (node instanceof Text) return [document.createTextNode(node.data)];
  if (!(node instanceof Element)) return [];
  const name = node.localName.toLowerCase();
  if (!ELEMENTS.has(name)) return [];
  const isDrawn = node.namespaceURI === SVG;
  const copy = isDrawn
    ? document.createElementNS(SVG, node.localName)
    : document.createElement(name);
  for (const { name: key, value } of node.attributes) {
    if (HARMLESS.has(key.toLowerCase())) copy.setAttribute(key, value);
  }
  const style = node.getAttribute("data-style");
  if (style && (copy instanceof HTMLElement || copy instanceof SVGElement)) {
    copy.style.cssText = style;
  }
  if (copy instanceof HTMLAnchorElement) makeLink(copy, node.getAttribute("href"));
  if (copy instanceof HTMLImageElement) {
    const source = node.getAttribute("src") ?? "";
    // The page loads nothing from elsewhere.
    if (source.startsWith("data:image/")) copy.src = source;
  }
  copy.append(...[...node.childNodes].flatMap(copied));
  return [copy];
}

/**
 * @param {string} url
 * @param {string} text
 */
function linkTo(url, text) {
  const link = document.createElement("a");
  link.textContent = text;
  makeLink(link, url);
  return link;
}

/**
 * @param {HTMLAnchorElement} link
 * @param {string | null} url
 */
function makeLink(link, url) {
  const safe = safeUrl(url);
  if (safe) link.href = safe;
  link.target = "_blank"; // the conversation goes on
  link.rel = "noopener noreferrer";
}
