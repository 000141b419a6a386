/**
 * Camera and screen on the page: a picture each, a button, and whether frames leave.
 *
 * The page of chapter 6 uses it.
 */

import { fillMenu } from "../chapter_05/device-menus.js";
import { setText } from "../chapter_05/chat-view.js";
import { Camera, cameraChoices } from "./camera.js";
import { ScreenShare } from "./screen-share.js";

/**
 * @import {Preferences} from "../chapter_05/preferences.js"
 * @import {Source} from "./frame-feed.js"
 */

/** Events: `change`, and `problem`, whose detail is a sentence ("" for none). */
export class SightCards extends EventTarget {
  #camera;
  #screen;
  #preferences;
  /** @type {(id: string) => any} */
  #place;

  /**
   * @param {(id: string) => any} place Finds an element of the page.
   * @param {Preferences} preferences
   */
  constructor(place, preferences) {
    super();
    this.#place = place;
    this.#preferences = preferences;
    this.#camera = new Camera(place("camera"));
    this.#screen = new ScreenShare(place("screen"));
    place("screen-toggle").disabled = !ScreenShare.isPossible;
    place("camera-toggle").onclick = () => void this.toggleCamera();
    place("screen-toggle").onclick = () => void this.toggleScreen();
    place("camera-choice").onchange = () => {
      preferences.write({ camera: place("camera-choice").value });
      if (this.#camera.isOpen) void this.#openCamera();
    };
    this.#camera.addEventListener("lost", () => {
      this.#report(
        "The camera is gone; was it unplugged? The conversation goes on without it.",
      );
    });
    this.#screen.addEventListener("lost", () => this.#changed());
    navigator.mediaDevices?.addEventListener("devicechange", () => void this.list());
    void this.list();
  }

  /** @returns {Source[]} */
  get sources() {
    return [
      { name: "Camera", video: this.#camera.video, isOpen: () => this.#camera.isOpen },
      { name: "Screen", video: this.#screen.video, isOpen: () => this.#screen.isOpen },
    ];
  }

  /** Fill the menu with the cameras there are. */
  async list() {
    const devices = (await navigator.mediaDevices?.enumerateDevices()) ?? [];
    const isPhone = matchMedia("(pointer: coarse)").matches;
    const choices = cameraChoices(devices, isPhone);
    fillMenu(
      this.#place("camera-choice"),
      choices,
      String(this.#preferences.read().camera ?? ""),
    );
    this.#place("camera-choice").hidden = choices.length < 2;
  }

  async toggleCamera() {
    if (!this.#camera.isOpen) return this.#openCamera();
    this.#camera.close();
    this.#changed();
  }

  async toggleScreen() {
    this.#report("");
    if (this.#screen.isOpen) this.#screen.close();
    else {
      try {
        await this.#screen.open();
      } catch (error) {
        this.#report(error instanceof Error ? error.message : String(error));
      }
    }
    this.#changed();
  }

  /** Switch everything off. */
  close() {
    this.#camera.close();
    this.#screen.close();
    this.#changed();
  }

  /**
   * Show what is on, and whether its frames leave.
   *
   * @param {boolean} isLive Whether there is a session that takes frames.
   */
  show(isLive) {
    for (const { name, isOpen } of this.sources) {
      const id = name.toLowerCase();
      const card = this.#place(`${id}-card`);
      card.dataset.open = String(isOpen());
      card.dataset.live = String(isOpen() && isLive);
      card.querySelector(".empty").hidden = isOpen();
      card.querySelector(".live").hidden = !(isOpen() && isLive);
      this.#place(`${id}-toggle`).setAttribute("aria-pressed", String(isOpen()));
    }
    setText(this.#place("camera-toggle"), this.#camera.isOpen ? "Stop camera" : "Camera");
    const share = this.#screen.isOpen ? "Stop sharing" : "Share screen";
    setText(this.#place("screen-toggle"), share);
  }

  async #openCamera() {
    this.#report("");
    try {
      await this.#camera.open(String(this.#preferences.read().camera ?? ""));
      await this.list();
    } catch (error) {
      this.#report(error instanceof Error ? error.message : String(error));
    }
    this.#changed();
  }

  /** @param {string} message */
  #report(message) {
    this.dispatchEvent(new CustomEvent("problem", { detail: message }));
    this.#changed();
  }

  #changed() {
    this.dispatchEvent(new CustomEvent("change"));
  }
}
