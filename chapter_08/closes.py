"""Translate the end of one side into what the other side is told. No I/O.

Close codes have a sender: a 1008 of the service is about our key, and would tell a
page that it did something wrong. Chapter 8 uses it.
"""

from dataclasses import dataclass

from chapter_03.close_codes import explain_close
from chapter_03.live_socket import LiveClosed
from chapter_08.limits import Refused
from chapter_08.send_queue import TooFull
from chapter_08.webm_audio import NotForStreaming
from guide.backend import BackendError

__all__ = ["CODES", "Close", "PageGone", "close_for"]

CODES = {
    1000: "the conversation ended as it should",
    1012: "the server is being restarted",
    1013: "the service has no room now: try again later",
    1014: "the service ended the session, or can't be reached",
    4400: "a message makes no sense",
    1011: "the server has made a mistake",
    4401: "the page has no cookie of this server",
    4403: "only the person who started the guide may do that",
    4408: "a deadline has passed",
    4410: "a limit of time is reached",
    4413: "a message is too large",
    4415: "the sound can't be decoded as it comes",
    4429: "too much at once: sessions, or audio in a second",
    4430: "the page does not take what is sent to it",
}
"""Codes that a page may see, and what each means."""

LONGEST_REASON = 123
"""Bytes, by the standard (RFC 6455)."""


class PageGone(Exception):
    """The page has closed, or is no longer there."""


@dataclass(frozen=True)
class Close:
    """How the page's connection ends."""

    code: int
    sentence: str

    @property
    def reason(self) -> str:
        """As much of the sentence as fits into a close frame."""
        data = self.sentence.encode()
        if len(data) <= LONGEST_REASON:
            return self.sentence
        return data[: LONGEST_REASON - 3].decode("utf-8", "ignore") + "…"


def close_for(ending: BaseException | None) -> Close | None:
    """Return how the page is told of an ending; None if it is gone already."""
    match ending:
        case None:
            return Close(1000, "")
        case PageGone():
            return None
        case Refused():
            return Close(ending.code, ending.sentence)
        case NotForStreaming():
            return Close(4415, str(ending))
        case TooFull():
            return Close(
                4430,
                "The page does not take what is sent to it, or sends more than the "
                "service takes. Reload it.",
            )
        case LiveClosed():
            return _of_service(ending)
        case BackendError():
            return Close(1014, str(ending))
        case OSError():
            return Close(
                1014, "The service can't be reached. Wait a moment, and start again."
            )
    return Close(1011, "The server has made a mistake; its log says more.")


def _of_service(closed: LiveClosed) -> Close:
    found = explain_close(closed.code, closed.reason)
    if closed.code == 1000:
        return Close(1014, "The service has ended the session. Start another one.")
    is_busy = "quota" in closed.reason.lower() or closed.code == 1013
    return Close(1013 if is_busy else 1014, f"{found.happened} {found.why}")
