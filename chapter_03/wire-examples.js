/**
 * What the page of this chapter offers to send: sound messages, and mistakes.
 *
 * The token that the page gets locks model and modality, so these two can't be
 * mistaken here; the notebook and the script can.
 */

import {
  activityStartMessage,
  audioStreamEndMessage,
  contextUpdateMessage,
  realtimeTextMessage,
  setupMessage,
  textMessage,
} from "./live-messages.js";

/** @import {Message} from "./live-messages.js" */

/**
 * First messages by their labels.
 *
 * @param {string} model
 * @returns {Record<string, Message>}
 */
export function firstMessages(model) {
  const transcripts = { transcribeInput: true, transcribeOutput: true };
  return {
    "A setup with transcripts": setupMessage(model, transcripts),
    "The least setup": setupMessage(model),
    "A voice and a character": setupMessage(model, {
      ...transcripts,
      voice: "Kore",
      systemInstruction: "You are a pirate. Begin every answer with Aye.",
    }),
    "Mistake: a field in the wrong place": setupMessage(model, {
      more: { temperature: 1 },
    }),
    "Mistake: a setting this model does not take": setupMessage(model, {
      thinkingLevel: "low",
    }),
    "Mistake: a question before the setup": textMessage("Hello"),
  };
}

/**
 * Later messages by their labels.
 *
 * @param {string} model
 * @returns {Record<string, Message>}
 */
export function laterMessages(model) {
  return {
    "A turn": textMessage("What is the capital of France?"),
    "A note that waits for more": textMessage("My name is Ada.", {
      turnComplete: false,
    }),
    "Text as if it were spoken": realtimeTextMessage("Tell me a joke."),
    "The end of audio": audioStreamEndMessage(),
    "A new instruction": contextUpdateMessage({ systemInstruction: "Be brief." }),
    "Mistake: a mark for a turn": activityStartMessage(),
    "Mistake: a field of the past": {
      realtimeInput: { mediaChunks: [{ mimeType: "audio/pcm", data: "" }] },
    },
    "Mistake: a second setup": setupMessage(model),
  };
}
