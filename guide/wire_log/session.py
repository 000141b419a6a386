"""A session of the Python SDK that tells a log what it does."""

from collections.abc import AsyncIterator, Mapping
from contextlib import aclosing
from typing import Any, Protocol

from guide.wire_log.frame import Direction

__all__ = ["LoggedSession", "SessionLog", "plain"]


class SessionLog(Protocol):
    """Whatever takes note of a session; a `WireLog` does."""

    def now_s(self) -> float:
        """Return the time since the log began."""

    def sent(self, message: Any, at_s: float | None = None) -> None:
        """Take note of a message to the service."""

    def received(self, message: Any, at_s: float | None = None) -> None:
        """Take note of a message from the service."""

    def closed(
        self, code: int, reason: str = "", *, by: Direction = "received"
    ) -> None:
        """Take note of a close, and of who closed."""


class LoggedSession:
    """Stands in for an SDK session: same methods, recorded in a log.

    Only the public methods of the SDK are used, so whatever the session can do
    besides passes through untouched.
    """

    def __init__(self, session: Any, log: SessionLog) -> None:
        self._session = session
        self._log = log

    def __getattr__(self, name: str) -> Any:
        return getattr(self._session, name)

    async def send_client_content(
        self, *, turns: Any = None, turn_complete: bool = True
    ) -> None:
        """Send content in order; see the SDK."""
        content: dict[str, Any] = {"turnComplete": turn_complete}
        if turns is not None:
            content["turns"] = plain(turns)
        await self._send(
            self._session.send_client_content(turns=turns, turn_complete=turn_complete),
            {"clientContent": content},
        )

    async def send_realtime_input(self, **fields: Any) -> None:
        """Send audio, an image, text or an activity mark; see the SDK."""
        written = plain(fields)
        if "media" in written:  # on the wire it has another name
            written["mediaChunks"] = written.pop("media")
        await self._send(
            self._session.send_realtime_input(**fields), {"realtimeInput": written}
        )

    async def send_tool_response(self, *, function_responses: Any) -> None:
        """Answer a tool call; see the SDK."""
        await self._send(
            self._session.send_tool_response(function_responses=function_responses),
            {"toolResponse": {"functionResponses": plain(function_responses)}},
        )

    async def send_context_update(self, **fields: Any) -> None:
        """Change instruction or tools on the way; see the SDK."""
        await self._send(
            self._session.send_context_update(**fields),
            {"contextUpdate": {name: True for name in fields}},
        )

    async def receive(self) -> AsyncIterator[Any]:
        """Yield the messages of one turn; see the SDK."""
        try:
            async with aclosing(self._session.receive()) as messages:
                async for message in messages:
                    self._log.received(message)
                    yield message
        except Exception as error:
            self._note_close(error)
            raise

    async def close(self) -> None:
        """Close the connection; see the SDK."""
        self._log.closed(1000, by="sent")
        await self._session.close()

    async def _send(self, sending: Any, message: dict[str, Any]) -> None:
        at_s = self._log.now_s()
        try:
            await sending
        except Exception as error:
            self._note_close(error)
            raise
        self._log.sent(message, at_s)

    def _note_close(self, error: Exception) -> None:
        """Record the close code that an error brings, if it brings one."""
        close = getattr(error, "rcvd", None) or error
        code = getattr(close, "code", None)
        if not isinstance(code, int):
            return
        reason = getattr(close, "reason", None) or getattr(close, "details", None)
        self._log.closed(code, reason if isinstance(reason, str) else "")


def plain(value: Any) -> Any:
    """Turn objects of the SDK into dictionaries, however deep they lie.

    Bytes stay bytes. An image object (Pillow's, for example) becomes a Blob
    without data: how it will be encoded is the SDK's business.
    """
    if hasattr(value, "model_dump"):
        return value.model_dump(exclude_none=True, warnings=False)
    if isinstance(value, Mapping):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if hasattr(value, "tobytes") and hasattr(value, "size"):
        return {"mimeType": "image/*"}
    return value
