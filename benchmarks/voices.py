"""What the thirty voices cost, how soon they speak, and whether they are understood.

python benchmarks/voices.py [--sentences N] [--voices NAME ...]

The baseline, in the same run, is espeak-ng, which spoke before and speaks other
languages now (``pip install ".[languages]"``): it is asked to read the same texts in
the same process, as Spanish, for its time to the first sound does not depend on what
it makes of them. The ears are the emulator's own.
"""

import argparse
import asyncio
import statistics
import time
from collections.abc import Sequence
from importlib.util import find_spec

import psutil

from benchmarks.machine import describe_machine
from live_emulator.voice import (
    USER_VOICE,
    VOICES,
    EnglishRecogniser,
    SpeechWorker,
    resample,
)
from tests.live_emulator.voice.word_errors import word_errors, words

TEXTS = (
    "Of course.",
    "The capital of France is Paris.",
    "Hello Ada, nice to meet you!",
    "Twelve times seven is eighty-four.",
    "Once upon a time there was a robot who wanted to see the sea, and it set out.",
)
SENTENCES = """
The quick brown fox jumps over the lazy dog. Why is the sky blue? I would like a large
coffee with milk. Can you help me write a letter to my sister? Who wrote Romeo and
Juliet? My dog does not like the rain. I think we should go home now. Where did you put
the car keys? It was a dark and stormy night. The train leaves from platform nine. I am
not sure what you mean. This is a test of the emergency system. We went to the beach
last summer. Do you speak any other languages? The price of bread has gone up again.
Translate good morning into Spanish. What is the meaning of life? I need to book a
flight to London. My computer is very slow today. What was the score of the game last
night? Which planet is closest to the sun? I have a question about my order. The
children are playing in the garden. Let us talk about something else. Recommend a good
book for my holiday. The meeting was moved to next week. She has been working here for
ten years. What should I cook for dinner tonight? How many people live in New York? Is
it going to rain in the evening? Mathematics is my favorite subject. They bought a house
near the river. Please do not speak so fast. He never told me about the problem. Read
the first chapter of the book. There is nothing left in the fridge. Music makes me feel
happy. I lost my wallet at the station. What is the weather like today? Turn on the
kitchen light. Turn off the bedroom light. Set a timer for five minutes. Set the
brightness to fifty percent. Schedule a meeting with Bob tomorrow at ten. What is the
capital of France? Send a message to Alice. Make the light warmer. Search for
restaurants near me. Remind me to buy milk. Tell me a long story about a dragon.
"""


def sentences(count: int) -> list[str]:
    """Return the first of fifty sentences."""
    text = " ".join(SENTENCES.split())
    ends = text.replace("? ", "?\n").replace(". ", ".\n")
    return ends.split("\n")[:count]


async def measure_times(mouth: SpeechWorker, language: str) -> str:
    """Return time to the first sound and processor time, in words."""
    (number,) = mouth.process_ids
    process = psutil.Process(number)
    for text in TEXTS:
        _ = [piece async for piece in mouth.speak(text, voice="Kore")]
    before, seconds, firsts = sum(process.cpu_times()[:2]), 0.0, []
    for voice in VOICES:
        for text in TEXTS:
            start = time.perf_counter()
            first = 0.0
            async for piece in mouth.speak(text, voice=voice, language=language):
                first = first or time.perf_counter() - start
                seconds += len(piece.pcm) / 48_000
            firsts.append(first * 1000)
    cost = (sum(process.cpu_times()[:2]) - before) / seconds * 1000
    firsts.sort()
    return (
        f"first sound {statistics.median(firsts):.1f} ms median, "
        f"{firsts[len(firsts) * 95 // 100]:.1f} ms p95; "
        f"{cost:.1f} ms of processor a spoken second"
    )


async def measure_words(
    mouth: SpeechWorker, voices: Sequence[str], texts: Sequence[str]
) -> None:
    """Print how many words of each voice the ears hear otherwise."""
    worst = 0.0
    async with EnglishRecogniser() as ears:
        for voice in voices:
            wrong, count, missed = 0, 0, []
            for text in texts:
                said = [piece.pcm async for piece in mouth.speak(text, voice=voice)]
                listener = ears.listen()
                listener.feed(bytes(9_600))
                listener.feed(resample(b"".join(said), 24_000, 16_000))
                listener.feed(bytes(16_000))
                heard = (await listener.finish()).text
                listener.drop()
                errors = word_errors(text, heard)
                wrong, count = wrong + errors, count + len(words(text))
                missed += [heard] if errors else []
            worst = max(worst, wrong / count)
            print(f"  {voice:14} {wrong:3} of {count}: {wrong / count:.1%}", missed[:3])
    print(f"  the worst voice: {worst:.1%} of its words")


async def main(arguments: argparse.Namespace) -> None:
    """Measure and print."""
    if find_spec("espeakng_loader") is None:
        raise SystemExit(
            "The baseline is missing. pip install 'espeakng-loader>=0.2.4,<0.3'"
        )
    print(describe_machine())
    start = time.perf_counter()
    async with SpeechWorker() as mouth:
        await mouth.ready()
        print(f"Cold start {time.perf_counter() - start:.2f} s")
        print("network  ", await measure_times(mouth, "en-us"))
        print("espeak-ng", await measure_times(mouth, "es"))
        (number,) = mouth.process_ids
        print(f"Memory {psutil.Process(number).memory_info().rss >> 20} MB")
        texts = sentences(arguments.sentences)
        print(f"Words that the ears hear otherwise, {len(texts)} sentences a voice:")
        await measure_words(mouth, arguments.voices, texts)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Measure the voices.")
    parser.add_argument("--sentences", type=int, default=50)
    parser.add_argument("--voices", nargs="+", default=[USER_VOICE, *VOICES])
    asyncio.run(main(parser.parse_args()))
