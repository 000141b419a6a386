"""What page and server say to each other: read, checked, written. No I/O.

The page sends JSON as text, and audio as bytes. The server answers in kind: events
by the names of chapter 3's live-events.js, the model's voice as bytes. Chapter 8 uses
it.
"""

import base64
import binascii
import json
import re
from collections.abc import Mapping
from dataclasses import fields
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from chapter_03 import live_events as event
from chapter_08.limits import Limits, Refused
from chapter_08.piece_decoder import RATE_HZ

__all__ = [
    "AudioEnd",
    "Heard",
    "Image",
    "PageMessage",
    "Start",
    "Stop",
    "Text",
    "event_message",
    "read_page_message",
]


class _Message(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Start(_Message):
    """Begin: what will be sent, and who shall answer how."""

    type: Literal["start"]
    format: Literal["pcm", "webm", "mp4"] = "pcm"
    sample_rate_hz: int = Field(RATE_HZ, ge=8_000, le=48_000)
    answers: Literal["pcm", "opus"] = "pcm"
    model: str = Field("", max_length=200)
    voice: str = Field("", max_length=40)
    instruction: str = Field("", max_length=4_000)
    keep: bool = False
    """Whether the conversation is kept."""
    tools: bool = False
    """Whether the model may look at the clock and calculate, on the server."""
    report: bool = False
    """Whether the page wants to know what became of each piece."""


class Text(_Message):
    """Something typed in place of saying it."""

    type: Literal["text"]
    text: str = Field(min_length=1, max_length=8_000)


class Image(_Message):
    """A frame of video, as base64."""

    type: Literal["image"]
    mime_type: Literal["image/jpeg", "image/png"] = "image/jpeg"
    data: str

    def decoded(self) -> bytes:
        """Return the picture.

        Raises:
            Refused: It is no base64, or no JPEG and no PNG.

        """
        try:
            picture = base64.b64decode(self.data, validate=True)
        except (binascii.Error, ValueError):
            picture = b""
        if not picture.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")):
            raise Refused(4400, "A frame is a JPEG or a PNG as base64; this is none.")
        return picture


class AudioEnd(_Message):
    """No audio for now, so the turn has ended."""

    type: Literal["audio_end"]


class Heard(_Message):
    """How much of an answer was heard before the user interrupted."""

    type: Literal["heard"]
    ms: float = Field(ge=0, le=3_600_000)


class Stop(_Message):
    """The user ends the conversation."""

    type: Literal["stop"]


PageMessage = Start | Text | Image | AudioEnd | Heard | Stop
_READER: TypeAdapter[PageMessage] = TypeAdapter(
    Annotated[PageMessage, Field(discriminator="type")]
)

_TOLD = {
    event.CodeResult,
    event.ExecutableCode,
    event.GenerationComplete,
    event.GoAway,
    event.InputTranscript,
    event.InterimTranscript,
    event.Interrupted,
    event.OutputTranscript,
    event.Text,
    event.ToolCall,
    event.ToolCallCancellation,
    event.TurnComplete,
    event.Usage,
    event.VoiceActivity,
    event.WaitingForInput,
}
"""Handles, thoughts and what nobody knows stay here: they are not for pages."""


def read_page_message(text: str, limits: Limits) -> PageMessage:
    """Return what a page says.

    Raises:
        Refused: It makes no sense, or is too long; the sentence says why.

    """
    is_image = text[:40].replace(" ", "").startswith('{"type":"image"')
    most = limits.image_bytes if is_image else limits.text_bytes
    if len(text) > most:
        raise Refused(
            4413, f"A message has {len(text):,} characters; {most:,} are allowed."
        )
    try:
        return _READER.validate_json(text)
    except ValidationError as error:
        raise Refused(4400, _in_words(error)) from None


def event_message(happened: event.Event) -> str | None:
    """Return what the page is told of an event; None if it is not for pages."""
    kind = type(happened)
    if kind not in _TOLD:
        return None
    name = kind.__name__
    values = {_camel(one.name): getattr(happened, one.name) for one in fields(happened)}
    message = {"type": name[0].lower() + name[1:], **values}
    return json.dumps(message, default=_plain, ensure_ascii=False)


def _plain(value: Any) -> Any:
    return dict(value) if isinstance(value, Mapping) else list(value)


def _camel(name: str) -> str:
    return re.sub("_([a-z])", lambda found: found[1].upper(), name)


def _in_words(error: ValidationError) -> str:
    """Return the first mistake as a sentence; values are never repeated."""
    first = error.errors(include_url=False, include_input=False)[0]
    place = ".".join(str(part) for part in first["loc"][1:]) or "The message"
    return f"{place}: {first['msg']}."
