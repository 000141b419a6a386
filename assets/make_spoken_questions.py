"""Make the spoken questions in assets/audio: 16 kHz mono WAV, one sentence each.

``python assets/make_spoken_questions.py`` writes all of them, or those that are
named (``... capital-of-france``). The voice is the emulator's "user", made by
espeak-ng, and no recording of anybody.
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
    "my-name-is-ada": "My name is Ada.",
    "twelve-times-seven": "What is twelve times seven?",
    "what-is-my-name": "What is my name?",
}
"""File name without its ending, and what is said in it."""


async def make(names: Sequence[str]) -> None:
    """Speak these sentences and write them, saying what was written."""
    FOLDER.mkdir(exist_ok=True)
    async with SpeechWorker() as worker:
        for name in names:
            words = worker.speak(SENTENCES[name], voice=USER_VOICE)
            spoken = b"".join([piece.pcm async for piece in words])
            pcm = resample(spoken, SPOKEN_RATE_HZ, FILE_RATE_HZ)
            silence = bytes(FILE_RATE_HZ * SILENCE_MS // 1000 * 2)
            path = FOLDER / f"{name}.wav"
            with wave.open(str(path), "wb") as file:
                file.setnchannels(1)
                file.setsampwidth(2)
                file.setframerate(FILE_RATE_HZ)
                file.writeframes(silence + pcm + silence)
            print(f"{path.name}: {path.stat().st_size:,} bytes, {SENTENCES[name]!r}")


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the named questions, or all."""
    parser = argparse.ArgumentParser(description="Make the spoken questions.")
    parser.add_argument("names", nargs="*", metavar="NAME", help="default: all")
    names = parser.parse_args(arguments).names or sorted(SENTENCES)
    if unknown := [name for name in names if name not in SENTENCES]:
        print(
            f"There is no sentence named {unknown[0]!r}. There are: "
            f"{', '.join(SENTENCES)}.",
            file=sys.stderr,
        )
        return 2
    asyncio.run(make(names))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
