"""What a default installation brings is under no strong copyleft."""

import re
from importlib.metadata import PackageNotFoundError, distribution, requires

import pytest
from packaging.requirements import Requirement

WEAK = {"certifi", "orjson", "soxr", "tqdm"}
"""Under MPL or LGPL, which bind nobody who merely uses them; named in the README."""
PERMISSIVE = re.compile(
    r"MIT|BSD|Apache|ISC|PSF|Python Software Foundation|Zlib|Unlicense|CC0|HPND|0BSD",
    re.IGNORECASE,
)
COPYLEFT = re.compile(r"GPL|General Public|MPL|Mozilla", re.IGNORECASE)


def installed_by_default(name: str) -> set[str]:
    """Return the packages that pip installs with this one, without extras."""
    found: set[str] = set()
    todo = [name]
    while todo:
        for line in requires(todo.pop()) or ():
            requirement = Requirement(line)
            marker = requirement.marker
            if marker is not None and not marker.evaluate({"extra": ""}):
                continue
            package = requirement.name.lower().replace("_", "-")
            if package not in found:
                found.add(package)
                todo.append(package)
    return found


PACKAGES = sorted(installed_by_default("live-emulator"))


def licence_of(package: str) -> str:
    """Return what the package says of its licence."""
    metadata = distribution(package).metadata
    words = [metadata["License-Expression"] or "", (metadata["License"] or "")[:200]]
    words += [
        line
        for line in metadata.get_all("Classifier", [])
        if line.startswith("License")
    ]
    return " ".join(words)


def test_the_voice_and_what_it_needs_are_among_them():
    """The list is not empty, and holds what is loaded at run time."""
    assert {"hibari-tts", "ctranslate2", "onnxruntime", "numpy"} <= set(PACKAGES)
    assert "espeakng-loader" not in PACKAGES
    assert "av" not in PACKAGES  # its wheels hold encoders under the GPL


@pytest.mark.parametrize("package", PACKAGES)
def test_a_default_installation_is_free_of_the_gpl(package: str):
    """Each package is permissive, but for four that are under a weak copyleft."""
    try:
        licence = licence_of(package)
    except PackageNotFoundError as missing:
        pytest.fail(f"{missing} is required and not installed")
    assert licence.strip(), f"{package} says nothing of its licence"
    if package in WEAK:
        assert not re.search(r"(?<!L)(?<!Lesser )GPL", licence)
    else:
        assert PERMISSIVE.search(licence), f"{package}: {licence}"
        assert not COPYLEFT.search(licence), f"{package}: {licence}"
