"""Print what CHANGELOG.md says about a version, for the release workflow.

python .github/release_notes.py v1.2.3

Ends with a sentence and code 1 if the tag is not the version of the package, or if
nothing was written about it.
"""

import re
import sys
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[1]


def notes(repository: Path, tag: str) -> str:
    """Return the section of a version, without its heading.

    Raises:
        ValueError: The tag and the package differ, or there is no such section.

    """
    source = (repository / "live_emulator" / "version.py").read_text("utf-8")
    [version] = re.findall(r'^VERSION = "(.+)"$', source, re.MULTILINE)
    if tag != f"v{version}":
        raise ValueError(
            f"The tag is {tag}, and live_emulator/version.py says {version}. "
            "Correct one of them, and tag again."
        )
    changes = (repository / "CHANGELOG.md").read_text("utf-8")
    sections = re.split(r"^## ", changes, flags=re.MULTILINE)[1:]
    for section in sections:
        heading, _, text = section.partition("\n")
        if heading.split(" ")[0] == version and text.strip():
            return text.strip() + "\n"
    raise ValueError(
        f"CHANGELOG.md has no section named {version}. Rename the one named Unreleased."
    )


if __name__ == "__main__":
    try:
        print(notes(REPOSITORY, sys.argv[1]), end="")
    except ValueError as problem:
        sys.exit(str(problem))
