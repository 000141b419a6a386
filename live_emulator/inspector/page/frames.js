/**
 * What a frame says, in a few words. Pure: no page, no clock.
 *
 * @typedef {{number: number, at: number, direction: "client" | "server",
 *   size: number, text: string, peaks: number[]}} Frame
 *   `number` counts the frames of its session from 0; `at` in seconds since the
 *   session was opened; `peaks` in percent, one for each 20 ms, empty if they could
 *   not be measured any more.
 * @typedef {"session" | "text" | "audio" | "image" | "words" | "activity" | "turns"
 *   | "tools" | "other"} Kind
 * @typedef {{name: string, note: string, names: string[], kinds: Kind[],
 *   isAudio: boolean, audioMs: number}} Reading
 *   `names`: of all things it says, `name` the first of them; `isAudio`: the frame
 *   holds audio and nothing else; `audioMs`: 0 without audio.
 * @typedef {Reading & {message: any}} FullReading The JSON value; null if it is none.
 */

/** @type {Record<string, Kind>} */
const KINDS = {
  setup: "session",
  setupComplete: "session",
  goAway: "session",
  sessionResumptionUpdate: "session",
  contextUpdate: "session",
  clientContent: "text",
  text: "text",
  modelTurn: "text",
  audio: "audio",
  image: "image",
  heard: "words",
  said: "words",
  activityStart: "activity",
  activityEnd: "activity",
  audioStreamEnd: "activity",
  voiceActivity: "activity",
  interrupted: "turns",
  generationComplete: "turns",
  turnComplete: "turns",
  usage: "turns",
  toolCall: "tools",
  toolResponse: "tools",
  toolCallCancellation: "tools",
};

/** Default rates in Hz; the wire leaves them out now and then. */
const RATES = { client: 16_000, server: 24_000 };

/**
 * @param {any} value An object of the wire.
 * @param {string} name A field in camelCase; snake_case is found as well.
 * @returns {any}
 */
export function field(value, name) {
  if (value === null || typeof value !== "object") return undefined;
  if (name in value) return value[name];
  return value[name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)];
}

/**
 * @param {any} blob data, as the journal shortens it, and mimeType.
 * @param {number} rate What holds if the MIME type names none.
 * @returns {number} Milliseconds of PCM; 0 if it is none.
 */
export function audioMs(blob, rate) {
  const type = String(field(blob, "mimeType") ?? "");
  if (!type.startsWith("audio/pcm")) return 0;
  const data = String(field(blob, "data") ?? "");
  const shortened = /^<(\d+) base64 characters>$/.exec(data);
  const characters = shortened ? Number(shortened[1]) : data.length;
  const named = /rate=(\d+)/.exec(type);
  return (characters * 0.75 * 500) / (Number(named?.[1]) || rate);
}

/** @type {(text: unknown) => string} */
const quoted = (text) => `“${String(text).trim()}”`;

/** @type {(calls: any) => string} */
const named = (calls) =>
  (Array.isArray(calls) ? calls : [calls]).map((call) => call?.name ?? "?").join(", ");

/** @type {(turns: any) => string} */
function textOf(turns) {
  const all = Array.isArray(turns) ? turns : [turns];
  return all
    .flatMap((turn) => field(turn, "parts") ?? [])
    .map((part) => part?.text ?? "")
    .join(" ")
    .trim();
}

/**
 * @param {any} message
 * @returns {Array<[string, string]>} Name and note of each thing it says.
 */
function clientParts(message) {
  /** @type {Array<[string, string]>} */
  const parts = [];
  const setup = field(message, "setup");
  if (setup) parts.push(["setup", String(setup.model ?? "")]);
  const content = field(message, "clientContent");
  if (content) {
    const open = field(content, "turnComplete") ? "" : " (turn goes on)";
    const text = textOf(field(content, "turns") ?? []);
    parts.push(["clientContent", (text && quoted(text)) + open]);
  }
  const input = field(message, "realtimeInput");
  if (input) {
    if (input.text !== undefined) parts.push(["text", quoted(input.text)]);
    const video = input.video;
    if (video) parts.push(["image", String(field(video, "mimeType") ?? "")]);
    for (const name of ["activityStart", "activityEnd", "audioStreamEnd"]) {
      if (field(input, name)) parts.push([name, ""]);
    }
  }
  const response = field(message, "toolResponse");
  if (response) {
    parts.push(["toolResponse", named(field(response, "functionResponses") ?? [])]);
  }
  if (field(message, "contextUpdate")) parts.push(["contextUpdate", ""]);
  return parts;
}

