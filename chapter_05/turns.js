/**
 * Whose turn it is: one value, and what to do when something happens.
 *
 * Events and times go in, actions come out; no socket, no device, no clock. Chapter 5
 * builds a part of it; turns.py is its twin, and both are held to
 * tests/vectors/turns.json.
 */

import { Answer, BLANK, Question, SentAudio } from "./utterances.js";

/**
 * @import {LiveEvent} from "../chapter_03/live-events.js"
 *
 * @typedef {"idle" | "connecting" | "listening" | "hearing" | "thinking" | "speaking" |
 *   "interrupted" | "closed"} Phase
 * @typedef {"play" | "finish" | "flush"} Action What the player is to do: play the
 *   audio of this event, end the answer when all is heard, or fall silent.
 */

/**
 * Which phase follows, for everything that may happen; what is missing changes nothing.
 *
 * @type {Record<string, Partial<Record<Phase, Phase>>>}
 */
const FOLLOWING = {
  connecting: { idle: "connecting", closed: "connecting" },
  connected: { connecting: "listening" },
  voice: { listening: "hearing", thinking: "hearing" },
  pause: { hearing: "thinking", interrupted: "thinking" },
  answer: {
    listening: "speaking",
    hearing: "speaking",
    thinking: "speaking",
    interrupted: "speaking",
  },
  interruption: { speaking: "interrupted" },
  typing: { listening: "thinking" },
  silence: { thinking: "listening", speaking: "listening" },
  closing: {
    connecting: "closed",
    listening: "closed",
    hearing: "closed",
    thinking: "closed",
    speaking: "closed",
    interrupted: "closed",
  },
};

/**
 * Return the phase that follows.
 *
 * @param {Phase} phase
 * @param {string} happening
 * @returns {Phase}
 */
export function following(phase, happening) {
  return FOLLOWING[happening][phase] ?? phase;
}

/** One conversation: its phase, and what was said so far. */
export class Conversation {
  /** @type {Phase} */
  phase = "idle";
  /** @type {(Question | Answer)[]} */
  utterances = [];
  #sent = new SentAudio();
  /** @type {Question | null} The one that is being, or was last, asked. */
  #question = null;
  /** @type {Answer | null} The one that is being given. */
  #answer = null;
  /** @type {Answer | null} The one that is being played, as far as it has come. */
  #played = null;
  /** @type {Answer | null} An interrupted one of which it is unknown what was heard. */
  #cut = null;
  /** @type {Answer | null} One that was cut short here, and of which more may come. */
  #refused = null;
  #isUserSpeaking = false;
  /** Whether there was a pause since the last words of the question. */
  #hasPaused = false;
  /** Whether the end of an interrupted turn has still to come. */
  #owesEnd = false;

  /** A session is being opened; everything before is forgotten. */
  connect() {
    this.phase = following(this.phase, "connecting");
    this.utterances = [];
    this.#sent = new SentAudio();
    this.#question = this.#answer = null;
    this.#played = this.#cut = this.#refused = null;
    this.#isUserSpeaking = this.#hasPaused = this.#owesEnd = false;
  }

  /** A session has begun, in which no audio has been sent so far. */
  resume() {
    this.#sent = new SentAudio();
  }

  /** The session is over, no matter who ended it. */
  close() {
    this.phase = following(this.phase, "closing");
  }

  /**
   * A chunk of your voice was sent.
   *
   * @param {number} ms Its length.
   * @param {number} atMs When its last sample was spoken.
   */
  sent(ms, atMs) {
    this.#sent.add(ms, atMs);
  }

  /**
   * You begin to speak, and say so yourself (push-to-talk).
   *
   * @returns {Action[]}
   */
  talk() {
    const wasSpeaking = this.phase === "speaking";
    // The service will say so too, but there is no need to wait for that.
    this.#refused = this.#answer;
    this.#interrupt();
    this.#isUserSpeaking = true;
    this.#ask();
    this.phase = following(this.phase, wasSpeaking ? "interruption" : "voice");
    return wasSpeaking ? ["flush"] : [];
  }

