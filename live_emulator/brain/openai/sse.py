"""Read server-sent events out of bytes that are cut anywhere. No I/O."""

import codecs
from collections.abc import Iterator

from live_emulator.brain.openai.trouble import Nonsense

__all__ = ["EventReader"]

_LONGEST_EVENT = 1_000_000
"""Characters; a server that never ends a line does not fill the memory."""


class EventReader:
    """Gives the data of each event, as the HTML standard reads them.

    A last event that no empty line ends is given too: some servers forget it.
    """

    def __init__(self) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8-sig")("replace")
        self._text = ""
        self._data: list[str] = []

    def feed(self, piece: bytes, final: bool = False) -> list[str]:
        """Return the data of all events that are complete now.

        Raises:
            Nonsense: An event is too long.

        """
        self._text += self._decoder.decode(piece, final)
        # A carriage return may be the first half of a line's end.
        kept = "\r" if self._text.endswith("\r") and not final else ""
        text = self._text.removesuffix(kept) if kept else self._text
        *lines, rest = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        self._text = rest + kept
        events = list(self._events(lines))
        if sum(map(len, self._data)) + len(self._text) > _LONGEST_EVENT:
            raise Nonsense("it sent a line without an end")
        return events

    def end(self) -> list[str]:
        """Return the data of the event that was not ended, if there is one."""
        return self.feed(b"\n\n" if self._text or self._data else b"", final=True)

    def _events(self, lines: list[str]) -> Iterator[str]:
        for line in lines:
            name, _, value = line.partition(":")
            if name == "data":
                self._data.append(value.removeprefix(" "))
            elif not line and self._data:
                yield "\n".join(self._data)
                self._data = []
