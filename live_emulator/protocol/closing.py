"""Close codes and reasons, word for word, each with its source."""

from dataclasses import dataclass

from live_emulator.protocol.sources import Source, guessed, observed

__all__ = [
    "CLOSES",
    "DROPPED",
    "MAX_REASON_BYTES",
    "NO_CODE",
    "REASONS",
    "Close",
    "Reason",
    "Rejected",
    "close_for",
    "cut_reason",
]

NO_CODE = 1005
"""Stands for a close frame without a code (RFC 6455, 7.1.5)."""

DROPPED = 1006
"""Stands for the end of a connection without a close frame (RFC 6455, 7.1.5)."""

MAX_REASON_BYTES = 123
"""A close frame holds 125 bytes, two of them for the code (RFC 6455, 5.5)."""


def cut_reason(reason: str) -> str:
    """Cut a reason to what fits into a close frame, never inside a character."""
    return reason.encode()[:MAX_REASON_BYTES].decode(errors="ignore")


@dataclass(frozen=True)
class Close:
    """Why the emulator closes a socket."""

    code: int
    reason: str = ""
    """In full; the wire carries the first 123 bytes (`cut_reason`)."""
    source: Source = guessed()

    @property
    def ours(self) -> bool:
        """Only the emulator refuses this; the service may not."""
        return self.reason.startswith("Emulator: ")


class Rejected(Exception):
    """A client message that the service answers by closing the socket."""

    def __init__(self, close: Close) -> None:
        super().__init__(f"{close.code} {close.reason}")
        self.close = close


@dataclass(frozen=True)
class Reason:
    """A reason that names what the client sent."""

    code: int
    text: str
    """With the names of what is filled in between braces."""
    source: Source

    def close(self, **details: object) -> Close:
        """Return the close for these details."""
        return Close(self.code, self.text.format(**details), self.source)


REASONS: dict[str, Reason] = {
    "model.unknown": Reason(
        1008,
        "{name} is not found for API version {version}, or is not supported for "
        "bidiGenerateContent. Call ListModels to see the list of available models "
        "and their supported methods.",
        observed("livekit/agents #4414, adk-python #3964"),
    ),
    "model.vertex": Reason(
        1008,
        "Publisher Model `{name}` was not found or your project does not have access "
        "to it.",
        observed("adk-python #3314; the end is a guess"),
    ),
    "modalities": Reason(
        1007,
        "The requested combination of response modalities ({asked}) is not supported "
        "by the model. {name} accepts the following combination of response "
        "modalities:\n{accepted}",
        observed("2026; the wording of a comment in the SDK's tests"),
    ),
    "field.unknown": Reason(
        1007,
        'Invalid JSON payload received. Unknown name "{name}"{where}: Cannot find '
        "field.",
        observed("2026-09-10"),
    ),
    "field.not-repeated": Reason(
        1007,
        'Invalid JSON payload received. Unknown name "{name}"{where}: Proto field is '
        "not repeating, cannot start list.",
        observed("reports of type lists in schemas, 2026"),
    ),
    "value.invalid": Reason(
        1007,
        "Invalid value at '{path}' ({type}), {value}",
        guessed("the wording of Google's REST APIs"),
    ),
    "value.base64": Reason(
        1007,
        "Invalid value at '{path}' (TYPE_BYTES), Base64 decoding failed for "
        '"{value}"',
        guessed("the wording of Google's REST APIs"),
    ),
    "value.oneof": Reason(
        1007,
        "Invalid value (oneof), oneof field 'message_type' is already set. Cannot "
        "set '{second}' beside '{first}'.",
        guessed("the wording of protobuf's JSON parser"),
    ),
    "json.invalid": Reason(
        1007,
        "Invalid JSON payload received. {problem}",
        guessed("the wording of Google's REST APIs"),
    ),
    "json.deep": Reason(
        1007,
        "Invalid JSON payload received. Message too deep.",
        guessed("protobuf's JSON parsers stop at 100 levels"),
    ),
    "thinking.unknown-level": Reason(
        1007,
        "Thinking level {level} is not supported for this model",
        observed("openclaw PR 152413, 2026-09-19"),
    ),
    "tool.behaviour": Reason(
        1007,
        "{behaviour} function calls are not supported for this model",
        observed("2026-09-29, BLOCKING on extended thinking"),
    ),
    "voice.unknown": Reason(
        1007,
        "No matching speaker voice found for name: {name} and language: {language}",
        observed("ten public reports; the language of a setup without one is a guess"),
    ),
    "language.unsupported": Reason(
        1007,
        "Unsupported language code '{code}' for model models/{name}",
        observed("adk-python 5542 and six notes, on 2.5 native audio"),
    ),
    "emulator.media": Reason(
        1007,
        "Emulator: no {what} here, only audio/pcm, mono WAV, JPEG, PNG and WebP. The "
        "service may take it.",
        guessed("the emulator's own limit; a page of Firebase lists more formats"),
    ),
    "tool.duplicate": Reason(
        1007,
        "Duplicate function declaration found: {name}",
        guessed("wording"),
    ),
}
"""Every close whose reason names what caused it."""

