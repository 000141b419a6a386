/** The page of chapter 5: its own buttons and figures, wired to a conversation. */

import { FrameList } from "../chapter_03/frame-list.js";
import { on } from "./events.js";
import { LiveChat } from "./live-chat.js";
import { Preferences } from "./preferences.js";
import { QuietFrames } from "./quiet-frames.js";
import { TalkControls } from "./talk-controls.js";

/** @type {(id: string) => any} Each element of the page has its own kind. */
const place = (id) => document.getElementById(id);

const preferences = new Preferences("live-audio-chat");
const frames = new FrameList(place("frames"));
const chat = new LiveChat(new QuietFrames(frames));
const controls = new TalkControls(place, chat, preferences);

function render() {
  place("hold").hidden = !(controls.mayTalk && chat.isManual);
  place("hold").classList.toggle("is-held", chat.isTalking);
  place("manner").disabled = chat.isOpen;
  renderFigures();
}

function renderFigures() {
  if (!place("figures").open) return;
  const { figures, recorder, streamer } = chat;
  const rows = {
    "Microphone": `${recorder.deviceRateHz.toLocaleString("en")} Hz, sent as 16,000 Hz`,
    "Start of an answer held back": `${Math.round(figures.heldBackMs)} ms`,
    "Loudspeaker's own delay": `${Math.round(streamer.outputLatencyMs)} ms`,
    "Gaps in answers": `${figures.underruns}, ${Math.round(figures.missingMs)} ms in all`,
    "Left unsent on a slow line": `${figures.skippedMs} ms`,
  };
  place("measured").replaceChildren(
    ...Object.entries(rows).flatMap(([name, value]) => [
      Object.assign(document.createElement("dt"), { textContent: name }),
      Object.assign(document.createElement("dd"), { textContent: value }),
    ]),
  );
}

/** @param {HTMLButtonElement} button */
function wireHoldButton(button) {
  /** @type {(event: KeyboardEvent) => boolean} */
  const isKey = ({ key }) => key === " " || key === "Enter";
  button.onpointerdown = ({ pointerId }) => {
    button.setPointerCapture(pointerId);
    chat.press();
  };
  button.onpointerup = button.onpointercancel = () => chat.release();
  button.onkeydown = (event) => {
    if (!isKey(event)) return;
    event.preventDefault();
    if (!event.repeat) chat.press();
  };
  button.onkeyup = (event) => {
    if (isKey(event)) chat.release();
  };
  // In another window, the button is let go unseen.
  button.onblur = () => chat.release();
  button.oncontextmenu = (event) => event.preventDefault();
}

/** Your turns begin and end by themselves, or last as long as the button is held. */
function wireManners() {
  const kept = preferences.read().manner ?? "free";
  /** @type {NodeListOf<HTMLInputElement>} */
  const choices = document.querySelectorAll("input[name=manner]");
  for (const choice of choices) {
    const take = () => {
      if (choice.checked) controls.isManual = choice.value === "hold";
    };
    choice.checked = choice.value === kept;
    choice.onchange = () => {
      preferences.write({ manner: choice.value });
      take();
    };
    take();
  }
}

on(controls, "start", () => frames.clear());
on(chat, "change", render);
place("figures").ontoggle = renderFigures;
wireHoldButton(place("hold"));
wireManners();
