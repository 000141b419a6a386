"""``python -m guide.pages``: serve the pages of the guide on this machine."""

import argparse
import asyncio
import contextlib
import errno
import os
import signal
import socket
import sys
from types import FrameType

from aiohttp import web

from guide.pages.app import make_app
from guide.pages.settings import Settings

__all__ = ["listen", "main", "serve"]


def main() -> int:
    """Serve until interrupted; return 2 if the port is taken."""
    parser = argparse.ArgumentParser(prog="python -m guide.pages", description=__doc__)
    parser.add_argument("--port", type=int, default=8080, help="default: 8080")
    port = parser.parse_args().port
    _obey_signals()
    try:
        sockets = listen(port)
    except OSError as error:
        print(_why(error, port), file=sys.stderr)
        return 2
    settings = Settings.from_environment(sockets[0].getsockname()[1], os.environ)
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(serve(settings, sockets))
    return 0


def listen(port: int) -> list[socket.socket]:
    """Return sockets on both loopback addresses, as far as there are both.

    Browsers try either for localhost, so another program must not have one of
    them.

    Args:
        port: 0 for any free one.

    Raises:
        OSError: The port is taken.

    """
    first = _bound(socket.AF_INET, "127.0.0.1", port)
    sockets = [first]
    try:
        sockets.append(_bound(socket.AF_INET6, "::1", first.getsockname()[1]))
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            first.close()
            raise
    return sockets


async def serve(settings: Settings, sockets: list[socket.socket]) -> None:
    """Serve until cancelled."""
    runner = web.AppRunner(make_app(settings), access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    try:
        for bound in sockets:
            await web.SockSite(runner, bound).start()
        print(f"The pages are ready at http://localhost:{settings.port}", flush=True)
        await asyncio.Event().wait()
    finally:
        await runner.cleanup()


def _bound(family: socket.AddressFamily, host: str, port: int) -> socket.socket:
    bound = socket.socket(family, socket.SOCK_STREAM)
    try:
        if sys.platform == "win32":
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        else:
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind((host, port))
        bound.listen(128)
    except BaseException:
        bound.close()
        raise
    return bound


def _why(error: OSError, port: int) -> str:
    if error.errno in (errno.EADDRINUSE, errno.EACCES):
        return (
            f"Port {port} is taken or not allowed. Stop the program that has it, or "
            "choose another with --port."
        )
    return f"The pages can't listen on port {port}: {error.strerror}."


def _obey_signals() -> None:
    """Let every polite request to end look like Ctrl-C."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    for name in ("SIGTERM", "SIGBREAK"):
        if number := getattr(signal, name, None):
            signal.signal(number, stop)


if __name__ == "__main__":
    raise SystemExit(main())
