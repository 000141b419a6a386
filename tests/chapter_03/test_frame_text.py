"""Frames for people to read."""

import json

import pytest

from chapter_03.frame_text import frame_line, shortened
from guide.chapters import REPOSITORY


def repeated(fields):
    """Make a long text of how long it is to be."""
    return "A" * fields["repeat"] if fields.keys() == {"repeat"} else fields


VECTORS = json.loads(
    (REPOSITORY / "tests" / "vectors" / "frame_text.json").read_text("utf-8"),
    object_hook=repeated,
)


@pytest.mark.parametrize("vector", VECTORS, ids=lambda one: str(one["shortened"]))
def test_long_texts_are_replaced_by_their_length(vector):
    """Everything else stays as it is, in both languages."""
    assert shortened(vector["value"]) == vector["shortened"]


def test_a_line_can_be_printed_whatever_it_holds():
    """Half of an emoji is replaced."""
    assert frame_line('{"text": "\\ud83d"}') == '{"text": "?"}'


def test_a_frame_is_one_line():
    """Binary or text, indented or not."""
    assert frame_line(b'{\n  "setupComplete": {}\n}\n') == '{"setupComplete": {}}'
    assert frame_line('{"text": "\\u00e4"}') == '{"text": "ä"}'


def test_what_is_no_json_is_shown_by_its_size():
    """A frame that can't be read is no reason to stop."""
    assert frame_line(b"\xff\xfe\x00") == "3 bytes that are no JSON"
    assert frame_line("[" * 100_000) == "100,000 bytes that are no JSON"
