"""What one client may cost: sizes, waiting times and numbers of what it sends.

The service's limits are not among them: those of its models stand with the models
(`protocol.models`), those of its fields with the fields.
"""

__all__ = [
    "FIRST_BYTE_WITHIN_S",
    "LARGE_BODY_BYTES",
    "MAX_BODY_BYTES",
    "MAX_FRAME_BYTES",
    "MAX_LARGE_BODIES",
    "MAX_SILENT",
    "MAX_SPEECHES_AT_ONCE",
    "READ_WITHIN_S",
    "REQUEST_WITHIN_S",
    "SETUP_WITHIN_S",
]

MAX_FRAME_BYTES = 32 * 2**20
"""A WebSocket message; ten minutes of speech, or any picture, fit into one."""
MAX_BODY_BYTES = 64 * 2**20
"""The body of an HTTP request."""
LARGE_BODY_BYTES = 2**20
MAX_LARGE_BODIES = 2
"""Requests with bodies beyond `LARGE_BODY_BYTES` are read and answered so many at a
time; others wait, and their bodies with them, on the client's side."""

FIRST_BYTE_WITHIN_S = 10.0
"""A connection on which nothing comes for so long is closed."""
REQUEST_WITHIN_S = 10.0
"""A request has to be there, head and body, so long after it began."""
READ_WITHIN_S = 10.0
"""A client that reads nothing for so long is dropped."""

MAX_SILENT = 64
"""So many sessions may wait for their setup for as long as they like: whoever tries
the protocol by hand takes time."""
SETUP_WITHIN_S = 10.0
"""With more than `MAX_SILENT`, the one that has waited longest is dropped after it."""

MAX_SPEECHES_AT_ONCE = 2
"""Requests for speech beyond it wait. An answer is made in memory, and a model's
limit of output (`protocol.models`) is eleven minutes."""
