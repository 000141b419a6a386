"""A bare `websockets` echo, the baseline of other benchmarks.

python -m benchmarks.echo_server

Prints one line with its address when it is ready, as the emulator does.
"""

import asyncio

from websockets.asyncio.server import ServerConnection, serve


async def echo(socket: ServerConnection) -> None:
    """Send back whatever comes."""
    async for message in socket:
        await socket.send(message)


async def main() -> None:
    """Serve until killed."""
    async with serve(echo, "127.0.0.1", 0, compression=None, max_size=None) as server:
        port = server.sockets[0].getsockname()[1]
        print(f"echo is ready at http://127.0.0.1:{port}", flush=True)
        await asyncio.Future()


if __name__ == "__main__":
    asyncio.run(main())
