/** The page of chapter 7: a kitchen, and a conversation whose model can work in it. */

import { FrameList } from "../chapter_03/frame-list.js";
import { setText } from "../chapter_05/chat-view.js";
import { on } from "../chapter_05/events.js";
import { Preferences } from "../chapter_05/preferences.js";
import { QuietFrames } from "../chapter_05/quiet-frames.js";
import { TalkControls } from "../chapter_05/talk-controls.js";
import { Bell } from "./bell.js";
import { CallTimeline } from "./call-timeline.js";
import { ConsentDialog } from "./consent.js";
import { KitchenChat } from "./kitchen-chat.js";
import { KitchenClock } from "./kitchen-clock.js";
import { EXAMPLES, INSTRUCTION, kitchenTools } from "./kitchen-tools.js";
import { KitchenView } from "./kitchen-view.js";
import { consentFor, newsOf } from "./kitchen-words.js";
import { validManner } from "./manner.js";
import { showSources, sourcesOf } from "./search-sources.js";
import { ToolCards } from "./tool-cards.js";
import { Tools } from "./tools.js";

/** @type {(id: string) => any} Each element of the page has its own kind. */
const place = (id) => document.getElementById(id);

const preferences = new Preferences("tools");
/** Changed in place: the functions look at it when they are called. */
const manner = validManner(preferences.read());
const clock = new KitchenClock();
const dialog = new ConsentDialog(place("consent"));
const frames = new FrameList(place("frames"));
const chat = new KitchenChat(
  new Tools(...kitchenTools(clock, manner)),
  INSTRUCTION,
  (call, signal) => dialog.ask(() => consentFor(call, clock.kitchen), signal),
  new QuietFrames(frames),
);
const controls = new TalkControls(place, chat, preferences);
const cards = new ToolCards(place("calls"));
const timeline = new CallTimeline(place("timeline"));
const bell = new Bell();
new KitchenView(place, clock);

function render() {
  const { mayTalk } = controls;
  place("text").disabled = place("send").disabled = !mayTalk;
  for (const button of place("examples").querySelectorAll("button")) {
    button.disabled = !mayTalk;
  }
}

function wireComposer() {
  place("composer").onsubmit = (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    const text = place("text").value.trim();
    if (text && chat.type(text)) place("text").value = "";
  };
  for (const text of EXAMPLES) {
    const button = document.createElement("button");
    Object.assign(button, { type: "button", textContent: text });
    button.onclick = () => chat.type(text);
    const item = document.createElement("li");
    item.append(button);
    place("examples").append(item);
  }
}

function wireSettings() {
  const form = place("manner-form");
  const { inBackground, scheduling, searches, lookUpMs } = manner;
  place("slow").value = inBackground ? "background" : "wait";
  place("scheduling").value = scheduling;
  place("searches").value = searches ? "yes" : "no";
  place("lookUp").value = String(lookUpMs);
  const take = () => {
    place("scheduling").disabled = !manner.inBackground;
    chat.searches = manner.searches;
  };
  form.onchange = () => {
    const { slow, searches: maySearch, lookUp, scheduling: when } = form.elements;
    const chosen = {
      slow: slow.value,
      scheduling: when.value,
      searches: maySearch.value,
      lookUp: lookUp.value,
    };
    preferences.write(chosen);
    const { inBackground: wasInBackground, searches: didSearch } = manner;
    Object.assign(manner, validManner(chosen));
    take();
    const isDeclaredAnew = wasInBackground !== manner.inBackground;
    if (isDeclaredAnew || didSearch !== manner.searches) chat.declareAgain();
  };
  take();
}

function wireEvents() {
  on(chat, "change", render);
  on(chat, "level", ({ who, level }) => timeline.add(who, level));
  on(chat, "cut", () => timeline.cut());
  on(chat, "call", (call) => {
    place("no-calls").hidden = true;
    cards.show(call);
    timeline.show(call);
  });
  on(chat, "event", (event) => {
    if (event.type !== "grounding") return;
    place("sources-section").hidden = false;
    showSources(place("sources"), sourcesOf(event.metadata));
  });
  on(clock, "happening", (happening) => {
    setText(place("news"), newsOf(happening));
    if (happening.type === "rings") bell.ring(chat.streamer.volume);
  });
  on(controls, "start", () => {
    frames.clear();
    cards.clear();
    timeline.start();
    place("no-calls").hidden = false;
    place("sources").replaceChildren();
    place("sources-section").hidden = true;
  });
  on(controls, "end", () => timeline.stop());
}

wireComposer();
wireSettings();
wireEvents();
render();
