"""Read the text in pictures, in a worker process that hosts RapidOCR.

The package is optional (the extra `eyes`). Reading takes about a second, so it is
done only for a picture that somebody asks about.
"""

import asyncio
import importlib.util
import logging
import math
from collections.abc import Sequence
from statistics import median
from types import TracebackType
from typing import Any, Self

from live_emulator.brain.types import TextLine
from live_emulator.serving.eyes import scaled
from live_emulator.voice.process.worker import Message, Worker, WorkerLost

__all__ = ["TextReader", "lines_of"]

log = logging.getLogger("live_emulator")

_SIDE = 1280
"""Pictures are read at this size at most; detection is coarser."""
_PATIENCE_S = 60.0
"""A process that takes longer for a picture is replaced."""
_MOST_LINES = 200
_SAME_LINE = 0.5
"""Boxes are on one line if they overlap by so much of the lower one's height."""
_INSTALL = (
    'Text in pictures is not read: pip install "rapidocr>=3.10,<4" '
    "opencv-python-headless (the extra eyes)."
)


class TextReader:
    """Reads pictures one after another, for all sessions.

    The process starts with the first picture that comes in, so that it is ready
    when somebody asks about one.
    """

    def __init__(self) -> None:
        self._worker = self._new_worker()
        self._turn = asyncio.Lock()
        self._missing: bool | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self._worker.close()

    @property
    def process_ids(self) -> tuple[int, ...]:
        """The worker processes that run now."""
        return self._worker.process_ids

    def prepare(self) -> None:
        """Start the process unless it runs; says once what is missing."""
        if self._missing is None:
            needed = ("rapidocr", "cv2", "onnxruntime")
            self._missing = not all(map(importlib.util.find_spec, needed))
            if self._missing:
                log.warning(_INSTALL)
        if not self._missing:
            try:
                self._worker.start()
            except WorkerLost as lost:
                self._give_up(str(lost))

    async def read(self, image: bytes) -> tuple[TextLine, ...] | None:
        """Return the lines of text in an image; None if it can't be read.

        Raises:
            UnreadableImage: If it can't be decoded.

        """
        self.prepare()
        if self._missing:
            return None
        picture = await asyncio.to_thread(scaled, image, _SIDE)
        async with self._turn:
            try:
                async with asyncio.timeout(_PATIENCE_S):
                    found = await self._ask(picture.tobytes(), *picture.size)
            except TimeoutError:
                log.warning("A picture took longer than %.0f s to read.", _PATIENCE_S)
                hung, self._worker = self._worker, self._new_worker()
                await hung.close()
                return None
            except WorkerLost as lost:
                self._give_up(str(lost))
                return None
        return None if found is None else lines_of(found, *picture.size)

    async def _ask(self, pixels: bytes, width: int, height: int) -> list[Any] | None:
        """Return the pieces of text; None if the process died of the picture."""
        answer: asyncio.Future[Message] = asyncio.get_running_loop().create_future()

        def receive(message: Message, payload: bytes) -> None:
            if not answer.done():
                answer.set_result(message)

        channel = self._worker.open(receive)
        try:
            channel.send({"do": "read", "width": width, "height": height}, pixels)
            message = await answer
        finally:
            channel.close()
        if "lost" in message:
            if not message["broken"]:
                log.warning("A picture could not be read: %s", message["lost"])
                return None
            raise WorkerLost(str(message["lost"]))
        found: list[Any] = message["found"]
        return found

    def _give_up(self, why: str) -> None:
        """Do without, rather than try a broken installation with each picture."""
        self._missing = True
        log.warning("%s %s", _INSTALL, why)

    @staticmethod
    def _new_worker() -> Worker:
        return Worker("live_emulator.serving.reading_worker")


def lines_of(
    found: Sequence[dict[str, Any]], width: int, height: int
) -> tuple[TextLine, ...]:
    """Join pieces of text that stand side by side, and order them.

    Args:
        found: Pieces with their ``text`` and four ``corners``, clockwise from the
            upper left in the direction of reading.
        width: Of the picture in pixels, as `height`.
        height: See `width`.

    """
    tilts = []
    for piece in found:
        (left, top), (right, end) = piece["corners"][:2]
        if right - left > 3 * math.dist(piece["corners"][0], piece["corners"][3]):
            tilts.append((end - top) / (right - left))
    tilt = median(tilts) if tilts else 0.0
    # Rows are found as if the picture had been held straight.
    pieces = sorted(
        (*_upright(piece["corners"], tilt), index) for index, piece in enumerate(found)
    )
    rows: list[list[int]] = []
    spans: list[tuple[float, float]] = []
    for top, bottom, index in pieces[:_MOST_LINES]:
        for row, (above, below) in enumerate(spans):
            overlap = min(bottom, below) - max(top, above)
            if overlap > _SAME_LINE * min(bottom - top, below - above):
                rows[row].append(index)
                break
        else:
            rows.append([index])
            spans.append((top, bottom))
    return tuple(
        _joined([found[index] for index in row], width, height) for row in rows
    )


def _upright(corners: Sequence[Sequence[float]], tilt: float) -> tuple[float, float]:
    """Return top and bottom of a box, turned back."""
    heights = [y - tilt * x for x, y in corners]
    return sum(sorted(heights)[:2]) / 2, sum(sorted(heights)[2:]) / 2


def _joined(row: list[dict[str, Any]], width: int, height: int) -> TextLine:
    row.sort(key=lambda piece: min(x for x, _ in piece["corners"]))
    across = [x for piece in row for x, _ in piece["corners"]]
    down = [y for piece in row for _, y in piece["corners"]]
    return TextLine(
        " ".join(piece["text"].strip() for piece in row),
        round(min(across) / width, 3),
        round(min(down) / height, 3),
        round(max(across) / width, 3),
        round(max(down) / height, 3),
    )
