"""The tables of fields are complete, and server messages are held to them."""

import typing
from collections.abc import Iterator

import pytest
from google.genai import types
from pydantic import BaseModel

from live_emulator.protocol import server_messages as messages
from live_emulator.protocol.client_messages import CLIENT_MESSAGE
from live_emulator.protocol.closing import Rejected
from live_emulator.protocol.server_fields import SERVER_MESSAGE, check_message
from live_emulator.protocol.sources import documented
from live_emulator.protocol.wire_types import Dialect, Effect, MessageType
from tests.live_emulator.rules import rule

OTHER_PARTS = frozenset(
    "fileData functionCall functionResponse videoMetadata mediaResolution toolCall "
    "toolResponse partMetadata audioTranscription mediaProcessing speechMetadata "
    "documentMetadata spreadsheetMetadata audioMetadata".split()
)
"""Parts that the SDK's Content shares with other calls than live ones."""

OTHER_GROUNDING = frozenset(
    "imageSearchQueries image maps retrievedContext domain retrievalMetadata sdkBlob "
    "googleMapsWidgetContextToken retrievalQueries sourceFlaggingUris".split()
)
"""Grounding of other tools than Google Search."""

RENAMED = frozenset({"voiceActivityType"})
"""On the wire it is `type`."""

OF_OTHER_CALLS = (
    OTHER_PARTS
    | OTHER_GROUNDING
    | RENAMED
    | frozenset({"id", "displayName", "partialArgs", "willContinue"})
)


def sdk_fields(
    model: type[BaseModel], kind: MessageType, path: str = ""
) -> Iterator[tuple[str, str, MessageType]]:
    """Yield every field of an SDK type, its path, and where it should be."""
    for name, info in model.model_fields.items():
        alias = info.alias or name
        yield f"{path}.{alias}", alias, kind
        one = kind.fields.get(alias)
        inner = _model_in(info.annotation)
        if one is not None and one.message is not None and inner is not None:
            if one.message is not kind:
                yield from sdk_fields(inner, one.message, f"{path}.{alias}")


def _model_in(annotation: typing.Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for argument in typing.get_args(annotation):
        if (found := _model_in(argument)) is not None:
            return found
    return None


def test_every_client_field_of_the_sdk_is_accounted_for():
    """What google-genai can send is read, refused or ignored on purpose."""
    missing = [
        path
        for path, name, kind in sdk_fields(types.LiveClientMessage, CLIENT_MESSAGE)
        if name not in kind.fields
    ]
    assert missing == []


def test_every_server_field_of_the_sdk_is_accounted_for():
    """What google-genai can receive is sent, or marked as never sent."""
    missing = [
        path
        for path, name, kind in sdk_fields(types.LiveServerMessage, SERVER_MESSAGE)
        if name not in kind.fields and name not in OF_OTHER_CALLS
    ]
    assert missing == []


def test_a_field_that_is_never_sent_says_why():
    """Each field of a server message that is missing here has a reason."""

    def unexplained(kind: MessageType) -> list[str]:
        return [
            name
            for name, one in kind.fields.items()
            if one.effect is Effect.ABSENT and not one.note
        ] + [
            name
            for one in kind.fields.values()
            if one.message is not None
            for name in unexplained(one.message)
        ]

    assert unexplained(SERVER_MESSAGE) == []


@rule(
    documented("proto: a union with usage beside it; SDK: what it raises for"),
    "frames.union",
)
@pytest.mark.parametrize(
    ("message", "dialect", "complaint"),
    [
        ({}, Dialect.GEMINI, None),
        (messages.voice_activity(True, 0.5), Dialect.GEMINI, None),
        ({"usageMetadata": {"totalTokenCount": 3}}, Dialect.GEMINI, None),
        ({"interactionStatus": "IDLE"}, Dialect.GEMINI, "interactionStatus alone"),
        (
            {"serverContent": {"interrupted": False}},
            Dialect.GEMINI,
            "serverContent.interrupted is false",
        ),
        (
            {"serverContent": {}, "goAway": {}},
            Dialect.GEMINI,
            "goAway and serverContent in one message",
        ),
        (
            {"serverContent": {"modelTurn": {"parts": [{"thoughtSignature": "x"}]}}},
            Dialect.GEMINI,
            "serverContent.modelTurn.parts.thoughtSignature is never sent",
        ),
        (
            {"serverContent": {"waitingForInput": True}},
            Dialect.GEMINI,
            "serverContent.waitingForInput is never sent",
        ),
    ],
)
def test_messages_are_held_to_the_table(message, dialect, complaint):
    """A message that clients could not take, or that nobody listed, is found."""
    assert check_message(message, dialect) == ([complaint] if complaint else [])


@pytest.mark.parametrize(
    ("message", "dialect"),
    [
        ({"nonsense": 1}, Dialect.GEMINI),
        ({"goAway": {"timeLeft": 50}}, Dialect.GEMINI),
        ({"setupComplete": {"sessionId": "x"}}, Dialect.GEMINI),
        ({"usageMetadata": {"responseTokenCount": 1}}, Dialect.VERTEX),
    ],
)
def test_unknown_names_and_wrong_types_are_found(message, dialect):
    """A field of the other dialect, or of the wrong type, is not known."""
    with pytest.raises(Rejected):
        check_message(message, dialect)
