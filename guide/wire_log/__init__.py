"""The frames of a session, both directions, with the time of each.

`WireLog` is the material of every timeline and frame list in the guide. It
keeps what happened, when and how long it sounds; the payloads themselves it
forgets, unless `keep_audio` asks otherwise. Nothing here draws, and nothing
here talks to a network.
"""

from guide.wire_log.envelope import Envelope, envelope_of, peak_dbfs
from guide.wire_log.events import client_events, server_events
from guide.wire_log.frame import Direction, Frame
from guide.wire_log.kinds import Event, Kind
from guide.wire_log.log import WireLog
from guide.wire_log.playback import Played, played_spans, recorded_spans
from guide.wire_log.session import LoggedSession

__all__ = [
    "Direction",
    "Envelope",
    "Event",
    "Frame",
    "Kind",
    "LoggedSession",
    "Played",
    "WireLog",
    "client_events",
    "envelope_of",
    "peak_dbfs",
    "played_spans",
    "recorded_spans",
    "server_events",
]
