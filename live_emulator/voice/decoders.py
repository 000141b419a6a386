"""The pocketsphinx decoders that listen to an utterance side by side.

Only the worker process imports this module: pocketsphinx holds the interpreter
lock while it works.
"""

import io
import math
import os
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager

import pocketsphinx
from pocketsphinx.lm import ArpaBoLM

from live_emulator.voice.hearing.conditioning import Calibration
from live_emulator.voice.jsgf import SLOT, Network
from live_emulator.voice.judging import SLOT_PREFIX, HeardSegment
from live_emulator.voice.pronunciation import Pronouncer
from live_emulator.voice.unheard import decent_entries

__all__ = [
    "FRAME_MS",
    "SLOT_WORDS",
    "Ear",
    "Meter",
    "grammar_ear",
    "open_ear",
    "phrase_ear",
    "sound_ear",
]

FRAME_MS = 10
"""What pocketsphinx counts time in."""

_START_MEANS = (40.0, 3.0, -1.0, *[0.0] * 10)
_MEAN_WEIGHT = 500
"""How many frames the means in force weigh when pocketsphinx updates them."""
_SPEECH_SHARE = 0.6
"""Part of an utterance that counts as speech for its means, the rest as pause."""

_FILLER = re.compile(r"[<\[+(].*|SIL$")
_VARIANT = re.compile(r"\(\d+\)$")

SLOT_WORDS = "a the see go do pick new they buy her that wolf thing run".split()
"""Stand for anything at all where a grammar has an open slot.

Few short words that differ in their sounds: which of them is heard does not matter,
only where the slot begins and ends. With 150 words decoding took 60 times as long.
"""


class Ear:
    """One decoder with one search, fed block by block."""

    def __init__(self, decoder: pocketsphinx.Decoder) -> None:
        self._decoder = decoder

    def start(self, means: Sequence[float]) -> None:
        """Begin an utterance in the very same state as every other."""
        self._decoder.set_cmn(",".join(f"{mean:.4f}" for mean in means))
        self._decoder.start_stream()  # Forgets what noise there was.
        self._decoder.start_utt()

    def feed(self, pcm: bytes) -> None:
        """Decode some audio."""
        self._decoder.process_raw(pcm)

    def stop(self) -> None:
        """End the utterance; the hypothesis is final then."""
        self._decoder.end_utt()

    def segments(self) -> list[HeardSegment]:
        """Return what was heard so far, without pauses and noises."""
        if self._decoder.hyp() is None:
            return []
        return [
            HeardSegment(
                _VARIANT.sub("", segment.word),
                segment.start_frame,
                segment.end_frame,
                -math.log(max(segment.ascore, 1e-300)),
            )
            for segment in self._decoder.seg()
            if not _FILLER.match(segment.word)
        ]

    def sounds(self, word: str) -> list[str]:
        """Return the sounds of a word this ear knows."""
        return (self._decoder.lookup_word(word) or "").split()


class Meter:
    """Measures the mean cepstra of a voice."""

    def __init__(self) -> None:
        self._decoder = _sound_decoder()

    def means(self, calibration: Calibration) -> list[float]:
        """Return the means that suit an utterance."""
        speech = self._measure(calibration.speech)
        pause = self._measure(calibration.pause)
        if speech is None or pause is None:
            return list(_START_MEANS)
        return [
            _SPEECH_SHARE * loud + (1 - _SPEECH_SHARE) * quiet
            for loud, quiet in zip(speech, pause, strict=True)
        ]

    def _measure(self, pcm: bytes) -> list[float] | None:
        frames = len(pcm) // 320 - 2
        if frames < 5:
            return None
        decoder = self._decoder
        decoder.set_cmn(",".join(map(str, _START_MEANS)))
        decoder.start_stream()
        decoder.start_utt()
        decoder.process_raw(pcm, no_search=True)
        decoder.end_utt()
        updated = [float(mean) for mean in decoder.get_cmn(True).split(",")]
        # Pocketsphinx has mixed the new means into the old ones: take them out.
        share = (_MEAN_WEIGHT + frames) / frames
        return [
            old + (new - old) * share
            for old, new in zip(_START_MEANS, updated, strict=True)
        ]


def open_ear() -> tuple[Ear, Pronouncer]:
    """Return an ear for anything in English, and its dictionary."""
    complete = pocketsphinx.get_model_path("en-us/cmudict-en-us.dict")
    with open(complete, encoding="utf-8") as entries:
        decent = "".join(decent_entries(entries))
    with _file(decent, ".dict") as path:
        decoder = pocketsphinx.Decoder(
            dict=path, fwdflat=False, maxhmmpf=3000, maxwpf=10, loglevel="FATAL"
        )
    return Ear(decoder), Pronouncer(decoder.lookup_word)


