"""Tell the programs and pages of this machine from whatever else a browser shows."""

from aiohttp import web

__all__ = ["CORS_HEADERS", "is_local"]

CORS_HEADERS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "GET,POST,OPTIONS",
    "Access-Control-Allow-Headers": (
        "content-type,x-goog-api-key,x-goog-api-client,authorization"
    ),
}
"""The service lets any page call it; keys, not origins, decide."""

_LOCAL_HOSTS = ("127.0.0.1", "localhost", "[::1]")


def is_local(request: web.Request) -> bool:
    """Return whether a request comes from a page or program of this machine.

    A foreign `Host` is a foreign name that was made to lead here (DNS rebinding).
    """
    host = request.headers.get("Host", "").rsplit(":", 1)[0]
    if host not in _LOCAL_HOSTS:
        return False
    origin = request.headers.get("Origin")
    if origin is None:
        # Without an origin come links, and what a page embeds; only links may.
        foreign = request.headers.get("Sec-Fetch-Site") == "cross-site"
        return not foreign or request.headers.get("Sec-Fetch-Mode") == "navigate"
    return origin.partition("//")[2].rsplit(":", 1)[0] in _LOCAL_HOSTS
