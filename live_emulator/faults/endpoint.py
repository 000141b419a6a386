"""Set faults while the emulator runs: `/control/faults`, for this machine alone."""

from dataclasses import dataclass
from typing import Any

import orjson
from aiohttp import web

from live_emulator.faults.board import FaultBoard, NoSuchSession
from live_emulator.loopback.local_requests import is_local
from live_emulator.protocol.fault import KINDS, Fault, Scope
from live_emulator.protocol.unary import ApiError, error_body

__all__ = ["PATH", "Control", "refusal"]

PATH = "/control/faults"


@dataclass
class Control:
    """Answers requests about faults."""

    board: FaultBoard

    async def handle(self, request: web.Request) -> web.Response:
        """Answer a request below /control."""
        if not is_local(request):
            return _problem(403, "Faults are set from this machine alone.")
        if request.path != PATH:
            return _problem(404, f"There is nothing here but {PATH}.")
        match request.method:
            case "GET":
                return _json(self._state())
            case "POST":
                return await self._set(request)
            case "DELETE":
                return _json({"cleared": self.board.clear()})
        return _problem(405, "Use GET, POST or DELETE.")

    def _state(self) -> dict[str, Any]:
        active = [
            {"fault": str(fault), "session": session}
            for fault, session in self.board.active()
        ]
        known = [
            {
                "name": name,
                "does": kind.does,
                "keys": {key: value.means for key, value in kind.keys.items()},
            }
            for name, kind in KINDS.items()
        ]
        return {"faults": active, "known": known, "sessions": self.board.running}

    async def _set(self, request: web.Request) -> web.Response:
        try:
            fault, session = _read(await request.read())
        except ValueError as wrong:
            return _problem(400, str(wrong))
        try:
            number = self.board.inject(fault, session)
        except NoSuchSession as nobody:
            return _problem(404, str(nobody.args[0]))
        return _json(
            {"fault": str(fault), "session": number, "told": _told(fault, number)}
        )


def _told(fault: Fault, number: int | None) -> str:
    """Return in a sentence what was done."""
    if number is not None:
        return f"Session {number} has the fault: {fault}"
    what = "connections" if fault.kind.scope is Scope.CONNECTION else "sessions"
    if fault.session is not None:
        return f"Session {fault.session} will have the fault: {fault}"
    return f"New {what} have the fault: {fault}"


def _read(body: bytes) -> tuple[Fault, int | None]:
    """Return what is to be set, and in which session.

    Raises:
        ValueError: With what is wrong with the request.

    """
    try:
        asked = orjson.loads(body)
    except orjson.JSONDecodeError:
        asked = None
    if not isinstance(asked, dict) or not isinstance(asked.get("fault"), str):
        raise ValueError('Send JSON such as {"fault": "drop", "session": 3}.')
    session = asked.get("session")
    is_number = isinstance(session, int) and not isinstance(session, bool)
    if session is not None and not is_number:
        raise ValueError("The session is a number, such as 3.")
    return Fault.parse(asked["fault"]), session


# --- refused connections

_REFUSALS = {
    401: (
        "UNAUTHENTICATED",
        "Request had invalid authentication credentials. Expected OAuth 2 access "
        "token, login cookie or other valid authentication credential.",
    ),
    403: ("PERMISSION_DENIED", "The caller does not have permission"),
    429: ("RESOURCE_EXHAUSTED", "Resource has been exhausted (e.g. check quota)."),
    503: ("UNAVAILABLE", "The service is currently unavailable."),
}
"""Of each status, its name and message in Google's JSON form (a guess)."""


def refusal(fault: Fault) -> web.Response:
    """Return the answer to an upgrade that is refused."""
    status = fault.number("status")
    name, message = _REFUSALS[status]
    return _json(error_body(ApiError(status, message, name)), status)


def _problem(status: int, sentence: str) -> web.Response:
    return _json({"error": sentence}, status)


def _json(value: dict[str, Any], status: int = 200) -> web.Response:
    return web.Response(
        body=orjson.dumps(value, option=orjson.OPT_APPEND_NEWLINE),
        status=status,
        content_type="application/json",
    )
