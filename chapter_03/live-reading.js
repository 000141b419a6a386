/**
 * Reads the messages of the service into events.
 *
 * Pure: a frame goes in, a list of events comes out, and nothing that stood in the
 * frame is lost. The twin of live_reading.py; import readMessage from
 * live-messages.js.
 */

import { Fields, parseObject } from "./json-fields.js";

/**
 * @import {Audio, LiveEvent, Media, Transcribed, Usage} from "./live-events.js"
 */

/** What the service speaks at; Vertex AI does not say so in the MIME type. */
export const OUTPUT_RATE_HZ = 24_000;

/**
 * Return all events of one message, in the order they are to be handled.
 *
 * What was heard comes before what is said, "interrupted" after the audio that it
 * cancels, and "turnComplete" last, so a reader that stops there has missed nothing.
 * Never fails: what is not known comes as "unknown", what is no JSON object as
 * "unreadable".
 *
 * @param {string | Record<string, unknown>} message
 * @returns {LiveEvent[]}
 */
export function readMessage(message) {
  const values = parseObject(message);
  if (values === null) return [{ type: "unreadable", data: String(message) }];
  const fields = new Fields(values);
  const content = fields.takeObject("serverContent") ?? new Fields({});
  const events = [
    ...readActivity(fields),
    ...readContent(content),
    ...readTools(fields),
    ...readSession(fields),
  ];
  const endings = [...readEndings(content), ...readTurnEnd(fields, content)];
  /** @type {LiveEvent[]} */
  const unknown = [];
  for (const [name, value] of fields.left()) {
    unknown.push({ type: "unknown", name, value });
  }
  return [...events, ...unknown, ...endings];
}

/**
 * Return the bytes of either alphabet, with or without padding.
 *
 * @param {string} text
 * @returns {Uint8Array<ArrayBuffer>}
 * @throws {RangeError} The text is not base64.
 */
export function decodeBase64(text) {
  const plain = text.replaceAll("-", "+").replaceAll("_", "/").replace(/=+$/, "");
  if (!/^[A-Za-z0-9+/]*$/.test(plain) || plain.length % 4 === 1) {
    throw new RangeError("This is not base64.");
  }
  const letters = atob(plain);
  const bytes = new Uint8Array(letters.length);
  for (let at = 0; at < letters.length; at += 1) bytes[at] = letters.charCodeAt(at);
  return bytes;
}

/**
 * @param {Fields} fields
 * @returns {Generator<LiveEvent, void>}
 */
function* readActivity(fields) {
  const setup = fields.takeObject("setupComplete");
  if (setup) yield { type: "setupComplete", sessionId: setup.takeText("sessionId") };
  const voice = fields.takeObject("voiceActivity");
  if (voice) {
    // The Python SDK renames the field when it prints a message.
    const kind = voice.takeText("type") || voice.takeText("voiceActivityType");
    const offsetS = voice.takeDurationS("audioOffset");
    yield { type: "voiceActivity", started: kind === "ACTIVITY_START", offsetS };
  }
  const signal = fields.takeObject("voiceActivityDetectionSignal");
  if (signal) {
    const started = signal.takeText("vadSignalType") === "VAD_SIGNAL_TYPE_SOS";
    yield { type: "voiceActivity", started, offsetS: null };
  }
}

/**
 * @param {Fields} content
 * @returns {Generator<LiveEvent, void>}
 */
function* readContent(content) {
  const interim = content.takeObject("interimInputTranscription");
  if (interim) yield { type: "interimTranscript", ...readTranscript(interim) };
  const heard = content.takeObject("inputTranscription");
  if (heard) yield { type: "inputTranscript", ...readTranscript(heard) };
  const turn = content.takeObject("modelTurn");
  if (turn) {
    turn.takeText("role");
    for (const part of turn.takeObjects("parts")) yield* readPart(part);
  }
  const said = content.takeObject("outputTranscription");
  if (said) yield { type: "outputTranscript", ...readTranscript(said) };
  const grounding = content.takeMapping("groundingMetadata");
  if (grounding) yield { type: "grounding", metadata: grounding };
  const urls = content.takeMapping("urlContextMetadata");
  if (urls) yield { type: "urlContext", metadata: urls };
}

/**
 * @param {Fields} fields
 * @returns {Transcribed}
 */
function readTranscript(fields) {
  return {
    text: fields.takeText("text"),
    finished: fields.takeFlag("finished"),
    languageCode: fields.takeText("languageCode"),
    speaker: fields.takeText("speakerLabel"),
    startS: fields.takeDurationS("startOffset"),
    endS: fields.takeDurationS("endOffset"),
    words: fields.takeMappings("words"),
  };
}

/**
 * @param {Fields} part
 * @returns {Generator<LiveEvent, void>}
 */
function* readPart(part) {
  const text = part.takeText("text");
  if (text) yield { type: part.takeFlag("thought") ? "thought" : "text", text };
  const blob = part.takeObject("inlineData");
  if (blob) yield* readBlob(blob);
  const code = part.takeObject("executableCode");
  if (code) {
    const language = code.takeText("language");
    yield { type: "executableCode", code: code.takeText("code"), language };
  }
  const result = part.takeObject("codeExecutionResult");
  if (result) {
    const outcome = result.takeText("outcome");
    yield { type: "codeResult", output: result.takeText("output"), outcome };
  }
  const signature = part.takeText("thoughtSignature");
  if (signature) yield { type: "thoughtSignature", signature };
}

