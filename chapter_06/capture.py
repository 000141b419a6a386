"""Take frames from a camera or from the screen of this machine.

Both are iterators that block while they wait for the device; run them in a thread.
Chapter 6 uses this module; camera.js and screen-share.js do it in a page.
"""

import sys
from collections.abc import Iterator

import av
import mss
from av.error import FFmpegError
from PIL import Image

from chapter_06.frames import MOST_SIDE_PX, Frame, FrameError, frame_from

__all__ = ["camera_frames", "camera_place", "screen_frames"]


def camera_place(name: str = "", platform: str = sys.platform) -> tuple[str, str]:
    """Return what FFmpeg calls a camera: the device, and the format it is opened as.

    Args:
        name: A number, a path or the system's name; "" is the first camera.
        platform: As `sys.platform`.

    """
    if platform == "darwin":
        return name or "0", "avfoundation"
    if platform == "win32":
        # DirectShow knows cameras by name only.
        return f"video={name or 'Integrated Camera'}", "dshow"
    if name.isdecimal() or not name:
        name = f"/dev/video{name or 0}"
    return name, "v4l2"


def camera_frames(name: str = "", *, most_px: int = MOST_SIDE_PX) -> Iterator[Frame]:
    """Yield the frames of a camera as fast as it gives them, until it is closed.

    Raises:
        FrameError: The camera can't be opened, or was unplugged.

    """
    device, kind = camera_place(name)
    # Macs open no camera at a rate it does not have, and have 30 a second.
    options = {"framerate": "30"} if kind == "avfoundation" else {}
    has_opened = False
    try:
        with av.open(device, format=kind, options=options) as container:
            has_opened = True
            for decoded in container.decode(video=0):
                image = Image.fromarray(decoded.to_ndarray(format="rgb24"))
                yield frame_from(image, source="camera", most_px=most_px)
    except (FFmpegError, OSError, ValueError) as error:
        if isinstance(error, FrameError):
            raise
        reason = getattr(error, "strerror", None) or error
        if has_opened:
            raise FrameError(f"The camera is gone ({reason}).") from None
        raise FrameError(
            f"The camera {device} can't be opened ({reason}). Connect one, close other "
            "programs that use it, or name another one."
        ) from None


def screen_frames(*, most_px: int = MOST_SIDE_PX) -> Iterator[Frame]:
    """Yield what the first screen shows, each time one is asked for.

    Raises:
        FrameError: There is no screen, or it may not be seen.

    """
    try:
        with mss.MSS() as screens:
            while True:
                shot = screens.grab(screens.monitors[1])
                image = Image.frombytes("RGB", shot.size, shot.bgra, "raw", "BGRX")
                yield frame_from(image, source="screen", most_px=most_px)
    except (mss.ScreenShotError, IndexError, OSError) as error:
        hint = (
            "On a Mac, allow it under Privacy & Security, Screen Recording."
            if sys.platform == "darwin"
            else "Run this in a desktop session."
        )
        raise FrameError(f"The screen can't be captured ({error}). {hint}") from None
