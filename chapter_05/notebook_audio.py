"""A microphone and a loudspeaker in a notebook: those of the browser that shows it.

The kernel may run anywhere; sound is where the reader is. PCM travels both ways
between the two, chunk by chunk, and in the browser it goes through the very modules
that the page of this chapter uses. Chapter 5 uses it, with
notebook_audio.js.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import anywidget
import traitlets

from chapter_02.chunk_queue import ChunkQueue
from chapter_05.live_chat import News, now_ms

__all__ = ["NotebookAudio", "modules_of"]

FOLDER = Path(__file__).resolve().parent
CHUNK_MS = 20
QUEUED_MS = 2000
"""How far the kernel may fall behind before it loses audio."""

_SPECIFIER = re.compile(r'"(\.{1,2}/[\w./-]+\.js)"')


class NotebookAudio(anywidget.AnyWidget):
    """Shows a button that opens the browser's devices; then it is both of them.

    As a microphone it has `chunks`, as a loudspeaker `play`, `finish`, `flush` and
    `news`: what `live_chat.converse` needs.
    """

    _esm = FOLDER / "notebook_audio.js"
    _modules = traitlets.Dict().tag(sync=True)
    _chunk_ms = traitlets.Int(CHUNK_MS).tag(sync=True)
    is_open = traitlets.Bool(False, help="Whether a browser records and plays.").tag(
        sync=True
    )

    rate_hz = 16_000

    def __init__(self, chunk_ms: int = CHUNK_MS) -> None:
        super().__init__(_chunk_ms=chunk_ms, _modules=modules_of(_ENTRIES))
        self.chunk_ms = chunk_ms
        self.has_ended = False
        self.problem = ""
        self._queue = ChunkQueue(QUEUED_MS // chunk_ms)
        self._loop = _running_loop()
        self._news: list[News] = []
        self.on_msg(self._take)

    def __repr__(self) -> str:
        return f"NotebookAudio({self.chunk_ms})"

    async def chunks(self) -> AsyncIterator[bytes]:
        """Yield what is recorded from now on, then silence once it has ended."""
        self._loop = asyncio.get_running_loop()
        self._queue = ChunkQueue(QUEUED_MS // self.chunk_ms)
        silence = bytes(self.rate_hz * self.chunk_ms // 1000 * 2)
        while not self.has_ended:
            if chunk := await self._queue.get():
                yield chunk
        while True:
            await asyncio.sleep(self.chunk_ms / 1000)
            yield silence

    def play(self, pcm: bytes) -> None:
        """Add a chunk to the answer that is being played, or begin one."""
        self.send({"type": "play"}, [pcm])

    def finish(self) -> None:
        """Take the answer for complete."""
        self.send({"type": "finish"})

    def flush(self) -> None:
        """Forget everything not yet heard."""
        self.send({"type": "flush"})

    def news(self) -> list[News]:
        """Return what has happened since the last call."""
        news, self._news = self._news, []
        return news

    def _take(self, _widget: Any, content: Any, buffers: Sequence[Any]) -> None:
        # Depending on its version, the kernel calls this in another thread.
        data = bytes(buffers[0]) if buffers else b""
        if self._loop:
            self._loop.call_soon_threadsafe(self._note, dict(content), data)
        else:
            self._note(dict(content), data)

    def _note(self, content: dict[str, Any], data: bytes) -> None:
        match content["type"]:
            case "chunk":
                self._queue.put(data)
            case "start":
                self._news.append(("audible", now_ms()))
            case "drain":
                self._news.append(("drained", 0.0))
            case "flush":
                self._news.append(("flushed", float(content["heardMs"])))
            case "open":
                self.has_ended, self.problem = False, ""
            case "end":
                self.has_ended, self.problem = True, content.get("problem", "")
                self._queue.put(b"")


_ENTRIES = ("audio-recorder.js", "audio-streamer.js")


def modules_of(entries: Sequence[str]) -> dict[str, str]:
    """Return these modules and all that they load, each after what it needs.

    A notebook has no folder to import from, so the modules travel with the widget,
    under their addresses in the repository.
    """
    found: dict[str, str] = {}

    def add(path: Path) -> None:
        name = path.relative_to(FOLDER.parent).as_posix()
        if name in found:
            return
        source = _without_comments(path.read_text("utf-8"))
        for specifier in _SPECIFIER.findall(source):
            needed = (path.parent / specifier).resolve()
            add(needed)
            needed_name = needed.relative_to(FOLDER.parent).as_posix()
            source = source.replace(f'"{specifier}"', f'"module:{needed_name}"')
        found[name] = source

    for entry in entries:
        add(FOLDER / entry)
    return found


def _running_loop() -> asyncio.AbstractEventLoop | None:
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None


def _without_comments(source: str) -> str:
    """Return JavaScript without doc comments, which name modules for their types."""
    return re.sub(r"^ */\*\*(?:(?!\*/).)*\*/\n", "", source, flags=re.M | re.S)
