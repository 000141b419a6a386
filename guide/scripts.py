"""Run a script of the guide: whatever goes wrong is a sentence, not a traceback.

A script is a coroutine that returns its exit code. What its reader can put right
it raises as a `Problem`; what the guide's own modules and the SDK raise for such
reasons is understood, too. Any other exception is a defect and keeps its traceback.
"""

import asyncio
import io
import os
import sys
from collections.abc import Coroutine
from typing import Any

from guide.audio_files import AudioFileError
from guide.backend_choice import BackendError
from guide.failures import FAILURES, in_words, sentence_of
from guide.voices import UnknownVoice

__all__ = ["Problem", "run"]

INTERRUPTED = 130
"""What shells expect of a program that Ctrl-C ended."""


class Problem(Exception):
    """What went wrong, why, and what to do: sentences for the reader."""


_SENTENCES = (Problem, AudioFileError, BackendError, UnknownVoice)


def run(main: Coroutine[Any, Any, int]) -> int:
    """Run a script to its end, and return its exit code.

    That is 1 after a problem, which is printed on stderr, and 130 after Ctrl-C.
    """
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:  # closed by who started the script
            setattr(sys, name, open(os.devnull, "w"))  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # not every terminal has all letters
    try:
        exit_code = asyncio.run(main)
        sys.stdout.flush()
    except KeyboardInterrupt:
        return INTERRUPTED
    except (*_SENTENCES, *FAILURES, ValueError, ExceptionGroup) as raised:
        error = _first(raised)
        if isinstance(error, BrokenPipeError):
            # The program that read the output (head, for example) has seen enough.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return 0
        if isinstance(error, _SENTENCES):
            print(error, file=sys.stderr)
        elif isinstance(error, FAILURES):
            print(in_words(error), file=sys.stderr)
        elif told := sentence_of(error):
            print(told, file=sys.stderr)
        else:
            raise
        return 1
    return exit_code


def _first(error: Exception) -> Exception:
    """Return the exception with which a group of tasks began to fail."""
    while isinstance(error, ExceptionGroup):
        error = error.exceptions[0]
    return error
