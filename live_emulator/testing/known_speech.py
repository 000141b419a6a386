"""Ears that know beforehand what a test is going to say.

A sentence that was made by the emulator's own voice comes back sample by sample when
a client sends it on, so it can be found in the audio, at once and without an error.
Everything else is left to a real recogniser.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from live_emulator.voice.types import (
    INPUT_RATE_HZ,
    Hearing,
    Listener,
    OnInterim,
    Recogniser,
)

__all__ = ["KnownSpeech", "find_known"]

_PROBES = 12
_PROBE_BYTES = 2 * INPUT_RATE_HZ * 20 // 1000
_ENOUGH = 0.6
"""Part of a sentence's probes that must be there: its ends may be cut off."""


class KnownSpeech:
    """A `Recogniser` that finds known sentences and asks another one for the rest."""

    def __init__(self, others: Recogniser) -> None:
        self._others = others
        self._known: Mapping[str, bytes] = {}

    def expect(self, text: str, pcm: bytes) -> None:
        """Add a sentence and its sound, PCM16 at 16 kHz; from any thread."""
        self._known = {**self._known, text: pcm}

    def listen(
        self, phrases: Sequence[str] = (), on_interim: OnInterim | None = None
    ) -> Listener:
        """Open an utterance; see `Recogniser.listen`."""
        if not self._known:
            return self._others.listen(phrases, on_interim)
        return _Listener(self._known, self._others, phrases)


class _Listener:
    """One utterance, kept until its end."""

    def __init__(
        self, known: Mapping[str, bytes], others: Recogniser, phrases: Sequence[str]
    ) -> None:
        self._known = known
        self._others = others
        self._phrases = phrases
        self._audio = bytearray()
        self._other: Listener | None = None

    def feed(self, pcm: bytes, *, silent: bool = False) -> None:
        """Add audio; see `Listener.feed`."""
        self._audio += pcm

    async def finish(self) -> Hearing:
        """Return what was said; see `Listener.finish`."""
        audio = bytes(self._audio)
        if texts := find_known(audio, self._known):
            return Hearing(" ".join(texts))
        self._other = self._others.listen(self._phrases)
        self._other.feed(audio)
        return await self._other.finish()

    def drop(self) -> None:
        """Forget the utterance; see `Listener.drop`."""
        self._audio.clear()
        if self._other is not None:
            self._other.drop()


@dataclass(frozen=True)
class _Probe:
    """A short stretch of a sentence, loud enough to be like no other."""

    offset: int
    pcm: bytes


def find_known(audio: bytes, known: Mapping[str, bytes]) -> list[str]:
    """Return the sentences that are in the audio, in the order in which they are.

    Where one sentence is a part of another, it is the longer one that is there.
    """
    found: list[tuple[int, int, str]] = []
    for text, pcm in sorted(known.items(), key=lambda item: -len(item[1])):
        start = _start_of(audio, _probes(pcm))
        if start is None:
            continue
        end = start + len(pcm)
        if all(end <= first or start >= last for first, last, _ in found):
            found.append((start, end, text))
    return [text for _, _, text in sorted(found)]


def _start_of(audio: bytes, probes: Iterable[_Probe]) -> int | None:
    """Return where a sentence begins; below 0 if its first sound is missing."""
    starts: list[int] = []
    wanted = 0
    for probe in probes:
        wanted += 1
        position = audio.find(probe.pcm)
        if position >= 0:
            starts.append(position - probe.offset)
    if not starts:
        return None
    start = max(set(starts), key=starts.count)
    return start if starts.count(start) >= _ENOUGH * wanted else None


@lru_cache(maxsize=256)
def _probes(pcm: bytes) -> tuple[_Probe, ...]:
    """Choose the loudest stretch of each twelfth of a sentence."""
    count = len(pcm) // _PROBE_BYTES
    if count == 0:
        return ()
    samples = np.frombuffer(pcm[: count * _PROBE_BYTES], "<i2").astype(np.float64)
    levels = np.square(samples.reshape(count, -1)).mean(axis=1)
    parts = np.array_split(np.arange(count), min(_PROBES, count))
    loudest = [int(part[levels[part].argmax()]) for part in parts]
    return tuple(
        _Probe(at, pcm[at : at + _PROBE_BYTES])
        for at in (index * _PROBE_BYTES for index in loudest)
        if levels[at // _PROBE_BYTES] > 0
    )