/**
 * @param {Fields} blob
 * @returns {Generator<Audio | Media, void>}
 */
function* readBlob(blob) {
  const mimeType = blob.takeText("mimeType");
  const text = blob.takeText("data");
  let data;
  try {
    data = decodeBase64(text);
  } catch {
    blob.putBack("data", text);
    return;
  }
  if (/^audio\/(pcm|l16)\b/i.test(mimeType)) {
    const rate = /rate=([0-9]{1,6})/.exec(mimeType);
    // A rate of 0 says nothing, and could not be played.
    yield { type: "audio", pcm: data, rateHz: Number(rate?.[1]) || OUTPUT_RATE_HZ };
  } else {
    yield { type: "media", data, mimeType };
  }
}

/**
 * @param {Fields} fields
 * @returns {Generator<LiveEvent, void>}
 */
function* readTools(fields) {
  for (const item of fields.takeObject("toolCall")?.takeObjects("functionCalls") ?? []) {
    yield {
      type: "toolCall",
      id: item.takeText("id"),
      name: item.takeText("name"),
      args: item.takeMapping("args") ?? {},
    };
  }
  const cancellation = fields.takeObject("toolCallCancellation");
  if (cancellation) {
    yield { type: "toolCallCancellation", ids: cancellation.takeTexts("ids") };
  }
}

/**
 * @param {Fields} fields
 * @returns {Generator<LiveEvent, void>}
 */
function* readSession(fields) {
  const update = fields.takeObject("sessionResumptionUpdate");
  if (update) {
    yield {
      type: "resumptionUpdate",
      handle: update.takeText("newHandle"),
      resumable: update.takeFlag("resumable"),
      consumedIndex: update.takeNumber("lastConsumedClientMessageIndex"),
    };
  }
  const notice = fields.takeObject("goAway");
  if (notice) yield { type: "goAway", timeLeftS: notice.takeDurationS("timeLeft") };
  const error = fields.takeMapping("error");
  if (error) yield { type: "serviceError", error };
  const usage = fields.takeObject("usageMetadata");
  if (usage) yield readUsage(usage);
}

/**
 * @param {Fields} usage
 * @returns {Usage}
 */
function readUsage(usage) {
  // Vertex AI says candidates where the Gemini API says response.
  const response = usage.takeNumber("responseTokenCount");
  const candidates = usage.takeNumber("candidatesTokenCount");
  const responseDetails = byKind(usage, "responseTokensDetails");
  const candidatesDetails = byKind(usage, "candidatesTokensDetails");
  const tier = usage.takeText("serviceTier");
  const traffic = usage.takeText("trafficType");
  return {
    type: "usage",
    promptTokens: usage.takeNumber("promptTokenCount") ?? 0,
    responseTokens: response || candidates || 0,
    totalTokens: usage.takeNumber("totalTokenCount") ?? 0,
    thoughtsTokens: usage.takeNumber("thoughtsTokenCount") ?? 0,
    toolTokens: usage.takeNumber("toolUsePromptTokenCount") ?? 0,
    cachedTokens: usage.takeNumber("cachedContentTokenCount") ?? 0,
    promptByKind: byKind(usage, "promptTokensDetails"),
    responseByKind: Object.keys(responseDetails).length
      ? responseDetails
      : candidatesDetails,
    toolByKind: byKind(usage, "toolUsePromptTokensDetails"),
    cachedByKind: byKind(usage, "cacheTokensDetails"),
    tier: tier || traffic,
  };
}

/**
 * @param {Fields} usage
 * @param {string} name
 */
function byKind(usage, name) {
  /** @type {Map<string, number>} */
  const counts = new Map();
  for (const item of usage.takeObjects(name)) {
    const kind = item.takeText("modality") || "UNSPECIFIED";
    counts.set(kind, (counts.get(kind) ?? 0) + (item.takeNumber("tokenCount") ?? 0));
  }
  return Object.fromEntries(counts);
}

/**
 * @param {Fields} content
 * @returns {Generator<LiveEvent, void>}
 */
function* readEndings(content) {
  if (content.takeFlag("generationComplete")) yield { type: "generationComplete" };
  if (content.takeFlag("interrupted")) yield { type: "interrupted" };
  if (content.takeFlag("waitingForInput")) yield { type: "waitingForInput" };
}

/**
 * @param {Fields} fields
 * @param {Fields} content
 * @returns {Generator<LiveEvent, void>}
 */
function* readTurnEnd(fields, content) {
  // It is in either place: beside a tool call, or in the content.
  for (const place of [fields, content]) {
    const status = place.takeText("interactionStatus");
    if (status) yield { type: "interactionStatus", status };
  }
  if (content.takeFlag("turnComplete")) {
    yield { type: "turnComplete", reason: content.takeText("turnCompleteReason") };
  }
}
