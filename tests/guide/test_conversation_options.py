import pytest

from guide.conversation_options import (
    conversation_parser,
    device_of,
    parse_conversation,
)


def test_each_script_has_a_length_of_chunks_of_its_own():
    """And says it in its help."""
    parser = conversation_parser("Talks.", chunk_ms=20)
    assert parse_conversation(parser, []).chunk_ms == 20
    assert "(default: 20)" in parser.format_help()


@pytest.mark.parametrize("chunk_ms", ["9", "1001", "-20"])
def test_chunks_that_make_no_conversation_are_refused(chunk_ms, capsys):
    """With the range that does."""
    parser = conversation_parser("Talks.", chunk_ms=20)
    with pytest.raises(SystemExit):
        parse_conversation(parser, [f"--chunk-ms={chunk_ms}"])
    assert "from 10 to 1000" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("wanted", "device"),
    [
        (None, None),
        ("", ""),
        ("3", 3),
        ("USB", "USB"),
        ("\u00b2", "\u00b2"),
        ("9" * 30,) * 2,
    ],
)
def test_a_device_has_a_number_or_a_name(wanted, device):
    """PortAudio tells them apart by their type."""
    assert device_of(wanted) == device
