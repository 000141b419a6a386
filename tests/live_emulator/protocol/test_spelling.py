"""Messages in one spelling, as readers of what a client sent want them."""

import pytest

from live_emulator.protocol.client_messages import SETUP
from live_emulator.protocol.spelling import normalised
from live_emulator.protocol.wire_types import Kind

SPELLINGS = [
    ({"system_instruction": {"parts": []}}, {"systemInstruction": {"parts": []}}),
    (
        {"generation_config": {"response_modalities": "audio"}},
        {"generationConfig": {"responseModalities": ["AUDIO"]}},
    ),
    (
        {"generationConfig": {"responseModalities": ["text", "AUDIO", 3]}},
        {"generationConfig": {"responseModalities": ["TEXT", "AUDIO", 3]}},
    ),
    (
        {"tools": {"function_declarations": {"name": "f"}}},
        {"tools": [{"functionDeclarations": [{"name": "f"}]}]},
    ),
    ({"model": None}, {}),
    ({"nobody_knows": None, "MODEL": 1}, {"nobody_knows": None, "MODEL": 1}),
    ({"generationConfig": "wrong"}, {"generationConfig": "wrong"}),
    ([1], [1]),
]


@pytest.mark.parametrize(("sent", "read"), SPELLINGS)
def test_what_clients_write_in_many_ways_is_read_in_one(sent, read):
    """Snake case, small enums, one object for a list; what is wrong stays."""
    assert normalised(SETUP, sent) == read


def test_the_messages_of_a_map_are_read_too():
    """A schema's properties have names of the client's own, and schemas behind them."""
    properties = {"my_own_name": {"type": "string", "max_items": 3}}
    declaration = {"name": "f", "parameters": {"properties": properties}}
    tools = {"tools": [{"functionDeclarations": [declaration]}]}
    [tool] = normalised(SETUP, tools)["tools"]
    [read] = tool["functionDeclarations"]
    assert read["parameters"]["properties"] == {
        "my_own_name": {"type": "STRING", "maxItems": 3}
    }


def test_a_reader_may_leave_values_out():
    """Those for which it returns None are not there."""

    def read(field, value):
        return None if field.kind is Kind.STRING else value

    sent = {"model": "models/x", "generationConfig": {"temperature": 1}}
    assert normalised(SETUP, sent, read) == {"generationConfig": {"temperature": 1}}
