"""Tell the reader's browser from others on the same machine.

Every user of a machine can reach its ports. The link in the terminal holds a pass;
the browser that opened it keeps it as a cookie.
"""

import hmac
from collections.abc import Mapping
from typing import Protocol

from aiohttp import web

from guide.pages.settings import Settings

__all__ = ["HasCookies", "greet", "is_reader"]


class HasCookies(Protocol):
    """A request, whatever the framework."""

    @property
    def cookies(self) -> Mapping[str, str]:
        """The cookies by name."""


def greet(given: str, settings: Settings) -> web.Response:
    """Answer a link with a pass: a right one becomes a cookie.

    Either way the pass leaves the address bar.
    """
    response = web.Response(status=303, headers={"Location": "/"})
    if _is_pass(given, settings):
        response.set_cookie(
            _cookie_name(settings), given, httponly=True, samesite="Strict", path="/"
        )
    return response


def is_reader(request: HasCookies, settings: Settings) -> bool:
    """Tell whether a request comes from the browser of who started the guide.

    Args:
        request: Of aiohttp or Starlette; Starlette's WebSockets have cookies too.
        settings: Of the server that was asked. Cookies ignore ports, so the page
            server's cookie reaches the servers of chapters.

    """
    return _is_pass(request.cookies.get(_cookie_name(settings), ""), settings)


def _is_pass(given: str, settings: Settings) -> bool:
    expected = settings.reader_pass
    # A cookie may hold bytes that are no text; they reach us as lone surrogates.
    return bool(expected) and hmac.compare_digest(
        given.encode("utf-8", "surrogatepass"), expected.encode()
    )


def _cookie_name(settings: Settings) -> str:
    # Cookies ignore ports, and several guides may run on one machine.
    return f"live-guide-{settings.pages_port}"
