"""The sound card as PortAudio sees it, and what to say when it is missing.

Only this module loads sounddevice, and only when it is asked to.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from typing import Any

from chapter_01.exchange import INPUT_RATE_HZ
from guide.scripts import Problem

__all__ = [
    "INSTEAD",
    "DeviceError",
    "close",
    "device_table",
    "input_rate_hz",
    "load_sounddevice",
    "start",
    "unusable",
]

INSTEAD = "speak and hear through files instead: --input WAV --output WAV."
"""How each message about an unusable device ends."""


class DeviceError(Problem):
    """A sound device can't be used; says why and what to do instead."""


def device_table() -> str:
    """Return all sound devices as lines of text, the defaults marked.

    Raises:
        DeviceError: PortAudio is missing, or there is no device at all.

    """
    sounddevice = load_sounddevice()
    devices = list(sounddevice.query_devices())
    if not devices:
        raise DeviceError(f"This machine has no sound device; {INSTEAD}")
    defaults = list(sounddevice.default.device)
    lines = []
    for number, device in enumerate(devices):
        kinds = [
            f"{kind}{' (default)' if number == default else ''}"
            for kind, default, channels in (
                ("microphone", defaults[0], device["max_input_channels"]),
                ("loudspeaker", defaults[1], device["max_output_channels"]),
            )
            if channels
        ]
        lines.append(f"{number:3}  {device['name']}: {', '.join(kinds)}")
    return "\n".join(lines)


def load_sounddevice() -> Any:
    """Return the package sounddevice.

    Raises:
        DeviceError: It is missing, or PortAudio is.

    """
    try:
        return import_module("sounddevice")
    except ImportError:
        raise DeviceError(
            "The package sounddevice is not installed. Run python3 guide.py once, or "
            f"{INSTEAD}"
        ) from None
    except OSError:
        raise DeviceError(
            "PortAudio, which sounddevice needs, is missing. Install it (Debian and "
            f"Ubuntu: sudo apt install libportaudio2), or {INSTEAD}"
        ) from None


def unusable(kind: str, error: Exception) -> DeviceError:
    """Return the error to raise for a device that can't be opened."""
    reason = str(error.args[0] if error.args else error).rstrip(".")
    return DeviceError(
        f"No {kind} can be used ({reason}). Choose one that --list-devices names, "
        f"or {INSTEAD}"
    )


def input_rate_hz(sounddevice: Any, device: int | str | None) -> int:
    """Return 16 kHz if the device supports it, and otherwise its default rate."""
    try:
        sounddevice.check_input_settings(
            device=device, channels=1, dtype="int16", samplerate=INPUT_RATE_HZ
        )
    except sounddevice.PortAudioError:
        found = sounddevice.query_devices(device, "input")
        return int(found["default_samplerate"])
    return INPUT_RATE_HZ


def start(
    loop: asyncio.AbstractEventLoop,
    make: Callable[..., Any],
    *,
    on_end: Callable[[], None],
    **settings: Any,
) -> Any:
    """Open and start a stream; `on_end` is called in the loop when it stops."""

    def ended() -> None:
        with suppress(RuntimeError):  # the loop is already closed
            loop.call_soon_threadsafe(on_end)

    stream = make(channels=1, dtype="int16", finished_callback=ended, **settings)
    try:
        stream.start()
    except BaseException:
        stream.close()
        raise
    return stream


def close(stream: Any) -> None:
    """Stop a stream at once."""
    stream.abort(ignore_errors=True)
    stream.close(ignore_errors=True)
