/** The inspector's page: what the emulator tells of goes into the views. */

import { explainEnding } from "./closing.js";
import { control, element, find, save, withNextPicture } from "./elements.js";
import { FaultMenu } from "./fault-menu.js";
import { FrameList, sizeText } from "./frame-list.js";
import { parse } from "./frames.js";
import { coloured } from "./json-view.js";
import { Link } from "./link.js";
import { SessionList, stateOf } from "./session-list.js";
import { exportsFor } from "./setup-help.js";
import { Store } from "./store.js";
import { figuresOf } from "./summary.js";
import { Tabs } from "./tabs.js";
import { Timeline } from "./timeline.js";
import { TurnList } from "./turn-list.js";

/**
 * @typedef {import("./store.js").Session} Session
 * @typedef {import("./frames.js").Kind} Kind
 */

/** Frames held while paused; what comes after them is missing. */
const MOST_HELD = 50_000;

/** What this page shows, and of which session. */
class Page {
  constructor() {
    this._store = new Store();
    this._run = "";
    /** @type {Session | null} */
    this._session = null;
    this._chosen = -1;
    this._isPaused = false;
    /** @type {any[]} What came while paused. */
    this._held = [];
    this._follows = true;
    this._soon = withNextPicture(() => this._draw());
    this._sessions = new SessionList(find("sessions"), (session) => this._open(session));
    this._frames = new FrameList(find("frames"), find("rows"), this._filterNow(), {
      choose: (number) => this._choose(number),
      open: () => find("json").focus(),
      leave: () => this._choose(-1),
      stray: () => this._follow(false),
    });
    this._turns = new TurnList(find("turn-rows"), (turn) => this._choose(turn.frame));
    this._timeline = new Timeline(
      {
        scroll: find("scroll"),
        length: find("length"),
        canvas: /** @type {HTMLCanvasElement} */ (find("lanes")),
        overview: /** @type {HTMLCanvasElement} */ (find("overview")),
      },
      { choose: (number) => this._choose(number), stray: () => this._follow(false) },
    );
    new Tabs(find("tabs"));
    new FaultMenu(() => this._session);
    this._link = new Link({
      open: () => this._opened(),
      lost: () => this._say("problem", "The emulator does not answer. Trying again …"),
      take: (events) => this._take(events),
    });
    this._listen();
  }

  /** Begin to show what happens. */
  connect() {
    this._link.connect();
  }

  _listen() {
    /** @type {Record<string, () => void>} */
    const clicks = {
      wider: () => this._timeline.zoom(1.5),
      narrower: () => this._timeline.zoom(1 / 1.5),
      whole: () => this._timeline.fit(),
      live: () => this._follow(!this._follows),
      pause: () => this._pause(),
      again: () => this._link.connect(),
      lines: () => this._saveLines(),
      cassette: () => this._saveCassette(),
      copy: () => this._copy("json"),
    };
    for (const [id, act] of Object.entries(clicks)) find(id).addEventListener("click", act);
    for (const button of document.querySelectorAll("[data-copies]")) {
      const id = /** @type {HTMLElement} */ (button).dataset.copies ?? "";
      button.addEventListener("click", () => this._copy(id));
    }
    find("filters").addEventListener("input", () => this._filter());
    find("filters").addEventListener("submit", (event) => event.preventDefault());
    find("follow").addEventListener("change", () => this._soon());
    find("detail").addEventListener("keydown", (event) => {
      if (event.key === "Escape") find("frames").focus();
    });
  }

  // --- what comes

  _opened() {
    this._store = new Store(); // All that is remembered comes again.
    this._held = [];
    this._say("ready", "Live");
  }

  /** @param {any[]} events */
  _take(events) {
    const [first] = events;
    if (first?.kind === "hello") this._greet(first);
    if (this._isPaused && this._store.isReady) {
      this._held.push(...events.slice(0, MOST_HELD - this._held.length));
      this._drawPause();
      return;
    }
    this._store.take(events);
    this._soon();
  }

