"""Recordings on disk: written as they happen, read as a whole."""

import logging
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from live_emulator.cassette.recording import (
    Cassette,
    CassetteError,
    CloseEvent,
    Event,
    FrameEvent,
    Refusal,
    event_line,
    header_line,
    model_of,
    open_line,
    parse_cassette,
)
from live_emulator.cassette.scrubbing import Scrubber
from live_emulator.protocol.endpoints import LiveEndpoint
from live_emulator.version import VERSION

__all__ = [
    "CassetteWriter",
    "Track",
    "describe_endpoint",
    "new_header",
    "read_cassette",
]

log = logging.getLogger("live_emulator")


def read_cassette(path: Path) -> Cassette:
    """Read a recording.

    Raises:
        CassetteError: If it can't be read, or is damaged.

    """
    try:
        with path.open("rb") as lines:
            return parse_cassette(lines, path.name)
    except OSError as error:
        raise CassetteError(f"{path} cannot be read: {error.strerror}.") from None


def describe_endpoint(endpoint: LiveEndpoint) -> str:
    """Return what a recording calls an endpoint."""
    dialect, method = endpoint.dialect.value, endpoint.method.value
    return f"{dialect} {endpoint.version} {method}"


def new_header() -> bytes:
    """Return the first line of a recording that begins now."""
    return header_line(VERSION, datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))


class Track:
    """Turns what happens in one session into scrubbed lines."""

    def __init__(self, number: int, api: str, scrubber: Scrubber) -> None:
        self._number = number
        self._api = api
        self._scrubber = scrubber
        self._opened = False

    def lines(self, event: Event) -> bytes:
        """Return the line of an event, before the first one the opening's too."""
        event = self._scrubbed(event)
        line = event_line(self._number, event)
        if self._opened:
            return line
        self._opened = True
        model = model_of(event.data) if isinstance(event, FrameEvent) else ""
        return open_line(self._number, self._api, model) + line

    def _scrubbed(self, event: Event) -> Event:
        match event:
            case FrameEvent():
                return replace(event, data=self._scrubber.frame(event.data))
            case CloseEvent():
                return replace(event, reason=self._scrubber.text(event.reason))
            case Refusal():
                body = self._scrubber.frame(event.body.encode()).decode()
                return replace(event, body=body)


class CassetteWriter:
    """A recording that is being made; every line is on its way once written.

    When the disk is full the recording ends, and sessions go on.
    """

    def __init__(self, path: Path) -> None:
        """Begin the file.

        Raises:
            CassetteError: If there is one already, or it can't be written.

        """
        self._path = path
        self.scrubber = Scrubber()
        self._sessions = 0
        self._broken = False
        try:
            self._file = path.open("xb", buffering=0)
            self._file.write(new_header())
        except FileExistsError:
            if path.is_dir():
                raise CassetteError(
                    f"{path} is a folder. Name a file to record to."
                ) from None
            raise CassetteError(
                f"{path} is there already. Give the recording another name, "
                "or delete that file."
            ) from None
        except OSError as error:
            raise CassetteError(
                f"{path} cannot be written: {error.strerror}."
            ) from None

    def open_session(self, api: str) -> Track:
        """Begin a session; `api` says for people which endpoint it is of."""
        self._sessions += 1
        return Track(self._sessions, api, self.scrubber)

    def write(self, track: Track, event: Event) -> None:
        """Add what happened to the file."""
        if self._broken:
            return
        try:
            self._file.write(track.lines(event))
        except OSError as error:
            self._broken = True
            log.error(
                "The recording %s ends here: %s. Sessions go on without it.",
                self._path,
                error.strerror,
            )

    def close(self) -> None:
        """Close the file, and leave none behind in which there is no session."""
        self._broken = True
        self._file.close()
        if not self._sessions:
            self._path.unlink(missing_ok=True)
