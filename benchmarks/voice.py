"""Measure the ears and the mouth of the emulator on this machine.

Run ``python benchmarks/voice.py`` from the repository (about ten minutes), or with
``--quick`` on a third of the sentences. All speech is synthetic, made by espeak-ng
here and now. "Clips" adds recordings of people: a folder with WAV files (16 kHz,
mono) of commands and an index.tsv of file and text, ``--clips FOLDER``.
"""

import argparse
import asyncio
import contextlib
import os
import platform
import re
import statistics
import sys
import time
import wave
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from live_emulator.voice import (  # noqa: E402
    USER_VOICE,
    VOICES,
    SpeechProbability,
    SpeechWorker,
    SphinxRecogniser,
    resample,
)
from live_emulator.voice.types import Hearing, Vocabulary  # noqa: E402
from live_emulator.voice.vad import WINDOW_BYTES  # noqa: E402

LEAD = bytes(16_000 * 300 // 1000 * 2)
TAIL = bytes(16_000 * 500 // 1000 * 2)
CHUNK_MS = 20

KLATT_VOICES = ("Puck", "Zubenelgenubi", "Schedar", "Algenib", "Rasalgethi")
MALE_VOICES = ("Charon", "Iapetus", "Sadaltager", "Achird", "Alnilam")
FEMALE_VOICES = ("Kore", "Zephyr", "Leda", "Aoede", "Gacrux")
GROUPS = {
    "user": (USER_VOICE,),
    "Klatt voices (5)": KLATT_VOICES,
    "other male (5)": MALE_VOICES,
    "female (5)": FEMALE_VOICES,
}

GRAMMAR = """#JSGF V1.0;
grammar conversation;
public <said> = [please] ( <greet> | <light> | <timer> | <ask> | <do> | <short> | <sum>
              | <count> | <remember> | <recall> | <story> | <again> ) [please];
<greet> = hello | goodbye | how are you | thank you [very much];
<light> = turn ( on | off ) [the] [<room>] ( light | lights )
        | make the light ( warmer | cooler | brighter | darker )
        | set the brightness to <tens> percent | start the dance party;
<room> = kitchen | bedroom | living room | office;
<timer> = set a timer for <small> ( minute | minutes | seconds | hours )
        | remind me to ( buy milk | call my mother )
        | schedule a meeting with <who> <day> at <small>;
<who> = alice | bob | my mother | my sister;
<day> = today | tomorrow | monday | tuesday | wednesday | thursday | friday;
<ask> = what is the weather like [today | tomorrow] | what time is it
      | what can you do | what is the capital of <country> | how far is the moon
      | search for restaurants near me;
<country> = france | germany | spain | italy | japan;
<do> = play some music | stop | tell me a joke | open the door | close the door
     | call <who> | send a message to <who> | turn ( up | down ) the volume
     | read my last email | repeat that;
<short> = yes | no | thanks | no thanks | wait a moment;
<sum> = ( what is | what's | how much is ) <number>
        ( plus | minus | times | divided by ) <number>;
<count> = count [from <number>] to <number>;
<remember> = remember that my favourite <thing> is <value>;
<recall> = what is my favourite <thing> | do you remember my favourite <thing>;
<thing> = colour | number | animal | food;
<value> = blue | red | green | yellow | seven | cats | dogs | pizza | chocolate;
<story> = tell me a [long | short] story
          [about ( a dragon | a robot | the sea | two friends )];
<again> = ( say after me | repeat after me | say ) ...;
<digit> = one | two | three | four | five | six | seven | eight | nine;
<teen> = ten | eleven | twelve | thirteen | fourteen | fifteen | sixteen | seventeen
       | eighteen | nineteen;
<tens> = twenty | thirty | forty | fifty | sixty | seventy | eighty | ninety;
<small> = <digit> | <teen> | <tens> [<digit>];
<number> = zero | <small> | ( a | one | <digit> ) hundred [[and] <small>];
"""
VOCABULARY = Vocabulary(GRAMMAR, ("You are a friendly assistant for the kitchen.",))

EXPECTED = """
hello; what is the weather like today; turn on the kitchen light; yes please
turn off the bedroom light; set a timer for five minutes; play some music; stop
what time is it; tell me a joke; how are you; set the brightness to fifty percent
open the door; call my mother; schedule a meeting with bob tomorrow at ten
what is the capital of france; send a message to alice; thank you very much; goodbye
no thanks; turn down the volume; make the light warmer; what can you do
search for restaurants near me; read my last email; remind me to buy milk
how far is the moon; start the dance party; wait a moment; repeat that please
what is seventeen plus twenty five; what is twelve times seven; count to ten
what is ninety nine minus thirteen; what is a hundred divided by four
how much is sixty six plus eight; what's nineteen times three
what is fourteen minus forty; how much is three hundred and twelve plus sixteen
what is fifty plus fifteen; what is eighty one divided by nine
what is thirty minus thirteen; count from five to fifteen; count to thirty please
remember that my favourite colour is blue; what is my favourite colour
remember that my favourite number is seven; do you remember my favourite number
what is my favourite food; tell me a story; tell me a long story about a dragon
tell me a short story about the sea; please tell me a story about a robot
"""
UNEXPECTED = """
the quick brown fox jumps over the lazy dog; why is the sky blue
i would like a large coffee with milk; can you help me write a letter to my sister
who wrote romeo and juliet; my dog does not like the rain
i think we should go home now; where did you put the car keys
it was a dark and stormy night; the train leaves from platform nine
i am not sure what you mean; this is a test of the emergency system
we went to the beach last summer; do you speak any other languages
the price of bread has gone up again; translate good morning into spanish
what is the meaning of life; i need to book a flight to london
how do i make an omelette; my computer is very slow today
what was the score of the game last night; he walked slowly down the empty street
which planet is closest to the sun; i have a question about my order
the children are playing in the garden; let us talk about something else
recommend a good book for my holiday; the meeting was moved to next week
she has been working here for ten years; what should i cook for dinner tonight
how many people live in new york; is it going to be cold in the evening
mathematics is my favourite subject; they bought a house near the river
you are speaking too fast; he never told me about the problem
read the first chapter of the book; there is nothing left in the fridge
music makes me feel happy; i lost my wallet at the station
"""


def sentences(text: str, step: int) -> list[str]:
    """Return a list of sentences, or every so many of it."""
    return [part.strip() for part in re.split(r"[;\n]", text) if part.strip()][::step]


def machine() -> str:
    """Return what this machine is."""
    cpu = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.exists():
        found = re.search(r"model name\s*: (.*)", info.read_text())
        cpu = found[1] if found else cpu
    return f"{os.cpu_count()} x {cpu}, {platform.system()}, Python {sys.version[:6]}"


async def say(speaker: SpeechWorker, text: str, voice: str) -> bytes:
    """Return speech at 24 kHz."""
    return b"".join([piece.pcm async for piece in speaker.speak(text, voice=voice)])


async def utterance(speaker: SpeechWorker, text: str, voice: str) -> bytes:
    """Return speech as a microphone gives it, at 16 kHz."""
    return LEAD + resample(await say(speaker, text, voice), 24_000, 16_000) + TAIL


def measure_vad(pcm: bytes) -> None:
    """Print what a window costs, in speech and in silence."""
    detector = SpeechProbability()

    def cost_us(audio: bytes) -> float:
        windows = range(0, len(audio) - WINDOW_BYTES + 1, WINDOW_BYTES)
        start = time.process_time()
        for window in windows:
            detector(audio[window : window + WINDOW_BYTES])
        return (time.process_time() - start) / len(windows) * 1e6

    speech_us = cost_us((pcm * (3_000_000 // len(pcm) + 1))[:3_000_000])
    silence_us = cost_us(bytes(3_000_000))
    print("\nVoice activity")
    print(
        f"  {speech_us:6.1f} us per 32 ms of speech = {32_000 / speech_us:.0f} streams"
    )
    print(f"  {silence_us:6.1f} us per 32 ms of digital silence")


async def measure_mouth(speaker: SpeechWorker) -> None:
    """Print how soon and how fast speech comes."""
    text = "Of course. The capital of France is Paris, and the weather there is fine."
    firsts, factors = [], []
    for voice in VOICES:
        start = time.perf_counter()
        first = None
        total = 0
        async for piece in speaker.speak(text, voice=voice):
            first = first or time.perf_counter() - start
            total += len(piece.pcm)
        firsts.append((first or 0) * 1000)
        factors.append((time.perf_counter() - start) / (total / 48_000))
    story = "Once upon a time there was a robot who wanted to see the sea. " * 75

    async def first_piece(voice: str) -> float:
        start = time.perf_counter()
        async for _ in speaker.speak(text, voice=voice):
            return (time.perf_counter() - start) * 1000
        return 0.0

    telling = asyncio.create_task(say(speaker, story, "Kore"))
    await asyncio.sleep(0.02)
    beside = await first_piece("Puck")
    await telling
    many = await asyncio.gather(*(first_piece(voice) for voice in VOICES))
    print("\nSpeech (one worker)")
    print(f"  first piece {statistics.median(firsts):.1f} ms median of 30 voices")
    print(f"  real-time factor {statistics.median(factors):.4f}")
    print(f"  first piece beside a five-minute story: {beside:.1f} ms")
    print(f"  30 speeches at once: last first piece after {max(many):.0f} ms")


@dataclass
class Score:
    """What was made of some sentences."""

    right: int = 0
    of: int = 0
    falsely_accepted: int = 0
    of_unexpected: int = 0
    word_errors: int = 0
    of_words: int = 0
    costs: list[float] = field(default_factory=list)

    def add(self, wanted: str, heard: Hearing, is_expected: bool) -> None:
        """Count one sentence."""
        errors = word_errors(wanted.split(), heard.text.split())
        if is_expected:
            self.of += 1
            self.right += wanted == heard.text
            return
        self.of_unexpected += 1
        is_believed = heard.source in ("grammar", "phrases")
        self.falsely_accepted += is_believed and wanted != heard.text
        self.word_errors += errors
        self.of_words += len(wanted.split())

    def row(self) -> str:
        """Return the figures in words."""
        parts = []
        if self.of:
            parts.append(f"{self.right / self.of:6.1%} exact ({self.right}/{self.of})")
        if self.of_unexpected:
            share = self.falsely_accepted / self.of_unexpected
            parts.append(f"false accepts {share:5.1%}")
            parts.append(f"open WER {self.word_errors / self.of_words:4.0%}")
        return ", ".join(parts)


def word_errors(first: list[str], second: list[str]) -> int:
    """Return how many words differ."""
    row = list(range(len(second) + 1))
    for number, left in enumerate(first):
        above, row[0] = row[0], number + 1
        for index, right in enumerate(second):
            cost = min(row[index + 1] + 1, row[index] + 1, above + (left != right))
            above, row[index + 1] = row[index + 1], cost
    return row[-1]


Audio = dict[tuple[str, str], bytes]


class Baseline:
    """Pocketsphinx as it comes: its own language model, its own settings."""

    def __init__(self) -> None:
        import pocketsphinx

        self._decoder = pocketsphinx.Decoder(loglevel="FATAL")

    def hear(self, pcm: bytes) -> Hearing:
        """Return what it makes of an utterance."""
        self._decoder.start_utt()
        self._decoder.process_raw(pcm)
        self._decoder.end_utt()
        found = self._decoder.hyp()
        return Hearing(found.hypstr if found else "", "open")


async def hear(recogniser: SphinxRecogniser, pcm: bytes, words: Vocabulary) -> Hearing:
    """Feed an utterance as fast as possible."""
    listener = recogniser.listen(words)
    listener.feed(pcm)
    hearing = await listener.finish()
    listener.drop()
    return hearing


async def measure_ears(recogniser: SphinxRecogniser, audio: Audio, step: int) -> None:
    """Print how well each group of voices is understood, and by what."""
    expected = set(sentences(EXPECTED, step))
    baseline = Baseline()
    print("\nRecognition: sentences of the grammar / other sentences")
    nothing = Vocabulary()
    for group, voices in GROUPS.items():
        scores = {name: Score() for name in ("plain", "open", "all")}
        for (voice, text), pcm in audio.items():
            if voice not in voices:
                continue
            is_expected = text in expected
            scores["plain"].add(text, baseline.hear(pcm), is_expected)
            heard = await asyncio.gather(
                hear(recogniser, pcm, nothing),
                hear(recogniser, pcm, VOCABULARY),
            )
            for name, hearing in zip(("open", "all"), heard, strict=True):
                scores[name].add(text, hearing, is_expected)
        print(f"  {group}")
        print(f"    pocketsphinx as it comes   {scores['plain'].row()}")
        print(f"    ours, no vocabulary        {scores['open'].row()}")
        print(f"    ours, grammar and phrases  {scores['all'].row()}", flush=True)


async def measure_speed(recogniser: SphinxRecogniser, audio: Audio) -> None:
    """Print what listening costs and how soon the answer is there."""
    import psutil

    chosen = [
        pcm
        for (voice, text), pcm in audio.items()
        if voice == USER_VOICE and 2.0 < len(pcm) / 32_000 < 3.6
    ][:12]
    processes = [psutil.Process(number) for number in recogniser.process_ids]

    def cpu_s() -> float:
        times = [process.cpu_times() for process in processes]
        return sum(t.user + t.system for t in times)

    before = cpu_s()
    for pcm in chosen:
        await hear(recogniser, pcm, VOCABULARY)
    seconds = sum(len(pcm) for pcm in chosen) / 32_000
    factor = (cpu_s() - before) / seconds
    delays = []
    size = CHUNK_MS * 32
    for pcm in chosen:
        listener = recogniser.listen(VOCABULARY, lambda text: None)
        start = time.perf_counter()
        for number, offset in enumerate(range(0, len(pcm), size)):
            wait = start + number * CHUNK_MS / 1000 - time.perf_counter()
            await asyncio.sleep(max(0.0, wait))
            listener.feed(pcm[offset : offset + size])
        end = time.perf_counter()
        await listener.finish()
        delays.append((time.perf_counter() - end) * 1000)
        listener.drop()
    delays.sort()
    print("\nListening")
    print(f"  real-time factor {factor:.2f} = {1 / factor:.1f} talkers per core")
    print(
        f"  text after the end, fed in real time: {statistics.median(delays):.0f} ms "
        f"median, {delays[-1]:.0f} ms at most ({len(delays)} utterances of "
        f"{seconds / len(chosen):.1f} s)"
    )


def read_clips(folder: Path) -> Iterable[tuple[str, bytes]]:
    """Yield text and audio of recordings."""
    for line in (folder / "index.tsv").read_text(encoding="utf-8").splitlines():
        name, text = line.split("\t")
        with contextlib.closing(wave.open(str(folder / name))) as file:
            yield text, LEAD + file.readframes(file.getnframes()) + TAIL


async def measure_clips(recogniser: SphinxRecogniser, folder: Path) -> None:
    """Print how people are understood without a vocabulary."""
    ours, plain = Score(), Score()
    baseline = Baseline()
    for text, pcm in read_clips(folder):
        ours.add(text, await hear(recogniser, pcm, Vocabulary()), False)
        plain.add(text, baseline.hear(pcm), False)
    print("\nRecordings of people, no vocabulary")
    print(f"  pocketsphinx as it comes  {plain.row()}")
    print(f"  ours                      {ours.row()}")


async def main(options: argparse.Namespace) -> int:
    """Measure everything."""
    step = 3 if options.quick else 1
    print(machine())
    async with SpeechWorker() as speaker, SphinxRecogniser() as recogniser:
        start = time.perf_counter()
        await speaker.ready()
        await recogniser.ready()
        print(f"both workers ready after {time.perf_counter() - start:.2f} s")
        texts = [*sentences(EXPECTED, step), *sentences(UNEXPECTED, step)]
        audio = {
            (voice, text): await utterance(speaker, text, voice)
            for voices in GROUPS.values()
            for number, voice in enumerate(voices)
            # Of a group, each voice says its share of the sentences.
            for text in texts[number :: len(voices)]
        }
        measure_vad(b"".join(list(audio.values())[:10]))
        await measure_mouth(speaker)
        recogniser.prepare(VOCABULARY)
        await measure_speed(recogniser, audio)
        await measure_ears(recogniser, audio, step)
        if options.clips:
            await measure_clips(recogniser, options.clips)
    return 0


def parse_arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="a third of the sentences")
    parser.add_argument("--clips", type=Path, help="a folder of recordings")
    return parser.parse_args()


if __name__ == "__main__":
    raise SystemExit(asyncio.run(main(parse_arguments())))
