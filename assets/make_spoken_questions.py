"""Make the spoken questions in assets/audio: 16 kHz mono WAV.

``python assets/make_spoken_questions.py`` writes all of them, or those that are
named (``... capital-of-france``): one sentence each, or several with pauses in which
a model can answer. The voice is the emulator's "user", made by a network, and no
recording of anybody.
"""

import argparse
import asyncio
import sys
import wave
from collections.abc import Sequence
from pathlib import Path

from live_emulator.voice import USER_VOICE, SpeechWorker, resample

FOLDER = Path(__file__).resolve().parent / "audio"
SPOKEN_RATE_HZ = 24_000
"""What the speech worker gives."""
FILE_RATE_HZ = 16_000
"""What the Live API hears natively."""
SILENCE_MS = 150
"""Before and after the words, as in a recording that somebody started and stopped."""

SENTENCES = {
    "capital-of-france": "What is the capital of France?",
    "chart-of-the-oven": "Show me a chart of the oven's temperature.",
    "delete-my-notes": "Please delete my notes.",
    "delete-the-list": "Delete the shopping list.",
    "heat-the-oven": "Heat the oven to two hundred degrees.",
    "look-up-pancakes": "Look up a recipe for pancakes.",
    "my-name-is-ada": "My name is Ada.",
    "never-mind": "Never mind.",
    "pasta-timer": "Set a pasta timer for eight minutes.",
    "price-of-the-soup": "What does the onion soup cost?",
    "read-the-note": "Read the note about the soup.",
    "set-a-timer": "Set a timer for ten minutes.",
    "tell-me-a-story": "Tell me a story.",
    "title-of-the-window": "What is the title of the window?",
    "turn-off-the-oven": "Turn off the oven.",
    "twelve-times-seven": "What is twelve times seven?",
    "weather-in-rome": "What is the weather in Rome?",
    "what-is-my-name": "What is my name?",
}
"""File name without its ending, and what is said in it."""

CONVERSATIONS = {
    "three-turns": (0.5, "my-name-is-ada", 5, "tell-me-a-story", 7, "what-is-my-name"),
}
"""File name, and what stands in it: seconds of silence, and names of sentences."""


async def make(names: Sequence[str]) -> None:
    """Speak these sentences and write them, saying what was written."""
    FOLDER.mkdir(exist_ok=True)
    async with SpeechWorker() as worker:
        for name in names:
            parts = CONVERSATIONS.get(name, (name,))
            pcm = b"".join([await _part(worker, part) for part in parts])
            path = FOLDER / f"{name}.wav"
            with wave.open(str(path), "wb") as file:
                file.setnchannels(1)
                file.setsampwidth(2)
                file.setframerate(FILE_RATE_HZ)
                file.writeframes(pcm)
            print(f"{path.name}: {path.stat().st_size:,} bytes, {parts}")


async def _part(worker: SpeechWorker, part: str | float) -> bytes:
    """Return a sentence, or so many seconds of silence."""
    if not isinstance(part, str):
        return bytes(int(FILE_RATE_HZ * part) * 2)
    words = worker.speak(SENTENCES[part], voice=USER_VOICE)
    spoken = b"".join([piece.pcm async for piece in words])
    silence = bytes(FILE_RATE_HZ * SILENCE_MS // 1000 * 2)
    return silence + resample(spoken, SPOKEN_RATE_HZ, FILE_RATE_HZ) + silence


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the named questions, or all."""
    parser = argparse.ArgumentParser(description="Make the spoken questions.")
    parser.add_argument("names", nargs="*", metavar="NAME", help="default: all")
    known = sorted([*SENTENCES, *CONVERSATIONS])
    names = parser.parse_args(arguments).names or known
    if unknown := [name for name in names if name not in known]:
        print(
            f"There is no question named {unknown[0]!r}. There are: "
            f"{', '.join(known)}.",
            file=sys.stderr,
        )
        return 2
    asyncio.run(make(names))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
