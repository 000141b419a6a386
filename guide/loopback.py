"""Sockets on this machine alone, for every server of the guide."""

import argparse
import errno
import signal
import socket
import sys
from types import FrameType

__all__ = ["listen", "obey_signals", "port_number", "why_not"]

_LAST_PORT = 65_535


def port_number(text: str) -> int:
    """Read a port from a command line, as the `type` of an argument of argparse.

    Raises:
        argparse.ArgumentTypeError: It is not a number from 0 to 65535.

    """
    is_number = text.isascii() and text.isdecimal() and len(text) <= 5
    if not is_number or int(text) > _LAST_PORT:
        raise argparse.ArgumentTypeError(f"a port is a number from 0 to {_LAST_PORT}")
    return int(text)


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


def why_not(error: OSError, port: int) -> str:
    """Return a sentence for the reader about what `listen` raised."""
    if error.errno in (errno.EADDRINUSE, errno.EACCES):
        return (
            f"Port {port} is taken or not allowed. Stop the program that has it, or "
            "choose another with --port."
        )
    return f"This machine can't listen on port {port}: {error.strerror}."


def obey_signals() -> None:
    """Let every polite request to end look like Ctrl-C."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    for name in ("SIGTERM", "SIGBREAK"):
        if number := getattr(signal, name, None):
            signal.signal(number, stop)


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
