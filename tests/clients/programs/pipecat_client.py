"""One scenario with a pipecat pipeline; prints a report as JSON lines.

The pipeline is the one of pipecat's documentation, with a recording in place of
the transport's microphone. The environment says where the service is.

python pipecat_client.py SCENARIO SPEECH_FOLDER
"""

import asyncio
import json
import os
import sys
from pathlib import Path

from loguru import logger
from pipecat import version
from pipecat.frames.frames import (
    CancelFrame,
    InputAudioRawFrame,
    InterruptionFrame,
    LLMFullResponseEndFrame,
    LLMRunFrame,
    TranscriptionFrame,
    TTSAudioRawFrame,
    TTSTextFrame,
)
from pipecat.observers.base_observer import BaseObserver
from pipecat.pipeline.pipeline import Pipeline
from pipecat.pipeline.worker import PipelineParams, PipelineWorker
from pipecat.processors.aggregators.llm_context import LLMContext
from pipecat.processors.aggregators.llm_response_universal import (
    LLMContextAggregatorPair,
)
from pipecat.services.google.gemini_live.llm import GeminiLiveLLMService
from pipecat.services.llm_service import FunctionCallParams
from pipecat.workers.runner import WorkerRunner

TIME_LIMIT_S = 60
CHUNK_S = 0.02
CHUNK_BYTES = 640


def report(**values):
    """Tell the test that started this."""
    print(json.dumps(values), flush=True)


class Microphone:
    """Sends silence in real time, and recordings when asked to."""

    def __init__(self, worker, folder):
        self._worker = worker
        self._folder = Path(folder)
        self._pcm = bytearray()

    def say(self, name):
        """Speak a recording from now on."""
        self._pcm += (self._folder / f"{name}.pcm").read_bytes()

    async def run(self):
        """Send a chunk every 20 ms, for ever."""
        loop = asyncio.get_running_loop()
        due = loop.time()
        while True:
            chunk = bytes(self._pcm[:CHUNK_BYTES]).ljust(CHUNK_BYTES, b"\0")
            del self._pcm[:CHUNK_BYTES]
            frame = InputAudioRawFrame(audio=chunk, sample_rate=16000, num_channels=1)
            await self._worker.queue_frame(frame)
            due += CHUNK_S
            await asyncio.sleep(max(0.0, due - loop.time()))


class Ear(BaseObserver):
    """Notes what the language model's service puts into the pipeline."""

    def __init__(self):
        super().__init__()
        self.service = None
        self.frames = asyncio.Queue()
        self._seen = set()

    async def on_push_frame(self, data):
        """Keep each frame of the service once."""
        if data.source is self.service and data.frame.id not in self._seen:
            self._seen.add(data.frame.id)
            await self.frames.put(data.frame)

    async def turn(self, until=LLMFullResponseEndFrame):
        """Collect frames up to one of this kind."""
        turn = {"heard": "", "said": "", "audio_bytes": 0}
        while True:
            frame = await self.frames.get()
            match frame:
                case TranscriptionFrame():
                    turn["heard"] += frame.text
                case TTSTextFrame():
                    turn["said"] += frame.text
                case TTSAudioRawFrame():
                    turn["audio_bytes"] += len(frame.audio)
                    turn["rate_hz"] = frame.sample_rate
            if isinstance(frame, until):
                return turn


async def get_weather(params: FunctionCallParams, city: str):
    """Return the weather of a city.

    Args:
        params: What pipecat gives every function.
        city: Name of the city.

    """
    report(call={"name": "get_weather", "args": {"city": city}})
    await params.result_callback({"temperature": 21})


async def spoken_turn(ear, microphone):
    """Ask by voice and hear the answer."""
    microphone.say("sum")
    report(**await ear.turn())


async def barge_in(ear, microphone):
    """Speak while a story is being told."""
    microphone.say("story")
    await ear.turn(TTSAudioRawFrame)
    microphone.say("sum")
    report(interrupted=await ear.turn(InterruptionFrame))
    await ear.turn()  # the interrupted turn ends, too
    report(answer=await ear.turn())


async def tool_call(ear, microphone):
    """Have pipecat call a function."""
    microphone.say("weather")
    report(**await ear.turn())


async def resumption(ear, microphone):
    """Say a name, be cut off, and ask for the name when pipecat is back."""
    microphone.say("ada")
    report(first=await ear.turn())
    await reconnected.wait()
    report(reconnected=True)
    microphone.say("name")
    report(**await ear.turn())


reconnected = asyncio.Event()


def _watch_reconnection(message):
    """Note that pipecat says it is connected again."""
    if "Connecting to Gemini service with session_resumption_handle" in message:
        reconnected.set()


async def main(scenario, folder):
    """Run the pipeline of the documentation until the scenario is over."""
    logger.remove()
    logger.add(sys.stderr, level="DEBUG")
    logger.add(_watch_reconnection, level="INFO")
    report(version=version())
    service = GeminiLiveLLMService(
        api_key=os.environ["GEMINI_API_KEY"],
        settings=GeminiLiveLLMService.Settings(
            voice="Puck", system_instruction="You are a friendly assistant."
        ),
        tools=[get_weather] if scenario == "tool_call" else None,
    )
    context = LLMContext([{"role": "user", "content": "Say hello."}])
    aggregators = LLMContextAggregatorPair(context)
    ear = Ear()
    ear.service = service
    worker = PipelineWorker(
        Pipeline([aggregators.user(), service, aggregators.assistant()]),
        params=PipelineParams(audio_in_sample_rate=16000, audio_out_sample_rate=24000),
        observers=[ear],
    )
    microphone = Microphone(worker, folder)
    runner = WorkerRunner(handle_sigint=False)
    await runner.add_workers(worker)
    async with asyncio.timeout(TIME_LIMIT_S), asyncio.TaskGroup() as tasks:
        tasks.create_task(runner.run())
        sending = tasks.create_task(microphone.run())
        await worker.queue_frame(LLMRunFrame())
        report(greeting=await ear.turn())
        await globals()[scenario](ear, microphone)
        sending.cancel()
        await worker.queue_frame(CancelFrame())


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
