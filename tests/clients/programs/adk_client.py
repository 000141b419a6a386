"""One scenario with ADK's live runner; prints a report as JSON lines.

The environment says where the service is.

python adk_client.py SCENARIO SPEECH_FOLDER
"""

import asyncio
import json
import logging
import sys
import warnings
from pathlib import Path

from google.adk import Agent, version
from google.adk.agents import LiveRequestQueue
from google.adk.agents.run_config import RunConfig, StreamingMode
from google.adk.runners import InMemoryRunner
from google.genai import types

TIME_LIMIT_S = 60
CHUNK_BYTES = 1280  # 40 ms at 16 kHz
MODEL = "gemini-3.8-live"


def report(**values):
    """Tell the test that started this."""
    print(json.dumps(values), flush=True)


def get_weather(city: str) -> dict:
    """Return the weather of a city.

    Args:
        city: Name of the city.

    """
    report(call={"name": "get_weather", "args": {"city": city}})
    return {"temperature": 21}


class Watch(logging.Handler):
    """Sets an event when ADK's log has a word: it reconnects without telling."""

    def __init__(self, word, event):
        super().__init__()
        self._word = word
        self._event = event

    def emit(self, record):
        """Look at one line of the log."""
        if self._word in record.getMessage():
            self._event.set()


class Conversation:
    """An agent, its runner, and what comes out of them."""

    def __init__(self, folder):
        self._folder = Path(folder)
        self._queue = LiveRequestQueue()
        self.events = asyncio.Queue()
        self.reconnected = asyncio.Event()
        logger = logging.getLogger("google_adk")
        logger.setLevel(logging.INFO)
        logger.addHandler(Watch("reconnect", self.reconnected))

    async def run(self):
        """Run the agent live and keep its events."""
        agent = Agent(
            name="helper",
            model=MODEL,
            instruction="You are a friendly assistant.",
            tools=[get_weather],
        )
        runner = InMemoryRunner(agent=agent, app_name="clients")
        session = await runner.session_service.create_session(
            app_name="clients", user_id="user"
        )
        events = runner.run_live(
            user_id="user",
            session_id=session.id,
            live_request_queue=self._queue,
            run_config=RunConfig(
                response_modalities=["AUDIO"],
                streaming_mode=StreamingMode.BIDI,
                input_audio_transcription=types.AudioTranscriptionConfig(),
                output_audio_transcription=types.AudioTranscriptionConfig(),
                session_resumption=types.SessionResumptionConfig(),
            ),
        )
        async for event in events:
            await self.events.put(event)

    def say(self, name):
        """Send a recording in chunks."""
        pcm = (self._folder / f"{name}.pcm").read_bytes()
        for start in range(0, len(pcm), CHUNK_BYTES):
            chunk = pcm[start : start + CHUNK_BYTES]
            blob = types.Blob(data=chunk, mime_type="audio/pcm;rate=16000")
            self._queue.send_realtime(blob)

    def type(self, text):
        """Send a typed turn."""
        content = types.Content(role="user", parts=[types.Part(text=text)])
        self._queue.send_content(content=content)

    async def turn(self, until="turn_complete"):
        """Collect events up to one of this kind."""
        turn = {"heard": "", "said": "", "audio_bytes": 0, "order": []}
        while True:
            event = await self.events.get()
            for field, key in (("input", "heard"), ("output", "said")):
                transcription = getattr(event, f"{field}_transcription")
                if transcription and not event.partial and transcription.text:
                    turn[key] += transcription.text
            for part in (event.content.parts if event.content else None) or ():
                if part.inline_data:
                    turn["audio_bytes"] += len(part.inline_data.data)
            for kind in ("interrupted", "turn_complete"):
                if getattr(event, kind):
                    turn["order"].append(kind)
            if until == "audio" and turn["audio_bytes"]:
                return turn
            if event.error_code:
                turn["error"] = f"{event.error_code} {event.error_message}"
            if until in turn["order"]:
                return turn


async def spoken_turn(conversation):
    """Ask by voice and hear the answer."""
    conversation.say("sum")
    report(**await conversation.turn())


async def barge_in(conversation):
    """Speak while a story is being told."""
    conversation.type("Tell me a long story.")
    await conversation.turn("audio")
    conversation.say("sum")
    report(interrupted=await conversation.turn())
    report(answer=await conversation.turn())


async def tool_call(conversation):
    """Have ADK call a function, in the background as 3.8 models do."""
    conversation.say("weather")
    report(filler=await conversation.turn())
    report(**await conversation.turn())


async def resumption(conversation):
    """Say a name, be told to go away, and ask for the name when ADK is back."""
    conversation.type("My name is Ada.")
    report(first=await conversation.turn())
    await conversation.reconnected.wait()
    turn = asyncio.create_task(conversation.turn())
    while not turn.done():
        # Every session is told to go away; it may be before its answer.
        conversation.reconnected.clear()
        conversation.say("name")
        gone = asyncio.create_task(conversation.reconnected.wait())
        await asyncio.wait({turn, gone}, return_when=asyncio.FIRST_COMPLETED)
        gone.cancel()
    report(**turn.result())


async def main(scenario, folder):
    """Run one scenario against a live agent."""
    warnings.simplefilter("ignore")
    report(version=version.__version__)
    conversation = Conversation(folder)
    async with asyncio.timeout(TIME_LIMIT_S):
        running = asyncio.create_task(conversation.run())
        scene = asyncio.create_task(globals()[scenario](conversation))
        done, _ = await asyncio.wait(
            {running, scene}, return_when=asyncio.FIRST_COMPLETED
        )
        for task in done:
            task.result()
        running.cancel()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
