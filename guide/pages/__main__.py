"""``python -m guide.pages``: serve the pages of the guide on this machine."""

import argparse
import asyncio
import contextlib
import os
import socket
import sys

from aiohttp import web

from guide.loopback import listen, obey_signals, port_number, why_not
from guide.pages.app import make_app
from guide.pages.settings import Settings
from live_emulator.loopback.discreet_logger import discreet_logger

__all__ = ["main", "serve"]

REQUEST_WITHIN_S = 10.0
"""How long a connection may take to send a whole request, the first or the next."""


def main() -> int:
    """Serve until interrupted; return 2 if the port is taken."""
    parser = argparse.ArgumentParser(prog="python -m guide.pages", description=__doc__)
    parser.add_argument("--port", type=port_number, default=8080, help="default: 8080")
    port = parser.parse_args().port
    obey_signals()
    try:
        sockets = listen(port)
    except OSError as error:
        print(why_not(error, port), file=sys.stderr)
        return 2
    settings = Settings.from_environment(sockets[0].getsockname()[1], os.environ)
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(serve(settings, sockets))
    return 0


async def serve(settings: Settings, sockets: list[socket.socket]) -> None:
    """Serve until cancelled."""
    runner = web.AppRunner(
        make_app(settings),
        access_log=None,
        logger=discreet_logger("guide.pages"),
        keepalive_timeout=REQUEST_WITHIN_S,
        shutdown_timeout=1.0,
    )
    await runner.setup()
    try:
        for bound in sockets:
            await web.SockSite(runner, bound).start()
        print(f"The pages are ready at http://localhost:{settings.port}", flush=True)
        await asyncio.Event().wait()
    finally:
        await runner.cleanup()


if __name__ == "__main__":
    raise SystemExit(main())
