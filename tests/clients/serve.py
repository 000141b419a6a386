"""Serve pages to a browser, from another origin than the emulator's."""

import functools
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlencode

from live_emulator.emulator import Emulator

__all__ = ["PAGES", "served", "with_variables"]

PAGES = Path(__file__).resolve().parent / "pages"


class _Quiet(SimpleHTTPRequestHandler):
    """Serves files and keeps the tests' output clean."""

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve a folder; yields its address."""
    handler = functools.partial(_Quiet, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def with_variables(address: str, live: Emulator) -> str:
    """Return the address that tells a page where an emulator is."""
    variables = live.environment
    base, key = variables["GOOGLE_GEMINI_BASE_URL"], variables["GEMINI_API_KEY"]
    return f"{address}?{urlencode({'base': base, 'key': key})}"
