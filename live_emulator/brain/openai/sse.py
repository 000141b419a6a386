"""Read server-sent events out of bytes that are cut anywhere. No I/O."""

import codecs

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
        self._line = ""
        self._after_return = False
        self._data: list[str] = []
        self._size = 0

    def feed(self, piece: bytes) -> list[str]:
        """Return the data of all events that are complete now.

        Raises:
            Nonsense: An event is too long.

        """
        return self._take(self._decoder.decode(piece))

    def end(self) -> list[str]:
        """Return the data of the event that was not ended, if there is one."""
        events = self._take(self._decoder.decode(b"", final=True) + "\n")
        return events + self._event()

    def _take(self, text: str) -> list[str]:
        if self._after_return and text:
            text = text.removeprefix("\n")
            self._after_return = False
        self._after_return = text.endswith("\r")
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        *lines, rest = text.split("\n")
        events: list[str] = []
        for line in lines:
            whole, self._line = self._line + line, ""
            events += self._take_line(whole)
        self._line += rest
        if self._size + len(self._line) > _LONGEST_EVENT:
            raise Nonsense("it sent a line without an end")
        return events

    def _take_line(self, line: str) -> list[str]:
        if not line:
            return self._event()
        name, _, value = line.partition(":")
        if name == "data":
            self._data.append(value.removeprefix(" "))
            self._size += len(value)
        return []

    def _event(self) -> list[str]:
        data, self._data, self._size = self._data, [], 0
        return ["\n".join(data)] if data else []
