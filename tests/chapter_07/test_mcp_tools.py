"""Tools of a real MCP server, started as a process, are tools like any others."""

import sys

import pytest

from chapter_07.mcp_tools import McpUnavailable, mcp_tools
from chapter_07.tools import Tools


@pytest.fixture
def server(repository) -> str:
    return str(repository / "chapter_07" / "notes-server.py")


async def test_notes_are_written_read_and_listed(server, tmp_path):
    """What the server offers is declared and called by its schema."""
    async with mcp_tools(sys.executable, server, str(tmp_path)) as offered:
        tools = Tools()
        for tool in offered:
            tools.include(tool)
        names = [each["name"] for each in tools.message["functionDeclarations"]]
        assert names == ["write_note", "read_note", "list_notes", "delete_note"]
        note = {"title": "Soup", "text": "More salt."}
        assert not (await tools.run("write_note", note)).has_failed
        read = await tools.run("read_note", {"title": "soup"})
        assert read.response == {"result": "More salt.\n"}
        assert (await tools.run("list_notes", {})).response == {"result": ["soup"]}
    assert (tmp_path / "soup.txt").read_text("utf-8") == "More salt.\n"


@pytest.mark.parametrize(
    ("name", "arguments", "words"),
    [
        ("read_note", {}, "'title' is a required property"),
        ("read_note", {"title": 3}, "title 3 is not of type 'string'"),
        ("read_note", {"title": "Bread"}, "There is no note 'Bread'."),
        ("read_note", {"title": "../.."}, "needs letters or digits"),
        ("write_note", {"title": "x", "text": "y" * 20_000}, "over 10,000 letters"),
    ],
)
async def test_what_the_server_refuses_is_an_error(
    server, tmp_path, name, arguments, words
):
    """The model can speak about it, and nothing leads out of the folder."""
    async with mcp_tools(sys.executable, server, str(tmp_path)) as offered:
        tools = Tools()
        for tool in offered:
            tools.include(tool)
        result = await tools.run(name, arguments)
        assert result.has_failed and words in result.response["error"]


async def test_a_program_that_is_no_server(tmp_path):
    """It is an error at the start, not a wait without end."""
    with pytest.raises(McpUnavailable, match="did not start as an MCP server"):
        async with mcp_tools(sys.executable, "-c", "print('hello')"):
            pass


async def test_a_program_that_is_not_there():
    """So is a program that does not exist."""
    with pytest.raises(McpUnavailable, match="no-such-program"):
        async with mcp_tools("no-such-program"):
            pass
