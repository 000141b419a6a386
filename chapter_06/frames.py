"""Turn pictures of any kind into frames that a session takes: small JPEGs.

A picture comes from a file, from bytes, from the frames of a video, a camera or the
screen. What goes out is upright, flat, and as small as its purpose allows. Chapter 6
uses this module.
"""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import numpy
from av.error import FFmpegError
from PIL import Image, ImageOps, UnidentifiedImageError

__all__ = [
    "MOST_FILE_BYTES",
    "MOST_PIXELS",
    "MOST_SIDE_PX",
    "Frame",
    "FrameError",
    "frame_from",
    "read_frame",
    "video_frames",
]

MOST_SIDE_PX = 768
"""The longer side of a frame; the API recommends 768 × 768 (documented)."""

MOST_BYTES = 120_000
"""A frame is compressed, and then made smaller, until it is no longer than that; 120 kB
a second are 1 Mbit/s."""

MOST_PIXELS = 50_000_000
"""A larger picture is refused before it is decoded: it would take 150 MB and more."""

MOST_FILE_BYTES = 50_000_000

QUALITIES = (80, 65, 50, 35, 20)
"""JPEG qualities, tried in this order until the frame is small enough."""

THUMBNAIL_PX = 16


class FrameError(ValueError):
    """A picture can't be used; says in one sentence why and what to do."""


@dataclass(frozen=True)
class Frame:
    """One picture as it is sent."""

    jpeg: bytes
    width: int
    height: int
    """Both in pixels, after scaling."""
    thumbnail: bytes
    """The picture in small, for `FrameSender`: 16 × 16 values of brightness."""
    source: str
    """What it was made from, for people."""
    at_s: float | None = None
    """Where in a video it was, in seconds from its beginning."""

    def __repr__(self) -> str:
        at = "" if self.at_s is None else f" at {self.at_s:.1f} s"
        size = f"{self.width} × {self.height}, {len(self.jpeg):,} bytes"
        return f"<{self.source}{at}: {size}>"


def read_frame(path: str | Path, *, most_px: int = MOST_SIDE_PX) -> Frame:
    """Make a frame of a picture in a file.

    Args:
        path: JPEG, PNG, WebP, GIF, BMP or TIFF; of an animation the first picture.
        most_px: The longer side of the frame; smaller pictures stay as they are.

    Raises:
        FrameError: The file is missing, no picture, damaged or too large.

    """
    path = Path(path)
    try:
        if path.is_dir():
            raise FrameError(f"{path} is a folder; name a picture in it.")
        if not path.is_file() and path.exists():
            raise FrameError(f"{path} is not a file with a picture.")
        size = path.stat().st_size
        if size > MOST_FILE_BYTES:
            raise FrameError(
                f"{path} has {size / 1e6:.0f} MB; up to {MOST_FILE_BYTES / 1e6:.0f} MB "
                "are taken. Make the picture smaller."
            )
        data = path.read_bytes()
    except FileNotFoundError:
        raise FrameError(f"There is no file {path}.") from None
    except (OSError, ValueError) as error:
        if isinstance(error, FrameError):
            raise
        reason = getattr(error, "strerror", None) or error
        raise FrameError(f"{path} can't be read: {reason}.") from None
    return frame_from(data, source=str(path), most_px=most_px)


