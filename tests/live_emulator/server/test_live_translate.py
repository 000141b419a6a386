"""Google's own program for live translation, its devices replaced.

The cookbook's Get_started_LiveTranslate.py streams audio in chunks of 100 ms through a
queue of ten, and reads everything that comes in one loop over `receive()`, which is
called once. What is done here is the same, written anew: the audio comes from memory
instead of a decoder, and a list stands for the loudspeaker.
"""

import asyncio

from google import genai
from google.genai import types

from live_emulator import LiveApi
from live_emulator.protocol.sources import observed
from tests.live_emulator.rules import rule

CHUNK_BYTES = 3_200
"""100 ms of PCM16 at 16 kHz."""

SENTENCES = {
    "Good morning.": "Buenos días.",
    "Where is the station?": "¿Dónde está la estación?",
    "Thank you.": "Gracias.",
}


class Interpreter:
    """What such a program does with one session."""

    def __init__(self) -> None:
        self.source = ""
        self.translation = ""
        self.pcm = b""
        self.ended: list[str] = []
        """Fields that end turns or interrupt them."""
        self.heard_all = asyncio.Event()

    async def run(self, recording: bytes, target: str) -> None:
        """Translate a recording in one session."""
        config = types.LiveConnectConfig(
            response_modalities=[types.Modality.AUDIO],
            translation_config=types.TranslationConfig(
                echo_target_language=True, target_language_code=target
            ),
            input_audio_transcription=types.AudioTranscriptionConfig(),
            output_audio_transcription=types.AudioTranscriptionConfig(),
        )
        queue: asyncio.Queue[bytes] = asyncio.Queue(maxsize=10)
        live = genai.Client().aio.live
        model = "gemini-3.5-live-translate-preview"
        async with (
            live.connect(model=model, config=config) as session,
            asyncio.TaskGroup() as group,
        ):
            sending = group.create_task(self._send(session, queue))
            receiving = group.create_task(self._receive(session))
            for start in range(0, len(recording), CHUNK_BYTES):
                await queue.put(recording[start : start + CHUNK_BYTES])
            await queue.join()
            sending.cancel()
            await self.heard_all.wait()
            receiving.cancel()

    async def _send(self, session, queue: asyncio.Queue[bytes]) -> None:
        while True:
            chunk = await queue.get()
            blob = types.Blob(data=chunk, mime_type="audio/pcm;rate=16000")
            await session.send_realtime_input(audio=blob)
            queue.task_done()

    async def _receive(self, session) -> None:
        async for message in session.receive():
            content = message.server_content
            if content is None:
                continue
            for part in content.model_turn.parts if content.model_turn else ():
                self.pcm += part.inline_data.data
            if content.input_transcription:
                self.source += content.input_transcription.text or ""
            if content.output_transcription:
                self.translation += content.output_transcription.text or ""
            for name in ("turn_complete", "generation_complete", "interrupted"):
                if getattr(content, name):
                    self.ended.append(name)
            if "Gracias." in self.translation:
                self.heard_all.set()
        self.ended.append("receive() returned")


@rule(
    observed("cookbook's Get_started_LiveTranslate.py calls receive() once"),
    "order.translation setup.generationConfig.translationConfig.targetLanguageCode",
)
async def test_three_utterances_in_one_session(monkeypatch):
    """One loop over receive() gets the translation of every utterance."""
    with LiveApi(speed=10) as live_api:
        for name, value in live_api.environment.items():
            monkeypatch.setenv(name, value)
        pause = bytes(2 * 16_000 * 2)
        recording = b"".join(live_api.speech(one) + pause for one in SENTENCES)
        interpreter = Interpreter()
        async with asyncio.timeout(60):
            await interpreter.run(recording, "es")
    assert interpreter.ended == []
    places = [interpreter.translation.find(one) for one in SENTENCES.values()]
    assert -1 not in places and places == sorted(places)
    assert all(one in interpreter.source for one in SENTENCES)
    assert len(interpreter.pcm) > 3 * 24_000
