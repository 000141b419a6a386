"""Take the tools of an MCP server into a live session.

The Model Context Protocol is a common language of programs that offer tools. A server
runs as a process of its own, or elsewhere; its client asks what it offers, and here
each of those becomes a tool like any other. Chapter 7 uses this module.
"""

import asyncio
import functools
import os
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any, TextIO

from mcp import Client, MCPError, StdioServerParameters
from mcp.client.stdio import stdio_client
from mcp.types import TextContent
from mcp.types import Tool as McpTool

from chapter_07.declarations import (
    Declaration,
    InvalidArguments,
    NotDeclarable,
    check_name,
    inlined,
)
from chapter_07.tools import Tool, ToolError

START_WITHIN_S = 15.0
"""How long a server may take to start and to say what it offers."""

__all__ = ["McpUnavailable", "mcp_tools"]


class McpUnavailable(Exception):
    """A server can't be used: a sentence that says why."""


@asynccontextmanager
async def mcp_tools(
    command: str, *arguments: str, timeout_s: float = 10.0
) -> AsyncIterator[list[Tool]]:
    """Start an MCP server, and offer its tools until the end of the block.

    Args:
        command: The program; it speaks MCP over its standard input and output.
        arguments: What follows it on the command line.
        timeout_s: How long each call of its tools may take.

    Raises:
        McpUnavailable: There is no such program, it is not an MCP server, or it does
            not answer within `START_WITHIN_S`.
        NotDeclarable: One of its tools can't be described to a model.

    """
    server = StdioServerParameters(command=command, args=list(arguments))
    async with AsyncExitStack() as opened:
        try:
            async with asyncio.timeout(START_WITHIN_S):
                transport = stdio_client(server, errlog=_errors(opened))
                client = await opened.enter_async_context(Client(transport))
                offered = await _everything(client)
        except (OSError, MCPError, ExceptionGroup) as error:
            reason = _first(error) or "no answer"
            whole = " ".join([command, *arguments])
            raise McpUnavailable(
                f"{whole} did not start as an MCP server ({reason}). Try the "
                "command in a terminal: it should wait for input and print nothing."
            ) from None
        failed = None
        try:
            yield [_tool(client, each, timeout_s) for each in offered]
        except Exception as error:
            # The client's tasks would wrap it in an ExceptionGroup.
            failed = error
    if failed:
        raise failed


def _errors(opened: AsyncExitStack) -> TextIO:
    """Return where a server writes its errors: to the terminal, if there is one.

    A notebook's stderr is no file on all systems, and a process needs one.
    """
    try:
        sys.stderr.fileno()
    except (AttributeError, OSError, ValueError):
        return opened.enter_context(open(os.devnull, "w", encoding="utf-8"))
    return sys.stderr


async def _everything(client: Client) -> list[McpTool]:
    """Return all tools of the server, which comes page by page."""
    page = await client.list_tools()
    tools = list(page.tools)
    while page.next_cursor:
        page = await client.list_tools(cursor=page.next_cursor)
        tools += page.tools
    return tools


def _first(error: BaseException) -> str:
    """Return the words of the exception with which a group of tasks began to fail."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return str(error)


def _tool(client: Client, offered: McpTool, timeout_s: float) -> Tool:
    """Return a tool that calls the server."""
    import jsonschema  # takes a second, which a program without a server can save

    check_name(offered.name)
    given = offered.input_schema
    validator = jsonschema.validators.validator_for(given)
    try:
        validator.check_schema(given)
    except jsonschema.SchemaError as error:
        raise NotDeclarable(
            f"The parameters of {offered.name} are not a JSON Schema: {error.message}."
        ) from None
    schema = inlined(given, offered.name)
    schema.setdefault("properties", {})

    async def call(**arguments: Any) -> Any:
        try:
            result = await client.call_tool(offered.name, arguments)
        except MCPError as error:
            raise ToolError(f"The server of {offered.name} fails: {error}.") from None
        text = "\n".join(
            part.text for part in result.content if isinstance(part, TextContent)
        )
        if result.is_error:
            raise ToolError(text or f"{offered.name} failed and does not say why.")
        return result.structured_content or text

    declaration = Declaration(
        offered.name,
        offered.description or "",
        schema,
        functools.partial(_checked, validator(schema)),
    )
    return Tool(
        call, declaration, timeout_s=timeout_s, needs_consent=_may_destroy(offered)
    )


def _may_destroy(offered: McpTool) -> bool:
    """Tell whether a tool may do what can't be undone, as far as its server says.

    One that the server says nothing of counts as destructive (MCP's default).
    """
    hints = offered.annotations
    if hints is None:
        return True
    return not hints.read_only_hint and hints.destructive_hint is not False


def _checked(validator: Any, sent: Mapping[str, Any]) -> dict[str, Any]:
    """Return the arguments as they are, if they fit the server's schema."""
    errors = [
        ".".join(map(str, error.absolute_path)) + f" {error.message}"
        for error in validator.iter_errors(dict(sent))
    ]
    if errors:
        words = "; ".join(error.strip() for error in errors)
        raise InvalidArguments(f"The arguments do not fit: {words}.")
    return dict(sent)
