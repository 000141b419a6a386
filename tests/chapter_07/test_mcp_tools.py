"""Tools of a real MCP server, started as a process, are tools like any others."""

import asyncio
import sys

import pytest

from chapter_07 import mcp_tools as mcp_tools_module
from chapter_07.declarations import NotDeclarable
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
        assert [name for name in names if tools[name].needs_consent] == ["delete_note"]
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
    with pytest.raises(McpUnavailable, match=r"-c print\('hello'\) did not start"):
        async with mcp_tools(sys.executable, "-c", "print('hello')"):
            pass


async def test_a_program_that_never_answers(monkeypatch):
    """It is given up."""
    monkeypatch.setattr(mcp_tools_module, "START_WITHIN_S", 0.3)
    with pytest.raises(McpUnavailable, match="did not start as an MCP server"):
        async with mcp_tools(sys.executable, "-c", "import sys; sys.stdin.read()"):
            pass


COOK = """
from dataclasses import dataclass
from mcp.server.mcpserver import MCPServer

server = MCPServer("cook")

@dataclass
class Step:
    text: str

@server.tool()
def cook(steps: list[Step]) -> str:
    "Cook."
    return ", ".join(step.text for step in steps)

server.run("stdio")
"""


async def test_types_of_a_server_are_spelled_out(tmp_path):
    """The model is told them in place, as those of functions."""
    program = tmp_path / "cook.py"
    program.write_text(COOK, "utf-8")
    async with mcp_tools(sys.executable, str(program)) as offered:
        tools = Tools()
        tools.include(offered[0])
        assert "$ref" not in repr(tools.message) and "$defs" not in repr(tools.message)
        result = await tools.run("cook", {"steps": [{"text": "stir"}]})
        assert result.response == {"result": "stir"}
        assert (await tools.run("cook", {"steps": [{}]})).has_failed
        assert tools["cook"].needs_consent, "MCP's default: it may destroy something"


async def test_an_error_in_the_block_comes_out_as_it_is(server, tmp_path):
    """Not in a group: a script says it in one sentence."""
    with pytest.raises(RuntimeError, match="^burnt$"):
        async with mcp_tools(sys.executable, server, str(tmp_path)):
            raise RuntimeError("burnt")


async def test_a_tool_that_cannot_be_declared_is_refused(tmp_path):
    """Before any session is opened, and by name."""
    program = tmp_path / "cook.py"
    step = "text: str\n    then: 'Step | None' = None"
    program.write_text(COOK.replace("text: str", step), "utf-8")
    with pytest.raises(NotDeclarable, match="A type of cook contains itself"):
        async with mcp_tools(sys.executable, str(program)):
            pytest.fail("was offered")


async def test_a_block_that_is_cancelled_ends(server, tmp_path):
    """And its server with it."""
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(None) as limit:
            async with mcp_tools(sys.executable, server, str(tmp_path)):
                limit.reschedule(0)
                await asyncio.sleep(60)


async def test_a_server_that_ends_early_is_an_error(tmp_path):
    """The model is told, and everything else goes on."""
    program = tmp_path / "cook.py"
    program.write_text(COOK.replace("return", "import os; os._exit(1) ;"), "utf-8")
    async with mcp_tools(sys.executable, str(program)) as offered:
        tools = Tools()
        tools.include(offered[0])
        for _ in range(2):
            result = await tools.run("cook", {"steps": []})
            assert result.response["error"].startswith("The server of cook fails: ")


async def test_a_program_that_is_not_there():
    """So is a program that does not exist."""
    with pytest.raises(McpUnavailable, match="no-such-program"):
        async with mcp_tools("no-such-program"):
            pass
