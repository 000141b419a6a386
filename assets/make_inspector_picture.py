"""Take the picture of the inspector: a spoken conversation, looked at afterwards.

``python -m assets.make_inspector_picture`` holds it with Google's SDK, in real time: a
question, a story that is interrupted, a function that is called, another question. Run
it from the root of the repository.
"""

import asyncio
import os
import sys

from google import genai
from google.genai import types

from assets.pages import ROOT, chromium, keep
from guide.audio_files import read_speech
from live_emulator import Emulator

SIZE = (1440, 900)
CHUNK_MS = 40
CHUNK_BYTES = 16_000 * CHUNK_MS // 1000 * 2
WARM_UP_S = 4.0
"""Ears and mouth load meanwhile."""
TIMER = types.FunctionDeclaration(
    name="set_timer",
    description="Set a timer.",
    parameters_json_schema={
        "type": "object",
        "properties": {"minutes": {"type": "integer"}},
        "required": ["minutes"],
    },
)
QUESTIONS = (
    ("capital-of-france", 4.5),
    ("tell-me-a-story", 4.0),
    ("set-a-timer", 6.0),
    ("twelve-times-seven", 4.5),
)
"""What is said, and seconds from its beginning to the next; the third interrupts."""


async def converse() -> None:
    """Hold the conversation."""
    await asyncio.sleep(WARM_UP_S)
    client = genai.Client()
    config = types.LiveConnectConfig(
        response_modalities=[types.Modality.AUDIO],
        input_audio_transcription=types.AudioTranscriptionConfig(),
        output_audio_transcription=types.AudioTranscriptionConfig(),
        tools=[types.Tool(function_declarations=[TIMER])],
    )
    async with client.aio.live.connect(model="gemini-3.8-live", config=config) as live:
        answering = asyncio.create_task(answer_calls(live))
        loop = asyncio.get_running_loop()
        due_s = loop.time()
        for name, seconds in QUESTIONS:
            pcm = read_speech(ROOT / "assets" / "audio" / f"{name}.wav")
            for start in range(0, int(seconds * 32_000), CHUNK_BYTES):
                chunk = pcm[start : start + CHUNK_BYTES].ljust(CHUNK_BYTES, b"\0")
                blob = types.Blob(data=chunk, mime_type="audio/pcm;rate=16000")
                await live.send_realtime_input(audio=blob)
                due_s += CHUNK_MS / 1000
                await asyncio.sleep(due_s - loop.time())
        answering.cancel()
        await asyncio.gather(answering, return_exceptions=True)


async def answer_calls(live: genai.live.AsyncSession) -> None:
    """Set every timer that is asked for."""
    while True:
        async for message in live.receive():
            for call in message.tool_call.function_calls if message.tool_call else ():
                done = types.FunctionResponse(
                    id=call.id, name=call.name, response={"result": "The timer is set."}
                )
                await live.send_tool_response(function_responses=[done])


def main() -> int:
    """Take the picture; return 1 if it is too large."""
    with Emulator() as emulator:
        for name, value in emulator.environment.items():
            os.environ[name] = value
        asyncio.run(converse())
        with chromium() as browser:
            width, height = SIZE
            page = browser.new_page(viewport={"width": width, "height": height})
            page.goto(f"{emulator.url}/inspector/")
            page.get_by_role("button", name="All", exact=True).click()
            find = page.get_by_label("Find in the frames")
            find.fill("toolCall")
            page.locator(".frame .name", has_text="toolCall").first.click()
            find.fill("")
            find.blur()
            page.wait_for_timeout(500)  # the waveforms are drawn in steps
            return 0 if keep("inspector.png", page.screenshot()) else 1


if __name__ == "__main__":
    sys.exit(main())
