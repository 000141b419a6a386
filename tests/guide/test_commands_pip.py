import pytest

from guide.commands.pip_output import PipOutput, reason_for_failure

STEPS = [
    ("Collecting numpy<3,>=2.4", "Getting packages", "1 so far, now numpy"),
    ("  Collecting orjson[x]>=3", "Getting packages", "2 so far, now orjson"),
    (
        "Requirement already satisfied: six in ./x (1.0)",
        "Getting packages",
        "3 so far, now six",
    ),
    (
        "  Downloading numpy-2.4.6-cp311-manylinux.whl (16.8 MB)",
        "Getting packages",
        "3 so far, now numpy (16.8 MB)",
    ),
    (
        "  Downloading https://x/y/av-18.1.0-cp311.whl (34 MB)",
        "Getting packages",
        "3 so far, now av (34 MB)",
    ),
    (
        "  Building editable for live-emulator (pyproject.toml): started",
        "Building",
        "live-emulator",
    ),
    ("Installing collected packages: a, b, c", "Installing 3 packages", ""),
]


def test_progress_follows_what_pip_says():
    """Each stage of pip has a step, and names what it is at."""
    output = PipOutput()
    for line, step, detail in STEPS:
        output.feed(line)
        assert (output.step, output.detail) == (step, detail)
    output.feed("Building wheels for collected packages: x")
    assert output.step == STEPS[-1][1]


FAILURES = [
    ("ERROR: [Errno 28] No space left on device", "The disk is full"),
    (
        "WARNING: Retrying after connection broken by 'NewConnectionError(... "
        "[Errno -3] Temporary failure in name resolution')'\n"
        "ERROR: No matching distribution found for numpy",
        "no way to the package index",
    ),
    ("ReadTimeoutError: HTTPSConnectionPool", "no way to the package index"),
    ("SSLError(SSLCertVerificationError(1, 'x'))", "company proxy"),
    ("ERROR: [Errno 13] Permission denied: '.venv/x'", "could not be written"),
    ("ERROR: Failed building wheel for ctranslate2", "no ready-made build"),
    (
        "ERROR: Could not find a version that satisfies the requirement av>=18 (from "
        "versions: none)\nERROR: No matching distribution found for av>=18",
        "log in",
    ),
    (
        "ERROR: Could not find a version that satisfies the requirement av>=18 (from "
        "versions: 9.0, 10.0)\nERROR: No matching distribution found for av>=18",
        "lacks a package",
    ),
    ("ERROR: No matching distribution found for av", "lacks a package"),
    ("something new", "its last words are above"),
]


@pytest.mark.parametrize(("text", "words"), FAILURES)
def test_a_failure_of_pip_is_one_sentence_with_a_remedy(text, words):
    """The cause counts, not the last line: without a network nothing matches."""
    assert words in reason_for_failure(text.splitlines())


def test_the_words_of_pip_are_kept_and_bounded():
    """Its errors are shown as they are, or else its last lines."""
    output = PipOutput()
    for number in range(2000):
        output.feed(f"line {number}")
    assert len(output.lines) <= 400
    assert output.errors()[-1] == "line 1999"
    output.feed("ERROR: it broke")
    output.feed("a hint")
    assert output.errors() == ["ERROR: it broke"]
