/**
 * What each close code means: what happened, why, and what to do next.
 *
 * The service says little when it closes a connection: a code, and a reason of at
 * most 123 bytes. Each row is for one code and a part of the reason; the first that
 * fits explains it. The twin of close_codes.py; both agree on
 * tests/vectors/close_codes.json.
 */

/**
 * @typedef {object} Explanation
 * @property {number} code
 * @property {string} reason A part of the reasons it explains; empty fits all.
 * @property {string} happened
 * @property {string} why
 * @property {string} next What to do.
 * @property {"standard" | "documented" | "observed" | "guessed" | "ours"} source
 *   RFC 6455, Google's documentation, reports of what the service did in 2025 and
 *   2026, a guess at what it would do, or the guide's own codes.
 */

/** With these two the guide itself closes a connection; 4000 and up are free. */
export const SETUP_TIMEOUT = 4000;
export const TOO_SLOW = 4001;

/**
 * Return the first row that fits, with the whole reason in it.
 *
 * @param {number} code
 * @param {string} reason
 * @returns {Explanation}
 */
export function explainClose(code, reason = "") {
  const said = reason.toLowerCase();
  const row = EXPLANATIONS.find(
    (one) => one.code === code && said.includes(one.reason.toLowerCase()),
  );
  return { ...(row ?? UNKNOWN), code, reason };
}

/**
 * Return all three sentences, and what the service itself said.
 *
 * @param {Explanation} explanation
 */
export function inWords({ code, reason, happened, why, next }) {
  const said = reason ? `${code}: ${reason}` : `${code}`;
  return `${happened} ${why} ${next} (${said})`;
}