  /** @param {any} hello */
  _greet({ run, environment }) {
    const isOther = this._run !== "" && this._run !== run;
    this._run = run;
    find("restarted").hidden = !isOther;
    if (isOther) this._forget();
    find("for-sh").textContent = exportsFor(environment, "sh");
    find("for-powershell").textContent = exportsFor(environment, "powershell");
  }

  /** Another emulator has other sessions with the same numbers. */
  _forget() {
    this._session = null;
    control("follow").checked = true;
    this._choose(-1);
  }

  /** @type {(state: string, text: string) => void} */
  _say(state, text) {
    const link = find("link");
    link.dataset.state = state;
    link.textContent = text;
  }

  // --- what is drawn

  _draw() {
    const sessions = [...this._store.sessions.values()];
    if (!sessions.length && !this._store.isReady) return;
    const newest = sessions.at(-1) ?? null;
    const chosen = this._store.sessions.get(this._session?.number ?? NaN);
    const session = control("follow").checked ? newest : (chosen ?? newest);
    if (session && !session.isTold) return; // its past is still coming
    this._turnTo(session);
    find("empty").hidden = sessions.length > 0;
    find("session").hidden = sessions.length === 0;
    this._sessions.show(sessions, session);
    find("missed").hidden = this._store.missed === 0;
    setText("missed-text", `This page was too slow and was not told of ${this._store.missed} events.`);
    if (!session) return;
    // First what asks where things are, so that nothing is laid out twice.
    this._timeline.show(session);
    this._frames.show(session);
    this._drawHead(session);
    this._turns.show(session);
    find("turns-tab").textContent = `Turns ${session.turns.all.length || ""}`;
    this._drawCount();
  }

  /** @param {Session | null} session Another than before, perhaps. */
  _turnTo(session) {
    const before = this._session;
    this._session = session;
    if (!session || session === before) return;
    this._frames.show(session);
    this._timeline.show(session);
    const isSame = before?.number === session.number;
    if (isSame) this._choose(this._chosen); // told anew after the connection was lost
    else this._choose(-1);
    this._follow(!session.over && (this._follows || !isSame));
  }

  /** @param {Session} session */
  _drawHead(session) {
    setText("title", `Session ${session.number}: ${session.model || "no setup yet"}`);
    const state = find("state");
    state.dataset.state = stateOf(session);
    setText("state", session.over ? "ended" : "running");
    const api = `${session.dialect}, ${session.version}, ${session.credential}`;
    setText("about-client", [session.who, api].filter(Boolean).join(" · "));
    this._drawEnding(session);
    const list = find("figures");
    const figures = figuresOf(session);
    if (list.childElementCount !== figures.length) {
      list.replaceChildren(
        ...figures.map(([name]) => {
          const pair = document.createElement("div");
          pair.append(element("dt", name), element("dd", ""), element("dd", "", "remark"));
          return pair;
        }),
      );
    }
    figures.forEach(([, figure, remark], place) => {
      const [, value, more] = list.children[place].children;
      if (value.textContent !== figure) value.textContent = figure;
      if (more.textContent !== remark) more.textContent = remark;
    });
  }

  /** @param {Session} session */
  _drawEnding(session) {
    const ending = explainEnding(session);
    const box = find("ending");
    box.hidden = ending === null;
    if (!ending) return;
    box.classList.toggle("problem", ending.isProblem);
    setText("ending-title", ending.title);
    setText("ending-words", ending.words);
    setText("ending-todo", ending.todo);
    setText("ending-reason", ending.reason && `“${ending.reason}”`);
    setText("ending-source", ending.source && `(${ending.source})`);
  }

  _drawCount() {
    const session = this._session;
    if (!session) return;
    const kept = session.frames.length;
    const older = session.count - session.missing - kept;
    setText("count", `${this._frames.size} of ${kept} frames${older ? `, ${older} older dropped` : ""}`);
  }

