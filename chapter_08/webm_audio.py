"""Take Opus packets out of WebM that arrives piece by piece.

A browser's `MediaRecorder` cuts one WebM file into pieces. Only the first has the
header, so a piece alone is no file, and decoders that want one wait for more. This
reader steps through whatever has arrived. A missing piece costs what was in it, even
if it is the first. Nothing here decodes, waits or keeps time. Chapter 8 builds it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

__all__ = ["NotForStreaming", "Packet", "WebmReader", "opus_ms"]


class NotForStreaming(ValueError):
    """Audio that can't be decoded as it comes: why, and what to do, for the reader."""


@dataclass(frozen=True, slots=True)
class Packet:
    """What a codec compressed at once: for Opus, 2.5 to 120 ms of sound."""

    at_ms: float
    """Where in the recording it begins."""
    ms: float
    """Its length."""
    data: bytes


CLUSTER_TIME, SIMPLE_BLOCK, BLOCK = 0xE7, 0xA3, 0xA1
TRACK_ENTRY, TRACK_NUMBER, CODEC = 0xAE, 0xD7, 0x86
EBML, SEGMENT, CLUSTER, TRACKS = 0x1A45DFA3, 0x18538067, 0x1F43B675, 0x1654AE6B

STEPPED_INTO = {SEGMENT, CLUSTER, TRACKS, TRACK_ENTRY, 0xA0}
"""Elements that are only a frame around others; 0xA0 groups a block with remarks."""

READ = {CLUSTER_TIME, SIMPLE_BLOCK, BLOCK, TRACK_NUMBER, CODEC}
SKIPPED = {EBML, 0xEC, 0xBF, 0x114D9B74, 0x1549A966, 0x1C53BB6B, 0x1254C367}
"""Header, padding, checksum, index of contents, information, cues, tags."""

IN_TRACK = {0x73C5, 0x83, 0x63A2, 0xE1, 0xE0, 0x9C, 0x22B59C, 0x56AA, 0x56BB, 0x536E}
IN_TRACK |= {0xB9, 0x88, 0x55AA, 0x6DE7, 0x258688, 0x23E383, 0x22B59D}
IN_CLUSTER = {0xA7, 0xAB, 0xFB, 0x9B, 0x75A1, 0x75A2}
KNOWN = STEPPED_INTO | READ | SKIPPED | IN_TRACK | IN_CLUSTER

LONGEST_BLOCK = 8_192
"""Bytes. 120 ms of Opus at its highest rate are 7,650."""

HIGHEST_TRACK = 127
"""A block names its track in one byte, seven bits of which are the number."""

MOST_CODECS, LONGEST_CODEC = 8, 40
"""What is remembered of tracks that can't be heard, for the sentence that says so."""

LONGEST_START = 9
"""Bytes. Id, a size of up to four bytes, and the four that come before the sound."""


