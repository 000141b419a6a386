"""The Gemini Live API on this machine: real clients work unmodified.

from live_emulator import Emulator

with Emulator() as live:
os.environ.update(live.environment)
client = genai.Client()
"""

from live_emulator.emulator import Emulator, Options
from live_emulator.environment import client_environment
from live_emulator.server import PortTaken
from live_emulator.version import VERSION as __version__

__all__ = ["Emulator", "Options", "PortTaken", "__version__", "client_environment"]
