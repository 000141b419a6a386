/** The page of chapter 8: a conversation and an upload through the server. */

import { VOICES } from "../chapter_04/voices.js";
import { Said, setText, stateInWords } from "../chapter_05/chat-view.js";
import { choicesOf, fillMenu } from "../chapter_05/device-menus.js";
import { messageOf, on } from "../chapter_05/events.js";
import { Preferences } from "../chapter_05/preferences.js";
import { VoicesScope } from "../chapter_05/voices-scope.js";
import { FrameFeed } from "../chapter_06/frame-feed.js";
import { SightCards } from "../chapter_06/sight-cards.js";
import { BridgeChat } from "./bridge-chat.js";
import { PieceLog } from "./piece-log.js";
import { PieceRecorder } from "./piece-recorder.js";
import { askServer, placeOfServer } from "./server-place.js";
import { upload, uploadProblem } from "./upload.js";

/** @type {(id: string) => any} Each element of the page has its own kind. */
const place = (id) => document.getElementById(id);

const preferences = new Preferences("bridge");
const chat = new BridgeChat();
const said = new Said(place("said"));
const scope = new VoicesScope(place("voices"));
const pieces = new PieceLog(place("pieces"));
const cards = new SightCards(place, preferences);
const feed = new FrameFeed(cards.sources, {
  isOpen: maySee,
  isSpeaking: () => chat.phase === "hearing",
  send: (jpeg) => chat.show(jpeg),
});
let frames = 0;
/** @type {any} What the server said; null as long as it is unknown. */
let server = null;
/** @type {AbortController | null} The upload that is going on. */
let uploading = null;

/** Whether frames may leave: there is a session, and the page is looked at. */
function maySee() {
  return chat.isOpen && chat.phase !== "connecting" && !document.hidden;
}

function render() {
  const { name, hint } = stateInWords(chat);
  const { isOpen, phase } = chat;
  const mayTalk = isOpen && phase !== "connecting";
  place("stage").dataset.phase = phase;
  setText(place("phase"), name);
  // A recorder in the browser goes on recording silence.
  setText(place("hint"), chat.isMuted ? "You are muted: nobody hears you." : hint);
  setText(place("start"), phase === "closed" ? "Start again" : "Start talking");
  place("start").hidden = isOpen;
  place("start").disabled = !server?.maySpend;
  place("end").hidden = !isOpen;
  place("mute").hidden = !mayTalk;
  place("mute").setAttribute("aria-pressed", String(chat.isMuted));
  place("text").disabled = place("send").disabled = place("lose").disabled = !mayTalk;
  place("nothing").hidden = chat.conversation.utterances.some(({ text }) => text);
  said.show(chat.conversation.utterances);
  cards.show(maySee());
}

function renderUpload() {
  place("upload").disabled = !server || Boolean(uploading);
  place("cancel").hidden = !uploading;
}

/** @param {string} message "" hides the last one. */
function showProblem(message) {
  place("problem").hidden = !message;
  setText(place("problem-text"), message);
}

function settings() {
  return Object.fromEntries(new FormData(place("settings-form")).entries());
}

async function start() {
  const { model, voice, sends, microphone, keep, tools } = settings();
  const [kind, pieceMs] = String(sends).split("-");
  showProblem("");
  setText(place("notice"), "");
  pieces.clear();
  frames = 0;
  scope.start();
  feed.start();
  const over = chat.talk({
    sends: kind === "pcm" ? "pcm" : "pieces",
    pieceMs: Number(pieceMs),
    microphoneId: String(microphone),
    start: { model, voice, keep: Boolean(keep), tools: Boolean(tools) },
  });
  place("end").focus();
  await over;
  feed.stop();
  cards.close();
  scope.stop();
  showLimits();
  if (document.activeElement === document.body) place("start").focus();
}

/** @param {File} file */
async function sendFile(file) {
  const { model, keep } = settings();
  uploading = new AbortController();
  renderUpload();
  let heard = "";
  let answer = "";
  for (const id of ["upload-heard", "upload-answer"]) setText(place(id), "");
  setText(place("upload-state"), "Uploading.");
  place("uploaded").value = 0;
  try {
    const done = await upload(file, {
      model: String(model),
      keep: Boolean(keep),
      signal: uploading.signal,
      onProgress: (progress) => {
        if (progress.type === "uploaded" && progress.of) {
          place("uploaded").value = progress.bytes / progress.of;
        } else if (progress.type === "decoded") {
          setText(place("upload-state"), `${progress.seconds.toFixed(0)} s decoded and sent.`);
        } else if (progress.type === "heard") {
          setText(place("upload-state"), `${progress.seconds.toFixed(0)} s heard.`);
        } else if (progress.type === "transcript") {
          heard += ` ${progress.text.trim()}`;
          setText(place("upload-heard"), `Heard:${heard}`);
        } else if (progress.type === "answer") {
          answer += progress.text;
          setText(place("upload-answer"), `Answer: ${answer}`);
        } else if (progress.type === "warning") {
          setText(place("notice"), progress.message);
        }
      },
    });
    place("uploaded").value = 1;
    setText(place("upload-heard"), `Heard: ${done.transcript || "(nothing)"}`);
    setText(place("upload-answer"), done.answer ? `Answer: ${done.answer}` : "");
    const kept = done.kept ? " It is among your kept conversations." : "";
    setText(place("upload-state"), `Done: ${done.seconds.toFixed(1)} s.${kept}`);
  } catch (error) {
    const wasCancelled = uploading.signal.aborted;
    setText(place("upload-state"), wasCancelled ? "Cancelled." : messageOf(error));
  } finally {
    uploading = null;
    renderUpload();
  }
}

