"""The chapters: what the home page, the README and the navigation are made of.

A chapter is offered once its folder has a README; its files are offered once
they exist. Until then both are announced and nothing links to them.
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

__all__ = [
    "CHAPTERS",
    "REPOSITORY",
    "Chapter",
    "Server",
    "chapter_of",
    "chapters_with_server",
    "navigation_line",
    "readme_table",
    "with_navigation",
    "with_navigation_cell",
    "with_table",
]

REPOSITORY = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Server:
    """A program of a chapter's that listens on this machine.

    It takes ``--port``, and `guide.servers` has what such a program needs.
    """

    port: int
    """Where it listens unless the reader says otherwise."""
    script: str = "server.py"
    health: str = "/health"
    """Path that answers with a JSON object once it is up; ``name`` in it is the
    chapter's folder, by which a server that already runs is recognised."""


@dataclass(frozen=True)
class Chapter:
    """One chapter as it is announced."""

    number: int
    title: str
    able: str
    """What a reader can do afterwards, starting with a verb."""
    notebook: str | None = None
    script: str | None = None
    has_page: bool = False
    server: Server | None = None

    @property
    def folder(self) -> str:
        """Name of its folder, for example ``chapter_01``."""
        return f"chapter_{self.number:02}"

    def exists(self, repository: Path = REPOSITORY) -> bool:
        """Tell whether there is something to read."""
        return (repository / self.folder / "README.md").is_file()

    def files(self, repository: Path = REPOSITORY) -> dict[str, str]:
        """Return what can be opened: kind to name, only what exists."""
        named = {
            "page": "index.html" if self.has_page else None,
            "notebook": self.notebook,
            "script": self.script,
            "server": self.server.script if self.server else None,
        }
        return {
            kind: name
            for kind, name in named.items()
            if name and (repository / self.folder / name).is_file()
        }


CHAPTERS: tuple[Chapter, ...] = (
    Chapter(
        1,
        "First words",
        "send text and speech through the SDK, hear and read the answer",
        notebook="sdk-intro.ipynb",
        script="ask.py",
    ),
    Chapter(
        2,
        "A spoken conversation",
        "talk through microphone and speaker, and interrupt",
        notebook="audio-to-audio.ipynb",
        script="audio-to-audio.py",
    ),
    Chapter(
        3,
        "On the wire",
        "do it with nothing but a WebSocket; read every frame and close code",
        notebook="single-exchange.ipynb",
        script="single-exchange.py",
        has_page=True,
    ),
    Chapter(
        4,
        "Text to speech",
        "decode, queue and play audio without a gap; see where gaps come from",
        notebook="text-to-speech.ipynb",
        script="text-to-speech.py",
        has_page=True,
    ),
    Chapter(
        5,
        "Live audio chat",
        "hold a full-duplex conversation in a browser tab, barge-in and all",
        notebook="live-audio-chat.ipynb",
        script="live-audio-chat.py",
        has_page=True,
    ),
    Chapter(
        6,
        "Seeing",
        "share camera and screen, type beside speaking, set persona and voice",
        notebook="seeing.ipynb",
        script="see.py",
        has_page=True,
    ),
    Chapter(
        7,
        "Tools",
        "let the model call functions: blocking, in the background, cancelled",
        notebook="tools.ipynb",
        script="assistant.py",
        has_page=True,
    ),
    Chapter(
        8,
        "A server in the middle",
        "bridge browsers through FastAPI; decode WebM/Opus; batch files",
        notebook="bridge.ipynb",
        script="bridge-client.py",
        has_page=True,
        server=Server(8008),
    ),
    Chapter(
        9,
        "WebRTC",
        "carry the audio over a DataChannel or RTP; run sessions over REST",
        has_page=True,
        server=Server(8009),
    ),
    Chapter(
        10,
        "Sessions that last",
        "survive GoAway, drops and limits; use short-lived tokens; read close codes",
        has_page=True,
    ),
    Chapter(
        11,
        "A live agent in production",
        "run Vertex AI behind a relay, for many users, on many machines, deployed",
        has_page=True,
        server=Server(8011),
    ),
)


def chapter_of(folder: str) -> Chapter | None:
    """Return the chapter in a folder of that name."""
    return next((chapter for chapter in CHAPTERS if chapter.folder == folder), None)


def chapters_with_server(repository: Path = REPOSITORY) -> list[tuple[Chapter, Server]]:
    """Return the chapters whose server can be started, each with it."""
    return [
        (chapter, chapter.server)
        for chapter in CHAPTERS
        if chapter.server is not None and "server" in chapter.files(repository)
    ]


def navigation_line(chapter: Chapter, repository: Path = REPOSITORY) -> str:
    """Return the line of Markdown that stands under a chapter's heading.

    Previous and next appear once those chapters exist, so that nothing leads
    nowhere.
    """
    by_number = {other.number: other for other in CHAPTERS}
    parts = ["[Contents](../README.md)"]
    for step, arrow in ((-1, "← {}"), (1, "{} →")):
        other = by_number.get(chapter.number + step)
        if other is not None and other.exists(repository):
            link = f"[{arrow.format(other.title)}](../{other.folder}/README.md)"
            parts.insert(0 if step < 0 else len(parts), link)
    return " · ".join(parts)


def readme_table(repository: Path = REPOSITORY) -> str:
    """Return the table of chapters for the README, with links to what exists."""
    rows = ["| | chapter | afterwards you can | open |", "|---|---|---|---|"]
    for chapter in CHAPTERS:
        title, opened = chapter.title, "to come"
        if chapter.exists(repository):
            title = f"[{chapter.title}]({chapter.folder}/README.md)"
            files = chapter.files(repository)
            opened = ", ".join(
                f"[{kind}]({chapter.folder}/{name})" for kind, name in files.items()
            )
        rows.append(f"| {chapter.number:02} | {title} | {chapter.able} | {opened} |")
    return "\n".join(rows)


def with_table(readme: str, table: str) -> str:
    """Return a README in which the table of chapters is this one."""
    start = readme.index("| | chapter |")
    end = readme.find("\n\n", start)
    return readme[:start] + table + (readme[end:] if end >= 0 else "\n")


def with_navigation(readme: str, line: str) -> str:
    """Return the README of a chapter with this line of navigation."""
    old = r"^.*\[Contents\]\(\.\./README\.md\).*$"
    return re.sub(old, lambda _: line, readme, count=1, flags=re.MULTILINE)


def with_navigation_cell(notebook: str, line: str) -> str:
    """Return a notebook, given as the text of its file, with this navigation."""
    content = json.loads(notebook)
    for cell in content["cells"]:
        if "navigation" in cell.get("metadata", {}).get("tags", ()):
            cell["source"] = [line]
    # As nbformat writes it, so that nothing else changes.
    return json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def main(repository: Path = REPOSITORY) -> int:
    """Bring the README's table and the navigation of all chapters up to date."""
    readme = repository / "README.md"
    _change(readme, with_table, readme_table(repository))
    for chapter in CHAPTERS:
        if chapter.exists(repository):
            line = navigation_line(chapter, repository)
            folder = repository / chapter.folder
            _change(folder / "README.md", with_navigation, line)
            for notebook in sorted(folder.glob("*.ipynb")):
                _change(notebook, with_navigation_cell, line)
    print("README.md has the chapters that exist, and each leads to the next.")
    return 0


def _change(path: Path, how: Callable[[str, str], str], new: str) -> None:
    before = path.read_text("utf-8")
    after = how(before, new)
    if after != before:
        path.write_text(after, "utf-8", newline="\n")


if __name__ == "__main__":
    raise SystemExit(main())
