"""The emulator's clock: real time, or real time made faster."""

import asyncio
import time

__all__ = ["Clock"]


class Clock:
    """Seconds since the emulator started, possibly faster than they pass.

    All timers of the sessions run on it (pauses, GoAway, tokens), so a clock of
    speed 60 brings a ten-minute limit within ten seconds. Speech detection does
    not: it runs on the time of the audio.
    """

    def __init__(self, speed: float = 1.0) -> None:
        if speed <= 0:
            raise ValueError("The speed of the clock must be more than zero.")
        self.speed = speed
        self._start = time.monotonic()

    def now(self) -> float:
        """Return the emulator's time."""
        return (time.monotonic() - self._start) * self.speed

    def loop_time(self, when: float) -> float:
        """Return a time of this clock as a time of the running event loop."""
        delay = max(0.0, (when - self.now()) / self.speed)
        return asyncio.get_running_loop().time() + delay
