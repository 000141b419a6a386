"""How well the emulator hears, and what it costs, beside its earlier ears.

python benchmarks/voice.py [--quick] [--earlier COMMIT]

The earlier ears (pocketsphinx) run from a worktree of the repository, with their
packages in a folder of their own, on the very same recordings:

- people: the 14 clips with known words in pocketsphinx's source package,
- the 30 voices of the emulator, each with its share of the sentences,
- both with 20, 10 and 5 dB of noise, and at 8 kHz as on the telephone,
- a hundred noises in which nobody speaks (of the tests).

A word error rate counts wrong, missing and added words. Numbers are compared in
words; case and punctuation do not count. Git and a package index are needed.
"""

import argparse
import asyncio
import json
import os
import re
import subprocess
import sys
import tarfile
import tempfile
import wave
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.machine import describe_machine
from live_emulator.voice import VOICES, SpeechWorker, resample
from tests.live_emulator.voice.noises import noises
from tests.live_emulator.voice.word_errors import word_errors, words

EARLIER = "dbcacbd"
"""The last commit that heard with pocketsphinx."""
EARLIER_PACKAGES = ("pocketsphinx==5.1.1", "espeakng-loader==0.2.4")
CLIPS = "pocketsphinx==5.1.1"

REPOSITORY = Path(__file__).resolve().parents[1]
RATE_HZ = 16_000
AROUND = bytes(RATE_HZ // 2)
"""A quarter of a second of silence before and behind."""

AUSTEN = "librivox/sense_and_sensibility_01_austen_64kb-"
PEOPLE = {
    f"{AUSTEN}0870.wav": (
        "and mister john dashwood had then leisure to consider how much there might "
        "be prudently in his power to do for them"
    ),
    f"{AUSTEN}0880.wav": "he was not an ill disposed young man",
    f"{AUSTEN}0890.wav": (
        "unless to be rather cold hearted and rather selfish is to be ill disposed"
    ),
    f"{AUSTEN}0920.wav": (
        "had he married a more amiable woman he might have been made still more "
        "respectable than he was"
    ),
    f"{AUSTEN}0930.wav": "he might even have been made amiable himself",
    "cards/001.wav": "ten of clubs",
    "cards/002.wav": "four queen of clubs",
    "cards/003.wav": "seven of clubs",
    "cards/004.wav": "five five",
    "cards/005.wav": "eight of spades four of clubs seven of hearts",
    "goforward.raw": "go forward ten meters",
    "something.raw": "go somewhere and do something",
    "numbers.raw": "thirty three four six ninety two",
    "tidigits/dhd.2934z.raw": "two nine three four zero",
}

SENTENCES = """
What is seventeen plus twenty five? Remember that my favorite color is blue.
Tell me a long story about a dragon. Please turn off the bedroom light.
Why is the sky blue? I would like a large coffee with milk.
Can you help me write a letter to my sister? I think we should go home now.
It was a dark and stormy night. The train leaves from platform nine.
I need to book a flight to London. How do I make an omelette?
My computer is very slow today. What was the score of the game last night?
The meeting was moved to next week. What should I cook for dinner tonight?
Is it going to be cold in the evening? They bought a house near the river.
Read the first chapter of the book. I lost my wallet at the station.
Dim the lights to thirty percent and make them blue. Thank you, goodbye.
How is Apple doing on the stock market? What is the price of the soup?
Good morning, how are you? What time is it in Tokyo? Hello. Yes, please.
Open the garden door. What number did I ask you to remember?
"""


@dataclass(frozen=True)
class Recording:
    """Something to hear."""

    group: str
    text: str
    """What is said, empty if nobody speaks."""
    pcm: bytes


def people(folder: Path) -> Iterator[Recording]:
    """Yield the clips of pocketsphinx's source package, which is downloaded."""
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
    command += ["--no-binary", ":all:", "--dest", str(folder), CLIPS]
    subprocess.run(command, check=True, stderr=subprocess.DEVNULL)
    (archive,) = folder.glob("pocketsphinx-*.tar.gz")
    with tarfile.open(archive) as package:
        package.extractall(folder, filter="data")
    for name, text in PEOPLE.items():
        path = folder / archive.name.removesuffix(".tar.gz") / "test" / "data" / name
        if name.endswith(".raw"):
            pcm = path.read_bytes()
        else:
            with wave.open(str(path)) as file:
                pcm = file.readframes(file.getnframes())
        yield Recording("people", text, AROUND + pcm + AROUND)


async def voices(is_quick: bool) -> list[Recording]:
    """Return what the emulator's voices say: every fifth sentence of each.

    Or one sentence of every third voice.
    """
    sentences = re.findall(r"[^.?]+[.?]", " ".join(SENTENCES.split()))
    spoken = []
    async with SpeechWorker() as speaker:
        for number, voice in enumerate(list(VOICES)[:: 3 if is_quick else 1]):
            step = len(sentences) if is_quick else 5
            for text in sentences[3 * number % step :: step]:
                pieces = [p.pcm async for p in speaker.speak(text.strip(), voice=voice)]
                pcm = resample(b"".join(pieces), 24_000, RATE_HZ)
                spoken.append(Recording("voices", text, AROUND + pcm + AROUND))
    return spoken


def spoiled(recording: Recording, number: int) -> Iterator[Recording]:
    """Yield a recording as it is, with noise, and as on the telephone."""
    yield recording
    samples = np.frombuffer(recording.pcm, "<i2").astype(np.float64)
    loud = samples[np.abs(samples) > np.abs(samples).max() / 20]
    level = np.sqrt((loud**2).mean())
    noise = np.random.default_rng(number).standard_normal(len(samples)) * level
    for decibels in (20, 10, 5):
        noisy = np.clip(samples + noise * 10 ** (-decibels / 20), -32768, 32767)
        pcm = noisy.astype("<i2").tobytes()
        yield Recording(f"{recording.group}, {decibels} dB", recording.text, pcm)
    narrow = resample(resample(recording.pcm, RATE_HZ, 8_000), 8_000, RATE_HZ)
    yield Recording(f"{recording.group}, 8 kHz", recording.text, narrow)


class Earlier:
    """The repository as it was, with the packages it needed then."""

    def __init__(self, folder: Path, commit: str) -> None:
        self._tree = folder / "tree"
        packages = folder / "packages"
        _git("worktree", "add", "--quiet", "--detach", str(self._tree), commit)
        command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps"]
        command += ["--target", str(packages), *EARLIER_PACKAGES]
        subprocess.run(command, check=True, stderr=subprocess.DEVNULL)
        path = os.pathsep.join([str(self._tree), str(packages)])
        self.environment = {**os.environ, "PYTHONPATH": path}

    def run(self, script: Path, *arguments: str) -> str:
        """Return what one of the benchmarks prints there."""
        return _run(script, arguments, self._tree, self.environment)

    def remove(self) -> None:
        """Leave nothing in the repository."""
        _git("worktree", "remove", "--force", str(self._tree))


def _git(*arguments: str) -> None:
    subprocess.run(["git", "-C", str(REPOSITORY), *arguments], check=True)


def _run(
    script: Path, arguments: tuple[str, ...], folder: Path, environment: dict[str, str]
) -> str:
    command = [sys.executable, str(script), *arguments]
    done = subprocess.run(
        command, cwd=folder, env=environment, check=True, stdout=subprocess.PIPE
    )
    return done.stdout.decode()


def print_errors(recordings: list[Recording], heard: Mapping[str, list[str]]) -> None:
    """Print a table of word error rates, a row for each group."""
    print(f"\n{'words that are wrong':<24}{'words':>7}" + _row(list(heard)))
    for group in dict.fromkeys(one.group for one in recordings):
        chosen = [n for n, one in enumerate(recordings) if one.group == group]
        if group == "noise":
            falsely = [
                str(sum(bool(texts[n]) for n in chosen)) for texts in heard.values()
            ]
            print(f"{'heard in noises':<24}{len(chosen):>7}" + _row(falsely))
            continue
        count = sum(len(words(recordings[n].text)) for n in chosen)
        rates = [
            sum(word_errors(recordings[n].text, texts[n]) for n in chosen) / count
            for texts in heard.values()
        ]
        print(f"{group:<24}{count:>7}" + _row([f"{rate:.1%}" for rate in rates]))


def _row(cells: list[str]) -> str:
    return "".join(f"{cell:>12}" for cell in cells)


async def main(options: argparse.Namespace) -> None:
    """Measure and print."""
    print(describe_machine())
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        spoken = [*people(folder), *await voices(options.quick)]
        recordings = [
            one for n, recording in enumerate(spoken) for one in spoiled(recording, n)
        ]
        sounds = [Recording("noise", "", pcm) for _, pcm in noises()]
        recordings += sounds[:: 5 if options.quick else 1]
        audio = folder / "audio"
        audio.mkdir()
        for number, recording in enumerate(recordings):
            (audio / f"{number:05}.pcm").write_bytes(recording.pcm)
        earlier = Earlier(folder, options.earlier)
        try:
            compare(recordings, audio, earlier, options.rounds)
        finally:
            earlier.remove()


def compare(
    recordings: list[Recording], audio: Path, earlier: Earlier, rounds: int
) -> None:
    """Print what both make of the recordings, and how long they take."""
    script = Path(__file__).with_name("hear_folder.py")
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
    found = {
        "earlier": json.loads(earlier.run(script, str(audio))),
        "now": json.loads(_run(script, (str(audio),), REPOSITORY, environment)),
    }
    heard = {name: list(one["texts"].values()) for name, one in found.items()}
    print_errors(recordings, heard)
    costs = [f"{one['processor_s'] / one['audio_s']:.3f}" for one in found.values()]
    sizes = [f"{one['memory_mb']:.0f}" for one in found.values()]
    print(f"{'processor, s a second':<31}" + _row(costs))
    print(f"{'memory of a worker, MB':<31}" + _row(sizes), flush=True)
    if not rounds:
        return
    for benchmark in ("latency", "speakers"):
        arguments = ("--rounds", str(rounds))
        arguments += (
            ("--silence",) if benchmark == "latency" else ("--speakers", "1", "4")
        )
        print(f"\n{benchmark}.py, earlier:", flush=True)
        print(earlier.run(Path("benchmarks") / f"{benchmark}.py", *arguments))
        print(f"{benchmark}.py, now:", flush=True)
        path = Path(__file__).with_name(f"{benchmark}.py")
        print(_run(path, arguments, REPOSITORY, environment), flush=True)


def parse_arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="a tenth of it")
    parser.add_argument("--earlier", default=EARLIER, help="a commit to compare with")
    parser.add_argument(
        "--rounds", type=int, default=2, help="of the delays; 0 leaves them out"
    )
    return parser.parse_args()


if __name__ == "__main__":
    asyncio.run(main(parse_arguments()))
