"""Read whole contents, with the speech and the images in them."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from live_emulator.brain.types import Call, Result, Sight, Turn
from live_emulator.serving.pictures import Pictures
from live_emulator.serving.services import Services
from live_emulator.session.audio_input import not_taken, read_audio
from live_emulator.session.tool_calls import content_of
from live_emulator.voice.resampling import resample
from live_emulator.voice.types import INPUT_RATE_HZ

__all__ = ["read_contents", "transcribe"]

_SLICE_BYTES = INPUT_RATE_HZ * 2
"""Audio is fed to the recogniser one second at a time."""


async def read_contents(
    contents: Sequence[Mapping[str, Any]],
    services: Services,
    pictures: Pictures | None = None,
) -> tuple[Turn, ...]:
    """Return validated contents as a brain sees them; `pictures` gets the newest.

    Raises:
        Rejected: For audio that can't be read, and data of another kind.
        UnreadableImage: For an image that can't be decoded.

    """
    return tuple([await _read_content(one, services, pictures) for one in contents])


async def _read_content(
    content: Mapping[str, Any], services: Services, pictures: Pictures | None
) -> Turn:
    texts: list[str] = []
    calls: list[Call] = []
    results: list[Result] = []
    sights: list[Sight] = []
    eyes = services.make_eyes()
    spoken = False
    for part in content.get("parts", ()):
        if text := part.get("text"):
            texts.append(text)
        if call := part.get("functionCall"):
            calls.append(Call(call.get("name", ""), call.get("args") or {}))
        if response := part.get("functionResponse"):
            results.append(Result(response.get("name", ""), content_of(response)))
        if blob := part.get("inlineData"):
            mime_type = blob.get("mimeType", "").lower()
            data = blob.get("data") or b""
            if mime_type.startswith("audio/"):
                spoken = True
                texts.append(await transcribe(data, mime_type, services))
            elif mime_type.startswith("image/"):
                sights.append(await asyncio.to_thread(eyes.look, data))
                if pictures is not None:
                    pictures.keep(sights[-1], data)
            else:
                raise not_taken(mime_type or "data without a MIME type")
    role: Literal["user", "model", "tool"] = "user"
    if results:
        role = "tool"
    elif content.get("role") == "model":
        role = "model"
    return Turn(
        role=role,
        text=" ".join(text.strip() for text in texts if text.strip()),
        spoken=spoken,
        calls=tuple(calls),
        results=tuple(results),
        sights=tuple(sights),
    )


async def transcribe(data: bytes, mime_type: str, services: Services) -> str:
    """Return the words of a recording, raw PCM16 or a WAV file."""
    rate_hz, pcm = read_audio(data, mime_type)
    pcm = await asyncio.to_thread(resample, pcm, rate_hz, INPUT_RATE_HZ)
    listener = services.recogniser.listen()
    try:
        for start in range(0, len(pcm), _SLICE_BYTES):
            listener.feed(pcm[start : start + _SLICE_BYTES])
            await asyncio.sleep(0)
        return (await listener.finish()).text
    finally:
        listener.drop()
