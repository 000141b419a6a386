"""The page server as an aiohttp application."""

import asyncio
from html import escape

from aiohttp import hdrs, web
from aiohttp.typedefs import Handler

from guide.pages import files
from guide.pages.answers import HTML, Answer, existing, file_answer, not_found
from guide.pages.api import SETTINGS, api_routes
from guide.pages.guard import refusal, security_headers
from guide.pages.home import home_page
from guide.pages.layout import message_page
from guide.pages.reader import greet, is_reader
from guide.pages.relay import RELAY, Relay
from guide.pages.settings import Settings

__all__ = ["make_app"]


def make_app(settings: Settings) -> web.Application:
    """Return the application; it starts nothing by itself."""
    app = web.Application(middlewares=[_guard])
    app[SETTINGS] = settings
    app[RELAY] = Relay()
    app.on_shutdown.append(app[RELAY].close)
    headers = security_headers(
        settings.notebooks_url, [server.url for server in settings.servers]
    )

    async def secure(_request: web.Request, response: web.StreamResponse) -> None:
        for name, value in headers.items():
            response.headers.setdefault(name, value)

    app.on_response_prepare.append(secure)
    app.add_routes(
        [
            web.get("/", _home),
            *api_routes(),
            web.get("/notebook/{path:.*}", _notebook),
            web.get("/{path:.*}", _file),
        ]
    )
    return app


@web.middleware
async def _guard(request: web.Request, handler: Handler) -> web.StreamResponse:
    lower = {name.lower(): value for name, value in request.headers.items()}
    port = request.app[SETTINGS].port
    refused = refusal(request.method, request.path, lower, port)
    if refused is not None:
        return web.Response(status=refused.status, text=refused.text)
    return await handler(request)


async def _home(request: web.Request) -> web.StreamResponse:
    settings = request.app[SETTINGS]
    given = request.query.get("pass")
    if given is None:
        page = home_page(settings.repository)
        return web.Response(text=page, content_type=HTML)
    return greet(given, settings)


async def _notebook(request: web.Request) -> web.StreamResponse:
    """Open a notebook, or JupyterLab itself, in the reader's JupyterLab."""
    settings = request.app[SETTINGS]
    path = request.match_info["path"]
    if path:
        found = files.locate("/" + path)
        if (
            found is None
            or found.suffix != ".ipynb"
            or existing(settings.repository, found) is None
        ):
            return _sent(not_found(_accept(request)))
        path = f"/tree/{found}"
    if settings.notebooks_url is None:
        page = message_page(
            "JupyterLab is not running",
            "These pages were started without it. Stop them, and start the whole "
            "guide with <code>python3 guide.py</code>.",
        )
        return web.Response(status=503, text=page, content_type=HTML)
    target = f"{settings.notebooks_url}/lab{path}"
    if is_reader(request, settings):
        address = f"{target}?token={settings.notebook_token}"
        raise web.HTTPFound(address, headers={hdrs.CACHE_CONTROL: "no-store"})
    page = message_page(
        "Is it you?",
        "JupyterLab runs programs, so it opens only for the person who started the "
        "guide. In this browser, open the link to the home page that the terminal "
        f'shows, once. Or <a href="{escape(target)}">go on</a> and type the token, '
        "which the terminal shows too.",
    )
    return web.Response(status=403, text=page, content_type=HTML)


async def _file(request: web.Request) -> web.StreamResponse:
    raw_path = request.raw_path.split("?", 1)[0]
    # Rendering a long document takes a while, and tokens are asked for meanwhile.
    return _sent(
        await asyncio.to_thread(
            file_answer,
            request.app[SETTINGS].repository,
            raw_path,
            _accept(request),
        )
    )


def _accept(request: web.Request) -> str:
    return request.headers.get(hdrs.ACCEPT, "")


def _sent(answer: Answer) -> web.StreamResponse:
    headers = {hdrs.CONTENT_TYPE: answer.content_type, **answer.headers}
    if answer.file is not None:
        return web.FileResponse(answer.file, headers=headers)
    return web.Response(
        status=answer.status, body=answer.text.encode(), headers=headers
    )
