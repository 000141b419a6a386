"""The command line of scripts that hold a spoken conversation."""

import argparse
from collections.abc import Sequence

__all__ = ["conversation_parser", "device_of", "parse_conversation"]

_MOST_DIGITS = 4
"""A longer number is no device's; PortAudio can't even take it."""


def conversation_parser(description: str, *, chunk_ms: int) -> argparse.ArgumentParser:
    """Return a parser with the options that all of them have.

    Args:
        description: What the script does, in a sentence or two.
        chunk_ms: The default length of a chunk of the microphone.

    """
    parser = argparse.ArgumentParser(
        description=description,
        epilog="Without a key in .env, the emulator on this machine answers.",
    )
    add = parser.add_argument
    add("--input", metavar="FILE", help="speak this sound file, not the microphone")
    add("--output", metavar="WAV", help="record both sides, you left, the model right")
    system = "(default: the system's)"
    add("--microphone", metavar="DEVICE", help=f"number or part of a name {system}")
    add("--speaker", metavar="DEVICE", help=f"number or part of a name {system}")
    add("--list-devices", action="store_true", help="name the devices, and end")
    range_ms = "10 to 1000 (default: %(default)s)"
    add("--chunk-ms", type=int, default=chunk_ms, metavar="MS", help=range_ms)
    add("--voice", metavar="NAME", help="one of the 30 voices (default: the model's)")
    add("--model", metavar="ID", help="the model (default: LIVE in guide/models.py)")
    add("--backend", choices=("emulator", "service"), help="insist on one of the two")
    add("--verbose", action="store_true", help="list all messages at the end")
    return parser


def parse_conversation(
    parser: argparse.ArgumentParser, arguments: Sequence[str] | None
) -> argparse.Namespace:
    """Read the command line; ends the program if it makes no sense."""
    options = parser.parse_args(arguments)
    if not 10 <= options.chunk_ms <= 1000:
        parser.error("--chunk-ms is a number from 10 to 1000")
    return options


def device_of(wanted: str | None) -> int | str | None:
    """Return a device's number, if it is one, or its name."""
    if wanted and wanted.isdecimal() and len(wanted) <= _MOST_DIGITS:
        return int(wanted)
    return wanted
