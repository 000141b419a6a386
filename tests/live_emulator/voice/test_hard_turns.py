"""Whatever a microphone sends, the turn ends, and the next question is answered."""

import base64
import json

import pytest
from websockets.asyncio.client import ClientConnection, connect

from live_emulator.emulator import Emulator
from live_emulator.voice import VOICES, SpeechWorker, resample
from live_emulator.voice.types import INPUT_RATE_HZ, OUTPUT_RATE_HZ
from tests.live_emulator.voice.hard_sounds import (
    clipped,
    cough,
    many_voices,
    telephone,
    whispered,
    without_pauses,
)
from tests.live_emulator.voice.noises import noises
from tests.live_emulator.voice.test_hard_speech import FOREIGN, SENTENCES
from tests.live_emulator.voice.voice_helpers import pieces, silence, speech, spoken

PATH = "/ws/google.ai.generativelanguage.v1beta.GenerativeService.BidiGenerateContent"
CHUNK_BYTES = 32_000
SOUNDS = (
    *("many voices", "whispered", "foreign", "clipped", "telephone"),
    *("music", "cough", "one word", "half a minute"),
)


async def sound_of(name: str, speaker: SpeechWorker) -> bytes:
    sentence = await speech(speaker, SENTENCES[1])
    match name:
        case "many voices":
            said = zip(SENTENCES * 2, VOICES, strict=False)
            return many_voices([await speech(speaker, *one) for one in said])
        case "foreign":
            found = await pieces(speaker, FOREIGN["fr"], language="fr")
            pcm = b"".join(piece.pcm for piece in found)
            return resample(pcm, OUTPUT_RATE_HZ, INPUT_RATE_HZ)
        case "music":
            return b"".join(pcm for kind, pcm in noises() if kind.startswith("music"))
        case "cough":
            return cough()
        case "one word":
            return await speech(speaker, "Hello.")
        case "half a minute":
            return without_pauses([sentence], 30)
    spoils = {"whispered": whispered, "clipped": clipped, "telephone": telephone}
    return spoils[name](sentence)


async def say(socket: ClientConnection, pcm: bytes) -> None:
    """Send audio as fast as it is taken."""
    for start in range(0, len(pcm), CHUNK_BYTES):
        data = base64.b64encode(pcm[start : start + CHUNK_BYTES]).decode()
        blob = {"data": data, "mimeType": f"audio/pcm;rate={INPUT_RATE_HZ}"}
        await socket.send(json.dumps({"realtimeInput": {"audio": blob}}))


async def heard_until(socket: ClientConnection, word: str) -> str:
    """Return what the user said, up to the end of the turn whose answer has a word."""
    heard = answered = ""
    async for message in socket:
        content = json.loads(message).get("serverContent", {})
        heard += content.get("inputTranscription", {}).get("text", "")
        answered += content.get("outputTranscription", {}).get("text", "")
        if "turnComplete" in content and word in answered:
            return heard
    raise AssertionError(f"closed after {heard!r} and {answered!r}")


@pytest.mark.parametrize("name", SOUNDS)
async def test_no_sound_leaves_a_turn_open(
    live: Emulator, speaker: SpeechWorker, name: str
):
    """A question behind it is heard, and answered in a turn that ends."""
    sound = await sound_of(name, speaker)
    url = f"{live.url.replace('http', 'ws')}{PATH}?key=test"
    async with connect(url, compression=None, proxy=None) as socket:
        wanted = {"inputAudioTranscription": {}, "outputAudioTranscription": {}}
        setup = {"model": "models/gemini-3.8-live", **wanted}
        await socket.send(json.dumps({"setup": setup}))
        assert "setupComplete" in json.loads(await socket.recv())
        await say(socket, sound + silence(1500))
        await say(socket, spoken("twelve-times-seven") + silence(1500))
        heard = await heard_until(socket, "eighty-four")
    before, _, _ = heard.partition("What is 12 times 7?")
    assert heard != before
    most = 4 * len(sound) / 2 / INPUT_RATE_HZ
    assert len(before.split()) <= most, heard
    if name in ("music", "cough"):
        assert before.strip() == ""
