/**
 * What the service says: one type of object for each thing it may say.
 *
 * readMessage in live-reading.js turns a frame into a list of these. Tell them
 * apart by `type`. This file holds types alone; the twin of live_events.py.
 *
 * @typedef {Record<string, unknown>} JsonObject
 *
 * @typedef {object} SetupComplete The setup is accepted; both sides may send.
 * @property {"setupComplete"} type
 * @property {string} sessionId Vertex AI names the session; the Gemini API does not.
 *
 * @typedef {object} VoiceActivity You began, or ceased, to speak.
 * @property {"voiceActivity"} type
 * @property {boolean} started
 * @property {number | null} offsetS Where in the audio you sent, in seconds of it.
 *
 * @typedef {object} Transcribed A piece of what was said; join without blanks.
 * @property {string} text
 * @property {boolean} finished Seen on Vertex AI only (observed).
 * @property {string} languageCode
 * @property {string} speaker Who of several, if the setup asked.
 * @property {number | null} startS
 * @property {number | null} endS
 * @property {JsonObject[]} words Each word with its times, if the setup asked.
 *
 * @typedef {{type: "inputTranscript"} & Transcribed} InputTranscript
 *   Words that the service heard you say.
 * @typedef {{type: "interimTranscript"} & Transcribed} InterimTranscript
 *   What you seem to have said so far; each replaces the one before.
 * @typedef {{type: "outputTranscript"} & Transcribed} OutputTranscript
 *   Words that the model speaks.
 *
 * @typedef {object} Audio A chunk of the model's voice.
 * @property {"audio"} type
 * @property {Uint8Array<ArrayBuffer>} pcm 16-bit little-endian samples, mono.
 * @property {number} rateHz
 *
 * @typedef {{type: "text", text: string}} Text
 *   A piece of an answer in writing, from a model that answers so.
 * @typedef {{type: "thought", text: string}} Thought
 *   What the model thought, if the setup asked to be told.
 * @typedef {{type: "thoughtSignature", signature: string}} ThoughtSignature
 *   Proof of a thought, opaque; a history that is sent back should hold it.
 *
 * @typedef {object} Media Anything the model sends in bytes that is not PCM.
 * @property {"media"} type
 * @property {Uint8Array<ArrayBuffer>} data
 * @property {string} mimeType
 *
 * @typedef {{type: "executableCode", code: string, language: string}} ExecutableCode
 *   A program that the model wrote and the service runs.
 * @typedef {{type: "codeResult", output: string, outcome: string}} CodeResult
 *   What that program printed.
 * @typedef {{type: "grounding", metadata: JsonObject}} Grounding
 *   The pages of a search that the answer rests on, as they came.
 * @typedef {{type: "urlContext", metadata: JsonObject}} UrlContext
 *   The addresses that the answer rests on, as they came.
 *
 * @typedef {object} ToolCall A function that you are to run; several may come at once.
 * @property {"toolCall"} type
 * @property {string} id
 * @property {string} name
 * @property {JsonObject} args
 *
 * @typedef {{type: "toolCallCancellation", ids: string[]}} ToolCallCancellation
 *   Calls whose results are no longer wanted.
 *
 * @typedef {object} ResumptionUpdate Where this session could be taken up again.
 * @property {"resumptionUpdate"} type
 * @property {string} handle
 * @property {boolean} resumable False while the model is in the middle of something.
 * @property {number | null} consumedIndex The last of your messages that the handle
 *   covers (Vertex AI).
 *
 * @typedef {{type: "goAway", timeLeftS: number | null}} GoAway
 *   The service will cut the connection.
 * @typedef {{type: "serviceError", error: JsonObject}} ServiceError
 *   An error that came as a message instead of a close, as it came.
 *
 * @typedef {object} Usage What the turn cost, in tokens.
 * @property {"usage"} type
 * @property {number} promptTokens
 * @property {number} responseTokens
 * @property {number} totalTokens
 * @property {number} thoughtsTokens
 * @property {number} toolTokens
 * @property {number} cachedTokens
 * @property {Record<string, number>} promptByKind By kind: {TEXT: 132, AUDIO: 30}.
 * @property {Record<string, number>} responseByKind
 * @property {Record<string, number>} toolByKind
 * @property {Record<string, number>} cachedByKind
 * @property {string} tier At what tier, or on Vertex AI with what kind of traffic.
 *
 * @typedef {{type: "unknown", name: string, value: unknown}} Unknown
 *   A field that this guide does not know, kept as it came.
 * @typedef {{type: "unreadable", data: string}} Unreadable
 *   A frame that is no JSON object.
 *
 * @typedef {{type: "generationComplete"}} GenerationComplete
 *   The model has nothing to add to this turn; all of it has been sent.
 * @typedef {{type: "interrupted"}} Interrupted
 *   You interrupted: forget everything that was received and not yet heard.
 * @typedef {{type: "waitingForInput"}} WaitingForInput
 *   The model waits for more before it answers.
 * @typedef {{type: "interactionStatus", status: string}} InteractionStatus
 *   Whether the model is still at it: IN_PROGRESS or IDLE.
 * @typedef {{type: "turnComplete", reason: string}} TurnComplete
 *   The turn is over: its audio would by now have been heard, or was dropped.
 *
 * @typedef {SetupComplete | VoiceActivity | InputTranscript | InterimTranscript |
 *   OutputTranscript | Audio | Text | Thought | ThoughtSignature | Media |
 *   ExecutableCode | CodeResult | Grounding | UrlContext | ToolCall |
 *   ToolCallCancellation | ResumptionUpdate | GoAway | ServiceError | Usage |
 *   Unknown | Unreadable | GenerationComplete | Interrupted | WaitingForInput |
 *   InteractionStatus | TurnComplete} LiveEvent
 */

export {};