/**
 * @param {any} message
 * @returns {Array<[string, string]>} Name and note of each thing it says.
 */
function serverParts(message) {
  /** @type {Array<[string, string]>} */
  const parts = [];
  if (field(message, "setupComplete")) parts.push(["setupComplete", ""]);
  const content = field(message, "serverContent") ?? {};
  for (const side of ["inputTranscription", "outputTranscription"]) {
    const transcript = field(content, side);
    if (transcript) {
      const name = side === "inputTranscription" ? "heard" : "said";
      parts.push([name, quoted(transcript.text ?? "")]);
    }
  }
  const text = textOf(field(content, "modelTurn") ?? []);
  if (text) parts.push(["modelTurn", quoted(text)]);
  for (const name of ["interrupted", "generationComplete", "turnComplete"]) {
    if (field(content, name)) parts.push([name, ""]);
  }
  const call = field(message, "toolCall");
  if (call) parts.push(["toolCall", named(field(call, "functionCalls") ?? [])]);
  const cancelled = field(message, "toolCallCancellation");
  if (cancelled) parts.push(["toolCallCancellation", (cancelled.ids ?? []).join(", ")]);
  const leaving = field(message, "goAway");
  if (leaving) parts.push(["goAway", String(field(leaving, "timeLeft") ?? "")]);
  const handle = field(message, "sessionResumptionUpdate");
  if (handle) {
    parts.push(["sessionResumptionUpdate", handle.resumable ? "resumable" : ""]);
  }
  const activity = field(message, "voiceActivity");
  if (activity) {
    const type = field(activity, "type") ?? field(activity, "voiceActivityType") ?? "";
    const offset = field(activity, "audioOffset");
    const words = String(type).replace("ACTIVITY_", "").toLowerCase();
    parts.push(["voiceActivity", offset ? `${words} at ${offset} of audio` : words]);
  }
  const usage = field(message, "usageMetadata");
  if (usage) parts.push(["usage", `${field(usage, "totalTokenCount") ?? 0} tokens`]);
  return parts;
}

/** @type {(message: any) => any} */
function blobsOf(message) {
  const input = field(message, "realtimeInput");
  const turn = field(field(message, "serverContent"), "modelTurn");
  const parts = field(turn, "parts") ?? [];
  return [input?.audio, ...parts.map((/** @type {any} */ one) => field(one, "inlineData"))];
}

/**
 * @param {string} text
 * @returns {any} The JSON value; null if it is none.
 */
export function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/**
 * @param {Frame} frame
 * @returns {FullReading}
 */
export function read(frame) {
  const message = parse(frame.text);
  if (message === null) {
    const name = frame.text.endsWith("...") ? "too long to show whole" : "no JSON";
    const note = frame.text.slice(0, 80);
    return { name, note, names: [name], kinds: ["other"], isAudio: false, audioMs: 0, message };
  }
  const rate = RATES[frame.direction];
  const lasts = blobsOf(message).reduce(
    (/** @type {number} */ sum, /** @type {any} */ blob) => sum + audioMs(blob, rate),
    0,
  );
  const parts = (frame.direction === "client" ? clientParts : serverParts)(message);
  const isAudio = lasts > 0 && parts.length === 0;
  if (lasts > 0) parts.push(["audio", `${Math.round(lasts)} ms`]);
  if (parts.length === 0) parts.push([Object.keys(message).join(", ") || "{}", ""]);
  const note = parts
    .map(([name, text], place) => (place ? `${name} ${text}`.trim() : text))
    .filter(Boolean)
    .join(" · ");
  const names = parts.map(([name]) => name);
  const kinds = [...new Set(names.map((name) => KINDS[name] ?? "other"))];
  return { name: names[0], note, names, kinds, isAudio, audioMs: lasts, message };
}
