/** The page of chapter 5: its buttons and menus, wired to a conversation. */

import { FrameList } from "../chapter_03/frame-list.js";
import { AudioStreamer } from "./audio-streamer.js";
import { Said, setText, stateInWords } from "./chat-view.js";
import { choicesOf, fillMenu } from "./device-menus.js";
import { LiveChat } from "./live-chat.js";
import { Preferences } from "./preferences.js";
import { QuietFrames } from "./quiet-frames.js";
import { VoicesScope } from "./voices-scope.js";

/** @type {(id: string) => any} Each element of the page has its own kind. */
const place = (id) => document.getElementById(id);

const preferences = new Preferences("live-audio-chat");
const frames = new FrameList(place("frames"));
const chat = new LiveChat(new QuietFrames(frames));
const said = new Said(place("said"));
const scope = new VoicesScope(place("voices"));

function render() {
  const { name, hint } = stateInWords(chat);
  const { isOpen, isManual, phase } = chat;
  const mayTalk = isOpen && phase !== "connecting";
  place("stage").dataset.phase = phase;
  setText(place("phase"), name);
  setText(place("hint"), hint);
  setText(place("start"), phase === "closed" ? "Start again" : "Start talking");
  place("start").hidden = isOpen;
  place("end").hidden = !isOpen;
  place("hold").hidden = !(mayTalk && isManual);
  place("hold").classList.toggle("is-held", chat.isTalking);
  place("mute").hidden = !(mayTalk && !isManual);
  place("mute").setAttribute("aria-pressed", String(chat.isMuted));
  place("manner").disabled = isOpen;
  place("nothing").hidden = chat.conversation.utterances.some(({ text }) => text);
  if (!chat.hasLostMicrophone) place("other-microphone").hidden = true;
  said.show(chat.conversation.utterances);
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

async function start() {
  const { microphone, loudspeaker } = preferences.read();
  const isManual = manners().some(({ checked, value }) => checked && value === "hold");
  showProblem("");
  frames.clear();
  scope.start();
  const over = chat.talk({
    microphoneId: microphone,
    loudspeakerId: loudspeaker,
    isManual,
  });
  place("end").focus();
  await over;
  scope.stop();
  if (document.activeElement === document.body) place("start").focus();
}

/**
 * @param {string} message "" hides the last one.
 * @param {boolean} [canChangeMicrophone]
 */
function showProblem(message, canChangeMicrophone = false) {
  place("problem").hidden = !message;
  place("other-microphone").hidden = !canChangeMicrophone;
  setText(place("problem-text"), message);
}

async function listDevices() {
  const devices = (await navigator.mediaDevices?.enumerateDevices()) ?? [];
  const { microphone, loudspeaker } = preferences.read();
  fillMenu(place("microphone"), choicesOf(devices, "audioinput"), microphone);
  fillMenu(place("loudspeaker"), choicesOf(devices, "audiooutput"), loudspeaker);
}

/** @returns {HTMLInputElement[]} */
function manners() {
  return [...document.querySelectorAll("input[name=manner]")].map(
    (choice) => /** @type {HTMLInputElement} */ (choice),
  );
}

/** @param {string} deviceId */
async function useMicrophone(deviceId) {
  showProblem("");
  await chat.useMicrophone(deviceId);
}

function wire() {
  place("start").onclick = () => void start();
  place("end").onclick = () => chat.end();
  place("mute").onclick = () => (chat.isMuted ? chat.unmute() : chat.mute());
  place("other-microphone").onclick = () => void useMicrophone("");
  place("figures").ontoggle = renderFigures;
  wireHoldButton(place("hold"));
  place("microphone").onchange = () => {
    const { value } = place("microphone");
    preferences.write({ microphone: value });
    if (chat.isOpen) void useMicrophone(value);
  };
  place("loudspeaker").onchange = () => {
    const { value } = place("loudspeaker");
    preferences.write({ loudspeaker: value });
    void chat.useLoudspeaker(value);
  };
  place("volume").oninput = () => {
    const volume = Number(place("volume").value);
    chat.streamer.volume = volume / 100;
    preferences.write({ volume });
  };
  for (const choice of manners()) {
    choice.onchange = () => preferences.write({ manner: choice.value });
  }
  on("change", render);
  on("level", ({ who, level }) => scope.add(who, level));
  on("cut", () => scope.cut());
  on("open", () => void listDevices());
  on("problem", (problem) => showProblem(problem.message, problem.canChangeMicrophone));
  navigator.mediaDevices?.addEventListener("devicechange", () => void listDevices());
}

/**
 * @param {string} type
 * @param {(detail: any) => void} listener
 */
function on(type, listener) {
  chat.addEventListener(type, (event) => {
    listener(/** @type {CustomEvent} */ (event).detail);
  });
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

function recall() {
  const { volume = 100, manner = "free" } = preferences.read();
  place("volume").value = volume;
  chat.streamer.volume = Number(volume) / 100;
  for (const choice of manners()) choice.checked = choice.value === manner;
  place("loudspeaker-field").hidden = !AudioStreamer.canChooseLoudspeaker;
}

recall();
wire();
void listDevices();
