/**
 * Builds every message that the guide sends, and reads every message it gets.
 *
 * Nothing here connects, plays or waits: messages are plain objects on their way
 * out, lists of events (live-events.js) on their way in. The twin of
 * live_messages.py; both agree on tests/vectors/live_messages.json.
 */

export { OUTPUT_RATE_HZ, decodeBase64, readMessage } from "./live-reading.js";

/** @typedef {Record<string, any>} Message */

/** What the service hears natively, and assumes if the MIME type names no rate. */
export const INPUT_RATE_HZ = 16_000;

/**
 * @typedef {object} SetupOptions
 * @property {"AUDIO" | "TEXT"} [modality] How the model answers; conversational
 *   models know only AUDIO.
 * @property {string} [voice] One of the prebuilt voices; the model's own if left out.
 * @property {string} [languageCode] Such as en-US; not for models that choose.
 * @property {string} [systemInstruction] Who the model is, and how it behaves.
 * @property {boolean | Message} [transcribeInput] Have the service write down what
 *   it hears. An object says how: {languageCodes: ["en-US"]}.
 * @property {boolean | Message} [transcribeOutput] Have it write down what it says.
 * @property {Message} [activity] See activitySettings.
 * @property {Message[]} [tools] As in the API: {functionDeclarations: [...]} etc.
 * @property {boolean} [resumable] Ask for handles to resume the session with.
 * @property {string} [handle] Resume the session that has this handle.
 * @property {number} [compressAtTokens] Forget the oldest turns when there are so
 *   many tokens; 0 leaves the number to the service.
 * @property {number} [compressToTokens] How many tokens are left of them.
 * @property {"low" | "medium" | "high"} [mediaResolution] Detail of video frames.
 * @property {"minimal" | "low" | "medium" | "high"} [thinkingLevel] How long the
 *   model thinks; not every model can be told.
 * @property {boolean} [includeThoughts] Be told what it thought.
 * @property {boolean} [initialHistory] Content that is sent first is history, and
 *   is not answered.
 * @property {Message} [generation] More of generationConfig, by its API names.
 * @property {Message} [more] More of setup, by its API names.
 */

/**
 * Return the first message of a session, which configures it.
 *
 * @param {string} model Its id, with or without models/ before it.
 * @param {SetupOptions} [options]
 * @returns {Message}
 */
export function setupMessage(model, options = {}) {
  const { transcribeInput = false, transcribeOutput = false } = options;
  /** @type {Message} */
  const config = { responseModalities: [options.modality ?? "AUDIO"] };
  const speech = speechOf(options);
  if (hasFields(speech)) config.speechConfig = speech;
  if (options.mediaResolution) {
    config.mediaResolution = `MEDIA_RESOLUTION_${options.mediaResolution.toUpperCase()}`;
  }
  const thinking = thinkingOf(options);
  if (hasFields(thinking)) config.thinkingConfig = thinking;
  /** @type {Message} */
  const setup = {
    model: model.includes("/") ? model : `models/${model}`,
    generationConfig: { ...config, ...options.generation },
  };
  if (options.systemInstruction) {
    setup.systemInstruction = textContent(options.systemInstruction);
  }
  if (transcribeInput !== false) {
    setup.inputAudioTranscription = transcribeInput === true ? {} : transcribeInput;
  }
  if (transcribeOutput !== false) {
    setup.outputAudioTranscription = transcribeOutput === true ? {} : transcribeOutput;
  }
  if (hasFields(options.activity)) setup.realtimeInputConfig = options.activity;
  if (options.tools?.length) setup.tools = options.tools;
  if (options.resumable || options.handle) {
    setup.sessionResumption = options.handle ? { handle: options.handle } : {};
  }
  if (options.compressAtTokens !== undefined || options.compressToTokens !== undefined) {
    setup.contextWindowCompression = compressionOf(options);
  }
  if (options.initialHistory) {
    setup.historyConfig = { initialHistoryInClientContent: true };
  }
  return { setup: { ...setup, ...options.more } };
}

/**
 * @typedef {object} ActivityOptions
 * @property {boolean} [manual] You mark the turns (activityStartMessage), nobody
 *   listens.
 * @property {number} [silenceMs] Silence that ends a turn; 500 to 800 is recommended.
 * @property {number} [prefixPaddingMs] Speech that it takes before a turn begins.
 * @property {"low" | "high"} [startSensitivity] How readily a sound is speech.
 * @property {"low" | "high"} [endSensitivity] How readily a silence is the end.
 * @property {boolean} [interrupts] Speech interrupts an answer; true if left out.
 * @property {string} [turnCoverage] One of the API's names, TURN_INCLUDES_...
 */

/**
 * Return settings for setupMessage: how turns are told apart.
 *
 * @param {ActivityOptions} [options]
 * @returns {Message}
 */
export function activitySettings(options = {}) {
  const { manual, silenceMs, prefixPaddingMs, startSensitivity, endSensitivity } =
    options;
  /** @type {Message} */
  const detection = {};
  if (manual) detection.disabled = true;
  if (startSensitivity) {
    detection.startOfSpeechSensitivity = `START_SENSITIVITY_${startSensitivity.toUpperCase()}`;
  }
  if (endSensitivity) {
    detection.endOfSpeechSensitivity = `END_SENSITIVITY_${endSensitivity.toUpperCase()}`;
  }
  if (prefixPaddingMs !== undefined) detection.prefixPaddingMs = prefixPaddingMs;
  if (silenceMs !== undefined) detection.silenceDurationMs = silenceMs;
  /** @type {Message} */
  const settings = {};
  if (hasFields(detection)) settings.automaticActivityDetection = detection;
  if (options.interrupts === false) settings.activityHandling = "NO_INTERRUPTION";
  if (options.turnCoverage) settings.turnCoverage = options.turnCoverage;
  return settings;
}

