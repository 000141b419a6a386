/** The inspector's page: what the emulator tells of goes into the views. */

import { explainEnding } from "./closing.js";
import { FrameList } from "./frame-list.js";
import { median } from "./lanes.js";
import { Store } from "./store.js";
import { Timeline } from "./timeline.js";

/** @typedef {import("./store.js").Session} Session */

/** @type {(id: string) => HTMLElement} */
const find = (id) => {
  const found = document.getElementById(id);
  if (!found) throw new Error(`There is no #${id}.`);
  return found;
};

/** @type {(id: string) => HTMLInputElement} */
const control = (id) => /** @type {HTMLInputElement} */ (find(id));

/** @type {(name: string, text: string) => HTMLElement} */
function element(name, text) {
  const made = document.createElement(name);
  made.textContent = text;
  return made;
}

/** @type {(seconds: number) => string} */
const milliseconds = (seconds) =>
  Number.isNaN(seconds) ? "–" : `${Math.round(seconds * 1000)} ms`;

/** What this page shows, and of which session. */
class Page {
  constructor() {
    this._store = new Store();
    /** @type {Session | null} */
    this._session = null;
    this._paused = false;
    this._waiting = false;
    this._frames = new FrameList(find("frames"), find("rows"), (number) => this._read(number));
    this._timeline = new Timeline(
      find("scroll"),
      find("length"),
      /** @type {HTMLCanvasElement} */ (find("lanes")),
      (at) => this._frames.chooseAt(at),
    );
    find("command").textContent = `python -m live_emulator env --port ${location.port}`;
    find("wider").addEventListener("click", () => this._timeline.zoom(1));
    find("narrower").addEventListener("click", () => this._timeline.zoom(-1));
    find("pause").addEventListener("click", () => this._pause());
    find("download").addEventListener("click", () => this._download());
    find("filters").addEventListener("input", () => this._filter());
    find("filters").addEventListener("submit", (event) => event.preventDefault());
    find("follow").addEventListener("change", () => this._soon());
  }

  /** Stay connected; the browser tries again by itself. */
  connect() {
    const events = new EventSource("events");
    events.addEventListener("open", () => {
      this._store = new Store(); // All that is remembered comes again.
      this._say("ready", "Live");
    });
    events.addEventListener("error", () => {
      this._say("problem", "The emulator does not answer. Trying again …");
    });
    events.addEventListener("message", ({ data }) => {
      this._store.take(JSON.parse(data));
      this._soon();
    });
  }

  /** @type {(state: string, text: string) => void} */
  _say(state, text) {
    const link = find("link");
    link.dataset.state = state;
    link.textContent = text;
  }

  /** Draw with the next picture, however much came. */
  _soon() {
    if (this._waiting || this._paused) return;
    this._waiting = true;
    requestAnimationFrame(() => {
      this._waiting = false;
      this._draw();
    });
  }

  _draw() {
    const sessions = [...this._store.sessions.values()];
    const newest = sessions.at(-1) ?? null;
    const chosen = this._store.sessions.get(this._session?.number ?? NaN);
    this._session = control("follow").checked ? newest : (chosen ?? newest);
    find("empty").hidden = sessions.length > 0;
    find("session").hidden = sessions.length === 0;
    control("download").disabled = !this._session;
    this._drawSessions(sessions);
    if (!this._session) return;
    this._drawHead(this._session);
    this._timeline.show(this._session.lanes);
    this._frames.show(this._session);
    this._drawCount();
  }

  /** @param {Session[]} sessions */
  _drawSessions(sessions) {
    const list = find("sessions");
    const wanted = sessions
      .map((one) => `${one.number} ${one.model} ${one.state} ${one === this._session}`)
      .join("\n");
    if (list.dataset.shown === wanted) return;
    list.dataset.shown = wanted;
    const focused = document.activeElement?.id;
    list.replaceChildren(
      ...[...sessions].reverse().map((session) => {
        const item = document.createElement("li");
        const button = document.createElement("button");
        button.type = "button";
        button.id = `session-${session.number}`;
        button.append(
          element("strong", `Session ${session.number}`),
          element("span", session.model || "no setup"),
          element("span", session.state),
        );
        button.dataset.state = session.over ? "over" : "running";
        if (session === this._session) button.setAttribute("aria-current", "true");
        button.addEventListener("click", () => this._open(session));
        item.append(button);
        return item;
      }),
    );
    if (focused?.startsWith("session-")) document.getElementById(focused)?.focus();
  }

  /** @param {Session} session */
  _open(session) {
    control("follow").checked = false;
    this._session = session;
    this._timeline.point(NaN);
    find("json").hidden = true;
    find("about").textContent = "Choose a frame to read it.";
    this._draw();
  }

  /** @param {Session} session */
  _drawHead(session) {
    find("title").textContent = `Session ${session.number}: ${session.model || "no setup yet"}`;
    const ending = find("ending");
    ending.textContent = explainEnding(session);
    ending.hidden = !session.over;
    ending.classList.toggle("problem", session.code !== null && session.code !== 1000);
    const { lanes } = session;
    const figures = [
      ["API", `${session.dialect}, ${session.version}, ${session.credential}`],
      ["Turns", String(lanes.turns)],
      ["End of speech to first sound", milliseconds(median(lanes.answers))],
      ["Interruptions", String(lanes.interruptions)],
      ["Speech to interruption", milliseconds(median(lanes.yields))],
      ["Tokens of the last turn", String(lanes.tokens)],
      ["Frames", String(session.frames.length + session.dropped)],
    ];
    if (this._store.missed) figures.push(["Missed by this page", String(this._store.missed)]);
    find("figures").replaceChildren(
      ...figures.map(([name, value]) => {
        const pair = document.createElement("div");
        pair.append(element("dt", name), element("dd", value));
        return pair;
      }),
    );
  }

  _filter() {
    this._frames.filter({
      text: control("find").value.trim().toLowerCase(),
      direction: control("direction").value,
      audio: control("audio").checked,
    });
    this._drawCount();
  }

  _drawCount() {
    const all = this._session?.frames.length ?? 0;
    find("count").textContent = `${this._frames.size} of ${all} frames`;
  }

  _pause() {
    this._paused = !this._paused;
    const button = find("pause");
    button.setAttribute("aria-pressed", String(this._paused));
    button.textContent = this._paused ? "Go on" : "Pause";
    this._soon();
  }

  /** @param {number} number */
  _read(number) {
    const session = this._session;
    const frame = session?.frames[number - session.dropped];
    if (!session || !frame) return;
    const { message } = session.readings[number - session.dropped];
    find("about").textContent =
      `${frame.at.toFixed(3)} s, sent by the ${frame.direction}, ${frame.size} bytes`;
    const json = find("json");
    json.hidden = false;
    json.textContent = message === null ? frame.text : JSON.stringify(message, null, 2);
    this._timeline.point(frame.at);
  }

  _download() {
    if (!this._session) return;
    const lines = new Blob([this._session.asLines()], { type: "application/jsonl" });
    const link = document.createElement("a");
    link.href = URL.createObjectURL(lines);
    link.download = `session-${this._session.number}.jsonl`;
    link.click();
    URL.revokeObjectURL(link.href);
  }
}

new Page().connect();
