"""The guide's pages and their guard for servers of chapters, as ASGI applications.

A chapter's server answers under its own routes, and under all other paths with the
files of the guide, so that its page, the styles and the chapter's modules have the
same paths as on the page server::

    app = FastAPI()
    ...
    application = guarded(app, Settings.from_environment(port, os.environ))

`guide.servers.run_server` does that, and runs it.
"""

from urllib.parse import quote

from anyio import to_thread
from starlette.applications import Starlette
from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware.body_limit import RequestBodyLimitMiddleware
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette.websockets import WebSocketClose

from guide.pages.answers import file_answer, not_found
from guide.pages.guard import refusal, same_place, security_headers
from guide.pages.settings import Settings

__all__ = ["MAX_BODY_BYTES", "Guard", "Pages", "guarded"]

MAX_BODY_BYTES = 64 * 2**20
"""The body of a request: what is larger gets 413 before it is in memory. An application
that takes more, and bounds it itself, says so in `app.state.max_body_bytes`."""


def guarded(app: Starlette, settings: Settings) -> ASGIApp:
    """Return an application with the guard before it and the pages behind it.

    The pages answer what no route of the application matches, whenever its routes
    are added. Pages of the page server may ask too, with `fetch` (CORS) and
    WebSockets; other websites may not.

    Args:
        app: FastAPI's or Starlette's; its router is changed.
        settings: `port` is the one this server listens on, `pages_url` that of the
            page server.

    """
    app.router.default = Pages(settings)
    origins = _page_server(settings)
    return Guard(
        CORSMiddleware(
            RequestBodyLimitMiddleware(
                app, getattr(app.state, "max_body_bytes", MAX_BODY_BYTES)
            ),
            allow_origins=origins,
            allow_methods=["*"],
            allow_headers=["*"],
            allow_credentials=True,
        ),
        settings,
    )


class Guard:
    """Refuses what is not meant for this server, and adds the policy to answers.

    The rules are those of `guide.pages.guard`. A WebSocket is refused before it is
    accepted: the browser gets 403 (or 421) for its handshake. It has to stand
    outside everything, so that the application's errors carry the policy too.
    """

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._port = settings.port
        self._origins = frozenset(_page_server(settings))
        self._headers = security_headers(
            settings.notebooks_url, [server.url for server in settings.servers]
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on or refuse it."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return

        async def send_with_policy(message: Message) -> None:
            # That of a refused WebSocket begins with "websocket.".
            if message["type"].endswith("http.response.start"):
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
            await send(message)

        method = scope.get("method", "GET")  # a WebSocket begins with one
        refused = refusal(
            method, scope["path"], _joined(scope), self._port, self._origins
        )
        if refused is None:
            await self._app(scope, receive, send_with_policy)
        elif scope["type"] == "http" or "websocket.http.response" in scope.get(
            "extensions", {}
        ):
            response = PlainTextResponse(refused.text, refused.status)
            await response(scope, receive, send_with_policy)
        else:
            await WebSocketClose(reason=refused.text)(scope, receive, send)


class Pages:
    """Serves the guide's files by the same rules as the page server.

    It belongs at the root of an application. What only the page server has, the
    home page and the way to JupyterLab, it redirects there.
    """

    def __init__(self, settings: Settings) -> None:
        self._repository = settings.repository
        self._pages_url = settings.pages_url
        self._sender = StaticFiles(directory=settings.repository, check_dir=False)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request; there are no WebSockets here."""
        if scope["type"] == "websocket":
            await WebSocketClose()(scope, receive, send)
            return
        response = await self._response(scope)
        await response(scope, receive, send)

    async def _response(self, scope: Scope) -> Response:
        if scope["method"] not in ("GET", "HEAD"):
            return PlainTextResponse(
                "Nothing can be written here.", 405, {"Allow": "GET, HEAD"}
            )
        raw_path = _raw_path(scope)
        accept = Headers(scope=scope).get("accept", "")
        if raw_path == "/" or raw_path.startswith("/notebook/"):
            if self._pages_url is not None:
                return RedirectResponse(f"{self._pages_url}{raw_path}", 307)
            answer = not_found(accept)
        else:
            # Rendering a long document would hold up somebody's audio.
            answer = await to_thread.run_sync(
                file_answer, self._repository, raw_path, accept
            )
        if answer.file is None:
            response = Response(answer.text, answer.status)
        else:
            response = self._sender.file_response(
                answer.file, answer.file.stat(), scope
            )
        for name, value in answer.headers.items():
            response.headers[name] = value
        response.headers["Content-Type"] = answer.content_type
        return response


def _page_server(settings: Settings) -> tuple[str, ...]:
    return same_place(settings.pages_url) if settings.pages_url else ()


def _joined(scope: Scope) -> dict[str, str]:
    """Return the headers by lower-case name; repeated ones are joined, as in HTTP."""
    headers: dict[str, str] = {}
    for name, value in Headers(scope=scope).items():
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    if scope["type"] == "websocket":
        headers["upgrade"] = "websocket"
    return headers


def _raw_path(scope: Scope) -> str:
    # The key is optional; without it an escaped slash counts as a slash.
    raw = scope.get("raw_path")
    if raw is None:
        return quote(scope["path"])
    return bytes(raw).split(b"?", 1)[0].decode("latin-1")
