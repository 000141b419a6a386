"""What a rule can be about: fields, closes, and the topics below.

A test says what it covers by paths. A path is a field of a message, from the
message down (`setup.generationConfig.seed`, `usageMetadata.totalTokenCount`), a
close (`close.key.invalid`), a field of a request over HTTP (`auth_tokens.uses`), a
model (`model.gemini-3.8-live`) or one of `TOPICS`. Messages that occur in several
places have one entry: a test of `setup.tools.googleSearch` covers
`contextUpdate.tools.tools.googleSearch` too.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from live_emulator.protocol.client_messages import (
    CLIENT_MESSAGE,
    CONTENT,
    GENERATION,
    SETUP,
    TOOL,
)
from live_emulator.protocol.closing import CLOSES, REASONS
from live_emulator.protocol.models import LIVE_MODELS
from live_emulator.protocol.server_fields import SERVER_MESSAGE
from live_emulator.protocol.sources import Source
from live_emulator.protocol.unary import (
    COUNT_REQUEST,
    GENERATE_REQUEST,
    TOKEN_REQUEST,
)
from live_emulator.protocol.wire_types import Field, MessageType

__all__ = [
    "TOPICS",
    "Entry",
    "Name",
    "Table",
    "UnknownName",
    "client_table",
    "closes",
    "request_tables",
    "resolve",
    "server_table",
]

Name = tuple[str, ...]
"""What a path means: ("client", "Part", "text"), ("close", "key.invalid"),
("topic", "order.audio")."""

TOPICS = {
    "method.BidiGenerateContent": "the live method, by every version",
    "method.BidiGenerateContentConstrained": "the live method for ephemeral tokens",
    "method.vertex": "the live method of Vertex AI",
    "method.credentials": "keys and tokens, in headers and in the query",
    "oauth.token": "bearer tokens for service accounts and users",
    "oauth.metadata": "the metadata server of programs in the cloud",
    "oauth.bearer": "what a bearer token opens, and how long",
    "frames.binary": "server frames are binary, client frames of either kind",
    "frames.union": "one message a frame",
    "frames.layout": "layout of a server frame",
    "frames.ascii": "server frames are ASCII",
    "frames.size": "sizes of audio chunks and of frames",
    "frames.pace": "when audio is sent",
    "frames.heartbeat": "empty messages",
    "frames.mask": "masks of the client's frames",
    "frames.close": "how a socket is closed",
    "json.spelling": "camelCase and snake_case",
    "json.base64": "both alphabets",
    "json.enums": "values in any case, or by number",
    "json.numbers": "numbers in every form",
    "json.null": "null is absent",
    "json.lists": "one value in the place of a list",
    "json.strict": "names that do not exist, or not here",
    "order.start": "from the upgrade to setupComplete",
    "order.text": "a turn in text",
    "order.audio": "a turn in audio",
    "order.thoughts": "thoughts before the answer",
    "order.barge-in": "an interruption",
    "order.blocking": "a call that the model waits for",
    "order.background": "a call that it does not wait for",
    "order.extended-thinking": "background reasoning",
    "order.search": "grounding by Google Search",
    "order.resumption": "handles, and resuming with one",
    "order.go-away": "the end of a connection",
    "order.transcription": "a transcribe model",
    "order.translation": "a translate model",
    "order.vertex": "what Vertex AI orders in its own way",
    "activity.automatic": "speech that the service finds",
    "activity.manual": "speech that the client marks",
    "activity.nothing": "silence and noise",
    "history": "what the model remembers",
    "limits.connection": "life of a connection",
    "limits.session": "life of a session",
    "limits.frame": "what a client may send at once",
    "limits.concurrency": "sessions at a time",
    "limits.window": "size of the context",
    "limits.handle": "life of a handle",
    "usage": "how tokens are counted",
    "lenient": "what old clients send",
    "auth_tokens.create": "the call that makes a token",
    "auth_tokens.errors": "token requests that are refused",
    "unary.paths": "paths of the calls beside the live ones",
    "unary.generateContent": "text or speech for a prompt",
    "unary.streamGenerateContent": "the same, piece by piece",
    "unary.countTokens": "counting tokens",
    "unary.models": "the list of models",
    "unary.errors": "errors over HTTP",
    "unary.cors": "calls from pages of any origin",
}
"""Rules that are about no single field, by name."""


class UnknownName(LookupError):
    """A test covers something that does not exist."""


_REQUESTS = {
    "auth_tokens": TOKEN_REQUEST,
    "generateContent": GENERATE_REQUEST,
    "countTokens": COUNT_REQUEST,
}
_SHARED = frozenset({SETUP, CONTENT, GENERATION, TOOL, GENERATE_REQUEST})


@dataclass(frozen=True)
class Entry:
    """One field of a table."""

    name: Name
    path: str
    """The first path that leads to it."""
    field: Field


@dataclass(frozen=True)
class Table:
    """The fields of one message type."""

    message: MessageType
    paths: tuple[str, ...]
    """Where the message occurs; empty for the union itself."""
    entries: tuple[Entry, ...]


def client_table() -> list[Table]:
    """Return every message a client may send, each type once."""
    return _tables("client", CLIENT_MESSAGE)


def server_table() -> list[Table]:
    """Return every message a server may send, each type once."""
    return _tables("server", SERVER_MESSAGE)


def request_tables() -> list[Table]:
    """Return the requests over HTTP; what they share with a setup is left out."""
    return [
        _tables(name, kind, name, stop_at=_SHARED)[0]
        for name, kind in _REQUESTS.items()
    ]


def closes() -> dict[Name, tuple[int, str, Source]]:
    """Return code, reason and source of every close."""
    found = {
        name: (one.code, one.reason, one.source) for name, one in CLOSES.items()
    } | {name: (one.code, one.text, one.source) for name, one in REASONS.items()}
    return {("close", name): found[name] for name in sorted(found)}


def resolve(path: str) -> list[Name]:
    """Return what a path means, and what it lies in, innermost first.

    Raises:
        UnknownName: If there is no such thing.

    """
    first, _, rest = path.partition(".")
    if path in TOPICS:
        return [("topic", path)]
    if first == "close" and (rest in CLOSES or rest in REASONS):
        return [("close", rest)]
    if first == "model" and rest in LIVE_MODELS:
        return [("model", rest)]
    if first in _REQUESTS and rest:
        return _walk(first, _REQUESTS[first], rest)
    for side, union in (("client", CLIENT_MESSAGE), ("server", SERVER_MESSAGE)):
        if first in union.fields:
            return _walk(side, union, path)
    raise UnknownName(path)


def _walk(side: str, kind: MessageType, path: str) -> list[Name]:
    names: list[Name] = []
    inside: MessageType | None = kind
    for name in path.split("."):
        if inside is None or name not in inside.fields:
            raise UnknownName(path)
        names.append((side, inside.name, name))
        inside = inside.fields[name].message
    return names[::-1]


def _tables(
    side: str,
    union: MessageType,
    root: str = "",
    stop_at: frozenset[MessageType] = frozenset(),
) -> list[Table]:
    """Return the type and every type inside it, in the order of the fields."""
    order: list[MessageType] = []
    paths: dict[MessageType, list[str]] = {}
    for path, kind in _types(union, root, stop_at, ()):
        if kind not in paths:
            order.append(kind)
        paths.setdefault(kind, []).append(path)
    return [
        Table(
            kind,
            tuple(paths[kind]),
            tuple(
                Entry(
                    (side, kind.name, name),
                    f"{paths[kind][0]}.{name}" if paths[kind][0] else name,
                    one,
                )
                for name, one in kind.fields.items()
            ),
        )
        for kind in order
        if kind.fields
    ]


def _types(
    kind: MessageType,
    path: str,
    stop_at: frozenset[MessageType],
    above: tuple[MessageType, ...],
) -> Iterator[tuple[str, MessageType]]:
    yield path, kind
    if (kind in stop_at and above) or kind in above:
        return
    for name, one in kind.fields.items():
        if one.message is not None and one.message is not kind:
            inner = f"{path}.{name}" if path else name
            yield from _types(one.message, inner, stop_at, (*above, kind))
