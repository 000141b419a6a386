"""What the home page and the chapters' pages ask: who answers, and where."""

import asyncio
import platform
from importlib import metadata
from typing import Any

import aiohttp

from guide import backend
from guide.backend import Backend, BackendError
from guide.chapters import CHAPTERS
from guide.pages.settings import RunningServer, Settings

__all__ = ["read_status"]

ANSWER_WITHIN_S = 1.0
_VERSIONS = ("google-genai", "live-emulator", "jupyterlab")


async def read_status(settings: Settings) -> dict[str, Any]:
    """Return the state of everything the pages depend on; it holds no secrets."""
    status: dict[str, Any] = {
        "name": "live_guide",
        "versions": _versions(),
    }
    try:
        found = await asyncio.to_thread(backend.look)
    except BackendError as error:
        return status | {"backend": None, "problem": str(error)}
    status |= {
        "backend": found.kind,
        "description": found.description,
        "model": found.live_model,
    }
    timeout = aiohttp.ClientTimeout(total=ANSWER_WITHIN_S)
    async with aiohttp.ClientSession(timeout=timeout) as session:
        emulator, notebooks, *servers = await asyncio.gather(
            _emulator(session, found),
            _notebooks(session, settings),
            *(_server(session, server) for server in settings.servers),
        )
    return status | {
        "emulator": emulator,
        "notebooks": notebooks,
        "servers": servers,
    }


async def _emulator(
    session: aiohttp.ClientSession, found: Backend
) -> dict[str, Any] | None:
    if found.kind != "emulator":
        return None
    url = found.url
    said = await _json(session, f"{url}/emulator")
    there = said is not None and said.get("name") == "live_emulator"
    inspector = f"{url}/inspector/"
    return {
        "url": url,
        "websocket_url": url.replace("http", "ws", 1),
        "reachable": there,
        "version": said.get("version") if there and said else None,
        "inspector": inspector if there and await _exists(session, inspector) else None,
    }


async def _notebooks(
    session: aiohttp.ClientSession, settings: Settings
) -> dict[str, Any] | None:
    if settings.notebooks_url is None:
        return None
    said = await _json(session, f"{settings.notebooks_url}/api")
    return {"url": settings.notebooks_url, "reachable": said is not None}


async def _server(
    session: aiohttp.ClientSession, server: RunningServer
) -> dict[str, Any]:
    chapter = next(one for one in CHAPTERS if one.number == server.chapter)
    said = await _json(session, f"{server.url}{server.health}")
    page = f"{chapter.folder}/" if chapter.has_page else ""
    return {
        "chapter": chapter.number,
        "title": chapter.title,
        "url": server.url,
        "page": f"{server.url}/{page}",
        "reachable": said is not None,
        "log": f".venv/guide/{chapter.folder}.log",
    }


async def _json(session: aiohttp.ClientSession, url: str) -> dict[str, Any] | None:
    try:
        async with session.get(url, allow_redirects=False) as response:
            if response.status != 200:
                return None
            said = await response.json(content_type=None)
    except (aiohttp.ClientError, TimeoutError, ValueError):
        return None
    return said if isinstance(said, dict) else None


async def _exists(session: aiohttp.ClientSession, url: str) -> bool:
    try:
        async with session.get(url, allow_redirects=False) as response:
            return response.status == 200
    except (aiohttp.ClientError, TimeoutError):
        return False


def _versions() -> dict[str, str]:
    versions = {"python": platform.python_version()}
    for name in _VERSIONS:
        try:
            versions[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return versions
