"""Ports of this machine: free or taken, and by whom."""

import json
import socket
import urllib.error
import urllib.request
from typing import Any

__all__ = ["answer_of", "is_taken"]


def is_taken(port: int) -> bool:
    """Tell whether a server could not listen on a port of the loopback."""
    for family, host in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")):
        try:
            probe = socket.socket(family, socket.SOCK_STREAM)
        except OSError:
            continue  # no IPv6 here
        with probe:
            probe.settimeout(0.3)
            # A listener on all addresses does not always stop a bind to one.
            if probe.connect_ex((host, port)) == 0:
                return True
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            # A port that was left a moment ago may refuse a plain bind, but not
            # a server, which asks for its reuse.
            return not _can_reuse(port)
    return False


def answer_of(
    url: str, *, timeout_s: float = 1.0, headers: dict[str, str] | None = None
) -> dict[str, Any] | None:
    """Return the JSON object that a server on this machine answers with, or none."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        request = urllib.request.Request(url, headers=headers or {})
        with opener.open(request, timeout=timeout_s) as response:
            answer = json.loads(response.read(1_000_000))
    except (OSError, ValueError):
        return None
    return answer if isinstance(answer, dict) else None


def _can_reuse(port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
