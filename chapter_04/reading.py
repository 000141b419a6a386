"""Have a text read aloud through the SDK, each turn in a session of its own.

What was read before does not matter to a reader, and a session would send it along,
and charge for it, with every turn. Chapter 4 builds a part of it; what a turn is, is
decided in text_turns.py.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from google import genai
from google.genai import types

from chapter_01.exchange import Answer
from chapter_04.text_turns import INSTRUCTION

__all__ = ["TURN_WITHIN_S", "read_turn", "read_turns", "reader_config"]

TURN_WITHIN_S = 60


def reader_config(voice: str | None = None) -> types.LiveConnectConfigDict:
    """Return the settings of a session that reads aloud what it is sent."""
    config: types.LiveConnectConfigDict = {
        "response_modalities": [types.Modality.AUDIO],
        "system_instruction": INSTRUCTION,
        "output_audio_transcription": {},
    }
    if voice:
        prebuilt = types.PrebuiltVoiceConfigDict(voice_name=voice)
        config["speech_config"] = {"voice_config": {"prebuilt_voice_config": prebuilt}}
    return config


async def read_turn(
    client: genai.Client, model: str, turn: str, voice: str | None = None
) -> Answer:
    """Have one turn read aloud; don't wait until it would have been heard."""
    answer = Answer()
    connect = client.aio.live.connect(model=model, config=reader_config(voice))
    async with asyncio.timeout(TURN_WITHIN_S), connect as session:
        await session.send_realtime_input(text=turn)
        async for message in session.receive():
            answer.add(message)
            content = message.server_content
            if content and content.generation_complete:
                break
    return answer


async def read_turns(
    read: Callable[[str], Awaitable[Answer]], turns: Sequence[str], at_once: int = 3
) -> list[Answer]:
    """Have turns read aloud, a few at a time; return them in their order."""
    free = asyncio.Semaphore(at_once)

    async def one(turn: str) -> Answer:
        async with free:
            return await read(turn)

    async with asyncio.TaskGroup() as tasks:
        started = [tasks.create_task(one(turn)) for turn in turns]
    return [task.result() for task in started]