  /**
   * You stop speaking, and say so yourself (push-to-talk, mute).
   *
   * @param {number} atMs
   */
  rest(atMs) {
    if (this.#isUserSpeaking) this.#pause(atMs, atMs);
  }

  /**
   * You typed something in place of saying it, and it was sent.
   *
   * @param {string} text
   * @param {number} atMs
   */
  type(text, atMs) {
    const question = new Question(text, atMs);
    this.utterances.push(question);
    if (!this.#isUserSpeaking) {
      this.#question = question;
      this.#hasPaused = false;
    }
    this.phase = following(this.phase, "typing");
  }

  /**
   * Take in one event of the service.
   *
   * @param {LiveEvent} event
   * @param {number} atMs
   * @returns {Action[]} In their order.
   */
  receive(event, atMs) {
    switch (event.type) {
      case "setupComplete":
        this.phase = following(this.phase, "connected");
        return [];
      case "voiceActivity":
        this.#hear(event, atMs);
        return [];
      case "inputTranscript":
        this.#write(event.text);
        return [];
      case "outputTranscript":
        if (event.text) this.#answering(atMs).addWords(event.text);
        return [];
      case "audio":
        return this.#speak(event, atMs);
      case "generationComplete":
        return this.#answer ? ["finish"] : [];
      case "interrupted":
        this.#refused = null;
        this.#interrupt();
        this.phase = following(this.phase, "interruption");
        return ["flush"];
      case "turnComplete":
        return this.#endTurn();
      default:
        return [];
    }
  }

  /**
   * The first of an answer leaves the loudspeaker.
   *
   * @param {number} atMs
   */
  audible(atMs) {
    if (this.#played) this.#played.audibleAtMs ??= atMs;
  }

  /** Everything that was to be played has been heard. */
  drained() {
    if (this.phase !== "speaking") return;
    this.phase = this.#isUserSpeaking ? "hearing" : following(this.phase, "silence");
  }

  /**
   * The player has fallen silent after a flush.
   *
   * @param {number} heardMs How much of the answer was heard.
   */
  flushed(heardMs) {
    if (this.#cut) this.#cut.heardMs = heardMs;
    this.#cut = null;
  }

  /**
   * @param {{started: boolean, offsetS: number | null}} activity
   * @param {number} atMs
   */
  #hear({ started, offsetS }, atMs) {
    if (started) {
      this.#isUserSpeaking = true;
      this.#ask();
      this.phase = following(this.phase, "voice");
    } else {
      const spokenAtMs = offsetS === null ? null : this.#sent.spokenAtMs(offsetS * 1000);
      this.#pause(spokenAtMs, atMs);
    }
  }

  /**
   * @param {number | null} spokenUntilMs
   * @param {number} atMs
   */
  #pause(spokenUntilMs, atMs) {
    this.#isUserSpeaking = false;
    this.#hasPaused = true;
    this.phase = following(this.phase, "pause");
    if (this.#question) {
      this.#question.spokenUntilMs = spokenUntilMs;
      this.#question.noticedAtMs = atMs;
    }
  }

  /** A new question begins, unless the one before has had no answer yet. */
  #ask() {
    const last = this.utterances.at(-1);
    if (last instanceof Question && !last.isTyped) return;
    this.#question = new Question();
    this.utterances.push(this.#question);
  }

  /** @param {string} words Of the question. */
  #write(words) {
    const question = this.#askedFor();
    // Pieces bring their blanks along, except after a pause.
    const isBlank = (/** @type {string} */ one) => one === "" || BLANK.test(one);
    const isNew =
      this.#hasPaused && !isBlank(question.text.slice(-1)) && !isBlank(words.slice(0, 1));
    question.text += isNew ? ` ${words}` : words;
    this.#hasPaused = false;
  }

  /** Return the question that words belong to; they may come after the answer began. */
  #askedFor() {
    const isKnown = this.#question && !this.#question.isTyped;
    if (!isKnown || (!this.#answer && !this.#isUserSpeaking)) this.#ask();
    return /** @type {Question} */ (this.#question);
  }

  /**
   * Return the answer that something belongs to, which may be the first of it.
   *
   * @param {number} atMs
   */
  #answering(atMs) {
    if (this.#refused) return this.#refused;
    if (!this.#answer) {
      this.#answer = new Answer(this.#question, atMs);
      this.utterances.push(this.#answer);
    }
    return this.#answer;
  }

  /**
   * @param {{pcm: Uint8Array, rateHz: number}} chunk
   * @param {number} atMs
   * @returns {Action[]}
   */
  #speak({ pcm, rateHz }, atMs) {
    const answer = this.#answering(atMs);
    answer.addAudio((pcm.length / 2 / rateHz) * 1000);
    if (this.#refused) return [];
    this.#played = answer;
    this.phase = following(this.phase, "answer");
    return ["play"];
  }

  /** The answer that is being given, if one is, ends here. */
  #interrupt() {
    if (!this.#answer) return;
    this.#answer.wasInterrupted = this.#answer.isOver = true;
    this.#cut = this.#answer;
    this.#answer = null;
    this.#owesEnd = true;
  }

  /** @returns {Action[]} */
  #endTurn() {
    this.#refused = null;
    if (this.#owesEnd) {
      this.#owesEnd = false;
      return [];
    }
    if (this.#answer) this.#answer.isOver = true;
    else this.phase = following(this.phase, "silence");
    this.#answer = null;
    return ["finish"];
  }
}
