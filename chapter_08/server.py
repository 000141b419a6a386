"""The server in the middle: pages on one side, the Live API on the other.

    python chapter_08/server.py
    python chapter_08/server.py --port 9000

Listens on this machine alone, and serves the page of this chapter too. Without a key,
an emulator answers: the one that runs, or one inside this program. Conversations are
kept, if their users want that, in the folder that LIVE_BRIDGE_FOLDER names.
"""

import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

try:
    from fastapi import FastAPI
    from platformdirs import user_data_path
    from starlette.types import ASGIApp

    from chapter_08.history_routes import history_routes
    from chapter_08.limits import Limits
    from chapter_08.live_routes import Who, live_routes
    from chapter_08.switchboard import Switchboard
    from chapter_08.upload_routes import upload_routes
    from guide.pages.asgi import guarded
    from guide.pages.settings import Settings
    from guide.servers import run_server
except ModuleNotFoundError as missing:
    sys.exit(
        f"The package {missing.name} is not installed here. Run python3 guide.py once, "
        "then run this script with the Python in .venv."
    )

PORT = 8008


def make_app(folder: Path, settings: Settings, limits: Limits | None = None) -> FastAPI:
    """Return the application; what is kept goes into the folder."""
    board = Switchboard(folder, limits)

    @asynccontextmanager
    async def opened(_app: FastAPI) -> AsyncIterator[None]:
        async with board.open():
            yield

    app = FastAPI(title="A server in the middle", version="1", lifespan=opened)
    app.state.board = board
    # A little more than an upload, which then is refused in words.
    app.state.max_body_bytes = board.limits.upload_bytes + 2**20
    who = Who(board, settings)
    app.include_router(live_routes(board, who))
    app.include_router(upload_routes(board, who))
    app.include_router(history_routes(board, who))
    return app


def kept_in() -> Path:
    """Return the folder for what is kept."""
    named = os.environ.get("LIVE_BRIDGE_FOLDER", "").strip()
    return Path(named) if named else user_data_path("live-guide") / "chapter_08"


def application() -> ASGIApp:
    """Return the guarded application, for a container (see Dockerfile)."""
    settings = Settings.from_environment(PORT, os.environ)
    return guarded(make_app(kept_in(), settings), settings)


if __name__ == "__main__":
    environment = Settings.from_environment(PORT, os.environ)
    raise SystemExit(run_server(make_app(kept_in(), environment), chapter=8))
