"""What ends a session at once, with which code and in which words."""

import base64

import pytest
from websockets.asyncio.client import ClientConnection

from live_emulator.protocol.sources import documented, observed
from tests.conformance.wire import close_of, open_wire
from tests.live_emulator.rules import rule

pytestmark = pytest.mark.service

HELLO = {
    "clientContent": {
        "turns": [{"role": "user", "parts": [{"text": "Hello."}]}],
        "turnComplete": True,
    }
}


@rule(
    observed("2026-09; the reports named beside each reason in part 3"),
    "close.model.unknown close.field.unknown close.modalities close.setup.order "
    "close.activity.explicit close.media-chunks.deprecated close.resumption.unknown "
    "close.argument.invalid",
)
@pytest.mark.parametrize(
    ("setup", "then", "code", "reason"),
    [
        (
            {"model": "models/no-such-model"},
            [],
            1008,
            "models/no-such-model is not found for API version v1beta, or is not "
            "supported for bidiGenerateContent.",
        ),
        (
            {"model": "models/gemini-live-2.5-flash-preview"},
            [],
            1008,
            "models/gemini-live-2.5-flash-preview is not found for API version v1beta",
        ),
        (
            {"bogusField": 1},
            [],
            1007,
            "Invalid JSON payload received. Unknown name \"bogusField\" at 'setup': "
            "Cannot find field.",
        ),
        (
            {"generationConfig": {"responseModalities": ["TEXT"]}},
            [],
            1007,
            "The requested combination of response modalities (TEXT) is not supported "
            "by the model.",
        ),
        (None, [HELLO], 1007, ""),
        (
            {},
            [{"realtimeInput": {"activityStart": {}}}],
            1007,
            "Explicit activity control is not supported when automatic activity "
            "detection is enabled.",
        ),
        (
            {},
            [
                {
                    "realtimeInput": {
                        "mediaChunks": [{"data": "AAAA", "mimeType": "audio/pcm"}]
                    }
                }
            ],
            1007,
            "realtime_input.media_chunks is deprecated. Use audio, video, or text",
        ),
        (
            {"sessionResumption": {"handle": "00000000-0000-4000-8000-000000000000"}},
            [],
            1008,
            "BidiGenerateContent session not found",
        ),
        ({"generationConfig": {"thinkingConfig": {"thinkingBudget": 1}}}, [], 1007, ""),
    ],
    ids=[
        "unknown model",
        "retired model",
        "unknown field",
        "text on an audio model",
        "no setup",
        "activity with automatic detection",
        "mediaChunks",
        "unknown handle",
        "thinking on 3.8",
    ],
)
async def test_what_closes_a_session(backend, setup, then, code, reason):
    """A mistake is answered by a close frame with its code and reason."""
    frames = list(then)
    if setup is not None:
        frames.insert(0, {"setup": {"model": f"models/{backend.live_model}"} | setup})
    found = await close_of(backend, frames)
    assert (found[0], found[1][: len(reason)]) == (code, reason)
    assert len(found[1].encode()) <= 123


@rule(
    observed("2026-09-10; cookbook #821"),
    "close.key.invalid close.key.missing method.credentials",
)
@pytest.mark.parametrize(
    ("headers", "code", "reason"),
    [
        (
            {"x-goog-api-key": "invalid-key"},
            1007,
            "API key not valid. Please pass a valid API key.",
        ),
        ({}, 1008, "Method doesn't allow unregistered callers"),
    ],
    ids=["wrong key", "no key"],
)
async def test_callers_who_are_refused(backend, headers, code, reason):
    """Whoever has no good key is told so by a close frame after the setup."""
    frames = [{"setup": {"model": f"models/{backend.live_model}"}}]
    found = await close_of(backend, frames, headers=headers)
    assert (found[0], found[1][: len(reason)]) == (code, reason)


@rule(observed("2026-09-10"), "close.setup.order")
async def test_a_second_setup(backend):
    """A session is set up once."""
    setup = {"setup": {"model": f"models/{backend.live_model}"}}
    assert (await close_of(backend, [setup, setup]))[0] == 1007


@rule(observed("2026-09: echoed"), "frames.close")
async def test_a_close_of_the_client(backend):
    """A client's close is answered with its own code."""
    setup = {"model": f"models/{backend.live_model}"}
    socket: ClientConnection
    async with open_wire(backend, setup) as socket:
        await socket.close(1000)
        assert socket.close_code == 1000


@rule(
    documented("Live API guide: PCM of 16 bits"),
    "realtimeInput.audio.data close.argument.invalid",
)
async def test_half_a_sample(backend):
    """Audio that is cut inside a sample ends the session."""
    data = base64.b64encode(bytes(641)).decode()
    blob = {"data": data, "mimeType": "audio/pcm;rate=16000"}
    frames = [
        {"setup": {"model": f"models/{backend.live_model}"}},
        {"realtimeInput": {"audio": blob}},
    ]
    assert (await close_of(backend, frames))[0] == 1007
