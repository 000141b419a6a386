/** The page of kept conversations: find, read, hear, export, delete. */

import { setText } from "../chapter_05/chat-view.js";
import { askServer, placeOfServer } from "./server-place.js";

const ROUTE = "/api/conversations";

/** @type {(id: string) => any} Each element of the page has its own kind. */
const place = (id) => document.getElementById(id);

/**
 * @param {string} path
 * @param {RequestInit} [options]
 * @returns {Promise<any>} What the server says; throws an Error for the reader.
 */
async function ask(path, options) {
  const response = await fetch(`${ROUTE}${path}`, options).catch(() => null);
  if (!response) throw new Error("The server can't be reached. Is it still running?");
  if (response.status === 204) return null;
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.detail ?? "The server refused.");
  return answer;
}

async function list() {
  try {
    const words = place("words").value.trim();
    const found = await ask(`?${new URLSearchParams({ q: words })}`);
    place("kept").replaceChildren(...found.map(item));
    const none = words ? "No conversation has all of these words." : "Nothing has been kept.";
    const count = found.length === 1 ? "1 conversation." : `${found.length} conversations.`;
    setText(place("state"), found.length ? count : none);
  } catch (error) {
    setText(place("state"), error instanceof Error ? error.message : String(error));
  }
}

/** @param {any} kept */
function item({ id, title, beganAt, endedAt, seconds, source, model, hasAudio }) {
  const when = new Date(beganAt).toLocaleString(undefined, {
    dateStyle: "medium",
    timeStyle: "short",
  });
  const how = source === "upload" ? "a recording" : "spoken";
  const cut = endedAt ? "" : ", not ended in good order";
  const entry = element("li");
  const about = `${when}, ${how}, ${Math.round(seconds)} s, ${model}${cut}`;
  const row = element("div");
  row.className = "row";
  const said = element("div");
  const read = button("Read", `Read “${title}”`, () => void show(id, said, read));
  read.setAttribute("aria-expanded", "false");
  const save = Object.assign(element("a", "Export"), {
    href: `${ROUTE}/${id}/export`,
    className: "button",
  });
  const remove = button("Delete", `Delete “${title}”`, () => void erase(id, remove, entry));
  row.append(read, save, remove);
  const heading = element("h3", title || "(nothing was said)");
  entry.append(heading, Object.assign(element("p", about), { className: "quiet" }));
  if (hasAudio) {
    const sound = document.createElement("audio");
    Object.assign(sound, { controls: true, preload: "none", src: `${ROUTE}/${id}/audio` });
    sound.setAttribute("aria-label", `The sound of “${title}”`);
    entry.append(sound);
  }
  entry.append(row, said);
  return entry;
}

/**
 * @param {string} id
 * @param {HTMLElement} said
 * @param {HTMLElement} read
 */
async function show(id, said, read) {
  const isOpen = said.childElementCount > 0;
  read.setAttribute("aria-expanded", String(!isOpen));
  said.replaceChildren();
  if (isOpen) return;
  try {
    const { lines } = await ask(`/${id}`);
    for (const { who, text, unheard } of lines) {
      const line = element("p");
      line.append(element("strong", who === "user" ? "You: " : "Model: "), text);
      if (unheard) line.append(" ", element("s", unheard));
      said.append(line);
    }
    if (!lines.length) said.append(element("p", "Nothing was said."));
  } catch (error) {
    said.append(element("p", error instanceof Error ? error.message : String(error)));
  }
}

/**
 * Delete at the second press: it can't be undone.
 *
 * @param {string} id
 * @param {HTMLElement} remove
 * @param {HTMLElement} entry
 */
async function erase(id, remove, entry) {
  if (remove.textContent === "Delete") {
    remove.textContent = "Delete for good";
    remove.removeAttribute("aria-label");
    return;
  }
  try {
    await ask(`/${id}`, { method: "DELETE" });
    entry.remove();
    setText(place("state"), "Deleted, words and sound.");
    place("words").focus();
  } catch (error) {
    setText(place("state"), error instanceof Error ? error.message : String(error));
  }
}

/**
 * @param {string} text
 * @param {string} label
 * @param {() => void} onclick
 */
function button(text, label, onclick) {
  const made = Object.assign(document.createElement("button"), {
    type: "button",
    textContent: text,
    onclick,
  });
  made.setAttribute("aria-label", label);
  return made;
}

/**
 * @param {string} name
 * @param {string} [text]
 */
function element(name, text = "") {
  return Object.assign(document.createElement(name), { textContent: text });
}

async function begin() {
  if (await askServer()) {
    await list();
    return;
  }
  const there = await placeOfServer();
  if (!there) {
    const words = "The server of chapter 8 does not run. Start it with: ";
    setText(place("state"), `${words}python chapter_08/server.py`);
    return;
  }
  const link = Object.assign(element("a", "Open them there"), { href: `${there}history.html` });
  place("state").replaceChildren("The server of chapter 8 has your conversations. ", link);
}

place("search").onsubmit = (/** @type {SubmitEvent} */ event) => {
  event.preventDefault();
  void list();
};
void begin();
