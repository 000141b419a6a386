"""Take AAC or Opus packets out of fragmented MP4 that arrives piece by piece.

Safari's `MediaRecorder` makes such files: a head that names the codec (`moov`), then
fragments, each a table (`moof`) with its sound (`mdat`). Unlike WebM, nothing can be
read without the head. Nothing here decodes, waits or keeps time. Chapter 8 uses it.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from chapter_08.webm_audio import NotForStreaming, Packet

__all__ = ["Mp4Reader"]

LARGEST_BOX = 1_048_576
"""Bytes. A fragment of a second has some 20,000; with video beside it, more."""

MOST_TRACKS, MOST_SAMPLES = 16, 10_000
"""In a head, and in a fragment. A table may announce more than it has room for."""

FRAMES_OF_BOXES = {"moov", "trak", "mdia", "minf", "stbl", "moof", "traf"}
"""Boxes that only hold others."""

DEEPEST = 5
"""A head's codec is in the fifth box of such a nest."""

CODECS = {"mp4a": "aac", "Opus": "opus"}
_HAS_OFFSET, _HAS_FIRST_FLAGS = 0x1, 0x4
_HAS_MS, _HAS_SIZE, _HAS_FLAGS, _HAS_SHIFT = 0x100, 0x200, 0x400, 0x800


@dataclass
class _Track:
    id: int = 0
    timescale: int = 1
    codec: str = ""
    setup: bytes = b""


@dataclass
class _Run:
    """Samples of one track in the `mdat` that follows."""

    track: int = 0
    size: int = 0
    ticks: int = 0
    at_ticks: int = 0
    offset: int | None = None
    samples: list[tuple[int, int]] = field(default_factory=list)  # size, ticks


class Mp4Reader:
    """Holds the head and the table of the fragment that is being read."""

    def __init__(self) -> None:
        self._rest = bytearray()
        self._skip = 0
        self._tracks: list[_Track] = []
        self._runs: list[_Run] = []
        self._moof_bytes = 0
        self._has_head = False

    @property
    def codec(self) -> str:
        """PyAV's name of the codec, "" before the head."""
        return self._sound.codec if self._sound else ""

    @property
    def setup(self) -> bytes:
        """What the decoder has to know first (its extradata)."""
        return self._sound.setup if self._sound else b""

    def feed(self, piece: bytes) -> Iterator[Packet]:
        """Take in a piece and yield the packets that it completes.

        Raises:
            NotForStreaming: There is no head, no sound that is known, or the file
                is one to be read as a whole.

        """
        self._rest += piece
        while box := self._next_box():
            name, body = box
            if name == "moov":
                self._tracks = []
            if name == "moof":
                self._runs = []
                self._moof_bytes = len(body) + 8
            if name in ("moov", "moof"):
                self._walk(body)
            if name == "moov":
                self._has_head = True
                if not self._sound:
                    raise NotForStreaming(
                        "The recording holds no sound in AAC or Opus. Record sound, or "
                        "upload the whole file."
                    )
            elif name == "mdat":
                yield from self._packets(body)

    @property
    def _sound(self) -> _Track | None:
        return next((track for track in self._tracks if track.codec), None)

    def _next_box(self) -> tuple[str, bytes] | None:
        while True:
            skipped = min(self._skip, len(self._rest))
            del self._rest[:skipped]
            self._skip -= skipped
            if len(self._rest) < 8:
                return None
            size, raw = struct.unpack_from(">I4s", self._rest)
            name = raw.decode("latin-1")
            if not name.isascii() or not name.strip().isalnum() or size < 8:
                raise NotForStreaming(
                    "This is no MP4 that can be heard as it comes: a piece is missing, "
                    "or it is damaged. Start the recording again."
                )
            if name in ("mdat", "moof") and not self._has_head:
                raise NotForStreaming(
                    "This MP4 begins without its head: the first piece is missing, or "
                    "the index is at the end. Start again, or upload the whole file."
                )
            if name not in ("moov", "moof", "mdat"):
                self._skip = size
                continue
            if size > LARGEST_BOX:
                raise NotForStreaming(
                    "This MP4 is not made to be heard as it comes: a part of it has "
                    f"{size:,} bytes. Upload the whole file."
                )
            if len(self._rest) < size:
                return None
            body = bytes(self._rest[8:size])
            del self._rest[:size]
            return name, body

    def _walk(self, body: bytes, depth: int = 1) -> None:
        try:
            for name, inner in _boxes(body):
                if name == "trak":
                    self._tracks.append(_Track())
                elif name == "traf":
                    self._runs.append(_Run())
                if max(len(self._tracks), len(self._runs)) > MOST_TRACKS:
                    raise IndexError("more tracks than a recording has")
                if name not in FRAMES_OF_BOXES:
                    self._read(name, inner)
                elif depth < DEEPEST:
                    self._walk(inner, depth + 1)
        except (struct.error, IndexError):
            raise NotForStreaming(
                "A table of this MP4 is damaged. Start the recording again."
            ) from None

    def _read(self, name: str, body: bytes) -> None:
        if name == "tkhd":
            (self._tracks[-1].id,) = struct.unpack_from(
                ">I", body, 20 if body[0] else 12
            )
        elif name == "mdhd":
            at = 20 if body[0] else 12
            (self._tracks[-1].timescale,) = struct.unpack_from(">I", body, at)
        elif name == "stsd":
            _read_codec(body, self._tracks[-1])
        elif name == "tfhd":
            _read_defaults(body, self._runs[-1])
        elif name == "tfdt":
            kind = ">Q" if body[0] else ">I"
            (self._runs[-1].at_ticks,) = struct.unpack_from(kind, body, 4)
        elif name == "trun":
            _read_samples(body, self._runs[-1])

    def _packets(self, body: bytes) -> Iterator[Packet]:
        track = self._sound
        for run in self._runs:
            if track is None or run.track != track.id:
                continue
            at = 0 if run.offset is None else run.offset - self._moof_bytes - 8
            ticks = run.at_ticks
            for size, length in run.samples:
                data = body[at : at + size] if at >= 0 else b""
                scale = max(1, track.timescale)
                if data and len(data) == size:
                    yield Packet(ticks * 1000 / scale, length * 1000 / scale, data)
                at, ticks = at + size, ticks + length
        self._runs = []