def sound_ear() -> Ear:
    """Return an ear for bare sounds."""
    return Ear(_sound_decoder())


def _sound_decoder() -> pocketsphinx.Decoder:
    with _dictionary([("a", "AH")]) as path:
        return pocketsphinx.Decoder(
            lm=None,
            dict=path,
            allphone=pocketsphinx.get_model_path("en-us/en-us-phone.lm.bin"),
            lw=2.0,
            beam=1e-20,
            pbeam=1e-20,
            loglevel="FATAL",
        )


def grammar_ear(network: Network, pronounce: Pronouncer) -> Ear:
    """Return an ear for the sentences of a grammar alone."""
    words = set(network.words)
    has_slot = any(SLOT in arcs for arcs in network.arcs)
    words.update(SLOT_PREFIX + word for word in SLOT_WORDS if has_slot)

    def pronounce_all(word: str) -> list[str]:
        return pronounce(word.removeprefix(SLOT_PREFIX))

    decoder, known = _small_decoder(words, pronounce_all)
    decoder.add_fsg("grammar", _word_graph(decoder, network, known))
    decoder.activate_search("grammar")
    return Ear(decoder)


def phrase_ear(sentences: Iterable[Sequence[str]], pronounce: Pronouncer) -> Ear:
    """Return an ear for anything that is made like some sentences."""
    lines = [list(sentence) for sentence in sentences]
    words = {word for line in lines for word in line}
    decoder, known = _small_decoder(words, pronounce)
    text = "".join(
        f"<s> {' '.join(line)} </s>\n"
        for line in ([word for word in line if word in known] for line in lines)
        if line
    )
    if not text:
        raise ValueError("none of the words can be pronounced")
    model = ArpaBoLM(text=text)
    model.compute()
    buffer = io.StringIO()
    model.write(buffer)
    with _file(buffer.getvalue(), ".lm") as path:
        decoder.add_lm_file("phrases", path)
    decoder.activate_search("phrases")
    return Ear(decoder)


def _small_decoder(
    words: Iterable[str], pronounce: Callable[[str], list[str]]
) -> tuple[pocketsphinx.Decoder, set[str]]:
    """Return a decoder that knows these words alone, and those it knows."""
    entries: list[tuple[str, str]] = []
    known: set[str] = set()
    for word in sorted(words):
        for number, sounds in enumerate(pronounce(word), start=1):
            entries.append((word if number == 1 else f"{word}({number})", sounds))
            known.add(word)
    if not entries:
        raise ValueError("none of the words can be pronounced")
    with _dictionary(entries) as path:
        # Scores of all senones are needed to tell how good the best ones are.
        # Words must earn their place, or one more is heard in the pause behind.
        decoder = pocketsphinx.Decoder(
            lm=None,
            dict=path,
            compallsen=True,
            fwdflat=False,
            wip=0.05,
            silprob=0.5,
            loglevel="FATAL",
        )
    return decoder, known


def _word_graph(
    decoder: pocketsphinx.Decoder, network: Network, known: set[str]
) -> pocketsphinx.FsgModel:
    transitions: list[tuple[int, int, float] | tuple[int, int, float, str]] = []
    final = len(network.arcs)
    extra = final
    for state, arcs in enumerate(network.arcs):
        for word, target in arcs.items():
            if word == SLOT:
                extra += 1
                for filler in SLOT_WORDS:
                    name = SLOT_PREFIX + filler
                    transitions.append((state, extra, 1.0, name))
                    transitions.append((extra, extra, 1.0, name))
                transitions.append((extra, target, 1.0))
            elif word in known:
                transitions.append((state, target, 1.0, word))
    transitions += [(state, final, 1.0) for state in network.finals]
    return decoder.create_fsg("grammar", 0, final, transitions)


@contextmanager
def _dictionary(entries: Iterable[tuple[str, str]]) -> Iterator[str]:
    with _file("".join(f"{w} {s}\n" for w, s in entries), ".dict") as path:
        yield path


@contextmanager
def _file(text: str, suffix: str) -> Iterator[str]:
    """Give the path of a file with some text in it, for as long as it is read."""
    handle, path = tempfile.mkstemp(suffix=suffix, prefix="live-emulator-")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        yield path
    finally:
        os.unlink(path)