/**
 * Return one entry of a conversation: who says it, and what.
 * @param {string} text
 * @param {"user" | "model"} role
 * @returns {Message}
 */
export function textContent(text, role = "user") {
  return { role, parts: [{ text }] };
}

/**
 * Return a message that adds a typed turn to the conversation.
 *
 * A complete turn is answered at once, and interrupts an answer that is going on.
 * @param {string} text
 * @param {{turnComplete?: boolean}} [options]
 */
export function textMessage(text, options = {}) {
  return contentMessage([textContent(text)], options);
}

/**
 * Return a message that adds entries (textContent) to the conversation.
 * @param {Message[]} turns
 * @param {{turnComplete?: boolean}} [options]
 * @returns {Message}
 */
export function contentMessage(turns, { turnComplete = true } = {}) {
  return { clientContent: { turns, turnComplete } };
}

/**
 * Return a message with text that counts as if it were spoken.
 * @param {string} text
 * @returns {Message}
 */
export function realtimeTextMessage(text) {
  return { realtimeInput: { text } };
}

/**
 * Return a message with a chunk of 16-bit little-endian mono PCM.
 * @param {Uint8Array} pcm
 * @param {number} rateHz
 * @returns {Message}
 */
export function audioMessage(pcm, rateHz = INPUT_RATE_HZ) {
  const mimeType = `audio/pcm;rate=${rateHz}`;
  return { realtimeInput: { audio: { mimeType, data: encodeBase64(pcm) } } };
}

/**
 * Return a message with one frame of video, as a JPEG or PNG file.
 * @param {Uint8Array} image
 * @param {string} mimeType
 * @returns {Message}
 */
export function imageMessage(image, mimeType = "image/jpeg") {
  return { realtimeInput: { video: { mimeType, data: encodeBase64(image) } } };
}

/**
 * Return a message that says: no audio for now, so the turn has ended.
 * @returns {Message}
 */
export function audioStreamEndMessage() {
  return { realtimeInput: { audioStreamEnd: true } };
}

/**
 * Return a message that begins a turn, for manual activity only.
 * @returns {Message}
 */
export function activityStartMessage() {
  return { realtimeInput: { activityStart: {} } };
}

/**
 * Return a message that ends a turn, for manual activity only.
 * @returns {Message}
 */
export function activityEndMessage() {
  return { realtimeInput: { activityEnd: {} } };
}

/**
 * Return a message with the results of functions (functionResponse).
 * @param {...Message} responses
 * @returns {Message}
 */
export function toolResponseMessage(...responses) {
  return { toolResponse: { functionResponses: responses } };
}

/**
 * Return the result of one tool call, for toolResponseMessage.
 *
 * @param {string} id That of the call.
 * @param {string} name That of the function.
 * @param {Message} response Any object; {error: ...} says that it failed.
 * @param {object} [options]
 * @param {"INTERRUPT" | "WHEN_IDLE" | "SILENT"} [options.scheduling] When the model
 *   learns of it, for functions in the background.
 * @param {boolean} [options.willContinue] More results of the same call will follow.
 * @returns {Message}
 */
export function functionResponse(id, name, response, options = {}) {
  /** @type {Message} */
  const answer = { id, name, response };
  if (options.scheduling) answer.scheduling = options.scheduling;
  if (options.willContinue !== undefined) answer.willContinue = options.willContinue;
  return answer;
}

/**
 * Return a message that changes instruction or tools on the way.
 *
 * An empty list takes all tools away. Nothing confirms the change.
 * @param {{systemInstruction?: string, tools?: Message[]}} [changes]
 * @returns {Message}
 */
export function contextUpdateMessage({ systemInstruction, tools } = {}) {
  /** @type {Message} */
  const update = {};
  if (systemInstruction) update.systemInstruction = textContent(systemInstruction);
  if (tools !== undefined) update.tools = { tools };
  return { contextUpdate: update };
}

/**
 * Return bytes as text, in the standard alphabet.
 * @param {Uint8Array} data
 */
export function encodeBase64(data) {
  let letters = "";
  // Piece by piece: a call takes only so many arguments.
  for (let at = 0; at < data.length; at += 8192) {
    letters += String.fromCharCode(...data.subarray(at, at + 8192));
  }
  return btoa(letters);
}

/** @param {SetupOptions} options */
function speechOf({ voice, languageCode }) {
  /** @type {Message} */
  const speech = {};
  if (voice) speech.voiceConfig = { prebuiltVoiceConfig: { voiceName: voice } };
  if (languageCode) speech.languageCode = languageCode;
  return speech;
}

/** @param {SetupOptions} options */
function thinkingOf({ thinkingLevel, includeThoughts }) {
  /** @type {Message} */
  const thinking = {};
  if (thinkingLevel) thinking.thinkingLevel = thinkingLevel.toUpperCase();
  if (includeThoughts) thinking.includeThoughts = true;
  return thinking;
}

/** @param {SetupOptions} options */
function compressionOf({ compressAtTokens, compressToTokens }) {
  /** @type {Message} */
  const compression = compressAtTokens ? { triggerTokens: compressAtTokens } : {};
  compression.slidingWindow = compressToTokens ? { targetTokens: compressToTokens } : {};
  return compression;
}

/** @param {Message | undefined} object */
function hasFields(object) {
  return object !== undefined && Object.keys(object).length > 0;
}
