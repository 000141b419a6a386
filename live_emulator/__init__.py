"""The Gemini Live API on this machine: real clients work unmodified.

A client needs nothing but the emulator's environment variables:

    from live_emulator import Emulator

    with Emulator() as live:
        os.environ.update(live.environment)
        client = genai.Client()
"""

from typing import TYPE_CHECKING

from live_emulator.loaded_when_used import loaded_when_used
from live_emulator.version import VERSION as __version__

if TYPE_CHECKING:
    from live_emulator.brain.script.brain import NoAnswer
    from live_emulator.brain.types import BrainError
    from live_emulator.cassette.recording import CassetteError
    from live_emulator.emulator import Emulator
    from live_emulator.errors import EmulatorError, NotRunning
    from live_emulator.faults.board import NoSuchSession
    from live_emulator.loopback.environment import (
        Vertex,
        client_changes,
        client_environment,
    )
    from live_emulator.options import Options
    from live_emulator.protocol.fault import FaultError
    from live_emulator.serving.server import PortTaken
    from live_emulator.testing.live_api import LiveApi
    from live_emulator.voice.hearing.recognisers import NoRecogniser
    from live_emulator.voice.process.worker_process import WorkerLost

__all__ = [
    "BrainError",
    "CassetteError",
    "Emulator",
    "EmulatorError",
    "FaultError",
    "LiveApi",
    "NoAnswer",
    "NoRecogniser",
    "NoSuchSession",
    "NotRunning",
    "Options",
    "PortTaken",
    "Vertex",
    "WorkerLost",
    "__version__",
    "client_changes",
    "client_environment",
]

_HOMES = {
    "BrainError": "brain.types",
    "CassetteError": "cassette.recording",
    "Emulator": "emulator",
    "EmulatorError": "errors",
    "FaultError": "protocol.fault",
    "LiveApi": "testing.live_api",
    "NoAnswer": "brain.script.brain",
    "NoRecogniser": "voice.hearing.recognisers",
    "NoSuchSession": "faults.board",
    "NotRunning": "errors",
    "Options": "options",
    "PortTaken": "serving.server",
    "Vertex": "loopback.environment",
    "WorkerLost": "voice.process.worker_process",
    "client_changes": "loopback.environment",
    "client_environment": "loopback.environment",
}

__getattr__ = loaded_when_used(__name__, _HOMES)
