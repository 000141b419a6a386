"""Draw the pictures in assets/pictures: things with words on them, to show to a model.

``python assets/make_pictures.py`` draws all of them, or those that are named
(``... menu``). Every word is made up. The fonts are those that come with Matplotlib, so
that they look alike everywhere; paper, light, tilt and grain make them look as from a
camera, always the same ones.
"""

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import matplotlib
import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

FOLDER = Path(__file__).resolve().parent / "pictures"
INK = "#2b2118"
JPEG_QUALITY = 82

MENU = (
    ("Soups", (("Tomato soup", "4.50"), ("Onion soup", "5.20"))),
    (
        "From the oven",
        (
            ("Cheese toast", "6.80"),
            ("Vegetable lasagne", "11.90"),
            ("Pizza Margherita", "9.50"),
        ),
    ),
    (
        "To drink",
        (("Coffee", "2.80"), ("Peppermint tea", "3.10"), ("Apple juice", "3.40")),
    ),
)
BILL = (
    ("2 x Tomato soup", "9.00"),
    ("1 x Pizza Margherita", "9.50"),
    ("2 x Apple juice", "6.80"),
    ("Subtotal", "25.30"),
    ("Tax 7 %", "1.77"),
    ("TOTAL", "27.07"),
)


def _font(size: float, name: str = "DejaVuSans") -> ImageFont.FreeTypeFont:
    folder = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
    return ImageFont.truetype(str(folder / f"{name}.ttf"), size)


def _serif(size: float) -> ImageFont.FreeTypeFont:
    return _font(size, "DejaVuSerif")


def menu() -> Image.Image:
    """Return the menu of a café on a wooden table."""
    paper = Image.new("RGB", (620, 860), "#f6eeda")
    draw = ImageDraw.Draw(paper)
    draw.rectangle((18, 18, 601, 841), outline="#8a5a2b", width=3)
    draw.text((310, 78), "Café Kormoran", INK, _serif(48), anchor="mm")
    draw.text((310, 130), "open daily from 8 to 18", "#8a5a2b", _serif(22), "mm")
    y = 186
    for heading, rows in MENU:
        draw.text((60, y), heading, "#8a3b1f", _serif(30), anchor="lm")
        y += 50
        for name, price in rows:
            draw.text((60, y), name, INK, _serif(26), anchor="lm")
            draw.text((560, y), f"€ {price}", INK, _serif(26), anchor="rm")
            left = 70 + int(draw.textlength(name, _serif(26)))
            for x in range(left, 445, 12):
                draw.ellipse((x, y + 8, x + 2, y + 10), "#b09a7a")
            y += 46
        y += 24
    draw.text((310, 806), "Ask us about allergens.", "#8a5a2b", _serif(20), "mm")
    return _photographed(paper, _wood(1000, 1100), tilt=-2.5, at=(190, 120))


def sign() -> Image.Image:
    """Return a street sign on a house."""
    wall = _bricks(1000, 750)
    plate = Image.new("RGB", (640, 300), "#1d4e89")
    draw = ImageDraw.Draw(plate)
    draw.rounded_rectangle((14, 14, 625, 285), 16, outline="white", width=6)
    draw.text(
        (320, 110), "Harbour Street", "white", _font(68, "DejaVuSans-Bold"), anchor="mm"
    )
    draw.text((320, 210), "No parking 8 am to 6 pm", "white", _font(38), anchor="mm")
    return _photographed(plate, wall, tilt=1.5, at=(180, 210))


def bill() -> Image.Image:
    """Return a bill, printed on a narrow strip of paper."""
    paper = Image.new("RGB", (460, 700), "#fbfaf6")
    draw = ImageDraw.Draw(paper)
    draw.text((230, 56), "Café Kormoran", INK, _font(34), anchor="mm")
    draw.text((230, 102), "12 Harbour Street", INK, _font(22), anchor="mm")
    draw.text((230, 140), "2026-03-14   13:42   Table 7", INK, _font(19), anchor="mm")
    y = 200
    for name, price in BILL:
        total = name == "TOTAL"
        if name in ("Subtotal", "TOTAL"):
            draw.line((40, y - 26, 420, y - 26), INK, 2)
        size = 32 if total else 23
        draw.text((40, y), name, INK, _font(size), anchor="lm")
        draw.text((420, y), f"€{price}", INK, _font(size), anchor="rm")
        y += 66 if total else 52
    draw.text((230, 600), "Thank you for your visit!", INK, _font(23), anchor="mm")
    return _photographed(paper, _wood(760, 900), tilt=3.0, at=(150, 100))


