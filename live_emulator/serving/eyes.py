"""Measure images: what can be said of them without understanding them.

Size, main colours, brightness, motion against the image before, and a large
plain shape if there is one. That is enough for "what do you see" to have an
answer that a test can check. Text in them is read elsewhere (`reader`).
"""

import io
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PIL import Image, UnidentifiedImageError

from live_emulator.brain.types import Sight

__all__ = ["Eyes", "UnreadableImage", "scaled"]

Pixels = npt.NDArray[np.uint8]
Mask = npt.NDArray[np.bool_]

_SIDE = 96
"""Images are measured at this size."""

_MAX_PIXELS = 50_000_000
"""A limit of the emulator, about that of the largest cameras."""
_FORMATS = ("JPEG", "PNG", "WEBP")
"""Documented: JPEG, PNG, WebP, HEIC and HEIF; Pillow lacks the last two."""

_LARGE_PIXELS = 8_000_000
_for_large = ThreadPoolExecutor(1, "large-images")
"""Decodes what takes up to 200 MB: one at a time, and always in the same thread, as
memory that a thread has freed is kept for that thread."""

_COLOURS = {
    "black": (0, 0, 0),
    "white": (255, 255, 255),
    "grey": (128, 128, 128),
    "red": (215, 35, 35),
    "orange": (245, 140, 25),
    "yellow": (245, 220, 50),
    "green": (40, 150, 65),
    "blue": (40, 90, 210),
    "purple": (130, 55, 165),
    "pink": (245, 150, 190),
    "brown": (120, 75, 40),
    "turquoise": (65, 205, 200),
}
_NAMES = tuple(_COLOURS)
_PALETTE = np.array([_COLOURS[name] for name in _NAMES], dtype=np.int32)

_MIN_SHARE = 0.04
"""A colour of less area is not worth a word."""

_MIN_SHAPE_SHARE = 0.02
_MAX_SHAPE_SHARE = 0.7


class UnreadableImage(ValueError):
    """The bytes are no image that can be decoded; says in a sentence why.

    Args:
        why: The reason, as the end of a sentence.
        ours: Only the emulator can't; the service may.

    """

    def __init__(self, why: str, *, ours: bool = False) -> None:
        super().__init__(why)
        self.ours = ours


@dataclass(frozen=True)
class _Box:
    """The bounding box of a shape, in pixels of the measured image."""

    width: int
    height: int
    fill: float
    """Share of the box that the shape covers."""
    lean: float
    """How far its centre of mass lies from the middle of the box, along the side
    where that is most, as a share of that side."""


