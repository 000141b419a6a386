"""The routes under ``/api/``: what pages ask this server for.

The guard has already refused other websites. Secrets are never among the answers.
"""

from aiohttp import web

from guide.pages.settings import Settings
from guide.pages.status import read_status

__all__ = ["SETTINGS", "api_routes"]

SETTINGS = web.AppKey("settings", Settings)


def api_routes() -> list[web.RouteDef]:
    """Return the routes."""
    return [web.get("/api/status", _status)]


async def _status(request: web.Request) -> web.Response:
    return web.json_response(await read_status(request.app[SETTINGS]))