/** @type {readonly Explanation[]} */
export const EXPLANATIONS = [
  {
    code: 1000,
    reason: "",
    happened: "The session was closed in good order.",
    why: "One side had nothing more to say and said so.",
    next: "Nothing is wrong. Open a new session to go on.",
    source: "standard",
  },
  {
    code: 1001,
    reason: "",
    happened: "The other side went away.",
    why: "A program ended, a page was left, or a machine is being restarted.",
    next: "Open a new session; resume the old one if you kept its handle.",
    source: "standard",
  },
  {
    code: 1002,
    reason: "",
    happened: "The connection was closed for a protocol error.",
    why: "One side broke the rules of WebSocket itself, not those of the Live API.",
    next:
      "Look for a proxy between you and the service; update your WebSocket library.",
    source: "standard",
  },
  {
    code: 1003,
    reason: "",
    happened: "The connection was closed for a kind of data.",
    why: "One side got binary frames where it takes text, or the reverse.",
    next: "Send messages as text frames that hold JSON.",
    source: "standard",
  },
  {
    code: 1005,
    reason: "",
    happened: "The session was closed without a code.",
    why:
      "The other side closed and did not say why; the JavaScript SDK ends its " +
      "sessions so.",
    next: "Nothing is wrong if you closed it. Otherwise open a new session.",
    source: "standard",
  },
  {
    code: 1006,
    reason: "HTTP 400",
    happened: "The connection was refused with HTTP status 400.",
    why: "The request is not what the server expects of a WebSocket.",
    next: "Check the address: it ends in BidiGenerateContent.",
    source: "standard",
  },
  {
    code: 1006,
    reason: "HTTP 401",
    happened: "The connection was refused with HTTP status 401.",
    why:
      "Whoever connects did not say who they are, or their credentials are no longer" +
      " valid.",
    next: "Check key or token; renew what has expired.",
    source: "documented",
  },
  {
    code: 1006,
    reason: "HTTP 403",
    happened: "The connection was refused with HTTP status 403.",
    why:
      "The key or the account has no right to use this API, or a relay refuses this " +
      "page.",
    next: "Check the rights of key and project; call a relay only from its own pages.",
    source: "documented",
  },
  {
    code: 1006,
    reason: "HTTP 404",
    happened: "The connection was refused with HTTP status 404.",
    why: "There is no such address: the version or the method is misspelt.",
    next: "Build the address with live_url, and try again.",
    source: "documented",
  },
  {
    code: 1006,
    reason: "HTTP 429",
    happened: "The connection was refused with HTTP status 429.",
    why:
      "There are too many sessions or requests for this key. A browser shows 1006 " +
      "alone.",
    next: "Close sessions that you no longer use, wait, and try again.",
    source: "observed",
  },
  {
    code: 1006,
    reason: "",
    happened: "The connection broke off without a goodbye.",
    why:
      "The network or the other program failed, or the connection never came about. " +
      "A page is not told which.",
    next: "Check that the service or the emulator can be reached, then connect again.",
    source: "standard",
  },
  {
    code: 1007,
    reason: "API key not valid",
    happened: "The service refused the key.",
    why: "The key is misspelt, revoked, or not one of the Gemini API.",
    next: "Put a valid key into .env, or none to use the emulator.",
    source: "observed",
  },
  {
    code: 1007,
    reason: "API key expired",
    happened: "The service refused the key.",
    why: "Its time is over.",
    next: "Make a new key in Google AI Studio and put it into .env.",
    source: "observed",
  },
  {
    code: 1007,
    reason: "response modalities",
    happened: "The setup was refused for the kind of answer it asks for.",
    why:
      "Conversational models answer in speech alone; TEXT was for models that are " +
      "gone.",
    next: "Ask for AUDIO, and for a written answer set outputAudioTranscription.",
    source: "observed",
  },
  {
    code: 1007,
    reason: "Unknown name",
    happened: "A message was refused for a field that does not exist.",
    why:
      "The reason names field and place. It is misspelt, stands in the wrong object," +
      " or belongs to another version of the API.",
    next: "Compare with setup_message: most settings belong into generationConfig.",
    source: "observed",
  },
  {
    code: 1007,
    reason: "setup must be the first",
    happened: "A message came in the wrong order.",
    why: "The first message must be setup, and no later one may be.",
    next: "Send setup once, wait for setupComplete, then send the rest.",
    source: "observed",
  },
  {
    code: 1007,
    reason: "media_chunks is deprecated",
    happened: "Audio or video came in a field of the past.",
    why: "Models from 3.1 on take no mediaChunks.",
    next: "Send realtimeInput with audio, video or text.",
    source: "observed",
  },
  {
    code: 1007,
    reason: "Explicit activity control",
    happened: "You marked a turn although the service listens for turns itself.",
    why: "activityStart and activityEnd are for manual activity only.",
    next: "Set automaticActivityDetection.disabled, or leave the marks out.",
    source: "observed",
  },
  {
    code: 1007,
    reason: "Precondition check failed",
    happened: "A message came at a moment when it makes no sense.",
    why: "Seen when activityEnd came without any audio since activityStart.",
    next: "Send audio or text between the two marks.",
    source: "observed",
  },
  {
    code: 1007,
    reason: "User location",
    happened: "The service is not offered where you are.",
    why: "Google decides by the address that you connect from.",
    next: "Use Vertex AI in a region of yours, or the emulator.",
    source: "observed",
  },
  {
    code: 1007,
    reason: "Invalid session handle",
    happened: "The session to resume has no such handle.",
    why: "The handle is no handle at all: cut, or of something else.",
    next: "Keep newHandle exactly as it comes, or begin without a handle.",
    source: "observed",
  },
  {
    code: 1007,
    reason: "Duplicate function declaration",
    happened: "The setup was refused for its tools.",
    why: "Two functions have the same name.",
    next: "Rename one of them.",
    source: "guessed",
  },
  {
    code: 1007,
    reason: "Base64",
    happened: "A message was refused for its data.",
    why: "Audio or an image was not written as base64.",
    next: "Encode the bytes, not their text, and send nothing else in data.",
    source: "guessed",
  },
  {
    code: 1007,
    reason: "oneof",
    happened: "A message was refused because it holds two.",
    why:
      "One frame carries one of setup, clientContent, realtimeInput, toolResponse " +
      "and contextUpdate.",
    next: "Send them one after the other.",
    source: "guessed",
  },
  {
    code: 1007,
    reason: "Invalid JSON payload",
    happened: "A message could not be read.",
    why: "It is not JSON, or not one JSON object.",
    next: "Send one JSON object in each frame.",
    source: "guessed",
  },
  {
    code: 1007,
    reason: "Invalid value at",
    happened: "A message was refused for a value.",
    why:
      "The reason names place and value: a number where text belongs, or a name that" +
      " is not in the list.",
    next: "Correct that value.",
    source: "guessed",
  },
  {
    code: 1007,
    reason: "invalid argument",
    happened: "The service refused a setting or a message, and does not say which.",
    why:
      "Often a setting that this model does not know (thinkingConfig on " +
      "a model without it, for example), a wrong combination, or a full context.",
    next: "Take settings out one by one until the setup is accepted.",
    source: "observed",
  },
  {
    code: 1007,
    reason: "",
    happened: "The service refused the content of a message.",
    why: "The code means invalid data; the reason says more if there is one.",
    next: "Compare your last message with the reference of the API.",
    source: "documented",
  },
  {
    code: 1008,
    reason: "unregistered callers",
    happened: "The service does not know who is calling.",
    why: "There was no key, or a short-lived token came to the method for keys.",
    next: "Send the key; use BidiGenerateContentConstrained with a token.",
    source: "observed",
  },
  {
    code: 1008,
    reason: "is not found for API version",
    happened: "There is no such model, or it holds no live sessions.",
    why:
      "Live models retire within months, and most models are not live models at all.",
    next: "Take a current id; guide/models.py lists those of today.",
    source: "observed",
  },
  {
    code: 1008,
    reason: "Publisher Model",
    happened: "There is no such model in this project or region.",
    why: "Vertex AI offers each model in some regions only.",
    next: "Choose a region that has the model, or another model.",
    source: "observed",
  },
  {
    code: 1008,
    reason: "session not found",
    happened: "The session to resume is no longer there.",
    why: "Handles expire two hours after their session has ended.",
    next: "Begin a new session without a handle.",
    source: "observed",
  },
  {
    code: 1008,
    reason: "Requested entity was not found",
    happened: "Something that a message refers to does not exist.",
    why: "Seen after results for calls that had been cancelled or never made.",
    next: "Answer each call once, with its own id.",
    source: "observed",
  },
  {
    code: 1008,
    reason: "not implemented, or supported, or enabled",
    happened: "The service can't do what was asked.",
    why:
      "The feature is not enabled for this model. Also seen now and then when audio " +
      "comes during a tool call.",
    next: "Leave the feature out; if there is none, try again.",
    source: "observed",
  },
  {
    code: 1008,
    reason: "GoAway",
    happened: "The service cut the connection after it had announced it.",
    why: "A connection lives about ten minutes; goAway came before its end.",
    next: "Resume the session on a new connection when goAway comes.",
    source: "observed",
  },
  {
    code: 1008,
    reason: "aborted",
    happened: "The service broke the session off.",
    why: "It does not say why.",
    next: "Connect again, and resume the session if you kept its handle.",
    source: "observed",
  },
  {
    code: 1008,
    reason: "",
    happened: "The session was closed for a rule that it broke.",
    why: "The code means policy; the reason says more if there is one.",
    next: "Check model, key or token, and the age of the connection.",
    source: "documented",
  },
  {
    code: 1009,
    reason: "",
    happened: "A frame was too big.",
    why: "One side takes no frames of that size.",
    next:
      "Send audio in chunks of 20 to 100 ms and images below 1 MB; raise the limit " +
      "of your WebSocket library for what you receive.",
    source: "standard",
  },
  {
    code: 1011,
    reason: "quota",
    happened: "The key has used up its quota.",
    why: "There are limits for sessions at a time, for a minute and for a day.",
    next: "Close old sessions, wait, or raise the limits of your project.",
    source: "observed",
  },
  {
    code: 1011,
    reason: "used too many times",
    happened: "The token has been used before.",
    why: "A short-lived token opens as many sessions as it says, and most say one.",
    next: "Ask for a new token for each session; resuming needs none.",
    source: "observed",
  },
  {
    code: 1011,
    reason: "token has expired",
    happened: "The token has expired.",
    why:
      "It is valid for a minute to begin a session and for half an hour to hold it, " +
      "unless it says otherwise.",
    next: "Ask for a new token, and resume the session with it.",
    source: "observed",
  },
  {
    code: 1011,
    reason: "Deadline expired",
    happened: "The session took too long.",
    why: "Something was not done in time, or the session reached its longest duration.",
    next: "Begin a new session; compress the context if sessions are to last.",
    source: "observed",
  },
  {
    code: 1011,
    reason: "currently unavailable",
    happened: "The service is overloaded.",
    why: "Not your fault.",
    next: "Try again with growing pauses: 1 s, 2 s, 4 s.",
    source: "observed",
  },
  {
    code: 1011,
    reason: "Internal error",
    happened: "Something failed inside the service.",
    why:
      "Mostly not your fault. Also seen when a session is resumed whose old " +
      "connection is still open.",
    next: "Close the old connection first; then try again with growing pauses.",
    source: "observed",
  },
  {
    code: 1011,
    reason: "",
    happened: "Something failed inside the service.",
    why: "The code means an internal error; the reason says more if there is one.",
    next: "Try again with growing pauses: 1 s, 2 s, 4 s.",
    source: "documented",
  },
  {
    code: 1012,
    reason: "",
    happened: "The server restarts.",
    why: "It will be back soon.",
    next: "Connect again in a few seconds.",
    source: "standard",
  },
  {
    code: 1013,
    reason: "",
    happened: "The server is too busy.",
    why: "It asks you to come back later.",
    next: "Try again with growing pauses: 1 s, 2 s, 4 s.",
    source: "standard",
  },
  {
    code: 1015,
    reason: "",
    happened: "The secure connection failed.",
    why: "The certificate of the other side is not trusted here.",
    next:
      "Trust the certificate of the emulator (SSL_CERT_FILE), or use ws:// on this " +
      "machine.",
    source: "standard",
  },
  {
    code: 4000,
    reason: "",
    happened: "There was no answer to the setup.",
    why: "The other side accepted the connection and then kept silent.",
    next: "Check that the address is one of the Live API, then try again.",
    source: "ours",
  },
  {
    code: 4001,
    reason: "",
    happened: "Messages came faster than they were taken.",
    why: "The program that reads them is stuck or too slow.",
    next: "Handle events without waiting; look for what blocks the loop.",
    source: "ours",
  },
];

/** @type {Explanation} */
const UNKNOWN = {
  code: 0,
  reason: "",
  happened: "The connection was closed with a code that this guide does not know.",
  why: "The reason says more if there is one.",
  next:
    "Connect again; if it happens each time, compare your messages with the " +
    "reference of the API.",
  source: "guessed",
};
