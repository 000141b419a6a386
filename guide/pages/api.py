"""The routes under ``/api/``: what pages ask this server for.

The guard has already refused other websites. Keys are never among the answers.
"""

import asyncio
import time
from datetime import UTC, datetime
from typing import Any

import aiohttp
from aiohttp import web

from guide import backend
from guide.backend import Backend, BackendError
from guide.pages import relay
from guide.pages.reader import is_reader
from guide.pages.settings import Settings
from guide.pages.status import read_status
from guide.pages.tokens import Allowance, token_request, why_refused

__all__ = ["SETTINGS", "api_routes"]

SETTINGS = web.AppKey("settings", Settings)

TOKEN_WITHIN_S = 15.0
VERSION = "v1alpha"
"""The version in which tokens work everywhere (observed in 2026)."""


def api_routes() -> list[web.RouteDef]:
    """Return the routes."""
    # Others on this machine can't use up what the reader may have.
    allowances = {True: Allowance(), False: Allowance()}

    async def token(request: web.Request) -> web.Response:
        reader = is_reader(request, request.app[SETTINGS])
        if not allowances[reader].take(time.monotonic()):
            return _refused(429, "Too many tokens at once. Wait a moment.")
        return await _token(request, reader)

    return [
        web.get("/api/status", _status),
        web.post("/api/token", token),
        web.get(relay.PATH, _live),
    ]


async def _live(request: web.Request) -> web.StreamResponse:
    return await request.app[relay.RELAY].answer(request)


async def _status(request: web.Request) -> web.Response:
    return web.json_response(await read_status(request.app[SETTINGS]))


async def _token(request: web.Request, reader: bool) -> web.Response:
    """Make a token for one session, and say where to use it."""
    try:
        found = await asyncio.to_thread(backend.look)
    except BackendError as error:
        return _refused(409, str(error))
    if found.kind == "service" and not reader:
        return _refused(
            403,
            "Sessions with Google's service cost money, so only the person who "
            "started the guide may open them. In this browser, open the link to the "
            "home page that the terminal shows, once.",
        )
    if found.is_vertex:
        return await _ticket(request, found)
    status, answer = await _ask(found)
    name = answer.get("name")
    if status != 200 or not isinstance(name, str):
        return _refused(502, _why(found, status))
    return web.json_response(
        {
            "token": name,
            "websocket_url": found.websocket_url(
                "BidiGenerateContentConstrained", VERSION
            ),
            "model": found.model_name(),
        },
        headers={"Cache-Control": "no-store"},
    )


async def _ticket(request: web.Request, found: Backend) -> web.Response:
    """Make a ticket for one session through this server, for want of tokens."""
    try:
        headers = await asyncio.to_thread(found.headers)
        model = await asyncio.to_thread(found.model_name)
    except BackendError as error:
        return _refused(502, _why(found, 0) if found.kind == "emulator" else str(error))
    route = relay.Route(
        found.websocket_url(),
        dict(headers),
        found.ssl_context(),
        model,
        is_local=found.kind == "emulator",
    )
    return web.json_response(
        {
            "token": request.app[relay.RELAY].tickets.issue(route),
            "websocket_url": f"ws://{request.host}{relay.PATH}",
            "model": model,
        },
        headers={"Cache-Control": "no-store"},
    )


async def _ask(found: Backend) -> tuple[int, dict[str, Any]]:
    """Ask the backend for a token; status 0 if it does not answer."""
    try:
        async with (
            aiohttp.ClientSession(
                timeout=aiohttp.ClientTimeout(total=TOKEN_WITHIN_S),
                trust_env=found.kind == "service",
            ) as session,
            session.post(
                f"{found.url}/{VERSION}/auth_tokens",
                json=token_request(found.live_model, datetime.now(UTC)),
                headers=found.headers(),
                ssl=found.ssl_context() or True,
                allow_redirects=False,
            ) as response,
        ):
            answer = await response.json(content_type=None)
            return response.status, answer if isinstance(answer, dict) else {}
    except (aiohttp.ClientError, TimeoutError, ValueError):
        return 0, {}


def _why(found: Backend, status: int) -> str:
    if status:
        return why_refused(status)
    if found.kind == "emulator":
        return "The emulator does not answer. Start the guide: python3 guide.py"
    return "Google's service can't be reached. Check the network connection."


def _refused(status: int, sentence: str) -> web.Response:
    return web.json_response({"error": sentence}, status=status)
