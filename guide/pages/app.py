"""The page server as an aiohttp application."""

from html import escape
from pathlib import Path, PurePosixPath

from aiohttp import hdrs, web
from aiohttp.typedefs import Handler

from guide.pages import files
from guide.pages.api import SETTINGS, api_routes
from guide.pages.guard import refusal, security_headers
from guide.pages.home import home_page
from guide.pages.layout import document_page, message_page, source_page
from guide.pages.markdown import render
from guide.pages.reader import greet, is_reader
from guide.pages.settings import Settings

__all__ = ["make_app"]

_HTML = "text/html"

# A picture may style itself, and that is all it may.
_SVG_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def make_app(settings: Settings) -> web.Application:
    """Return the application; it starts nothing by itself."""
    app = web.Application(middlewares=[_guard, _readable_errors])
    app[SETTINGS] = settings
    headers = security_headers(settings.notebooks_url)

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


@web.middleware
async def _readable_errors(
    request: web.Request, handler: Handler
) -> web.StreamResponse:
    try:
        return await handler(request)
    except web.HTTPNotFound:
        if _HTML not in request.headers.get(hdrs.ACCEPT, ""):
            raise
        page = message_page(
            "There is no such page",
            'The <a href="/">home page</a> lists what there is.',
        )
        return web.Response(status=404, text=page, content_type=_HTML)


async def _home(request: web.Request) -> web.StreamResponse:
    settings = request.app[SETTINGS]
    given = request.query.get("pass")
    if given is None:
        page = home_page(settings.repository)
        return web.Response(text=page, content_type=_HTML)
    return greet(given, settings)


async def _notebook(request: web.Request) -> web.StreamResponse:
    """Open a notebook, or JupyterLab itself, in the reader's JupyterLab."""
    settings = request.app[SETTINGS]
    path = request.match_info["path"]
    if path:
        found = files.locate("/" + path)
        if found is None or found.suffix != ".ipynb":
            raise web.HTTPNotFound
        _existing(settings.repository, found)
        path = f"/tree/{found}"
    if settings.notebooks_url is None:
        page = message_page(
            "JupyterLab is not running",
            "These pages were started without it. Stop them, and start the whole "
            "guide with <code>python3 guide.py</code>.",
        )
        return web.Response(status=503, text=page, content_type=_HTML)
    target = f"{settings.notebooks_url}/lab{path}"
    if is_reader(request, settings):
        address = f"{target}?token={settings.notebook_token}"
        raise web.HTTPFound(address, headers={hdrs.CACHE_CONTROL: "no-store"})
    page = message_page(
        "Is it you?",
        "JupyterLab runs programs, so it opens only for whoever started the guide. "
        "Open the link to the home page that stands in the terminal, once in this "
        f'browser. Or <a href="{escape(target)}">go on</a> and type the token that '
        "stands there too.",
    )
    return web.Response(status=403, text=page, content_type=_HTML)


async def _file(request: web.Request) -> web.StreamResponse:
    settings = request.app[SETTINGS]
    raw_path = request.raw_path.split("?", 1)[0]
    if raw_path.endswith("/"):
        return _folder(settings.repository, raw_path)
    found = files.locate(raw_path)
    if found is None:
        if (
            files.locate(f"{raw_path}/README.md") is not None
            and (settings.repository / raw_path.strip("/") / "README.md").is_file()
        ):
            raise web.HTTPMovedPermanently(f"{raw_path}/")
        raise web.HTTPNotFound
    path = _existing(settings.repository, found)
    wants_page = _HTML in request.headers.get(hdrs.ACCEPT, "")
    if found.suffix == ".md" and wants_page:
        return _document(path, found)
    if found.suffix == ".py" and wants_page:
        page = source_page(path.read_text("utf-8"), str(found))
        return web.Response(text=page, content_type=_HTML)
    headers: dict[str, str] = {"Content-Type": files.content_type_of(found)}
    if found.suffix == ".svg":
        headers["Content-Security-Policy"] = _SVG_POLICY
    return web.FileResponse(path, headers=headers)


def _folder(repository: Path, raw_path: str) -> web.StreamResponse:
    """Serve a folder's page, or its README where it has none."""
    page = files.locate(f"{raw_path}index.html")
    if page is not None and (repository / page).is_file():
        headers = {hdrs.CONTENT_TYPE: files.content_type_of(page)}
        return web.FileResponse(_existing(repository, page), headers=headers)
    readme = files.locate(f"{raw_path}README.md")
    if readme is None:
        raise web.HTTPNotFound
    return _document(_existing(repository, readme), readme)


def _document(path: Path, found: PurePosixPath) -> web.Response:
    document = render(path.read_text("utf-8"), folder=str(found.parent))
    page = document_page(document.title, document.html, str(found))
    return web.Response(text=page, content_type=_HTML)


def _existing(repository: Path, found: PurePosixPath) -> Path:
    """Return the file itself, which no link may lead out of its folder."""
    path = (repository / found).resolve()
    top = (repository / found.parts[0]).resolve()
    if not path.is_file() or not path.is_relative_to(top):
        raise web.HTTPNotFound
    return path
