"""Ask a running emulator for a fault, or for expired tokens, from the command line."""

import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any

from live_emulator.errors import EmulatorError
from live_emulator.protocol.fault import KINDS

__all__ = ["CannotTell", "clear_faults", "expire_tokens", "send_fault", "summary"]

_TIMEOUT_S = 10.0
# A proxy would be asked for this machine as well.
_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class CannotTell(EmulatorError):
    """The emulator did not do it; says why in a sentence."""


def send_fault(port: int, fault: str, session: int | None) -> str:
    """Set a fault; return in a sentence what was done.

    Raises:
        CannotTell: Nobody listens, or the emulator says no.

    """
    asked = {"fault": fault, "session": session}
    return str(_call(port, "POST", asked)["told"])


def clear_faults(port: int) -> str:
    """Forget all faults; return in a sentence how many.

    Raises:
        CannotTell: Nobody listens there.

    """
    count = _call(port, "DELETE")["cleared"]
    return f"{count} fault{'' if count == 1 else 's'} cleared."


def expire_tokens(port: int) -> str:
    """End all bearer tokens given out so far; return in a sentence what was done.

    Raises:
        CannotTell: Nobody listens there.

    """
    return str(_call(port, "POST", path="/control/expire-tokens")["told"])


def _call(
    port: int,
    method: str,
    body: dict[str, Any] | None = None,
    path: str = "/control/faults",
) -> dict[str, Any]:
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}{path}",
        method=method,
        data=None if body is None else json.dumps(body).encode(),
        headers={"Content-Type": "application/json"},
    )
    try:
        with _OPENER.open(request, timeout=_TIMEOUT_S) as response:
            answer: dict[str, Any] = json.load(response)
            return answer
    except urllib.error.HTTPError as error:
        raise CannotTell(_sentence(error, port)) from None
    except (OSError, ValueError):
        raise CannotTell(_no_emulator(port)) from None


def _sentence(error: urllib.error.HTTPError, port: int) -> str:
    try:
        return str(json.load(error)["error"])
    except (ValueError, TypeError, KeyError):
        return _no_emulator(port)


def _no_emulator(port: int) -> str:
    return (
        f"No emulator answers on port {port}. Start one with "
        "python -m live_emulator, or name its port with --port."
    )


def summary() -> Iterator[str]:
    """Yield a line for each fault there is."""
    width = max(map(len, KINDS))
    for name, kind in KINDS.items():
        keys = " ".join(f"{key}=" for key in kind.keys)
        yield f"{name:{width}}  {kind.does.replace('`', '')}"
        yield f"{'':{width}}  {keys}"