def frame_from(
    picture: bytes | Image.Image,
    *,
    source: str = "the picture",
    most_px: int = MOST_SIDE_PX,
    at_s: float | None = None,
) -> Frame:
    """Make a frame of a picture in memory.

    Raises:
        FrameError: It is no picture, damaged or too large.

    """
    image = picture
    try:
        if isinstance(image, bytes):
            image = _opened(image, source)
        image = ImageOps.exif_transpose(_drafted(image, most_px))
        image.thumbnail((most_px, most_px), Image.Resampling.LANCZOS, reducing_gap=2.0)
        flat = _flat(image)
        small = flat.convert("L").resize((THUMBNAIL_PX, THUMBNAIL_PX)).tobytes()
        while (jpeg := _compressed(flat)) is None:
            flat = flat.resize([max(1, side * 3 // 4) for side in flat.size])
    except (OSError, SyntaxError, ValueError, EOFError) as error:
        if isinstance(error, FrameError):
            raise
        raise FrameError(
            f"{source} is damaged or incomplete ({error}). Try to open it in another "
            "program and save it anew."
        ) from None
    return Frame(jpeg, flat.width, flat.height, small, source, at_s)


def video_frames(
    path: str | Path, *, every_s: float = 1.0, most_px: int = MOST_SIDE_PX
) -> Iterator[Frame]:
    """Yield frames of a video, the first at once and then one every `every_s`.

    Decodes as the frames are taken, so an hour of video needs no more memory than a
    minute of it.

    Raises:
        FrameError: The file is missing, no video, or damaged from the start. Damage
            further on ends the frames where it begins.

    """
    path = Path(path)
    if path.is_dir():
        raise FrameError(f"{path} is a folder; name a video in it.")
    if not path.exists():
        raise FrameError(f"There is no file {path}.")
    count = 0
    try:
        with av.open(str(path), metadata_errors="replace") as container:
            if not container.streams.video:
                raise FrameError(f"{path} holds no video. Sound goes to --input.")
            stream = container.streams.video[0]
            stream.thread_type = "AUTO"
            following_s: float | None = None
            start_s = 0.0
            for decoded in container.decode(stream):
                time_s = _time_s(decoded, count, stream.average_rate)
                if following_s is None:
                    start_s = following_s = time_s
                if time_s + 1e-6 < following_s:
                    continue
                # Not the last one plus a second: late frames must not add up.
                following_s += every_s * (1 + (time_s - following_s) // every_s)
                if decoded.width * decoded.height > MOST_PIXELS:
                    raise FrameError(
                        _too_many(str(path), decoded.width, decoded.height)
                    )
                image = Image.fromarray(decoded.to_ndarray(format="rgb24"))
                yield frame_from(
                    image, source=str(path), most_px=most_px, at_s=time_s - start_s
                )
                count += 1
    except (FFmpegError, OSError) as error:
        if count == 0:
            raise FrameError(
                f"{path} can't be read as a video ({error.strerror or error})."
            ) from None
    if count == 0:
        raise FrameError(f"No picture can be decoded from {path}; is it complete?")


def _opened(data: bytes, source: str) -> Image.Image:
    """Open a picture without decoding it, or say why not."""
    if not data:
        raise FrameError(f"{source} is empty.")
    start = data[:512].lstrip()
    if start[:5].lower() in (b"<?xml", b"<svg ", b"<svg>", b"<!doc"):
        raise FrameError(
            f"{source} is a drawing or a page (SVG or XML), not a picture. Export it "
            "as PNG or JPEG."
        )
    if data[4:8] == b"ftyp" and data[8:11] in (b"hei", b"hev", b"mif", b"msf"):
        raise FrameError(
            f"{source} is a HEIC picture, which is not read here. Export it as JPEG; "
            "phones can be told to take JPEGs (Most Compatible)."
        )
    try:
        image = Image.open(io.BytesIO(data))
    except UnidentifiedImageError:
        raise FrameError(
            f"{source} is not a picture. JPEG, PNG, WebP, GIF, BMP and TIFF are taken."
        ) from None
    except Image.DecompressionBombError:
        raise FrameError(f"{source} has far too many pixels.") from None
    if image.width * image.height > MOST_PIXELS:
        raise FrameError(_too_many(source, image.width, image.height))
    return image


def _too_many(source: str, width: int, height: int) -> str:
    return (
        f"{source} has {width:,} × {height:,} pixels; up to "
        f"{MOST_PIXELS / 1e6:.0f} million are taken. Make it smaller."
    )


def _drafted(image: Image.Image, most_px: int) -> Image.Image:
    """Let a JPEG be decoded at a fraction of its size, which is much quicker."""
    image.draft("RGB", (most_px, most_px))
    return image


def _flat(image: Image.Image) -> Image.Image:
    """Return a picture without transparency, white behind it."""
    if image.mode in ("RGB", "L"):
        return image.convert("RGB")
    if "transparency" in image.info or image.mode in ("RGBA", "LA", "PA"):
        whole = image.convert("RGBA")
        white = Image.new("RGBA", whole.size, "white")
        return Image.alpha_composite(white, whole).convert("RGB")
    if image.mode.startswith(("I", "F")):
        # 16 bits a pixel and more: what is brightest becomes white.
        bright = numpy.asarray(image, dtype=float)
        scaled = (bright - bright.min()) * 255 / (float(numpy.ptp(bright)) or 1.0)
        return Image.fromarray(scaled.astype(numpy.uint8)).convert("RGB")
    return image.convert("RGB")


def _compressed(flat: Image.Image) -> bytes | None:
    """Return a picture as a JPEG, None if it is too long whatever its quality."""
    for quality in QUALITIES:
        file = io.BytesIO()
        flat.save(file, "JPEG", quality=quality)
        if file.tell() <= MOST_BYTES:
            return file.getvalue()
    return None


def _time_s(decoded: av.VideoFrame, count: int, rate: Fraction | None) -> float:
    """Return when a decoded picture is shown, also in files that do not say so."""
    if decoded.time is not None:
        return float(decoded.time)
    return count / float(rate or 25)