class Eyes:
    """Looks at the images of one session, one after another."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._last: Pixels | None = None

    def look(self, image: bytes) -> Sight:
        """Return what can be measured in a JPEG, PNG or WebP image.

        Of an animated one the first picture counts.

        Raises:
            UnreadableImage: If it is none, is damaged, or is too large.

        """
        small, width, height = _decode(image, (_SIDE, _SIDE))
        pixels = np.asarray(small, dtype=np.uint8)
        with self._lock:
            last, self._last = self._last, pixels
        names = _name_colours(pixels)
        counts = np.bincount(names.ravel(), minlength=len(_NAMES)) / names.size
        order = [int(index) for index in np.argsort(-counts, kind="stable")]
        colours = tuple(_NAMES[one] for one in order if counts[one] >= _MIN_SHARE)
        return Sight(
            width=width,
            height=height,
            colours=colours,
            brightness=round(float(_luminance(pixels).mean()), 2),
            motion=round(_difference(pixels, last), 2),
            shapes=tuple(_shapes(names, order, counts, width / height)),
        )


def scaled(image: bytes, most: int) -> Image.Image:
    """Return an image in RGB, its longer side at most so many pixels.

    Raises:
        UnreadableImage: As `Eyes.look`.

    """
    return _decode(image, None, most)[0]


def _decode(
    image: bytes, size: tuple[int, int] | None, most: int = 0
) -> tuple[Image.Image, int, int]:
    """Return an image at a size, or with no side longer, and how large it was."""
    try:
        with Image.open(io.BytesIO(image), formats=_FORMATS) as opened:
            width, height = opened.size
        if width * height > _MAX_PIXELS:
            raise UnreadableImage(_too_large(width, height), ours=True)
        if size is None:
            factor = min(1.0, most / max(width, height))
            size = max(1, round(width * factor)), max(1, round(height * factor))
        if width * height <= _LARGE_PIXELS:
            return _shrunk(image, size), width, height
        return _for_large.submit(_shrunk, image, size).result(), width, height
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise UnreadableImage(_too_large(0, 0), ours=True) from None
    except UnidentifiedImageError:
        raise UnreadableImage(
            "it is no JPEG, PNG or WebP; of the types that the service documents, the "
            "emulator lacks HEIC and HEIF",
            ours=image[4:8] == b"ftyp",
        ) from None
    except (OSError, SyntaxError, ValueError, MemoryError, EOFError) as error:
        if isinstance(error, UnreadableImage):
            raise
        raise UnreadableImage(f"it can't be decoded: {error}") from None


def _shrunk(image: bytes, size: tuple[int, int]) -> Image.Image:
    """Return a smaller image in RGB, if possible without a large copy in between."""
    with Image.open(io.BytesIO(image), formats=_FORMATS) as opened:
        opened.draft("RGB", (size[0] * 2, size[1] * 2))  # quicker for JPEG
        if "transparency" in opened.info:
            small = opened.convert("RGBA").resize(size, Image.Resampling.BOX)
        elif opened.mode in ("RGB", "L"):
            return opened.resize(size, Image.Resampling.BOX).convert("RGB")
        elif opened.mode in ("I;16", "I"):
            # PNGs of 16 bits a pixel; Pillow itself would make white of almost all.
            grey = opened.resize(size, Image.Resampling.BOX)
            return grey.point(lambda value: value / 256).convert("L").convert("RGB")
        elif opened.mode not in ("RGBA", "LA"):
            return opened.convert("RGB").resize(size, Image.Resampling.BOX)
        else:
            small = opened.resize(size, Image.Resampling.BOX).convert("RGBA")
        ground = Image.new("RGBA", size, "white")
        return Image.alpha_composite(ground, small).convert("RGB")


def _too_large(width: int, height: int) -> str:
    size = f" ({width:,} by {height:,})" if width else ""
    return (
        f"it has too many pixels{size}: the emulator takes "
        f"{_MAX_PIXELS // 1_000_000} million, the limit of the service is not known"
    )


def _name_colours(pixels: Pixels) -> npt.NDArray[np.int64]:
    """Return the index of the nearest named colour for every pixel."""
    distance = pixels[:, :, None, :].astype(np.int32) - _PALETTE
    return np.asarray((distance**2).sum(axis=3).argmin(axis=2), dtype=np.int64)


def _luminance(pixels: Pixels) -> npt.NDArray[np.float64]:
    weights = np.array([0.2126, 0.7152, 0.0722])
    return np.asarray(pixels @ weights / 255, dtype=np.float64)


def _difference(pixels: Pixels, last: Pixels | None) -> float:
    """Return the mean change of luminance against the image before."""
    if last is None:
        return 0.0
    return float(np.abs(_luminance(pixels) - _luminance(last)).mean())


def _shapes(
    names: npt.NDArray[np.int64],
    order: list[int],
    counts: npt.NDArray[np.float64],
    aspect: float,
) -> list[str]:
    """Name up to two plain shapes, the largest first.

    The most frequent colour counts as the ground they lie on.
    """
    found = []
    for colour in order[1:]:
        if not _MIN_SHAPE_SHARE <= counts[colour] <= _MAX_SHAPE_SHARE:
            continue
        box = _measure(names == colour)
        name = _name_shape(box, aspect) if box else ""
        if name:
            article = "an" if _NAMES[colour] == "orange" else "a"
            found.append(f"{article} {_NAMES[colour]} {name}")
    return found[:2]


def _measure(mask: Mask) -> _Box | None:
    """Return the box of a mask, None if it is scattered over the image."""
    rows, columns = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
    height = int(rows[-1] - rows[0] + 1)
    width = int(columns[-1] - columns[0] + 1)
    fill = float(mask.sum()) / (height * width)
    if len(rows) < height or len(columns) < width or min(width, height) < 6:
        return None
    across = np.average(np.arange(mask.shape[1]), weights=mask.sum(0))
    down = np.average(np.arange(mask.shape[0]), weights=mask.sum(1))
    lean = max(
        abs(across - (columns[0] + columns[-1]) / 2) / width,
        abs(down - (rows[0] + rows[-1]) / 2) / height,
    )
    return _Box(width, height, fill, float(lean))


def _name_shape(box: _Box, aspect: float) -> str:
    """Tell shapes apart by how much of their box they fill.

    A rectangle fills all of it, an ellipse pi/4 = 0.79, a triangle 0.5 with its
    mass at a third of its height.

    Args:
        box: The shape in the measured image, which is square.
        aspect: Width by height of the image as it came.

    """
    square = 0.85 <= box.width * aspect / box.height <= 1.18
    if box.fill >= 0.93:
        return "square" if square else "rectangle"
    if 0.72 <= box.fill <= 0.85:
        return "circle" if square else "ellipse"
    if 0.44 <= box.fill <= 0.58 and box.lean > 0.1:
        return "triangle"
    return ""
