"""Write FIDELITY.md, or with --check say whether it is up to date."""

import sys

from tests.live_emulator.fidelity.document import COMMAND, write_document
from tests.live_emulator.fidelity.facts.everything import SECTIONS
from tests.live_emulator.fidelity.names import UnknownName
from tests.live_emulator.fidelity.rules_found import REPOSITORY, find_chapters

PATH = REPOSITORY / "live_emulator" / "FIDELITY.md"


def main(arguments: list[str]) -> int:
    """Write or check; return the exit code."""
    try:
        text = write_document(SECTIONS, find_chapters())
    except UnknownName as unknown:
        print(unknown, file=sys.stderr)
        return 1
    if arguments == ["--check"]:
        if PATH.read_text("utf-8") == text:
            return 0
        print(f"live_emulator/FIDELITY.md is out of date. Run {COMMAND}.")
        return 1
    PATH.write_text(text, "utf-8", newline="\n")
    print("live_emulator/FIDELITY.md is written.")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
