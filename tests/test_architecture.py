"""ARCHITECTURE.md says of the emulator's rooms what is true of them."""

import ast
import re

from guide.chapters import REPOSITORY

EMULATOR = REPOSITORY / "live_emulator"


def floors():
    """Read the table of rooms; returns the floor of each, counted from above."""
    text = (REPOSITORY / "ARCHITECTURE.md").read_text("utf-8")
    table = text[text.index("| room |") :].split("\n\n")[0].splitlines()[2:]
    return {
        room: floor
        for floor, row in enumerate(table)
        for room in re.findall(r"`(\w+)`", row.split("|")[1])
    }


def rooms_imported_by(path):
    """Find the rooms that a module imports from, also inside functions."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        names = []
        if isinstance(node, ast.ImportFrom) and node.module:
            names = [node.module, *(f"{node.module}.{a.name}" for a in node.names)]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        for name in names:
            first, _, rest = name.partition(".")
            if first == "live_emulator" and rest:
                yield rest.split(".")[0]


def test_every_room_is_in_the_table():
    """And nothing that is none."""
    rooms = {path.parent.name for path in EMULATOR.glob("*/__init__.py")}
    assert set(floors()) == rooms


def test_sessions_are_without_the_brains_data():
    """Of the brain they know what goes in and out: no rule that reads a file."""
    for path in (EMULATOR / "session").rglob("*.py"):
        names = re.findall(r"live_emulator\.brain[\w.]*", path.read_text("utf-8"))
        assert set(names) <= {"live_emulator.brain.types"}, path.name


def test_a_room_imports_only_from_rooms_below_it():
    """So there are no circles, and a reader can begin at the bottom."""
    floor = floors()
    upwards = set()
    for room, own in floor.items():
        for path in (EMULATOR / room).rglob("*.py"):
            for other in rooms_imported_by(path):
                if other != room and floor.get(other, own + 1) <= own:
                    upwards.add(f"{path.relative_to(EMULATOR)} imports from {other}")
    assert not upwards
