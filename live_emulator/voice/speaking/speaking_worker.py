"""The process that speaks, behind frames on standard input and output.

Started by `worker`.
"""

from contextlib import ExitStack

from live_emulator.voice.process.worker_side import Inbox, Outbox, serve
from live_emulator.voice.speaking.installed import AGAIN


class NoVoice(RuntimeError):
    """A package that speaks is missing or can't be loaded."""


def _work(inbox: Inbox, outbox: Outbox) -> None:
    try:
        # Here, so that what goes wrong is reported and not only an exit code.
        from live_emulator.voice.speaking.mouth import Mouth
    except ImportError as error:
        raise NoVoice(
            f"the voice can't be loaded ({error}). Install its packages again: {AGAIN}"
        ) from error
    with ExitStack() as stack:
        mouth = Mouth(outbox, stack)
        outbox.send({"ready": True})
        while True:
            while mouth.has_work() and inbox.empty():
                mouth.speak_some()
            frame = inbox.get()
            if frame is None:
                return
            mouth.obey(frame[0])


if __name__ == "__main__":
    serve(_work)
