/**
 * What the end of a session means, in words, and what to do about it. Pure.
 *
 * @typedef {{code: number, reason: RegExp, words: string, todo: string, source: string}} Ending
 *   `source`: where it is known from. A reason is cut at 123 bytes on the wire.
 */

const OBSERVED = "seen on the service";
const REPORTED = "reported by users of the service";
const EMULATED = "the emulator's own";

/** @type {Ending[]} The first that fits holds. */
const ENDINGS = [
  {
    code: 1007,
    reason: /^API key not valid/,
    words: "The API key is not one the service knows.",
    todo: "Check the key, and that the program reads the variable you set. The emulator takes any key but placeholders such as YOUR_API_KEY.",
    source: OBSERVED,
  },
  {
    code: 1007,
    reason: /^API key expired/,
    words: "The API key was good and is no longer.",
    todo: "Make a new key.",
    source: REPORTED,
  },
  {
    code: 1008,
    reason: /^Method doesn't allow unregistered callers/,
    words: "The client showed no key, or an ephemeral token where none is taken.",
    todo: "Send the key in x-goog-api-key or ?key=. Tokens belong to BidiGenerateContentConstrained, in version v1alpha.",
    source: OBSERVED,
  },
  {
    code: 1008,
    reason: /is not found for API version/,
    words: "The model does not exist, was retired, or cannot hold live sessions.",
    todo: "Use a model that lists bidiGenerateContent among its methods.",
    source: REPORTED,
  },
  {
    code: 1008,
    reason: /^Publisher Model/,
    words: "Vertex AI has no such model in this region, or not for this project.",
    todo: "Check the model, the location and the project.",
    source: REPORTED,
  },
  {
    code: 1007,
    reason: /^The requested combination of response modalities/,
    words: "The model does not answer in the modalities that setup asks for.",
    todo: "Ask for AUDIO alone, and for outputAudioTranscription if you want the words.",
    source: OBSERVED,
  },
  {
    code: 1007,
    reason: /^Invalid JSON payload received\. Unknown name/,
    words: "A message holds a field that does not exist there. The reason names it, and where.",
    todo: "Look for a misspelling, or a field that belongs elsewhere in setup.",
    source: OBSERVED,
  },
  {
    code: 1007,
    reason: /^Invalid JSON payload received/,
    words: "A message is no JSON that can be read.",
    todo: "Send one JSON object in each WebSocket message.",
    source: "the wording of Google's REST interfaces",
  },
  {
    code: 1007,
    reason: /Base64 decoding failed/,
    words: "Data is not base64.",
    todo: "Encode the bytes of audio and images as base64, in either alphabet.",
    source: "the wording of Google's REST interfaces",
  },
  {
    code: 1007,
    reason: /^Invalid value \(oneof\)/,
    words: "One message holds two things of which only one may be there.",
    todo: "Send setup, clientContent, realtimeInput and toolResponse in messages of their own.",
    source: "the wording of protobuf's JSON parser",
  },
  {
    code: 1007,
    reason: /^Invalid value at/,
    words: "A field has a value of the wrong type or an unknown name. The reason says which.",
    todo: "Correct the value.",
    source: "the wording of Google's REST interfaces",
  },
  {
    code: 1007,
    reason: /^Duplicate function declaration/,
    words: "Two functions have the same name.",
    todo: "Declare each function once.",
    source: "a guess at the wording",
  },
  {
    code: 1007,
    reason: /^setup must be the first message/,
    words: "Something came before setup, or a second setup.",
    todo: "Send setup first, once, and wait for setupComplete.",
    source: OBSERVED,
  },
  {
    code: 1007,
    reason: /^realtime_input\.media_chunks is deprecated/,
    words: "The client sends mediaChunks, which 3.x models no longer take.",
    todo: "Send realtimeInput.audio, video or text; update the SDK.",
    source: OBSERVED,
  },
  {
    code: 1007,
    reason: /^Explicit activity control is not supported/,
    words: "The client sends activityStart or activityEnd while the service listens for speech by itself.",
    todo: "Set realtimeInputConfig.automaticActivityDetection.disabled in setup, or leave the two out.",
    source: OBSERVED,
  },
  {
    code: 1007,
    reason: /^Precondition check failed/,
    words: "An activity ended with nothing in it.",
    todo: "Send audio between activityStart and activityEnd.",
    source: OBSERVED,
  },
  {
    code: 1007,
    reason: /^User location is not supported/,
    words: "The service is not offered where the client is.",
    todo: "Connect from a supported region, or use Vertex AI.",
    source: REPORTED,
  },
  {
    code: 1007,
    reason: /^Invalid session handle/,
    words: "The resumption handle is none.",
    todo: "Keep the newHandle of the last sessionResumptionUpdate, as it is.",
    source: OBSERVED,
  },
  {
    code: 1007,
    reason: /^Request contains an invalid argument/,
    words: "A value or a combination in setup is not allowed, or the context is full. The service does not say which.",
    todo: "Take settings out of setup one by one, beginning with the newest.",
    source: REPORTED,
  },
  {
    code: 1008,
    reason: /^BidiGenerateContent session not found/,
    words: "No session belongs to the resumption handle: too old, or of another key.",
    todo: "Begin a new session. Handles last two hours after a session ended.",
    source: OBSERVED,
  },
  {
    code: 1008,
    reason: /^Connection aborted because the client failed to close/,
    words: "The time announced by goAway was over, and the client was still connected.",
    todo: "After goAway, connect again with the session's handle before timeLeft is over.",
    source: OBSERVED,
  },
  {
    code: 1008,
    reason: /^Requested entity was not found/,
    words: "A tool response names a call that the session does not know.",
    todo: "Answer with the id of the toolCall, and not after toolCallCancellation.",
    source: REPORTED,
  },
  {
    code: 1008,
    reason: /^Operation is not implemented, or supported, or enabled/,
    words: "The model cannot do what setup asks for; now and then the service says so without cause.",
    todo: "Leave the feature out, or connect again.",
    source: REPORTED,
  },
  {
    code: 1008,
    reason: /^The operation was aborted/,
    words: "The service gave the session up.",
    todo: "Connect again, with the session's handle if there is one.",
    source: OBSERVED,
  },
  {
    code: 1011,
    reason: /^You exceeded your current quota/,
    words: "The quota of the key is used up.",
    todo: "Wait, or raise the limits of the plan. Trying again at once makes it worse.",
    source: REPORTED,
  },
  {
    code: 1011,
    reason: /^Token has been used too many times/,
    words: "The ephemeral token has opened all sessions it is good for.",
    todo: "Make a token for each session, or set its uses.",
    source: OBSERVED,
  },
  {
    code: 1011,
    reason: /token has expired/i,
    words: "The ephemeral token is too old, to begin a session or to go on with one.",
    todo: "Make a new token just before connecting; set expireTime to what the session needs.",
    source: OBSERVED,
  },
  {
    code: 1011,
    reason: /^The service is currently unavailable/,
    words: "The service is overloaded or being restarted.",
    todo: "Connect again after a pause that grows with each try.",
    source: REPORTED,
  },
  {
    code: 1011,
    reason: /^Deadline expired/,
    words: "Something took longer than allowed, or the session reached its greatest length.",
    todo: "Connect again. For long sessions set contextWindowCompression and resume.",
    source: REPORTED,
  },
  {
    code: 1011,
    reason: /^Internal error encountered/,
    words: "Something failed on the service's side; also seen when a session is resumed while its old connection is open.",
    todo: "Close the old connection first; connect again after a pause.",
    source: OBSERVED,
  },
];