  // --- what its reader does

  /** @param {Session} session */
  _open(session) {
    control("follow").checked = false;
    this._turnTo(session);
    this._draw();
  }

  /** @param {boolean} follows Whether the end of the session stays in view. */
  _follow(follows) {
    this._follows = follows;
    find("live").setAttribute("aria-pressed", String(follows));
    this._frames.follow(follows);
    this._timeline.follow(follows);
  }

  /** @returns {import("./frame-list.js").Filter} */
  _filterNow() {
    const checked = document.querySelectorAll("#kinds input:checked");
    const kinds = [...checked].map((one) => /** @type {Kind} */ (one.getAttribute("value")));
    return {
      text: control("find").value.trim().toLowerCase(),
      direction: control("direction").value,
      kinds: new Set(kinds),
    };
  }

  _filter() {
    this._frames.filter(this._filterNow());
    this._drawCount();
  }

  _pause() {
    this._isPaused = !this._isPaused;
    find("pause").setAttribute("aria-pressed", String(this._isPaused));
    this._drawPause();
    if (this._isPaused) return;
    this._store.take(this._held);
    this._held = [];
    this._soon();
  }

  _drawPause() {
    find("pause").textContent = this._isPaused ? "Go on" : "Pause";
    const held = this._held.filter(({ kind }) => kind === "frame").length;
    setText("held", this._isPaused ? `Paused, ${held} new ${held === 1 ? "frame" : "frames"} held` : "");
  }

  /** @param {number} number Of a frame; -1 for none. */
  _choose(number) {
    const session = this._session;
    const place = session?.placeOf(number) ?? -1;
    const frame = session?.frames[place];
    this._chosen = frame ? number : -1;
    if (frame) this._follow(false);
    this._frames.choose(this._chosen);
    this._timeline.point(this._chosen, frame?.at ?? NaN);
    find("json").hidden = find("copy").hidden = !frame;
    if (!frame) {
      setText("about", "Choose a frame to read it: click it, or use the arrow keys.");
      return;
    }
    setText(
      "about",
      `${frame.at.toFixed(3)} s, sent by the ${frame.direction}, ${sizeText(frame.size)}, frame ${number + 1}`,
    );
    const message = parse(frame.text);
    if (message === null) find("json").textContent = frame.text;
    else find("json").replaceChildren(...coloured(JSON.stringify(message, null, 2)));
  }

  /** @param {string} id Of the element whose text to copy. */
  async _copy(id) {
    try {
      await navigator.clipboard.writeText(find(id).textContent ?? "");
      this._report("Copied.");
    } catch {
      getSelection()?.selectAllChildren(find(id));
      this._report("The browser does not let the page copy. The text is selected: copy it.");
    }
  }

  /** @param {string} text Shown for as long as nothing else is. */
  _report(text) {
    setText("report", text);
  }

  _saveLines() {
    if (!this._session) return;
    const lines = new Blob([this._session.asLines()], { type: "application/jsonl" });
    save(lines, `session-${this._session.number}.jsonl`);
    this._report("");
  }

  async _saveCassette() {
    const number = this._session?.number;
    if (!number) return;
    this._report("Asking for the cassette …");
    try {
      const answer = await fetch(`sessions/${number}/cassette`);
      if (!answer.ok) {
        this._report(await answer.text());
        return;
      }
      const named = /filename="?([\w.-]+)/.exec(answer.headers.get("Content-Disposition") ?? "");
      save(await answer.blob(), named?.[1] ?? `session-${number}.cassette`);
      this._report("");
    } catch {
      this._report("The emulator does not answer.");
    }
  }
}

/** @type {(id: string, text: string) => void} */
function setText(id, text) {
  const there = find(id);
  if (there.textContent !== text) there.textContent = text;
}

new Page().connect();