def window() -> Image.Image:
    """Return a window on a screen, with a message that something went wrong."""
    screen = Image.new("RGB", (1280, 720), "#3b6ea5")
    draw = ImageDraw.Draw(screen)
    for step in range(720):
        draw.line((0, step, 1280, step), (48 + step // 16, 92 + step // 14, 150))
    draw.rectangle((0, 676, 1280, 720), "#1f2937")
    draw.text((40, 698), "Files    Mail    Notes", "#e5e7eb", _font(22), anchor="lm")
    draw.text((1240, 698), "14:05", "#e5e7eb", _font(22), anchor="rm")
    draw.rounded_rectangle((250, 150, 1030, 530), 12, "#f9fafb")
    draw.rounded_rectangle((250, 150, 1030, 202), 12, "#e5e7eb")
    draw.text((280, 177), "Backup", "#111827", _font(26), anchor="lm")
    draw.text((1000, 177), "×", "#111827", _font(32), anchor="rm")  # noqa: RUF001
    draw.ellipse((290, 260, 350, 320), "#dc2626")
    draw.text((320, 289), "!", "white", _font(46), anchor="mm")
    draw.text((385, 265), "The disk is full.", "#111827", _font(34), anchor="lm")
    draw.text(
        (385, 325), "318 of 1204 files were copied.", "#374151", _font(28), anchor="lm"
    )
    draw.text((385, 370), "Error code: E-4107", "#374151", _font(28), anchor="lm")
    for left, text, fill, ink in (
        (610, "Try again", "#2563eb", "white"),
        (810, "Cancel", "#e5e7eb", "#111827"),
    ):
        draw.rounded_rectangle((left, 440, left + 180, 496), 10, fill)
        draw.text((left + 90, 468), text, ink, _font(26), anchor="mm")
    return screen


PICTURES: dict[str, tuple[Callable[[], Image.Image], str]] = {
    "menu": (menu, "jpg"),
    "street-sign": (sign, "jpg"),
    "bill": (bill, "jpg"),
    "error-window": (window, "png"),
}
"""What draws each, and the kind of file: photographs and a screen."""


def _wood(width: int, height: int) -> Image.Image:
    random = np.random.default_rng(3)
    rows = np.cumsum(random.normal(0, 1.2, height))
    waves = np.sin(np.arange(width) / 90 + random.uniform(0, 6))[None] * 3
    grain = np.clip(rows[:, None] * 2 + waves, -28, 28)
    wood = np.array([121.0, 84.0, 52.0]) + grain[..., None]
    for board in range(0, width, 250):
        wood[:, board : board + 3] *= 0.6
    return Image.fromarray(np.clip(wood, 0, 255).astype(np.uint8))


def _bricks(width: int, height: int) -> Image.Image:
    random = np.random.default_rng(4)
    wall = Image.new("RGB", (width, height), "#b8ada0")
    draw = ImageDraw.Draw(wall)
    for row, top in enumerate(range(0, height, 50)):
        for left in range(-60 * (row % 2), width, 120):
            tone = int(random.integers(-14, 14))
            fill = (158 + tone, 84 + tone, 64 + tone)
            draw.rectangle((left, top, left + 113, top + 43), fill)
    return wall


def _photographed(
    thing: Image.Image, ground: Image.Image, tilt: float, at: tuple[int, int]
) -> Image.Image:
    """Lay a thing on a ground and take a picture of it, with light and grain."""
    turned = thing.convert("RGBA").rotate(tilt, Image.Resampling.BICUBIC, expand=True)
    shadow = Image.new("RGBA", turned.size, (0, 0, 0, 0))
    shadow.paste((0, 0, 0, 110), mask=turned.getchannel("A"))
    scene = ground.convert("RGBA")
    layer = Image.new("RGBA", scene.size, (0, 0, 0, 0))
    layer.paste(shadow, (at[0] + 9, at[1] + 12))
    scene.alpha_composite(layer.filter(ImageFilter.GaussianBlur(9)))
    scene.alpha_composite(turned, at)
    pixels = np.asarray(scene.convert("RGB")).astype(float)
    height, width = pixels.shape[:2]
    down, across = np.mgrid[0:height, 0:width]
    light = 1.06 - 0.28 * (across / width) * (down / height)
    noise = np.random.default_rng(5).normal(0, 4, pixels.shape)
    lit = np.clip(pixels * light[..., None] + noise, 0, 255).astype(np.uint8)
    return Image.fromarray(lit).filter(ImageFilter.GaussianBlur(0.6))


def main(arguments: Sequence[str] | None = None) -> int:
    """Draw the named pictures, or all."""
    parser = argparse.ArgumentParser(description="Draw the pictures.")
    parser.add_argument("names", nargs="*", metavar="NAME", help="default: all")
    names = parser.parse_args(arguments).names or list(PICTURES)
    if unknown := [name for name in names if name not in PICTURES]:
        print(
            f"There is no picture named {unknown[0]!r}. There are: "
            f"{', '.join(PICTURES)}.",
            file=sys.stderr,
        )
        return 2
    FOLDER.mkdir(exist_ok=True)
    for name in names:
        draw, kind = PICTURES[name]
        path = FOLDER / f"{name}.{kind}"
        options = {"quality": JPEG_QUALITY} if kind == "jpg" else {"optimize": True}
        draw().save(path, **options)
        print(f"{path.name}: {path.stat().st_size:,} bytes")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
