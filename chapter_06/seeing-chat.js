/**
 * The conversation of chapter 5, with frames, settings, and sessions that are replaced.
 *
 * The page of chapter 6 uses it.
 */

import { contextUpdateMessage, imageMessage } from "../chapter_03/live-messages.js";
import { LiveChat } from "../chapter_05/live-chat.js";
import { howToChange, instructionOf, setupOf } from "./settings.js";

/**
 * @import {LiveEvent} from "../chapter_03/live-events.js"
 * @import {FrameLog} from "../chapter_03/live-socket.js"
 * @import {Settings} from "./settings.js"
 */

/** Events: those of LiveChat. */
export class SeeingChat extends LiveChat {
  /** What the service has counted for pictures, in tokens, at the last answer. */
  countedTokens = 0;
  /** Whether settings wait for the answer to end. */
  hasToRenew = false;
  /** That of the session, which may differ from the settings until they take effect. */
  resolution;

  #handle = "";
  #settings;

  /**
   * @param {Settings} settings
   * @param {FrameLog} [log]
   */
  constructor(settings, log) {
    super(log);
    this.#settings = settings;
    this.resolution = settings.resolution;
    this.addEventListener("event", (event) => {
      this.#take(/** @type {CustomEvent<LiveEvent>} */ (event).detail);
    });
    this.addEventListener("change", () => this.#renewIfCalm());
  }

  /** @param {{microphoneId?: string, loudspeakerId?: string, isManual?: boolean}} wishes */
  async talk(wishes = {}) {
    if (this.isOpen) return;
    this.#handle = "";
    this.countedTokens = 0;
    this.hasToRenew = false;
    await super.talk(wishes);
  }

  setupOptions() {
    this.resolution = this.#settings.resolution;
    return {
      ...super.setupOptions(),
      ...setupOf(this.#settings),
      resumable: true,
      handle: this.#handle || undefined,
      compressAtTokens: 0, // or pictures would end the session after two minutes
    };
  }

  /**
   * Send a frame.
   *
   * @param {Uint8Array} jpeg
   * @returns {boolean} Whether it was sent.
   */
  show(jpeg) {
    return this.phase !== "connecting" && this.send(imageMessage(jpeg));
  }

  /**
   * Take other settings, in the middle of a conversation if need be.
   *
   * @param {Settings} settings
   */
  change(settings) {
    const how = howToChange(this.#settings, settings);
    this.#settings = settings;
    if (!this.isOpen || how === "nothing") return;
    if (how === "session" || this.phase === "connecting") {
      this.hasToRenew = true;
      this.#renewIfCalm();
    } else {
      this.send(contextUpdateMessage({ systemInstruction: instructionOf(settings) }));
    }
  }

  #renewIfCalm() {
    // In any other phase, a new session would cut something off.
    if (!this.hasToRenew || this.phase !== "listening") return;
    this.hasToRenew = false;
    this.renew();
  }

  /** @param {LiveEvent} event */
  #take(event) {
    if (event.type === "resumptionUpdate" && event.handle) this.#handle = event.handle;
    if (event.type === "usage") this.countedTokens = event.promptByKind.IMAGE ?? 0;
  }
}
