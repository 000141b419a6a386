"""Turn a session that was not recorded into a recording, as far as it is remembered."""

from collections.abc import Iterable, Iterator

from live_emulator.cassette.file import Track, describe_endpoint, new_header
from live_emulator.cassette.recording import (
    CloseEvent,
    Event,
    FrameEvent,
)
from live_emulator.cassette.scrubbing import Scrubber
from live_emulator.journal.journal import SessionRecord
from live_emulator.protocol.closing import DROPPED

__all__ = ["cassette_lines"]


def cassette_lines(
    record: SessionRecord, frames: Iterable[FrameEvent]
) -> Iterator[bytes]:
    """Yield the lines of a recording of one session, without what is secret."""
    scrubber = Scrubber()
    scrubber.add(record.endpoint.credential.value)
    track = Track(record.number, describe_endpoint(record.endpoint), scrubber)
    yield new_header()
    for event in frames:
        yield track.lines(event)
    if (end := _end_of(record)) is not None:
        yield track.lines(end)


def _end_of(record: SessionRecord) -> Event | None:
    """Return how a session ended; None while it runs."""
    at_s = record.ended_s
    if at_s is None:
        return None
    if record.close is not None:
        return CloseEvent(at_s, "server", record.close.code, record.close.reason)
    if record.client_code is not None:
        return CloseEvent(at_s, "client", record.client_code)
    dropped = bool(record.faults) and record.faults[-1].text.startswith("drop")
    return CloseEvent(at_s, "server" if dropped else "client", DROPPED)
