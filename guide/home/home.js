/** Shows what runs on this machine, and keeps it up to date. */

const REPEAT_MS = 4000;

/**
 * The answer of /api/status, as far as it is shown.
 *
 * @typedef {object} Status
 * @property {string | null} [backend]
 * @property {string} [problem]
 * @property {string} [description]
 * @property {string} [model]
 * @property {{reachable?: boolean, inspector?: string | null} | null} [emulator]
 * @property {{reachable: boolean} | null} [notebooks]
 * @property {Server[]} [servers]
 */

/**
 * A chapter's server.
 *
 * @typedef {object} Server
 * @property {number} chapter
 * @property {string} title
 * @property {string} page
 * @property {boolean} reachable
 * @property {string} log
 */

/**
 * What is said in one place.
 *
 * @typedef {object} Line
 * @property {string} state
 * @property {string} text
 * @property {string} [code]
 * @property {{href: string, text: string}} [link]
 */

/**
 * What to show of the Live API.
 *
 * @param {Status} status
 * @returns {Line}
 */
export function backendLine(status) {
  if (status.problem) return { state: "problem", text: status.problem };
  if (status.backend === "service") {
    return { state: "ready", text: `${status.description} Model:`, code: status.model };
  }
  if (status.emulator?.reachable) {
    return {
      state: "ready",
      text: "The emulator is listening; no key is needed. Model:",
      code: status.model,
    };
  }
  return {
    state: "problem",
    text: "The emulator does not answer. Start the whole guide with",
    code: "python3 guide.py",
  };
}

/**
 * What to show of JupyterLab.
 *
 * @param {Status} status
 * @returns {Line}
 */
export function notebookLine(status) {
  if (!status.notebooks) {
    return {
      state: "idle",
      text: "Not started with these pages. It comes with",
      code: "python3 guide.py",
    };
  }
  if (status.notebooks.reachable) {
    return {
      state: "ready",
      text: "",
      link: { href: "/notebook/", text: "Open JupyterLab" },
    };
  }
  return { state: "asking", text: "Starting …" };
}

/**
 * What to show of the emulator's inspector; nothing if it has none.
 *
 * @param {Status} status
 * @returns {Line | null}
 */
export function inspectorLine(status) {
  const href = status.emulator?.inspector;
  if (!href) return null;
  return {
    state: "ready",
    text: "",
    link: { href, text: "See every frame as it passes" },
  };
}

/**
 * What to show of a chapter's server.
 *
 * @param {Server} server
 * @returns {Line}
 */
export function serverLine(server) {
  if (server.reachable) {
    return {
      state: "ready",
      text: `The server of chapter ${server.chapter} is listening.`,
      link: { href: server.page, text: "Open its page" },
    };
  }
  return {
    state: "asking",
    text: `The server of chapter ${server.chapter} does not answer. What it says is in`,
    code: server.log,
  };
}

/**
 * The places of the chapters' servers, one each, made when there is need.
 *
 * @param {Server[]} servers
 */
function showServers(servers) {
  const list = document.getElementById("status");
  for (const server of servers) {
    const id = `server-${server.chapter}-status`;
    if (document.getElementById(id) === null) {
      const place = element("li", { id });
      place.append(element("h3", { textContent: server.title }), element("p", {}));
      list?.append(place);
    }
    show(id, serverLine(server));
  }
}

/**
 * Put a line into its place; says nothing again that it has said before.
 *
 * @param {string} id
 * @param {Line | null} line
 */
function show(id, line) {
  const place = document.getElementById(id);
  if (place === null) return;
  const wanted = JSON.stringify(line);
  if (place.dataset.shown === wanted) return;
  place.dataset.shown = wanted;
  place.hidden = line === null;
  if (line === null) return;
  place.dataset.state = line.state;
  /** @type {(string | Node)[]} */
  const parts = [line.text, line.text && (line.code || line.link) ? " " : ""];
  if (line.code) parts.push(element("code", { textContent: line.code }));
  if (line.link) {
    parts.push(
      element("a", {
        href: line.link.href,
        textContent: line.link.text,
        target: "_blank",
        rel: "noopener",
      }),
    );
  }
  place.querySelector("p")?.replaceChildren(...parts);
}

/**
 * @param {string} name
 * @param {Record<string, string>} properties
 */
function element(name, properties) {
  return Object.assign(document.createElement(name), properties);
}

/** @type {Server[]} */
let servers = [];

async function refresh() {
  try {
    const response = await fetch("/api/status");
    const status = await response.json();
    show("backend-status", backendLine(status));
    show("notebook-status", notebookLine(status));
    show("inspector-status", inspectorLine(status));
    servers = status.servers ?? [];
    showServers(servers);
  } catch {
    const stopped = {
      state: "problem",
      text: "The guide has stopped. Start it again with",
      code: "python3 guide.py",
    };
    show("backend-status", stopped);
    show("notebook-status", { state: "problem", text: "Not reachable." });
    show("inspector-status", null);
    showServers(servers.map((server) => ({ ...server, reachable: false })));
  }
}

async function keepFresh() {
  await refresh();
  setInterval(() => {
    if (!document.hidden) void refresh();
  }, REPEAT_MS);
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) void refresh();
  });
}

if (globalThis.document) void keepFresh();
