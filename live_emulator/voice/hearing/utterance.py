"""One utterance on its way through the ears, block by block."""

from collections.abc import Callable, Sequence

from live_emulator.voice.hearing.conditioning import (
    BLOCK_BYTES,
    Calibration,
    Conditioner,
)
from live_emulator.voice.hearing.ears import Ears
from live_emulator.voice.judging import Judgement, Source, Word

__all__ = ["Utterance"]

_PARTIAL_BLOCKS = 7
"""Interim text is looked at every 280 ms of audio."""
_PART_BLOCKS = 25 * 30
_MOST_BLOCKS = 25 * 45
"""After 30 s of audio the next pause ends a part, after 45 s anything does."""
_PAUSE_PEAK = 500
"""Blocks that stay below this are a pause, at the level all audio is brought to."""

MeasureMeans = Callable[[Calibration], Sequence[float]]


class Utterance:
    """Audio in, words out; knows nothing of processes and queues.

    Decoders slow down and lose their way in very long audio, so it is heard in
    parts of about half a minute.
    """

    def __init__(self) -> None:
        self.ears: Ears | None = None
        self._conditioner = Conditioner()
        self._ended = False
        self._means: Sequence[float] | None = None
        self._part_blocks = 0
        self._part_start_frame = 0
        self._words: list[Word] = []
        self._sources: set[Source] = set()
        self._blocks = 0

    def add(self, pcm: bytes) -> None:
        """Add audio, cut anywhere."""
        self._conditioner.add(pcm)

    def end(self) -> None:
        """Say that no more audio comes."""
        self._ended = True
        self._conditioner.end()

    @property
    def ended(self) -> bool:
        """Whether all audio is there."""
        return self._ended

    @property
    def waiting_bytes(self) -> int:
        """Audio that was not decoded yet."""
        return self._conditioner.waiting_bytes

    def has_work(self) -> bool:
        """Tell whether `work` would do something."""
        enough = self._conditioner.waiting_bytes >= BLOCK_BYTES
        return self._conditioner.calibration is not None and (enough or self._ended)

    def work(self, measure_means: MeasureMeans) -> bool:
        """Decode one block; returns False when there is none left.

        `ears` must be set before.
        """
        assert self.ears is not None
        block = self._conditioner.next_block(last=self._ended)
        if not block:
            return False
        if self._means is None:
            assert self._conditioner.calibration is not None
            self._means = measure_means(self._conditioner.calibration)
        if not self._part_blocks:
            self.ears.start(self._means)
        self.ears.feed(block)
        self._part_blocks += 1
        self._blocks += 1
        is_long = self._part_blocks >= _PART_BLOCKS and _is_pause(block)
        if is_long or self._part_blocks >= _MOST_BLOCKS:
            self._finish_part()
        return True

    def partial(self) -> str | None:
        """Return the text so far if it is time for some, else None."""
        if not self._part_blocks or self._blocks % _PARTIAL_BLOCKS:
            return None
        assert self.ears is not None
        return _text([*self._words, *self.ears.judge(final=False).words])

    def result(self) -> Judgement:
        """Return what was heard, when all audio is decoded."""
        self._finish_part()
        sources = {source for source in self._sources if source != "nothing"}
        if not sources:
            return Judgement("nothing", ())
        source = sources.pop() if len(sources) == 1 else "open"
        return Judgement(source, tuple(self._words))

    def release(self) -> Ears | None:
        """Stop listening and give the ears back."""
        ears, self.ears = self.ears, None
        if ears is not None and self._part_blocks:
            ears.stop()
            self._part_blocks = 0
        return ears

    def _finish_part(self) -> None:
        if not self._part_blocks:
            return
        assert self.ears is not None
        self.ears.stop()
        judgement = self.ears.judge(final=True)
        offset = self._part_start_frame
        for word, start, end in judgement.words:
            self._words.append((word, start + offset, end + offset))
        self._sources.add(judgement.source)
        self._part_start_frame += self._part_blocks * (BLOCK_BYTES // 320)
        self._part_blocks = 0


def _is_pause(block: bytes) -> bool:
    samples = memoryview(block).cast("h")
    return max(samples) < _PAUSE_PEAK and min(samples) > -_PAUSE_PEAK


def _text(words: Sequence[Word]) -> str:
    return " ".join(word for word, _, _ in words)