/** @type {Record<number, string>} For reasons that nobody has met. */
const CODES = {
  1000: "The session ended as it should.",
  1001: "The side that closed is going away: a page was left, or a server stopped.",
  1002: "The other side did not keep to the WebSocket protocol.",
  1003: "The other side sent a kind of data that is not taken.",
  1005: "Closed without a code, as Google's JavaScript SDK does.",
  1006: "The connection broke without a close.",
  1007: "The client sent something the service does not take. The reason names it.",
  1008: "The service refuses: the model, the key, the token, or the order of messages.",
  1009: "A message was too big.",
  1011: "Something failed on the service's side. Connecting again may help.",
  1012: "The service is being restarted.",
  1013: "The service is overloaded. Connect again later.",
};

/**
 * @param {number} code
 * @param {string} reason
 * @returns {Ending | null} Null for a reason that nobody has met.
 */
export function endingOf(code, reason) {
  return ENDINGS.find((one) => one.code === code && one.reason.test(reason)) ?? null;
}

/**
 * @param {{over: boolean, code: number | null, reason: string, clientCode: number | null,
 *   faults?: Array<{text: string}>}} session
 * @returns {{title: string, words: string, todo: string, source: string, reason: string,
 *   isProblem: boolean} | null} Null while it runs.
 */
export function explainEnding({ over, code, reason, clientCode, faults = [] }) {
  if (!over) return null;
  const none = { todo: "", source: "", reason: "" };
  const fault = faults.at(-1)?.text ?? "";
  if (code === null && clientCode === null && /^(drop|refuse)\b/.test(fault)) {
    const title = fault.startsWith("drop") ? "Dropped on command." : "Refused on command.";
    const words = fault.startsWith("drop")
      ? "The connection broke without a close (1006 on the client's side)."
      : "The upgrade was answered with an HTTP status; browsers see only 1006.";
    return { ...none, title, words, isProblem: true };
  }
  if (code === null && clientCode === null) {
    const title = "The client is gone.";
    const words = "Its connection broke without a close: it crashed, was stopped, or lost the network (1006 on its side).";
    return { ...none, title, words, isProblem: true };
  }
  if (code === null) {
    const title = clientCode === 1005 ? "The client closed." : `The client closed with ${clientCode}.`;
    const words = CODES[clientCode ?? 0] ?? "";
    const isProblem = ![1000, 1001, 1005].includes(clientCode ?? 0);
    return { ...none, title, words, isProblem };
  }
  const ending = endingOf(code, reason);
  return {
    title: `Closed with ${code}.`,
    words: ending?.words ?? CODES[code] ?? "A code of an application's own.",
    todo: ending?.todo ?? "",
    source: ending?.source ?? (code === 1001 ? EMULATED : ""),
    reason,
    isProblem: code !== 1000,
  };
}
