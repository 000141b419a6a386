"""An MCP server that keeps notes as text files in a folder.

    python chapter_07/notes-server.py FOLDER

It speaks the Model Context Protocol over its standard input and output, so it is
started by its client: `mcp_tools`, or any other program that knows MCP.
"""

import re
import sys
from pathlib import Path

from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.types import ToolAnnotations

MOST_NOTES = 200
MOST_LETTERS = 10_000

server = MCPServer(
    "notes", instructions="Notes in a folder of this machine.", log_level="ERROR"
)
folder = Path()


def file_of(title: str) -> Path:
    """Return the file of a note; no title leads out of the folder."""
    words = re.findall(r"[a-z0-9]+", title.lower())
    if not words:
        raise ToolError("The title needs letters or digits.")
    return folder / f"{'-'.join(words)[:80]}.txt"


@server.tool(annotations=ToolAnnotations(destructive_hint=False))
def write_note(title: str, text: str) -> str:
    """Write a note, or add to the one of that title."""
    file = file_of(title)
    if not file.exists() and len(list(folder.glob("*.txt"))) >= MOST_NOTES:
        raise ToolError(f"There are {MOST_NOTES} notes, which is the limit.")
    before = file.read_text("utf-8") if file.exists() else ""
    if len(before) + len(text) > MOST_LETTERS:
        raise ToolError(f"The note would have over {MOST_LETTERS:,} letters.")
    file.write_text(f"{before}{text.strip()}\n", "utf-8")
    return f"Noted under {title}."


@server.tool(annotations=ToolAnnotations(read_only_hint=True))
def read_note(title: str) -> str:
    """Read the note of a title."""
    file = file_of(title)
    if not file.exists():
        raise ToolError(f"There is no note {title!r}.")
    return file.read_text("utf-8")


@server.tool(annotations=ToolAnnotations(read_only_hint=True))
def list_notes() -> list[str]:
    """List the titles of all notes."""
    return sorted(file.stem.replace("-", " ") for file in folder.glob("*.txt"))


@server.tool(annotations=ToolAnnotations(destructive_hint=True))
def delete_note(title: str) -> str:
    """Delete the note of a title for good."""
    file = file_of(title)
    if not file.exists():
        raise ToolError(f"There is no note {title!r}.")
    file.unlink()
    return f"The note {title!r} is gone."


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("Say where the notes are: python chapter_07/notes-server.py FOLDER")
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    server.run("stdio")