_GO_AWAY_IGNORED = (
    "Connection aborted because the client failed to close the connection after "
    "receiving a GoAway signal once the session duration exceeded its limit."
)

CLOSES: dict[str, Close] = {
    "key.invalid": Close(
        1007,
        "API key not valid. Please pass a valid API key.",
        observed("2026-09-10"),
    ),
    "key.expired": Close(
        1007, "API key expired. Please renew the API key.", observed("voiceclaw #155")
    ),
    "key.missing": Close(
        1008,
        "Method doesn't allow unregistered callers (callers without established "
        "identity). Please use API Key or other form of API consumer identity to "
        "call this API.",
        observed("2026-09-18; cookbook #821"),
    ),
    "setup.order": Close(
        1007,
        "setup must be the first message and only the first",
        observed("2026-09-10"),
    ),
    "argument.invalid": Close(
        1007,
        "Request contains an invalid argument.",
        observed("cookbook #781, adk-python #225"),
    ),
    "thinking.level-missing": Close(
        1007,
        "Thinking level must be specified for this model.",
        observed("vercel/ai PR 20787, cookbook PR 1379, 2026-09-29"),
    ),
    "thinking.level-unsupported": Close(
        1007,
        "Thinking level is not supported for this model.",
        observed("openclaw PR 152413, 2026-09-19"),
    ),
    "thinking.both": Close(
        1007,
        "You can only set only one of thinking budget and thinking level.",
        observed("refused: vercel/ai PR 20787; the words are generateContent's"),
    ),
    "tool.scheduling": Close(
        1007,
        "Function response scheduling is not supported for this model.",
        observed("openclaw PR 152413, 2026-09-19, extended thinking"),
    ),
    "emulator.image": Close(
        1007,
        "Emulator: this image is of a format, or a size, that can't be looked at here. "
        "The service may take it.",
        guessed("the emulator's own limit; a page of Firebase lists HEIC and HEIF"),
    ),
    "precondition.failed": Close(
        1007, "Precondition check failed.", observed("2026-09-10")
    ),
    "activity.explicit": Close(
        1007,
        "Explicit activity control is not supported when automatic activity "
        "detection is enabled.",
        observed("2026-09-10"),
    ),
    "media-chunks.deprecated": Close(
        1007,
        "realtime_input.media_chunks is deprecated. Use audio, video, or text instead.",
        observed("2026-09, on 3.x models"),
    ),
    "resumption.unknown": Close(
        1008, "BidiGenerateContent session not found", observed("2026-09")
    ),
    "resumption.malformed": Close(1007, "Invalid session handle", observed("2026-09")),
    "resumption.busy": Close(
        1011, "Internal error encountered.", observed("2026-10-06, 3.8")
    ),
    "internal": Close(1011, "Internal error encountered.", observed("many reports")),
    "unavailable": Close(
        1011, "The service is currently unavailable.", observed("many reports")
    ),
    "deadline": Close(
        1011,
        "Deadline expired before operation could complete.",
        observed("sokuji #179"),
    ),
    "session.over": Close(
        1011,
        "Deadline expired before operation could complete.",
        guessed("the reason that was seen after 58 minutes on 3.8"),
    ),
    "quota": Close(
        1011,
        "You exceeded your current quota, please check your plan and billing details.",
        observed("python-genai #985"),
    ),
    "aborted": Close(1008, "The operation was aborted.", observed("many reports")),
    "go-away.ignored": Close(
        1008, _GO_AWAY_IGNORED, observed("2026-09-10; the wire shows 123 bytes of it")
    ),
    "tool.unknown": Close(
        1008, "Requested entity was not found.", observed("generative-ai-js #487")
    ),
    "unsupported": Close(
        1008,
        "Operation is not implemented, or supported, or enabled.",
        observed("js-genai #1236"),
    ),
    "token.used-up": Close(
        1011, "Token has been used too many times", observed("three reports")
    ),
    "token.expired": Close(1011, "Token has expired", observed("2026-09-18")),
    "token.expired-live": Close(
        1011, "auth token has expired", observed("2026-09-18, within 1 s")
    ),
    "region.unsupported": Close(
        1007,
        "User location is not supported for the API use.",
        observed("cookbook #781"),
    ),
}
"""Every close whose reason does not depend on the message that caused it."""


def close_for(name: str) -> Rejected:
    """Return the exception for one of `CLOSES`."""
    return Rejected(CLOSES[name])
