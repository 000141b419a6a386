"""Bytes as clients write them."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from live_emulator.protocol.base64_text import decode_base64
from live_emulator.protocol.client_messages import read_client_message
from live_emulator.protocol.wire_types import Reading


@given(st.binary(max_size=40), st.booleans(), st.booleans(), st.booleans())
def test_both_alphabets_are_read_padded_or_not(pcm, is_url_safe, is_padded, is_text):
    """As text and as bytes."""
    encode = base64.urlsafe_b64encode if is_url_safe else base64.b64encode
    encoded = encode(pcm)
    if not is_padded:
        encoded = encoded.rstrip(b"=")
    assert decode_base64(encoded.decode() if is_text else encoded) == pcm


@pytest.mark.parametrize("text", ["a", "a!==", "AA AA", "ä"])
def test_anything_else_is_an_error(text):
    """It is not guessed at."""
    with pytest.raises(ValueError):
        decode_base64(text)
    with pytest.raises(ValueError):
        decode_base64(text.encode())


@pytest.mark.parametrize("text", ["QQ", "QQ=", "QQ=="])
def test_padding_may_be_there_in_part(text):
    """The same for whoever reads it: a session, a recording, the inspector."""
    assert decode_base64(text) == decode_base64(text.encode()) == b"A"
    blob = {"mimeType": "audio/pcm", "data": text}
    message = {"realtimeInput": {"audio": blob}}
    _, content = read_client_message(message, Reading())
    assert content["audio"]["data"] == b"A"


@pytest.mark.parametrize("text", ["_-8=", "_-8", "/+8=", "/+8"])
def test_letters_of_either_alphabet(text):
    """Whatever examples chance may make."""
    assert decode_base64(text) == decode_base64(text.encode()) == b"\xff\xef"
