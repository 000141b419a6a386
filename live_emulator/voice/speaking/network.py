"""hibari's English network: from text to spectra, and when each word begins.

This uses what hibari does not promise: the steps between text and sound. A test
names what changed when a version breaks them (`test_network.py`); hence the narrow
range of versions in pyproject.toml.
"""

import json
import re
from bisect import bisect_left
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import accumulate
from pathlib import Path

import hibari
import numpy as np
import onnxruntime
from hibari.g2p import G2P
from hibari.g2p.normalize import normalize
from hibari.voices import DEFAULT, VOICES
from numpy.typing import NDArray

from live_emulator.voice.speaking.installed import what_is_wrong
from live_emulator.voice.speaking.synthesis import FRAME_MS, Spectra

__all__ = ["DamagedModel", "EnglishNetwork", "Utterance"]

_DURATIONS = b"/Round_output_0"
"""The tensor inside the network that holds how long each phoneme lasts."""
_DURATION_MS = 2 * FRAME_MS
"""Its unit."""
_EARLY_MS = 60.0
"""How far the sound of a phoneme is before the place that the durations give it:
measured, 60 ms on average and never more than 40 ms off that."""
_WORD = re.compile(r"\S+")


def at_pace(frames: int, pace: float) -> NDArray[np.intp]:
    """Return which of some frames to speak to be faster by a factor."""
    # arange alone may count one too many: 138 frames at a pace of 1.15, for example.
    chosen = np.arange(0, frames, pace).astype(np.intp)
    return chosen[chosen < frames]


class DamagedModel(RuntimeError):
    """The model's file is not the one that was published."""


@dataclass(frozen=True)
class Utterance:
    """A text as the network says it."""

    spectra: Spectra
    marks: tuple[tuple[int, float], ...]
    """For each word its index in the text, and when it begins, in ms."""


class EnglishNetwork:
    """The network with what it needs to read a text, loaded once."""

    def __init__(self) -> None:
        assets = Path(hibari.__file__).parent / "assets"
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        if wrong := what_is_wrong():
            raise DamagedModel(wrong)
        model = (assets / VOICES[DEFAULT]["file"]).read_bytes()
        self._session = onnxruntime.InferenceSession(
            _with_output(model, _DURATIONS),
            options,
            providers=["CPUExecutionProvider"],
        )
        self._ids = json.loads((assets / "vocab.json").read_text(encoding="utf-8"))
        self._g2p = G2P()
        self.say("Unforeseeable quixotry.", 1.0)  # loads what is loaded at first use

    def say(self, text: str, pace: float) -> Utterance | None:
        """Say a sentence of at most a few hundred characters, faster by a factor.

        None if there is nothing in it that can be said in English.
        """
        phonemes, words = self._read(text)
        places = [i for i, phoneme in enumerate(phonemes) if phoneme in self._ids]
        if not places:
            return None
        ids = [0, *(self._ids[phonemes[i]] for i in places), 0]
        *parts, durations = self._session.run(
            None,
            {
                "ids": np.array([ids], np.int64),
                "speed": np.ones(1, np.float32),
            },
        )
        # The network's own speed moves in steps: it rounds each phoneme to 25 ms.
        frames = at_pace(parts[0].shape[-1], pace)
        spectra = Spectra(*(part[0][..., frames] for part in parts))
        begins = list(accumulate(map(float, durations.ravel())))
        marks = [
            (
                index,
                (begins[bisect_left(places, phoneme)] * _DURATION_MS - _EARLY_MS)
                / pace,
            )
            for index, phoneme in words
            if phoneme <= places[-1]
        ]
        return Utterance(spectra, tuple(marks))

    def _read(self, text: str) -> tuple[str, list[tuple[int, int]]]:
        """Return phonemes, and for each word its index in the text and in them."""
        spoken = normalize(text)
        places = _places(text, spoken)
        phonemes = ""
        words: list[tuple[int, int]] = []
        end = 0
        for token in self._g2p.phonemize_tokens(self._g2p.tokenize(spoken)):
            start = max(end, spoken.find(token.text, end))
            end = start + len(token.text)
            if token.phonemes and places and places[0][0] < end:
                while places and places[0][0] < end:
                    origin = places.pop(0)[1]
                words.append((origin, len(phonemes)))
            phonemes += (token.phonemes or "") + (" " if token.whitespace else "")
        return phonemes, words


def _places(text: str, spoken: str) -> list[tuple[int, int]]:
    """Return for the words as they are spoken where in the text they come from.

    "$5" is spoken as two words, "March 3rd, 2026" as another three: of words that
    are written otherwise, as many get a place as there are in the text.
    """
    written = [match.start() for match in _WORD.finditer(text)]
    said = [match.start() for match in _WORD.finditer(spoken)]
    found = []
    matcher = SequenceMatcher(None, text.split(), spoken.split(), autojunk=False)
    for _, from_1, to_1, from_2, to_2 in matcher.get_opcodes():
        last: int | None = None
        for number in range(from_2, to_2):
            word = from_1 + (number - from_2) * (to_1 - from_1) // (to_2 - from_2)
            if word != last and word < to_1:
                found.append((said[number], written[word]))
            last = word
    return found


def _with_output(model: bytes, tensor: bytes) -> bytes:
    """Have a network give one of its inner tensors as its last output.

    A network is a protobuf message, and messages are merged by writing one behind
    the other: field 7 of a model is its graph, 12 of a graph an output, 1 of that
    its name. All lengths are below 128, so each takes one byte.
    """
    name = b"\x0a" + bytes([len(tensor)]) + tensor
    output = b"\x62" + bytes([len(name)]) + name
    return model + b"\x3a" + bytes([len(output)]) + output
