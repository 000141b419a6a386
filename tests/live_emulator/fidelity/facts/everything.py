"""All facts, in the order of FIDELITY.md."""

from tests.live_emulator.fidelity.facts import client, connection, server
from tests.live_emulator.fidelity.facts.types import Section

__all__ = ["SECTIONS"]

_ENDPOINTS, _TOKENS, _UNARY, _CLOSES, _LIMITS = connection.SECTIONS

SECTIONS: tuple[Section, ...] = (
    _ENDPOINTS,
    *client.SECTIONS,
    *server.SECTIONS,
    _CLOSES,
    _LIMITS,
    _TOKENS,
    _UNARY,
)
"""From the upgrade to the close, and then what surrounds a session."""
