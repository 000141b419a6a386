"""Who may ask what: rules over method, path and headers. No I/O.

A page on any website can make a browser send requests to this machine, and a
domain can be pointed at 127.0.0.1 after its page was loaded (DNS rebinding). The
name in ``Host`` and the page in ``Origin`` give both away.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

__all__ = ["Refusal", "own_hosts", "refusal", "same_place", "security_headers"]


@dataclass(frozen=True)
class Refusal:
    """Why a request is not answered."""

    status: int
    text: str


def own_hosts(port: int) -> tuple[str, ...]:
    """Return the values of ``Host`` that mean this server."""
    return tuple(f"{name}:{port}" for name in ("localhost", "127.0.0.1", "[::1]"))


def refusal(
    method: str,
    path: str,
    headers: Mapping[str, str],
    port: int,
    origins: Collection[str] = (),
) -> Refusal | None:
    """Return why a request is refused, or none if it may pass.

    Args:
        method: In upper case.
        path: Decoded, as the routes see it.
        headers: A mapping that ignores case, or one with lower-case names. A
            request for a WebSocket has ``upgrade`` among them.
        port: The port this server listens on.
        origins: Of other servers whose pages may ask, exactly as browsers send
            them; the pages of this server may anyway.

    """
    hosts = own_hosts(port)
    if headers.get("host", "").lower() not in hosts:
        return Refusal(
            421, f"This server answers only to {hosts[0]}, {hosts[1]} and {hosts[2]}."
        )
    if _is_plain_page(method, path, headers):
        return None
    origin = headers.get("origin")
    if origin is not None and origin.lower() in origins:
        return None
    if origin is not None and origin.lower() not in {f"http://{one}" for one in hosts}:
        return Refusal(403, "Another website may not use this server.")
    # Requests without an Origin, such as those of an <img>, still carry this.
    if headers.get("sec-fetch-site") in ("cross-site", "same-site"):
        return Refusal(403, "Another page may not use this server.")
    return None


def security_headers(
    notebooks_url: str | None = None, server_urls: Collection[str] = ()
) -> dict[str, str]:
    """Return the headers that every answer carries.

    Args:
        notebooks_url: JupyterLab's address; it may show pages in a frame.
        server_urls: Addresses of the chapters' servers, such as
            ``http://localhost:8008``, which pages may ask and open WebSockets to.

    """
    servers = "".join(
        f" {url} {url.replace('http', 'ws', 1)}"
        for server_url in server_urls
        for url in same_place(server_url)
        if "[" not in url  # policies know no IPv6 addresses
    )
    frames = f"'self' {notebooks_url}" if notebooks_url else "'self'"
    policy = {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self' data: blob:",
        "media-src": "'self' data: blob: mediastream:",
        "font-src": "'self'",
        # Chapters talk to the emulator, and with a short-lived token to the service.
        "connect-src": "'self' ws://localhost:* ws://127.0.0.1:* "
        f"wss://generativelanguage.googleapis.com{servers}",
        "worker-src": "'self' blob:",
        "form-action": "'self'",
        "base-uri": "'none'",
        "frame-ancestors": frames,
    }
    return {
        "Content-Security-Policy": "; ".join(f"{k} {v}" for k, v in policy.items()),
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": ", ".join(
            f"{device}=(self)" for device in ("microphone", "camera", "display-capture")
        ),
        "Referrer-Policy": "same-origin",
        "X-Content-Type-Options": "nosniff",
        # Files change while a chapter is read; ask whether they did.
        "Cache-Control": "no-cache",
    }


def same_place(url: str) -> tuple[str, ...]:
    """Return the origins under which browsers know a server of this machine.

    Args:
        url: With any of the names of this machine and a port.

    """
    port = urlsplit(url).port
    if port is None:
        return (url,)
    return tuple(f"http://{host}" for host in own_hosts(port))


def _is_plain_page(method: str, path: str, headers: Mapping[str, str]) -> bool:
    return (
        method in ("GET", "HEAD")
        and not path.startswith(("/api/", "/notebook/"))
        and "upgrade" not in headers
    )