class WebmReader:
    """Holds what the pieces so far have said: tracks, time, an unfinished element."""

    def __init__(self) -> None:
        self._rest = bytearray()
        self._skip = 0
        self._cluster_ms = 0
        self._track: int | None = None
        self._number = 1
        self._codecs: list[str] = []
        self._lost = False

    def feed(self, piece: bytes) -> Iterator[Packet]:
        """Take in a piece and yield the packets that it completes.

        Raises:
            NotForStreaming: The recording holds no Opus.

        """
        self._rest += piece
        while element := self._next_element():
            kind, body = element
            if kind in (SIMPLE_BLOCK, BLOCK):
                yield from self._packets(body)
            else:
                self._note(kind, body)

    def _next_element(self) -> tuple[int, bytes] | None:
        """Return the next element that says something, once it is complete."""
        while True:
            skipped = min(self._skip, len(self._rest))
            del self._rest[:skipped]
            self._skip -= skipped
            if self._lost and not self._find_start():
                return None
            head = _head(self._rest)
            if self._skip or head is None:
                return None
            kind, size, length = head
            if kind in STEPPED_INTO:
                del self._rest[:length]
            elif kind not in KNOWN or (kind in READ and not 0 < size <= LONGEST_BLOCK):
                del self._rest[0]
                self._lost = True
            elif kind not in READ:
                del self._rest[:length]
                self._skip = size
            elif len(self._rest) < length + size:
                return None
            else:
                body = bytes(self._rest[length : length + size])
                del self._rest[: length + size]
                return kind, body

    def _find_start(self) -> bool:
        """Go to the next block or cluster, in the middle of nowhere."""
        cluster = self._rest.find(CLUSTER.to_bytes(4))
        block = self._find_block()
        found = [place for place in (cluster, block) if place >= 0]
        if found:
            self._lost = False
            del self._rest[: min(found)]
        else:
            # The beginning of one may be at the end of what is here.
            del self._rest[: -LONGEST_START + 1]
        return not self._lost

    def _find_block(self) -> int:
        """Return where a block of the track begins, without lacing; -1 if none does."""
        looks = _block_of(self._track or 1)
        found = looks.search(self._rest)
        while found:
            head = _head(found[0])
            if head and 5 <= head[1] <= LONGEST_BLOCK:
                return found.start()
            found = looks.search(self._rest, found.start() + 1)
        return -1

    def _note(self, kind: int, body: bytes) -> None:
        if kind == CLUSTER_TIME:
            self._cluster_ms = int.from_bytes(body[-8:])
        elif kind == TRACK_NUMBER:
            self._number = min(int.from_bytes(body[-8:]), HIGHEST_TRACK)
        elif kind == CODEC and len(self._codecs) < MOST_CODECS:
            codec = body[:LONGEST_CODEC].decode("ascii", "replace")
            self._codecs.append(codec)
            if codec == "A_OPUS" and self._track is None:
                self._track = self._number

    def _packets(self, block: bytes) -> Iterator[Packet]:
        if self._codecs and self._track is None:
            raise NotForStreaming(
                f"The recording holds {' and '.join(self._codecs)}, and no Opus. "
                "Record sound, or upload the whole file."
            )
        data = block[4:]
        if data and block[0] == 0x80 | (self._track or 1):
            at_ms = self._cluster_ms + int.from_bytes(block[1:3], signed=True)
            yield Packet(at_ms, opus_ms(data), data)


@cache
def _block_of(track: int) -> re.Pattern[bytes]:
    """Return what a block begins with: id, size, track, two bytes of time, flags.

    A search that Python does byte by byte would hold up others for a third of a second
    if somebody sent nothing but such ids.
    """
    size = rb"(?:[\x80-\xff]|[\x40-\x7f].|[\x20-\x3f]..|[\x10-\x1f]...)"
    number = re.escape(bytes([0x80 | track]))
    return re.compile(rb"\xa3" + size + number + rb"..[\x00\x80]", re.DOTALL)


def opus_ms(packet: bytes) -> float:
    """Return the length of an Opus packet, which its first bytes say (RFC 6716)."""
    kind = packet[0] >> 3
    if kind < 12:
        frame_ms = (10.0, 20.0, 40.0, 60.0)[kind % 4]
    elif kind < 16:
        frame_ms = (10.0, 20.0)[kind % 2]
    else:
        frame_ms = (2.5, 5.0, 10.0, 20.0)[kind % 4]
    code = packet[0] & 3
    count = packet[1] & 63 if code == 3 and len(packet) > 1 else (1, 2, 2, 0)[code]
    return min(120.0, frame_ms * count)


def _head(data: bytes | bytearray) -> tuple[int, int, int] | None:
    """Return id, size and length of the head of an element, if it is complete.

    The number of leading zero bits says how many bytes follow. Without them it
    is a size; all ones mean an unknown size, which counts as 0 here.
    """
    if not data:
        return None
    id_length = 9 - data[0].bit_length()
    if id_length > 4:
        return 0, 0, 1  # no id begins so
    if len(data) <= id_length:
        return None
    size_length = 9 - data[id_length].bit_length()
    if size_length > 8:
        return 0, 0, 1
    length = id_length + size_length
    if len(data) < length:
        return None
    size = int.from_bytes(data[id_length:length]) - (1 << 7 * size_length)
    is_unknown = size == (1 << 7 * size_length) - 1
    kind = int.from_bytes(data[:id_length])
    return kind, 0 if is_unknown else size, length
