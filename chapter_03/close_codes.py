"""What each close code means: what happened, why, and what to do next.

A table to come back to. The service says little when it closes a connection: a
code, and a reason of at most 123 bytes. Each row is for one code and a part of the
reason; the first that fits explains it. Chapter 3 builds this module;
close-codes.js is its twin, and both agree on tests/vectors/close_codes.json.
``python -m chapter_03.close_codes`` prints the table that stands in close-codes.md.
"""

from dataclasses import dataclass
from typing import Literal

__all__ = [
    "EXPLANATIONS",
    "SETUP_TIMEOUT",
    "TOO_SLOW",
    "Explanation",
    "Source",
    "as_markdown",
    "explain_close",
]

Source = Literal["standard", "documented", "observed", "guessed", "ours"]
"""RFC 6455, Google's documentation, reports of what the service did in 2025 and
2026, a guess at what it would do, or the guide's own codes."""

SETUP_TIMEOUT = 4000
TOO_SLOW = 4001
"""With these two the guide itself closes a connection; 4000 and up are free."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """One row of the table."""

    code: int
    reason: str
    """A part of the reasons that it explains; empty fits all."""
    happened: str
    why: str
    next: str
    """What to do."""
    source: Source

    def __str__(self) -> str:
        """Return all three sentences, and what the service itself said."""
        said = f"{self.code}: {self.reason}" if self.reason else str(self.code)
        return f"{self.happened} {self.why} {self.next} ({said})"


def explain_close(code: int, reason: str = "") -> Explanation:
    """Return the first row that fits, with the whole reason in it."""
    row = next((row for row in EXPLANATIONS if _fits(row, code, reason)), _UNKNOWN)
    return Explanation(code, reason, row.happened, row.why, row.next, row.source)


def _fits(row: Explanation, code: int, reason: str) -> bool:
    return row.code == code and row.reason.lower() in reason.lower()


EXPLANATIONS: tuple[Explanation, ...] = (
    Explanation(
        1000,
        "",
        "The session was closed in good order.",
        "One side had nothing more to say and said so.",
        "Nothing is wrong. Open a new session to go on.",
        "standard",
    ),
    Explanation(
        1001,
        "",
        "The other side went away.",
        "A program ended, a page was left, or a machine is being restarted.",
        "Open a new session; resume the old one if you kept its handle.",
        "standard",
    ),
    Explanation(
        1002,
        "",
        "The connection was closed for a protocol error.",
        "One side broke the rules of WebSocket itself, not those of the Live API.",
        "Look for a proxy between you and the service; update your WebSocket library.",
        "standard",
    ),
    Explanation(
        1003,
        "",
        "The connection was closed for a kind of data.",
        "One side got binary frames where it takes text, or the reverse.",
        "Send messages as text frames that hold JSON.",
        "standard",
    ),
    Explanation(
        1005,
        "",
        "The session was closed without a code.",
        "The other side closed and did not say why; the JavaScript SDK ends its "
        "sessions so.",
        "Nothing is wrong if you closed it. Otherwise open a new session.",
        "standard",
    ),
    Explanation(
        1006,
        "HTTP 400",
        "The connection was refused with HTTP status 400.",
        "The request is not what the server expects of a WebSocket.",
        "Check the address: it ends in BidiGenerateContent.",
        "standard",
    ),
    Explanation(
        1006,
        "HTTP 401",
        "The connection was refused with HTTP status 401.",
        "Whoever connects did not say who they are, or their credentials are no longer"
        " valid.",
        "Check key or token; renew what has expired.",
        "documented",
    ),
    Explanation(
        1006,
        "HTTP 403",
        "The connection was refused with HTTP status 403.",
        "The key or the account has no right to use this API, or a relay refuses this "
        "page.",
        "Check the rights of key and project; call a relay only from its own pages.",
        "documented",
    ),
    Explanation(
        1006,
        "HTTP 404",
        "The connection was refused with HTTP status 404.",
        "There is no such address: the version or the method is misspelt.",
        "Build the address with live_url, and try again.",
        "documented",
    ),
    Explanation(
        1006,
        "HTTP 429",
        "The connection was refused with HTTP status 429.",
        "There are too many sessions or requests for this key. A browser shows 1006 "
        "alone.",
        "Close sessions that you no longer use, wait, and try again.",
        "observed",
    ),
    Explanation(
        1006,
        "",
        "The connection broke off without a goodbye.",
        "The network or the other program failed, or the connection never came about. "
        "A page is not told which.",
        "Check that the service or the emulator can be reached, then connect again.",
        "standard",
    ),
    Explanation(
        1007,
        "API key not valid",
        "The service refused the key.",
        "The key is misspelt, revoked, or not one of the Gemini API.",
        "Put a valid key into .env, or none to use the emulator.",
        "observed",
    ),
    Explanation(
        1007,
        "API key expired",
        "The service refused the key.",
        "Its time is over.",
        "Make a new key in Google AI Studio and put it into .env.",
        "observed",
    ),
    Explanation(
        1007,
        "response modalities",
        "The setup was refused for the kind of answer it asks for.",
        "Conversational models answer in speech alone; TEXT was for models that are "
        "gone.",
        "Ask for AUDIO, and for a written answer set outputAudioTranscription.",
        "observed",
    ),
    Explanation(
        1007,
        "Unknown name",
        "A message was refused for a field that does not exist.",
        "The reason names field and place. It is misspelt, stands in the wrong object,"
        " or belongs to another version of the API.",
        "Compare with setup_message: most settings belong into generationConfig.",
        "observed",
    ),
    Explanation(
        1007,
        "setup must be the first",
        "A message came in the wrong order.",
        "The first message must be setup, and no later one may be.",
        "Send setup once, wait for setupComplete, then send the rest.",
        "observed",
    ),
    Explanation(
        1007,
        "media_chunks is deprecated",
        "Audio or video came in a field of the past.",
        "Models from 3.1 on take no mediaChunks.",
        "Send realtimeInput with audio, video or text.",
        "observed",
    ),
    Explanation(
        1007,
        "Explicit activity control",
        "You marked a turn although the service listens for turns itself.",
        "activityStart and activityEnd are for manual activity only.",
        "Set automaticActivityDetection.disabled, or leave the marks out.",
        "observed",
    ),
    Explanation(
        1007,
        "Precondition check failed",
        "A message came at a moment when it makes no sense.",
        "Seen when activityEnd came without any audio since activityStart.",
        "Send audio or text between the two marks.",
        "observed",
    ),
    Explanation(
        1007,
        "User location",
        "The service is not offered where you are.",
        "Google decides by the address that you connect from.",
        "Use Vertex AI in a region of yours, or the emulator.",
        "observed",
    ),
    Explanation(
        1007,
        "Invalid session handle",
        "The session to resume has no such handle.",
        "The handle is no handle at all: cut, or of something else.",
        "Keep newHandle exactly as it comes, or begin without a handle.",
        "observed",
    ),
    Explanation(
        1007,
        "Duplicate function declaration",
        "The setup was refused for its tools.",
        "Two functions have the same name.",
        "Rename one of them.",
        "guessed",
    ),
    Explanation(
        1007,
        "Base64",
        "A message was refused for its data.",
        "Audio or an image was not written as base64.",
        "Encode the bytes, not their text, and send nothing else in data.",
        "guessed",
    ),
    Explanation(
        1007,
        "oneof",
        "A message was refused because it holds two.",
        "One frame carries one of setup, clientContent, realtimeInput, toolResponse "
        "and contextUpdate.",
        "Send them one after the other.",
        "guessed",
    ),
    Explanation(
        1007,
        "Invalid JSON payload",
        "A message could not be read.",
        "It is not JSON, or not one JSON object.",
        "Send one JSON object in each frame.",
        "guessed",
    ),
    Explanation(
        1007,
        "Invalid value at",
        "A message was refused for a value.",
        "The reason names place and value: a number where text belongs, or a name that"
        " is not in the list.",
        "Correct that value.",
        "guessed",
    ),
    Explanation(
        1007,
        "invalid argument",
        "The service refused a setting or a message, and does not say which.",
        "Often a setting that this model does not know (thinkingConfig on "
        "a model without it, for example), a wrong combination, or a full context.",
        "Take settings out one by one until the setup is accepted.",
        "observed",
    ),
    Explanation(
        1007,
        "",
        "The service refused the content of a message.",
        "The code means invalid data; the reason says more if there is one.",
        "Compare your last message with the reference of the API.",
        "documented",
    ),
    Explanation(
        1008,
        "unregistered callers",
        "The service does not know who is calling.",
        "There was no key, or a short-lived token came to the method for keys.",
        "Send the key; use BidiGenerateContentConstrained with a token.",
        "observed",
    ),
    Explanation(
        1008,
        "is not found for API version",
        "There is no such model, or it holds no live sessions.",
        "Live models retire within months, and most models are not live models at all.",
        "Take a current id; guide/models.py lists those of today.",
        "observed",
    ),
    Explanation(
        1008,
        "Publisher Model",
        "There is no such model in this project or region.",
        "Vertex AI offers each model in some regions only.",
        "Choose a region that has the model, or another model.",
        "observed",
    ),
    Explanation(
        1008,
        "session not found",
        "The session to resume is no longer there.",
        "Handles expire two hours after their session has ended.",
        "Begin a new session without a handle.",
        "observed",
    ),
    Explanation(
        1008,
        "Requested entity was not found",
        "Something that a message refers to does not exist.",
        "Seen after results for calls that had been cancelled or never made.",
        "Answer each call once, with its own id.",
        "observed",
    ),
    Explanation(
        1008,
        "not implemented, or supported, or enabled",
        "The service can't do what was asked.",
        "The feature is not enabled for this model. Also seen now and then when audio "
        "comes during a tool call.",
        "Leave the feature out; if there is none, try again.",
        "observed",
    ),
    Explanation(
        1008,
        "GoAway",
        "The service cut the connection after it had announced it.",
        "A connection lives about ten minutes; goAway came before its end.",
        "Resume the session on a new connection when goAway comes.",
        "observed",
    ),
    Explanation(
        1008,
        "aborted",
        "The service broke the session off.",
        "It does not say why.",
        "Connect again, and resume the session if you kept its handle.",
        "observed",
    ),
    Explanation(
        1008,
        "",
        "The session was closed for a rule that it broke.",
        "The code means policy; the reason says more if there is one.",
        "Check model, key or token, and the age of the connection.",
        "documented",
    ),
    Explanation(
        1009,
        "",
        "A frame was too big.",
        "One side takes no frames of that size.",
        "Send audio in chunks of 20 to 100 ms and images below 1 MB; raise the limit "
        "of your WebSocket library for what you receive.",
        "standard",
    ),
    Explanation(
        1011,
        "quota",
        "The key has used up its quota.",
        "There are limits for sessions at a time, for a minute and for a day.",
        "Close old sessions, wait, or raise the limits of your project.",
        "observed",
    ),
    Explanation(
        1011,
        "used too many times",
        "The token has been used before.",
        "A short-lived token opens as many sessions as it says, and most say one.",
        "Ask for a new token for each session; resuming needs none.",
        "observed",
    ),
    Explanation(
        1011,
        "token has expired",
        "The token has expired.",
        "It is valid for a minute to begin a session and for half an hour to hold it, "
        "unless it says otherwise.",
        "Ask for a new token, and resume the session with it.",
        "observed",
    ),
    Explanation(
        1011,
        "Deadline expired",
        "The session took too long.",
        "Something was not done in time, or the session reached its longest duration.",
        "Begin a new session; compress the context if sessions are to last.",
        "observed",
    ),
    Explanation(
        1011,
        "currently unavailable",
        "The service is overloaded.",
        "Not your fault.",
        "Try again with growing pauses: 1 s, 2 s, 4 s.",
        "observed",
    ),
    Explanation(
        1011,
        "Internal error",
        "Something failed inside the service.",
        "Mostly not your fault. Also seen when a session is resumed whose old "
        "connection is still open.",
        "Close the old connection first; then try again with growing pauses.",
        "observed",
    ),
    Explanation(
        1011,
        "",
        "Something failed inside the service.",
        "The code means an internal error; the reason says more if there is one.",
        "Try again with growing pauses: 1 s, 2 s, 4 s.",
        "documented",
    ),
    Explanation(
        1012,
        "",
        "The server restarts.",
        "It will be back soon.",
        "Connect again in a few seconds.",
        "standard",
    ),
    Explanation(
        1013,
        "",
        "The server is too busy.",
        "It asks you to come back later.",
        "Try again with growing pauses: 1 s, 2 s, 4 s.",
        "standard",
    ),
    Explanation(
        1015,
        "",
        "The secure connection failed.",
        "The certificate of the other side is not trusted here.",
        "Trust the certificate of the emulator (SSL_CERT_FILE), or use ws:// on this "
        "machine.",
        "standard",
    ),
    Explanation(
        4000,
        "",
        "There was no answer to the setup.",
        "The other side accepted the connection and then kept silent.",
        "Check that the address is one of the Live API, then try again.",
        "ours",
    ),
    Explanation(
        4001,
        "",
        "Messages came faster than they were taken.",
        "The program that reads them is stuck or too slow.",
        "Handle events without waiting; look for what blocks the loop.",
        "ours",
    ),
)

_UNKNOWN = Explanation(
    0,
    "",
    "The connection was closed with a code that this guide does not know.",
    "The reason says more if there is one.",
    "Connect again; if it happens each time, compare your messages with the reference "
    "of the API.",
    "guessed",
)


def as_markdown() -> str:
    """Return the tables as they stand in close-codes.md, one for each code."""
    lines: list[str] = []
    for code in dict.fromkeys(row.code for row in EXPLANATIONS):
        lines += [f"## {code}", ""]
        lines += ["| reason | what happened, and why | what to do |", "|---|---|---|"]
        for row in EXPLANATIONS:
            if row.code == code:
                reason = f"*{row.reason}*" if row.reason else "any"
                happened = f"{row.happened} {row.why}"
                lines.append(f"| {reason}, {row.source} | {happened} | {row.next} |")
        lines.append("")
    return "\n".join(lines).rstrip()


if __name__ == "__main__":
    print(as_markdown())
