"""The Gemini Live API on this machine: real clients work unmodified.

A client needs nothing but the emulator's environment variables:

    from live_emulator import Emulator

    with Emulator() as live:
        os.environ.update(live.environment)
        client = genai.Client()
"""

from typing import TYPE_CHECKING, Any

from live_emulator.version import VERSION as __version__

if TYPE_CHECKING:
    from live_emulator.cassette.recording import CassetteError
    from live_emulator.emulator import Emulator, Options
    from live_emulator.loopback.environment import client_environment
    from live_emulator.serving.server import PortTaken
    from live_emulator.testing.live_api import LiveApi

__all__ = [
    "CassetteError",
    "Emulator",
    "LiveApi",
    "Options",
    "PortTaken",
    "__version__",
    "client_environment",
]

# Loaded when first used: every run of pytest imports this package for its plugin.
_HOMES = {
    "CassetteError": "cassette.recording",
    "Emulator": "emulator",
    "LiveApi": "testing.live_api",
    "Options": "emulator",
    "PortTaken": "serving.server",
    "client_environment": "loopback.environment",
}


def __getattr__(name: str) -> Any:
    """Load a name of this package from the module it lives in."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
