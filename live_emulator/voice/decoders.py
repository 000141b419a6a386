"""The pocketsphinx decoders that listen to an utterance side by side.

Only the worker process imports this module: pocketsphinx holds the interpreter
lock while it works.
"""

import io
import math
import os
import re
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import pocketsphinx
from pocketsphinx.lm import ArpaBoLM

from live_emulator.voice.conditioning import Calibration
from live_emulator.voice.jsgf import SLOT, Network
from live_emulator.voice.pronunciation import Pronouncer

__all__ = [
    "FRAME_MS",
    "SLOT_WORDS",
    "Ear",
    "HeardSegment",
    "Meter",
    "grammar_ear",
    "is_word",
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

_FILLER = re.compile(r"[<\[+].*|SIL$")
_VARIANT = re.compile(r"\(\d+\)$")

SLOT_WORDS = (
    "about after again all always and another any are around because before being "
    "better between big bring but can change children come could day different does "
    "down each even every family father few find first for friend from garden give "
    "good great green had have heavy her here home house how i into is it just keep "
    "kind know large last leave life like little long look made make many me morning "
    "most mother move much must my name near never new next night no not now of often "
    "old on one only open or other our out over own people place play put quick read "
    "right river room run said same say school see she should show small so some "
    "something station still story street such take tell than that the their them "
    "then there they thing this three time to today together train turn two under up "
    "use very voice walk want was water way we well went were what when where which "
    "white who why will window with word work world would year yellow yes you young"
).split()
"""Stand for anything at all where a grammar has an open slot."""


@dataclass(frozen=True)
class HeardSegment:
    """One word of a hypothesis."""

    word: str
    start_frame: int
    end_frame: int
    badness: float
    """Sum of how much worse than the best sound each frame is; natural log."""


class Ear:
    """One decoder with one search, fed block by block."""

    def __init__(self, decoder: pocketsphinx.Decoder) -> None:
        self._decoder = decoder

    def start(self, means: Sequence[float]) -> None:
        """Begin an utterance in the very same state as every other."""
        self._decoder.set_cmn(",".join(f"{mean:.4f}" for mean in means))
        self._decoder.start_utt()

    def feed(self, pcm: bytes) -> None:
        """Decode some audio."""
        self._decoder.process_raw(pcm)

    def stop(self) -> None:
        """End the utterance; the hypothesis is final then."""
        self._decoder.end_utt()

    def segments(self) -> list[HeardSegment]:
        """Return what was heard so far, pauses and noises included."""
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
        ]

    def sounds(self, word: str) -> list[str]:
        """Return the sounds of a word this ear knows."""
        return (self._decoder.lookup_word(word) or "").split()


def is_word(segment: HeardSegment) -> bool:
    """Tell words from pauses and noises."""
    return not _FILLER.match(segment.word)


class Meter:
    """Measures the mean cepstra of a voice."""

    def __init__(self) -> None:
        with _dictionary([("a", "AH")]) as path:
            self._decoder = pocketsphinx.Decoder(lm=None, dict=path, loglevel="FATAL")

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
    decoder = pocketsphinx.Decoder(fwdflat=False, loglevel="FATAL")
    return Ear(decoder), Pronouncer(decoder.lookup_word)


def sound_ear() -> Ear:
    """Return an ear for bare sounds."""
    with _dictionary([("a", "AH")]) as path:
        decoder = pocketsphinx.Decoder(
            lm=None,
            dict=path,
            allphone=pocketsphinx.get_model_path("en-us/en-us-phone.lm.bin"),
            lw=2.0,
            beam=1e-20,
            pbeam=1e-20,
            loglevel="FATAL",
        )
    return Ear(decoder)


def grammar_ear(network: Network, pronounce: Pronouncer) -> Ear:
    """Return an ear for the sentences of a grammar alone."""
    words = set(network.words)
    has_slot = any(SLOT in arcs for arcs in network.arcs)
    words.update(SLOT_WORDS if has_slot else ())
    decoder, known = _small_decoder(words, pronounce)
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
    words: Iterable[str], pronounce: Pronouncer
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
        decoder = pocketsphinx.Decoder(
            lm=None, dict=path, compallsen=True, fwdflat=False, loglevel="FATAL"
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
                    transitions.append((state, extra, 1.0, filler))
                    transitions.append((extra, extra, 1.0, filler))
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
