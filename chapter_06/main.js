/** The page of chapter 6: camera, screen, pictures, text and voice in one conversation. */

import { FrameList } from "../chapter_03/frame-list.js";
import { setText } from "../chapter_05/chat-view.js";
import { on } from "../chapter_05/events.js";
import { Preferences } from "../chapter_05/preferences.js";
import { QuietFrames } from "../chapter_05/quiet-frames.js";
import { TalkControls } from "../chapter_05/talk-controls.js";
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
const controls = new TalkControls(place, chat, preferences);
const cards = new SightCards(place, preferences);
const strip = new FrameStrip(place("strip"));
const feed = new FrameFeed(cards.sources, {
  isOpen: maySee,
  isSpeaking: () => chat.phase === "hearing",
  send: (jpeg) => chat.show(jpeg),
});

/** Whether frames may leave: there is a session, and the page is looked at. */
function maySee() {
  return controls.mayTalk && !document.hidden;
}

function render() {
  const { mayTalk } = controls;
  place("text").disabled = place("send").disabled = !mayTalk;
  place("pictures").disabled = !mayTalk;
  place("pictures-button").classList.toggle("is-disabled", !mayTalk);
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

/** @param {Iterable<File>} files */
async function showPictures(files) {
  controls.showProblem("");
  for (const file of files) {
    try {
      const picture = await pictureOf(file);
      if (!feed.add(file.name || "Picture", picture)) {
        controls.showProblem(
          chat.isOpen
            ? `${file.name} was not sent: pictures go out one a second, and eight wait already.`
            : "Start talking first, then show pictures.",
        );
      }
    } catch (error) {
      controls.showProblem(error instanceof Error ? error.message : String(error));
    }
  }
}

function wireComposer() {
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
  on(panel, "change", (settings) => {
    preferences.write(settings);
    feed.policy = settings.policy;
    chat.change(settings);
    renderSights();
  });
}

function wireEvents() {
  on(chat, "change", render);
  on(controls, "start", () => {
    strip.clear();
    feed.start();
  });
  on(controls, "end", () => {
    feed.stop();
    cards.close();
  });
  on(cards, "change", renderSights);
  on(cards, "problem", (message) => controls.showProblem(message));
  on(feed, "problem", (message) => controls.showProblem(message));
  on(feed, "sent", (frame) => {
    strip.add(frame, chat.resolution);
    renderSights();
  });
  document.addEventListener("visibilitychange", renderSights);
}

wireComposer();
wirePictures();
wireSettings();
wireEvents();
render();