async function listDevices() {
  const devices = (await navigator.mediaDevices?.enumerateDevices()) ?? [];
  const { microphone } = preferences.read();
  fillMenu(place("microphone"), choicesOf(devices, "audioinput"), String(microphone ?? ""));
}

function wireChat() {
  place("start").onclick = () => void start();
  place("end").onclick = () => chat.end();
  place("mute").onclick = () => (chat.isMuted ? chat.unmute() : chat.mute());
  place("lose").onclick = () => (chat.toLose += 1);
  place("composer").onsubmit = (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    const text = place("text").value.trim();
    if (text && chat.type(text)) place("text").value = "";
  };
  on(chat, "change", render);
  on(chat, "level", ({ who, level }) => scope.add(who, level));
  on(chat, "cut", () => scope.cut());
  on(chat, "open", () => void listDevices());
  on(chat, "problem", ({ message }) => showProblem(message));
  on(chat, "warning", ({ message }) => setText(place("notice"), message));
  on(chat, "toolCall", ({ name }) => setText(place("notice"), `The server ran ${name}.`));
  on(chat, "piece", (piece) => {
    pieces.add(piece);
    setText(place("summary"), pieces.summary);
  });
  on(chat, "ready", ({ model, kept }) => {
    setText(place("notice"), kept ? `${model} answers. This conversation is kept.` : `${model} answers. Nothing is kept.`);
  });
  on(chat, "beat", ({ leftS }) => setText(place("limits"), `${inMinutes(leftS)} left.`));
}

function wireSights() {
  on(cards, "change", () => cards.show(maySee()));
  on(cards, "problem", showProblem);
  on(feed, "problem", showProblem);
  on(feed, "sent", () => {
    frames += 1;
    setText(place("frames"), `${frames} ${frames === 1 ? "frame was" : "frames were"} sent.`);
  });
  document.addEventListener("visibilitychange", () => cards.show(maySee()));
}

function wireUpload() {
  place("upload-form").onsubmit = (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    const [file] = place("file").files;
    const problem = file
      ? uploadProblem(file, server.limits.upload_bytes)
      : "Choose a recording first.";
    if (problem) setText(place("upload-state"), problem);
    else void sendFile(file);
  };
  place("cancel").onclick = () => uploading?.abort();
}

/** @param {number} seconds */
function inMinutes(seconds) {
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")} minutes`;
}

function wireSettings() {
  const form = place("settings-form");
  for (const [voice, word] of Object.entries(VOICES)) {
    place("voice").append(new Option(`${voice}, ${word}`, voice));
  }
  if (!PieceRecorder.mimeType) place("sends").querySelector("option").remove();
  const kept = preferences.read();
  for (const { id, type } of form.elements) {
    if (!(id in kept)) continue;
    if (type === "checkbox") place(id).checked = kept[id];
    else place(id).value = kept[id];
  }
  form.onchange = (/** @type {any} */ { target }) => {
    const value = target.type === "checkbox" ? target.checked : target.value;
    preferences.write({ [target.id]: value });
  };
  navigator.mediaDevices?.addEventListener("devicechange", () => void listDevices());
}

function showLimits() {
  const { max_audio_s, max_video_s, sessions_a_user } = server.limits;
  setText(
    place("limits"),
    `A conversation may take ${max_audio_s / 60} minutes (${max_video_s / 60} with video), ` +
      `and you may hold ${sessions_a_user} at a time.`,
  );
}

async function meetServer() {
  server = await askServer();
  if (!server) {
    const there = await placeOfServer();
    const how = "Start it with: python chapter_08/server.py";
    const words = "This page needs the server of chapter 8, which does not run.";
    place("elsewhere").hidden = false;
    setText(place("elsewhere-text"), there ? "The server of chapter 8 has this page, too." : `${words} ${how}`);
    place("elsewhere-link").href = there || "README.md";
    setText(place("elsewhere-link"), there ? "Open it there" : "How to start it");
  } else {
    for (const { id, note } of server.models) {
      place("model").append(new Option(id, id));
      place("model").lastElementChild.title = note;
    }
    const { model } = preferences.read();
    if (server.models.some((/** @type {any} */ one) => one.id === model)) place("model").value = model;
    showLimits();
    place("keep").disabled = !server.keeps;
    setText(place("keep-state"), server.keeps ? "You can hear and delete them under Kept conversations." : server.problem);
    if (!server.maySpend) {
      showProblem(
        "Sessions with Google's service cost money, so only the person who started the " +
          "guide may open them. Open the link that the terminal shows in this browser, once.",
      );
    }
  }
  render();
  renderUpload();
}

wireChat();
wireSights();
wireUpload();
wireSettings();
render();
renderUpload();
void meetServer();
void listDevices();
