"""Read a text file aloud into a WAV file, in any of the 30 voices.

    python chapter_04/text-to-speech.py chapter_04/the-reserve.txt --voice Kore
    echo "Good morning." | python chapter_04/text-to-speech.py - --output morning.wav

A bar shows how far it is; then come the length of the speech and the name of the
file. A long text is read in turns of whole sentences, some at the same time. Ctrl-C
ends it, and keeps what has been read. text-to-speech.ipynb explains the parts.
"""

import argparse
import re
import sys
from collections.abc import Sequence
from difflib import SequenceMatcher
from itertools import takewhile
from pathlib import Path
from typing import BinaryIO

try:
    from google import genai

    from chapter_01.exchange import OUTPUT_RATE_HZ, Answer
    from chapter_04.reading import read_turn, read_turns
    from chapter_04.text_turns import LONGEST_TURN, turns_of
    from guide import backend
    from guide.audio_files import check_output, write_wav
    from guide.interrupts import interruptible
    from guide.scripts import Problem, run
    from guide.voices import DEFAULT_VOICE, VOICES, voice_named
except ModuleNotFoundError as missing:
    sys.exit(
        f"The package {missing.name} is not installed here. Run python3 guide.py once, "
        "then run this script with the Python in .venv."
    )
except KeyboardInterrupt:
    sys.exit(130)

PAUSE_S = 0.3
"""Silence between two turns."""

MAX_CHARACTERS = 200_000
"""About three hours of speech."""

MOST_BYTES = 4 * MAX_CHARACTERS + 4
"""More is not read; a device such as /dev/zero never ends."""

MUST_FIT = 0.8
"""Share of the words; numbers and abbreviations may be written differently."""


def parse_arguments(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description="Read a text file aloud into a WAV file.",
        epilog="Without a key in .env, the emulator on this machine reads.",
    )
    add = parser.add_argument
    default = "(default: %(default)s)"
    add("text", metavar="FILE", nargs="?", help="a text file (UTF-8), or - for stdin")
    add("--output", metavar="WAV", default="speech.wav", help=f"the speech {default}")
    add("--voice", metavar="NAME", default=DEFAULT_VOICE, help=f"who reads {default}")
    add("--model", metavar="ID", help="the model (default: LIVE in guide/models.py)")
    add("--backend", choices=("emulator", "service"), help="insist on one of the two")
    longest = f"characters in a turn {default}"
    add("--longest", metavar="N", type=int, default=LONGEST_TURN, help=longest)
    add("--at-once", metavar="N", type=int, default=3, help=f"sessions {default}")
    add("--list-voices", action="store_true", help="name the voices, and end")
    options = parser.parse_args(arguments)
    if not options.list_voices and options.text is None:
        parser.error("name a text file, or - to read from standard input")
    if options.longest < 40 or not 1 <= options.at_once <= 50:
        parser.error("--longest takes 40 or more, --at-once 1 to 50")
    return options


async def main(options: argparse.Namespace) -> int:
    """Do what the command line asks, and return the exit code."""
    if options.list_voices:
        print("\n".join(f"{name:15}{word}" for name, word in VOICES.items()))
        return 0
    turns = turns_of(load(options.text), options.longest)
    if not turns:
        raise Problem("There is nothing to read in the text, only blanks or signs.")
    voice = voice_named(options.voice)
    source = None if options.text == "-" else options.text
    check_output(options.output, source, answer="speech", question="text")
    live = backend.ensure(options.backend)
    client, model = genai.Client(), options.model or live.live_model
    done: dict[str, Answer] = {}

    async def read(turn: str) -> Answer:
        if turn not in done:
            done[turn] = await read_turn(client, model, turn, voice)
        show_progress(turns, done)
        return done[turn]

    show_progress(turns, done)
    try:
        await read_turns(read, turns, options.at_once)
    finally:
        if sys.stderr.isatty():
            print(file=sys.stderr)
        ready = list(takewhile(lambda turn: turn in done, turns))
        save(options.output, [done[turn] for turn in ready], len(turns))
    if not any(answer.pcm for answer in done.values()):
        raise Problem("The model said nothing. Try another text, or another model.")
    for number, turn in enumerate(turns, 1):
        if not fits(turn, done[turn].said):
            said = done[turn].said.strip()
            print(f"turn {number} was not read word for word, but: {said}")
    return 0


def load(name: str) -> str:
    """Return the text of a file; raise a Problem if there is none."""
    try:
        with interruptible(), open_text(name) as file:
            data = file.read(MOST_BYTES)
        text = data.decode(
            "utf-8-sig", "ignore" if len(data) == MOST_BYTES else "strict"
        )
    except UnicodeDecodeError:
        raise Problem(f"{name} is not a text file in UTF-8; save it as one.") from None
    except FileNotFoundError:
        raise Problem(f"There is no file {name}.") from None
    except OSError as error:
        raise Problem(f"{name} can't be read: {error.strerror}.") from None
    if len(text) > MAX_CHARACTERS:
        raise Problem(
            f"{name} has more than {MAX_CHARACTERS:,} characters, hours of speech; cut "
            "it into files of at most so many."
        )
    return text


def open_text(name: str) -> BinaryIO:
    """Open a file, or for - what is piped into the script."""
    return sys.stdin.buffer if name == "-" else Path(name).open("rb")


def show_progress(turns: list[str], done: dict[str, Answer]) -> None:
    """Draw the bar: characters read, turns, and how much speech that is."""
    read = [turn for turn in turns if turn in done]
    share = sum(map(len, read)) / sum(map(len, turns))
    speech_s = sum(len(answer.pcm) for answer in done.values()) / 2 / OUTPUT_RATE_HZ
    bar = (
        f"[{'#' * round(share * 30):30}] {share:4.0%}  turn {len(read)} of {len(turns)}"
    )
    line = f"{bar}, {speech_s:.1f} s of speech"
    if sys.stderr.isatty():
        print(f"\r{line}", end="", file=sys.stderr, flush=True)
    else:
        print(line, file=sys.stderr)


def save(output: str, answers: list[Answer], wanted: int) -> None:
    """Write what has been read, turn behind turn."""
    pause = bytes(2 * round(PAUSE_S * OUTPUT_RATE_HZ))
    pcm = pause.join(answer.pcm for answer in answers)
    if not pcm:
        return
    write_wav(output, pcm, OUTPUT_RATE_HZ)
    print(f"saved: {output} ({len(pcm) / 2 / OUTPUT_RATE_HZ:.1f} s)")
    if len(answers) < wanted:
        print(f"It holds {len(answers)} of {wanted} turns; the others were not read.")


def fits(turn: str, said: str) -> bool:
    """Tell whether the transcript holds the words of the turn."""
    wanted, got = (re.findall(r"\w+", text.lower()) for text in (turn, said))
    return SequenceMatcher(None, wanted, got, autojunk=False).ratio() >= MUST_FIT


if __name__ == "__main__":
    raise SystemExit(run(main(parse_arguments())))