def _boxes(body: bytes) -> Iterator[tuple[str, bytes]]:
    at = 0
    while at + 8 <= len(body):
        size, name = struct.unpack_from(">I4s", body, at)
        if size < 8:
            return
        yield name.decode("latin-1"), body[at + 8 : at + size]
        at += size


def _read_codec(body: bytes, track: _Track) -> None:
    size, raw = struct.unpack_from(">I4s", body, 8)
    name = raw.decode("latin-1")
    if name not in CODECS:
        return
    track.codec = CODECS[name]
    # A description of a sound track has 28 bytes before its own boxes.
    for inner, data in _boxes(body[8 + 8 + 28 : 8 + size]):
        if inner == "esds":
            track.setup = _decoder_setup(data)


def _decoder_setup(esds: bytes) -> bytes:
    """Return what AAC's decoder has to know, out of descriptors in descriptors."""
    at = 4
    while at < len(esds):
        tag = esds[at]
        size, at = 0, at + 1
        while True:
            size = size << 7 | esds[at] & 0x7F
            at += 1
            if esds[at - 1] < 0x80:
                break
        if tag == 5:
            return esds[at : at + size]
        at += {3: 3, 4: 13}.get(tag, size)
    return b""


def _read_defaults(body: bytes, run: _Run) -> None:
    flags, run.track = struct.unpack_from(">II", body)
    at = 8
    for flag, length, name in (
        (1, 8, ""),
        (2, 4, ""),
        (8, 4, "ticks"),
        (16, 4, "size"),
    ):
        if flags & flag:
            if name:
                setattr(run, name, struct.unpack_from(">I", body, at)[0])
            at += length


def _read_samples(body: bytes, run: _Run) -> None:
    flags, count = struct.unpack_from(">II", body)
    at = 8
    if flags & _HAS_OFFSET:
        (run.offset,) = struct.unpack_from(">i", body, at)
        at += 4
    at += 4 if flags & _HAS_FIRST_FLAGS else 0
    if count * 4 > len(body) and flags & (_HAS_MS | _HAS_SIZE):
        raise IndexError("more samples than the table has room for")
    if len(run.samples) + count > MOST_SAMPLES:
        raise IndexError("more samples than a fragment has")
    for _ in range(count):
        size, ticks = run.size, run.ticks
        if flags & _HAS_MS:
            (ticks,) = struct.unpack_from(">I", body, at)
            at += 4
        if flags & _HAS_SIZE:
            (size,) = struct.unpack_from(">I", body, at)
            at += 4
        at += 4 * bool(flags & _HAS_FLAGS) + 4 * bool(flags & _HAS_SHIFT)
        run.samples.append((size, ticks))
