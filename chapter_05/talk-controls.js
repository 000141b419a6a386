/**
 * The controls that every page with a conversation has: start, mute and end, the devices
 * and the volume, the state in words, both voices, what was said, and what went wrong.
 *
 * The page of chapter 5 uses it, and the pages of later chapters do; what else they show
 * is their own.
 */

import { AudioStreamer } from "./audio-streamer.js";
import { Said, setText, stateInWords } from "./chat-view.js";
import { choicesOf, fillMenu } from "./device-menus.js";
import { on } from "./events.js";
import { VoicesScope } from "./voices-scope.js";

/**
 * @import {LiveChat} from "./live-chat.js"
 * @import {Preferences} from "./preferences.js"
 */

/** Events: `start` (a conversation begins) and `end` (it is over, devices closed). */
export class TalkControls extends EventTarget {
  /** Whether the next conversation leaves it to the user to mark turns. */
  isManual = false;

  #place;
  #chat;
  #preferences;
  #said;
  #scope;

  /**
   * @param {(id: string) => any} place Finds an element; chapter 5's index.html has all
   *   that are needed, under the same ids.
   * @param {LiveChat} chat
   * @param {Preferences} preferences
   */
  constructor(place, chat, preferences) {
    super();
    this.#place = place;
    this.#chat = chat;
    this.#preferences = preferences;
    this.#said = new Said(place("said"));
    this.#scope = new VoicesScope(place("voices"));
    this.#recall();
    this.#wireButtons();
    this.#wireDevices();
    on(chat, "change", () => this.#render());
    on(chat, "level", ({ who, level }) => this.#scope.add(who, level));
    on(chat, "cut", () => this.#scope.cut());
    on(chat, "problem", ({ message, canChangeMicrophone }) => {
      this.showProblem(message, canChangeMicrophone);
    });
    void this.#listDevices();
  }

  /** Whether there is a session to talk to. */
  get mayTalk() {
    return this.#chat.isOpen && this.#chat.phase !== "connecting";
  }

  /** Hold a conversation; settled when it is over. Call it from a click or a key. */
  async start() {
    const { microphone, loudspeaker } = this.#preferences.read();
    this.showProblem("");
    this.#scope.start();
    this.dispatchEvent(new CustomEvent("start"));
    const over = this.#chat.talk({
      microphoneId: microphone,
      loudspeakerId: loudspeaker,
      isManual: this.isManual,
    });
    this.#place("end").focus();
    await over;
    this.#scope.stop();
    this.dispatchEvent(new CustomEvent("end"));
    if (document.activeElement === document.body) this.#place("start").focus();
  }

  /**
   * @param {string} message "" hides the last one.
   * @param {boolean} [canChangeMicrophone] Whether another microphone would help.
   */
  showProblem(message, canChangeMicrophone = false) {
    this.#place("problem").hidden = !message;
    this.#place("other-microphone").hidden = !canChangeMicrophone;
    setText(this.#place("problem-text"), message);
  }

  #render() {
    const place = this.#place;
    const { name, hint } = stateInWords(this.#chat);
    const { isOpen, isManual, isMuted, phase, conversation } = this.#chat;
    place("stage").dataset.phase = phase;
    setText(place("phase"), name);
    setText(place("hint"), hint);
    setText(place("start"), phase === "closed" ? "Start again" : "Start talking");
    place("start").hidden = isOpen;
    place("end").hidden = !isOpen;
    place("mute").hidden = !(this.mayTalk && !isManual);
    place("mute").setAttribute("aria-pressed", String(isMuted));
    place("nothing").hidden = conversation.utterances.some(({ text }) => text);
    if (!this.#chat.hasLostMicrophone) place("other-microphone").hidden = true;
    this.#said.show(conversation.utterances);
  }

  #wireButtons() {
    const chat = this.#chat;
    this.#place("start").onclick = () => void this.start();
    this.#place("end").onclick = () => chat.end();
    this.#place("mute").onclick = () => (chat.isMuted ? chat.unmute() : chat.mute());
    this.#place("other-microphone").onclick = () => this.#useMicrophone("");
  }

  #wireDevices() {
    const [microphone, loudspeaker, volume] = ["microphone", "loudspeaker", "volume"].map(
      this.#place,
    );
    microphone.onchange = () => {
      this.#preferences.write({ microphone: microphone.value });
      if (this.#chat.isOpen) this.#useMicrophone(microphone.value);
    };
    loudspeaker.onchange = () => {
      this.#preferences.write({ loudspeaker: loudspeaker.value });
      void this.#chat.useLoudspeaker(loudspeaker.value);
    };
    volume.oninput = () => {
      this.#chat.streamer.volume = Number(volume.value) / 100;
      this.#preferences.write({ volume: Number(volume.value) });
    };
    on(this.#chat, "open", () => void this.#listDevices());
    navigator.mediaDevices?.addEventListener("devicechange", () => {
      void this.#listDevices();
    });
  }

  /** @param {string} deviceId "" is the default one. */
  #useMicrophone(deviceId) {
    this.showProblem("");
    void this.#chat.useMicrophone(deviceId);
  }

  async #listDevices() {
    const devices = (await navigator.mediaDevices?.enumerateDevices()) ?? [];
    const { microphone = "", loudspeaker = "" } = this.#preferences.read();
    fillMenu(this.#place("microphone"), choicesOf(devices, "audioinput"), microphone);
    fillMenu(this.#place("loudspeaker"), choicesOf(devices, "audiooutput"), loudspeaker);
  }

  #recall() {
    const { volume = 100 } = this.#preferences.read();
    this.#place("volume").value = volume;
    this.#chat.streamer.volume = Number(volume) / 100;
    this.#place("loudspeaker-field").hidden = !AudioStreamer.canChooseLoudspeaker;
  }
}
