"""What a client sees of each fault that happens in a session."""

from tests.live_emulator.faults.conversation import CHUNKS, DONE

__all__ = ["END", "TABLE"]

END = f"close code={DONE} after=60s"
"""So long on the emulator's clock that everything else has happened by then."""

SETUP = ["setupComplete"]
CHUNK = ["chunk"]
GENERATED = ["generationComplete"]
TURN = [*CHUNK * CHUNKS, *GENERATED, "turnComplete"]
WHOLE = [*SETUP, *TURN]

LONG = "x" * 200

TABLE: dict[str, tuple[list[str], int, str]] = {
    "go-away left=5s turn=1 after=1": (
        [*SETUP, *CHUNK, "goAway", *TURN[1:]],
        1008,
        "Connection aborted because the client failed to close the connection after "
        "receiving a GoAway signal once the session durat",
    ),
    "drop turn=1 after=2": ([*SETUP, *CHUNK * 2], 1006, ""),
    f"close code=1008 reason={LONG} after=1": ([*SETUP, *CHUNK], 1008, LONG[:123]),
    "close after=end": (WHOLE, 1011, "Internal error encountered."),
    "stall-turn after=2": ([*SETUP, *CHUNK * 2], DONE, ""),
    "stall-turn after=2 for=3s": (WHOLE, DONE, ""),
    "empty-turn": ([*SETUP, "turnComplete"], DONE, ""),
    "phantom-interrupted after=1": (
        [*SETUP, *CHUNK, "interrupted", *TURN[1:]],
        DONE,
        "",
    ),
    "no-turn-complete": (WHOLE[:-1], DONE, ""),
    "double-turn-complete": ([*WHOLE, "turnComplete"], DONE, ""),
    "corrupt-chunk kind=base64": ([*SETUP, "broken", *TURN[1:]], DONE, ""),
    "corrupt-chunk kind=odd after=1": (
        [*SETUP, *CHUNK, "broken", *TURN[2:]],
        DONE,
        "",
    ),
    "corrupt-chunk kind=json": ([*SETUP, "broken", *TURN[1:]], DONE, ""),
    "late by=5s": (WHOLE, DONE, ""),
    "jitter by=5s": (WHOLE, DONE, ""),
    "burst every=5s": (WHOLE, DONE, ""),
    "slow-pongs by=90s": (WHOLE, DONE, ""),
}
"""Of each fault: the names of all messages, the close code and the reason."""
