"""One scenario with LiveKit's agents and Google plugin; prints JSON lines.

The agent runs without a room: a recording takes the place of the microphone, and a
clock that of the speaker. The environment says where the service is.

python livekit_client.py SCENARIO SPEECH_FOLDER
"""

import asyncio
import json
import logging
import os
import sys
import time
from pathlib import Path

from google.genai import types
from livekit import rtc
from livekit.agents import Agent, AgentSession, __version__, function_tool
from livekit.agents.voice.io import AudioInput, AudioOutput, AudioOutputCapabilities
from livekit.plugins import google

TIME_LIMIT_S = 60
RATE_HZ = 16_000
CHUNK_S = 0.02
CHUNK_BYTES = 640
MODEL = "gemini-3.8-live"


def report(**values):
    """Tell the test that started this."""
    print(json.dumps(values), flush=True)


class Microphone(AudioInput):
    """Gives silence in real time, and recordings when asked to."""

    def __init__(self, folder):
        super().__init__(label="recording")
        self._folder = Path(folder)
        self._pcm = bytearray()
        self._due = None

    def say(self, name):
        """Speak a recording from now on."""
        self._pcm += (self._folder / f"{name}.pcm").read_bytes()

    async def __anext__(self):
        """Return the next 20 ms when they have passed."""
        now = asyncio.get_running_loop().time()
        self._due = (self._due or now) + CHUNK_S
        await asyncio.sleep(max(0.0, self._due - now))
        chunk = bytes(self._pcm[:CHUNK_BYTES]).ljust(CHUNK_BYTES, b"\0")
        del self._pcm[:CHUNK_BYTES]
        return rtc.AudioFrame(chunk, RATE_HZ, 1, CHUNK_BYTES // 2)


class Speaker(AudioOutput):
    """Takes as long as playing would, and forgets what is cut off."""

    def __init__(self):
        super().__init__(
            label="clock", capabilities=AudioOutputCapabilities(pause=False)
        )
        self.audio_bytes = 0
        self.playing = asyncio.Event()
        self._started = 0.0
        self._pushed_s = 0.0
        self._end = None

    async def capture_frame(self, frame):
        """Take audio that is to be played."""
        await super().capture_frame(frame)
        if not self._pushed_s:
            self._started = time.time()
            self.on_playback_started(created_at=self._started)
            self.playing.set()
        self._pushed_s += frame.duration
        self.audio_bytes += len(frame.data) * 2

    def flush(self):
        """Nothing more comes in this segment: end when it has been played."""
        super().flush()
        if self._pushed_s:
            left_s = max(0.0, self._started + self._pushed_s - time.time())
            loop = asyncio.get_running_loop()
            self._end = loop.call_later(left_s, self._finish, False)

    def clear_buffer(self):
        """Stop playing."""
        if self._pushed_s:
            self._finish(True)

    def _finish(self, interrupted):
        if self._end is not None:
            self._end.cancel()
        position = min(self._pushed_s, time.time() - self._started)
        self._pushed_s = 0.0
        self.playing.clear()
        self.on_playback_finished(playback_position=position, interrupted=interrupted)


class Watch(logging.Handler):
    """Sets an event when the plugin's log has a word: it reconnects without telling."""

    def __init__(self, word, event):
        super().__init__()
        self._word = word
        self._event = event

    def emit(self, record):
        """Look at one line of the log."""
        if self._word in record.getMessage():
            self._event.set()


@function_tool
async def get_weather(city: str) -> dict:
    """Return the weather of a city.

    Args:
        city: Name of the city.

    """
    report(call={"name": "get_weather", "args": {"city": city}})
    return {"temperature": 21}


class Conversation:
    """An agent's session, and what it adds to the conversation."""

    def __init__(self, folder):
        self.microphone = Microphone(folder)
        self.speaker = Speaker()
        self.gone = asyncio.Event()
        self._items = asyncio.Queue()
        model = google.realtime.RealtimeModel(
            model=MODEL,
            api_key=os.environ["GEMINI_API_KEY"],
            tool_behavior=types.Behavior.BLOCKING,
        )
        self._session = AgentSession(llm=model, aec_warmup_duration=None)
        self._session.input.audio = self.microphone
        self._session.output.audio = self.speaker
        self._session.on(
            "conversation_item_added", lambda event: self._items.put_nowait(event.item)
        )
        logger = logging.getLogger("livekit.plugins.google")
        logger.addHandler(Watch("indicates disconnection", self.gone))

    async def __aenter__(self):
        agent = Agent(instructions="You are a friendly assistant.", tools=[get_weather])
        await self._session.start(agent, record=False)
        return self

    async def __aexit__(self, *_):
        await self._session.aclose()

    async def turn(self):
        """Return what was heard and said, up to an answer or its interruption."""
        turn = {"heard": ""}
        while True:
            item = await self._items.get()
            if item.type != "message":
                continue
            if item.role == "user":
                turn["heard"] += item.text_content
            elif item.role == "assistant":
                return turn | {
                    "said": item.text_content,
                    "interrupted": item.interrupted,
                    "audio_bytes": self.speaker.audio_bytes,
                }


async def spoken_turn(conversation):
    """Ask by voice and hear the answer."""
    conversation.microphone.say("sum")
    report(**await conversation.turn())


async def barge_in(conversation):
    """Speak while a story is being told."""
    conversation.microphone.say("story")
    await conversation.speaker.playing.wait()
    conversation.microphone.say("sum")
    report(story=await conversation.turn())
    report(answer=await conversation.turn())


async def tool_call(conversation):
    """Have LiveKit call a function."""
    conversation.microphone.say("weather")
    report(**await conversation.turn())


async def resumption(conversation):
    """Say a name, be told to go away, and ask for the name when it is back."""
    conversation.microphone.say("ada")
    report(first=await conversation.turn())
    await conversation.gone.wait()
    report(gone=True)
    conversation.microphone.say("name")
    report(**await conversation.turn())


async def main(scenario, folder):
    """Run one scenario with an agent."""
    report(version=__version__)
    async with asyncio.timeout(TIME_LIMIT_S), Conversation(folder) as conversation:
        await globals()[scenario](conversation)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
