"""Make the silent film of the README: a conversation on page 5, with a barge-in.

``python -m assets.make_film`` opens the page in Chromium, with the emulator behind it
and the recordings in assets/audio as the user's voice, takes pictures of it as fast as
the machine can, and joins them to an animated WebP that runs at the pace of the
conversation. Run it from the root of the repository.
"""

import io
import sys
import time

from PIL import Image
from playwright.sync_api import Page

from assets.pages import FIGURES, pages, say

FILM = FIGURES / "conversation.webp"
MOST_BYTES = 1_500_000
WIDTH, HEIGHT = 800, 960
SHOWN = (640, 768)
HEARD_S = 3.0
"""How much of the story is heard before the user interrupts."""
END_S = 2.5
"""How long the last picture stays."""
PATIENCE_S = 60.0

Shot = tuple[float, bytes]


class Camera:
    """Takes pictures of a page, and notes when."""

    def __init__(self, page: Page) -> None:
        self.shots: list[Shot] = []
        self._page = page

    def watch(self, until: str) -> None:
        """Take pictures until a script in the page says that it is enough.

        Raises:
            TimeoutError: That was never the case.

        """
        began_s = time.monotonic()
        while not self._page.evaluate(until):
            if time.monotonic() > began_s + PATIENCE_S:
                raise TimeoutError(f"The page never came to: {until}")
            self.shoot()

    def watch_s(self, seconds: float) -> None:
        """Take pictures for some seconds."""
        end_s = time.monotonic() + seconds
        while time.monotonic() < end_s:
            self.shoot()

    def shoot(self) -> None:
        """Take one picture."""
        png = self._page.screenshot(animations="allow", caret="hide")
        self.shots.append((time.monotonic(), png))


def phase_is(*phases: str) -> str:
    """Return a script that tells whether the conversation is in one of these phases."""
    return f"{list(phases)!r}.includes(document.querySelector('#stage').dataset.phase)"


def converse(page: Page) -> list[Shot]:
    """Ask for a story, interrupt it, and return the pictures of all that."""
    camera = Camera(page)
    camera.watch_s(0.5)
    page.get_by_role("button", name="Start").click()
    camera.watch(phase_is("listening"))
    say(page, "tell-me-a-story")
    camera.watch(phase_is("speaking"))
    camera.watch_s(HEARD_S)
    say(page, "capital-of-france")
    camera.watch("document.querySelectorAll('.by-model').length > 1")
    camera.watch(phase_is("listening"))
    camera.watch_s(0.3)
    return camera.shots


def film(shots: list[Shot]) -> bytes:
    """Join pictures to a film; those that look alike become one."""
    kept: list[Shot] = []
    for at_s, png in shots:
        if not kept or png != kept[-1][1]:
            kept.append((at_s, png))
    ends_s = [at_s for at_s, _ in kept[1:]] + [kept[-1][0] + END_S]
    durations = [
        max(20, round((end_s - at_s) * 1000))
        for (at_s, _), end_s in zip(kept, ends_s, strict=True)
    ]
    first, *others = (
        Image.open(io.BytesIO(png))
        .convert("RGB")
        .resize(SHOWN, Image.Resampling.LANCZOS)
        for _, png in kept
    )
    joined = io.BytesIO()
    first.save(
        joined,
        "WEBP",
        save_all=True,
        append_images=others,
        duration=durations,
        loop=0,
        quality=60,
        method=4,
        minimize_size=True,
    )
    seconds = sum(durations) / 1000
    print(f"{len(kept)} pictures, {seconds:.1f} s, {len(joined.getvalue()):,} bytes")
    return joined.getvalue()


def main() -> int:
    """Make the film; return 1 if it is too large."""
    with pages() as all_pages:
        size = {"width": WIDTH, "height": HEIGHT}
        shots = converse(all_pages.open("chapter_05", viewport=size))
    made = film(shots)
    if len(made) > MOST_BYTES:
        print(f"That is more than {MOST_BYTES:,} bytes.")
        return 1
    FILM.write_bytes(made)
    return 0


if __name__ == "__main__":
    sys.exit(main())
