/** The page of chapter 3: a session by hand, and every frame of it. */

import { FrameList } from "./frame-list.js";
import { textMessage } from "./live-messages.js";
import { LiveClosed, LiveSocket } from "./live-socket.js";
import { requestModel, requestToken } from "./page-token.js";
import { SimplePlayer } from "./simple-player.js";
import { TalkView } from "./talk-view.js";
import { firstMessages, laterMessages } from "./wire-examples.js";

/**
 * @import {Explanation} from "./close-codes.js"
 * @import {LiveEvent} from "./live-events.js"
 * @import {Message} from "./live-messages.js"
 *
 * @typedef {"idle" | "connecting" | "open" | "answering"} State
 */

/** @type {Record<State, string>} */
const STATUS = {
  idle: "No session.",
  connecting: "Connecting …",
  open: "The session is open.",
  answering: "The model answers.",
};

const frames = new FrameList(element("frames", HTMLElement));
const talk = new TalkView(element("talk", HTMLElement));
const setup = element("setup", HTMLTextAreaElement);
const message = element("message", HTMLTextAreaElement);
const question = element("question", HTMLInputElement);

/** @type {LiveSocket | null} */
let socket = null;
/** @type {AbortController | null} */
let opening = null;
/** @type {SimplePlayer | null} */
let player = null;

element("connect", HTMLElement).onclick = () => void connect();
element("disconnect", HTMLElement).onclick = () => opening?.abort();
element("silence", HTMLElement).onclick = () => player?.stop();
element("send-any", HTMLElement).onclick = () => {
  const content = parse(message, "message-problem");
  if (content) send(content);
};
element("ask", HTMLFormElement).onsubmit = (event) => {
  event.preventDefault();
  const text = question.value.trim();
  if (text && send(textMessage(text))) talk.typed(text);
};

void begin();

/** Fill the editors, once it is known which model answers. */
async function begin() {
  render("connecting");
  try {
    offer(await requestModel());
    render("idle");
  } catch (error) {
    showProblem(error);
    element("status", HTMLElement).textContent = "Reload this page to try again.";
  }
}

/** Open a session with the first message as it is, and follow it to its end. */
async function connect() {
  const first = parse(setup, "setup-problem");
  if (!first) return;
  showClose(null);
  render("connecting");
  frames.clear();
  opening = new AbortController();
  const { signal } = opening;
  try {
    player ??= new SimplePlayer();
    void player.start();
    const { url } = await requestToken({ signal });
    socket = await LiveSocket.open({ url, setup: first, log: frames, signal });
    render("open");
    question.focus();
    for await (const event of socket) handle(event);
  } catch (error) {
    if (error instanceof LiveClosed) showClose(error.explanation);
    else if (!signal.aborted) showProblem(error);
  } finally {
    socket = null;
    opening = null;
    player?.stop();
    talk.turnEnded();
    render("idle");
    // Whatever had the focus may be a button that does nothing any more.
    if (isFocusLost()) element("connect", HTMLElement).focus();
  }
}

function isFocusLost() {
  const focused = document.activeElement;
  return focused === document.body || focused?.matches(":disabled");
}

/** @param {LiveEvent} event */
function handle(event) {
  switch (event.type) {
    case "audio":
      player?.play(event.pcm, event.rateHz);
      render("answering");
      break;
    case "inputTranscript":
      talk.said("user", event.text);
      break;
    case "outputTranscript":
      talk.said("model", event.text);
      break;
    case "interrupted":
      player?.stop();
      talk.interrupted();
      break;
    case "turnComplete":
      talk.turnEnded();
      render("open");
      break;
  }
}

/**
 * Send a message; return whether there was a session to send it in.
 * @param {Message} content
 */
function send(content) {
  if (!socket) return false;
  try {
    socket.send(content);
  } catch {
    return false; // the loop that receives will say why
  }
  return true;
}

/**
 * Return what is in an editor, or say what is wrong with it.
 *
 * @param {HTMLTextAreaElement} editor
 * @param {string} problem
 * @returns {Message | null}
 */
function parse(editor, problem) {
  const place = element(problem, HTMLElement);
  place.hidden = true;
  try {
    return JSON.parse(editor.value);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    place.textContent = `This is not JSON yet: ${why}`;
    place.hidden = false;
    editor.focus();
    return null;
  }
}

/**
 * Put the examples into the menus.
 * @param {string} model
 */
function offer(model) {
  fill(element("first", HTMLSelectElement), firstMessages(model), setup);
  fill(element("later", HTMLSelectElement), laterMessages(model), message);
}

/**
 * @param {HTMLSelectElement} menu
 * @param {Record<string, Message>} examples
 * @param {HTMLTextAreaElement} editor
 */
function fill(menu, examples, editor) {
  menu.replaceChildren(...Object.keys(examples).map((label) => new Option(label)));
  menu.onchange = () => {
    editor.value = JSON.stringify(examples[menu.value], null, 2);
  };
  editor.value = JSON.stringify(examples[menu.value], null, 2);
}

/** @param {State} state */
function render(state) {
  const isIdle = state === "idle";
  const isOpen = state === "open" || state === "answering";
  element("status", HTMLElement).textContent = STATUS[state];
  element("connect", HTMLButtonElement).disabled = !isIdle;
  element("disconnect", HTMLButtonElement).disabled = isIdle;
  for (const id of ["send", "send-any"]) element(id, HTMLButtonElement).disabled = !isOpen;
  element("silence", HTMLElement).hidden = state !== "answering";
}

/** @param {Explanation | null} close */
function showClose(close) {
  element("closed", HTMLElement).hidden = close === null;
  if (!close) return;
  const texts = {
    "closed-title": `Closed with ${close.code}`,
    "closed-happened": close.happened,
    "closed-why": close.why,
    "closed-next": close.next,
    "closed-said": close.reason && `The reason it gave: ${close.reason}`,
  };
  for (const [id, text] of Object.entries(texts)) {
    element(id, HTMLElement).textContent = text;
  }
  element("closed-more", HTMLAnchorElement).hash = `${close.code}`;
}

/** @param {unknown} error */
function showProblem(error) {
  showClose(null);
  element("closed", HTMLElement).hidden = false;
  element("closed-title", HTMLElement).textContent = "No session";
  const why = error instanceof Error ? error.message : String(error);
  element("closed-happened", HTMLElement).textContent = why;
  for (const id of ["closed-why", "closed-next", "closed-said"]) {
    element(id, HTMLElement).textContent = "";
  }
}

/**
 * @template {HTMLElement} T
 * @param {string} id
 * @param {new () => T} kind
 * @returns {T}
 */
function element(id, kind) {
  const found = document.getElementById(id);
  if (!(found instanceof kind)) throw new TypeError(`#${id} is no ${kind.name}.`);
  return found;
}
