/** The page of chapter 6: camera, screen, pictures, text and voice in one conversation. */

import { FrameList } from "../chapter_03/frame-list.js";
import { AudioStreamer } from "../chapter_05/audio-streamer.js";
import { Said, setText, stateInWords } from "../chapter_05/chat-view.js";
import { choicesOf, fillMenu } from "../chapter_05/device-menus.js";
import { Preferences } from "../chapter_05/preferences.js";
import { QuietFrames } from "../chapter_05/quiet-frames.js";
import { VoicesScope } from "../chapter_05/voices-scope.js";
import { FrameFeed } from "./frame-feed.js";
import { costInWords, FrameStrip } from "./frame-strip.js";
import { pictureOf } from "./picture.js";
import { SeeingChat } from "./seeing-chat.js";
import { SettingsPanel } from "./settings-panel.js";
import { SightCards } from "./sight-cards.js";

/** @type {(id: string) => any} Each element of the page has its own kind. */
const place = (id) => document.getElementById(id);

const preferences = new Preferences("seeing");
const panel = new SettingsPanel(place("settings-form"), preferences.read());
const chat = new SeeingChat(panel.settings, new QuietFrames(new FrameList(place("frames"))));
const cards = new SightCards(place, preferences);
const strip = new FrameStrip(place("strip"));
const said = new Said(place("said"));
const scope = new VoicesScope(place("voices"));
const feed = new FrameFeed(cards.sources, {
  isOpen: maySee,
  isSpeaking: () => chat.phase === "hearing",
  send: (jpeg) => chat.show(jpeg),
});

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
  setText(place("hint"), hint);
  setText(place("start"), phase === "closed" ? "Start again" : "Start talking");
  place("start").hidden = isOpen;
  place("end").hidden = !isOpen;
  place("mute").hidden = !mayTalk;
  place("mute").setAttribute("aria-pressed", String(chat.isMuted));
  place("text").disabled = place("send").disabled = !mayTalk;
  place("pictures").disabled = !mayTalk;
  place("pictures-button").classList.toggle("is-disabled", !mayTalk);
  place("nothing").hidden = chat.conversation.utterances.some(({ text }) => text);
  if (!chat.hasLostMicrophone) place("other-microphone").hidden = true;
  said.show(chat.conversation.utterances);
  renderSights();
}

function renderSights() {
  const open = cards.sources.filter(({ isOpen }) => isOpen()).map(({ name }) => name);
  cards.show(maySee());
  const what = open.join(" and ").toLowerCase();
  setText(place("sight-state"), sightState(what));
  document.title = `${what && maySee() ? "● " : ""}Seeing · Gemini Live API`;
  setText(place("cost"), costInWords(strip, chat.countedTokens));
  const waits = chat.hasToRenew ? "The new settings take effect when the answer ends." : "";
  setText(place("settings-state"), waits);
}

/** @param {string} what What is open, "" for nothing. */
function sightState(what) {
  if (!chat.isOpen) return "Nothing is sent before you start talking.";
  if (!what) return "No camera and no screen is shown to the model.";
  if (maySee()) return `The model sees your ${what}.`;
  return "Nothing is sent at the moment.";
}

async function start() {
  const { microphone, loudspeaker } = preferences.read();
  showProblem("");
  strip.clear();
  scope.start();
  feed.start();
  const over = chat.talk({ microphoneId: microphone, loudspeakerId: loudspeaker });
  place("end").focus();
  await over;
  feed.stop();
  cards.close();
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

/** @param {Iterable<File>} files */
async function showPictures(files) {
  showProblem("");
  for (const file of files) {
    try {
      const picture = await pictureOf(file);
      if (!feed.add(file.name || "Picture", picture)) {
        showProblem(
          chat.isOpen
            ? `${file.name} was not sent: pictures go out one a second, and eight wait already.`
            : "Start talking first, then show pictures.",
        );
      }
    } catch (error) {
      showProblem(error instanceof Error ? error.message : String(error));
    }
  }
}

async function listDevices() {
  const devices = (await navigator.mediaDevices?.enumerateDevices()) ?? [];
  const { microphone, loudspeaker } = preferences.read();
  fillMenu(place("microphone"), choicesOf(devices, "audioinput"), String(microphone ?? ""));
  fillMenu(place("loudspeaker"), choicesOf(devices, "audiooutput"), String(loudspeaker ?? ""));
  await cards.list();
}

function wireButtons() {
  place("start").onclick = () => void start();
  place("end").onclick = () => chat.end();
  place("mute").onclick = () => (chat.isMuted ? chat.unmute() : chat.mute());
  place("other-microphone").onclick = () => {
    showProblem("");
    void chat.useMicrophone("");
  };
  place("composer").onsubmit = (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    const text = place("text").value.trim();
    if (text && chat.type(text)) place("text").value = "";
  };
}

function wirePictures() {
  place("pictures").onchange = () => {
    void showPictures([...place("pictures").files]);
    place("pictures").value = ""; // the same picture may be chosen again
  };
  document.addEventListener("dragover", (event) => event.preventDefault());
  document.addEventListener("drop", (event) => {
    event.preventDefault();
    void showPictures([...(event.dataTransfer?.files ?? [])]);
  });
  document.addEventListener("paste", (event) => {
    const files = [...(event.clipboardData?.files ?? [])];
    if (!files.length) return;
    event.preventDefault();
    void showPictures(files);
  });
}

function wireSettings() {
  feed.policy = panel.settings.policy;
  onDetail(panel, "change", (settings) => {
    preferences.write(settings);
    feed.policy = settings.policy;
    chat.change(settings);
    renderSights();
  });
  place("microphone").onchange = () => {
    const { value } = place("microphone");
    preferences.write({ microphone: value });
    void chat.useMicrophone(value);
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
  const { volume = 100 } = preferences.read();
  place("volume").value = volume;
  chat.streamer.volume = Number(volume) / 100;
  place("loudspeaker-field").hidden = !AudioStreamer.canChooseLoudspeaker;
}

function wireEvents() {
  onDetail(chat, "change", render);
  onDetail(chat, "level", ({ who, level }) => scope.add(who, level));
  onDetail(chat, "cut", () => scope.cut());
  onDetail(chat, "open", () => void listDevices());
  onDetail(chat, "problem", (problem) => {
    showProblem(problem.message, problem.canChangeMicrophone);
  });
  onDetail(cards, "change", renderSights);
  onDetail(cards, "problem", showProblem);
  onDetail(feed, "sent", (frame) => {
    strip.add(frame, chat.resolution);
    renderSights();
  });
  document.addEventListener("visibilitychange", renderSights);
  navigator.mediaDevices?.addEventListener("devicechange", () => void listDevices());
}

/**
 * @param {EventTarget} target
 * @param {string} type
 * @param {(detail: any) => void} listener
 */
function onDetail(target, type, listener) {
  target.addEventListener(type, (event) => {
    listener(/** @type {CustomEvent} */ (event).detail);
  });
}

wireButtons();
wirePictures();
wireSettings();
wireEvents();
render();
void listDevices();
