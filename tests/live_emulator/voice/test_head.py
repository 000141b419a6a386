"""What happens inside a process that hears, seen without one."""

from collections.abc import Sequence

import pytest

from live_emulator.voice.process import head as head_module
from live_emulator.voice.process import worker_recogniser
from live_emulator.voice.process.head import Urgency
from live_emulator.voice.process.worker_recogniser import WorkerRecogniser
from live_emulator.voice.types import Hearing, Interim


class Counter:
    """An engine, and its tasks: each hears how many bytes there were."""

    wear = 0

    def __init__(self, breaks: bool = False) -> None:
        self.breaks = breaks
        self.worked: list[str] = []
        self.tasks: list[Task] = []

    def open(self, phrases: Sequence[str], *, wants_interim: bool) -> "Task":
        self.tasks.append(Task(self, " ".join(phrases)))
        return self.tasks[-1]


class Task:
    def __init__(self, counter: Counter, name: str) -> None:
        self.counter = counter
        self.name = name
        self.waiting_bytes = 0
        self.urgency: Urgency | None = None

    def add(self, pcm: bytes, *, silent: bool) -> None:
        self.waiting_bytes += len(pcm)
        self.urgency = Urgency.PAUSED if silent else Urgency.SPOKEN

    def end(self) -> None:
        self.urgency = Urgency.AWAITED

    def work(self) -> Hearing | None:
        if self.counter.breaks:
            raise RuntimeError("out of memory")
        self.counter.worked.append(self.name)
        is_last, self.urgency = self.urgency is Urgency.AWAITED, None
        return Hearing(str(self.waiting_bytes)) if is_last else None

    def interim(self) -> Interim | None:
        return Interim("so", "far")


def opening(
    number: int = 1, name: str = "", interim: bool = False
) -> dict[str, object]:
    return {"do": "open", "id": number, "phrases": [name], "interim": interim}


class Outbox:
    """Keeps what would be sent."""

    def __init__(self) -> None:
        self.sent: list[dict[str, object]] = []
        self.logged: list[str] = []

    def send(self, message: dict[str, object], payload: bytes = b"") -> None:
        self.sent.append(message)

    def log(self, level: int, text: str) -> None:
        self.logged.append(text)


def head_of(engine: Counter) -> tuple[head_module._Head, Outbox]:
    outbox = Outbox()
    return head_module._Head(engine, outbox), outbox  # type: ignore[arg-type]


def test_too_much_waiting_audio_is_passed_over(monkeypatch: pytest.MonkeyPatch):
    """A warning says so; what was there before is heard."""
    monkeypatch.setattr(head_module, "_MAX_WAITING_BYTES", 100)
    head, outbox = head_of(Counter())
    head.obey(opening(), b"")
    head.obey({"do": "feed", "id": 1}, bytes(80))
    head.obey({"do": "feed", "id": 1}, bytes(80))
    head.obey({"do": "finish", "id": 1}, b"")
    while head.work():
        pass
    assert outbox.sent == [{"id": 1, "text": "80"}]
    assert outbox.logged == [
        "Too much audio is waiting to be heard; some is passed over."
    ]


def test_an_utterance_that_breaks_its_decoder_is_lost_alone():
    """It gets an empty hearing, and the log says why; the next one is heard."""
    engine = Counter(breaks=True)
    head, outbox = head_of(engine)
    for number in (1, 2):
        head.obey(opening(number), b"")
        head.obey({"do": "finish", "id": number}, b"")
        while head.work():
            pass
        engine.breaks = False
    assert outbox.sent == [{"id": 1, "text": ""}, {"id": 2, "text": "0"}]
    assert outbox.logged == ["An utterance is lost: out of memory"]


def test_what_is_awaited_goes_first():
    """Then what may be over in a moment, then the rest, each in its turn."""
    engine = Counter()
    head, _ = head_of(engine)
    for number, name in enumerate(("spoken", "spoken too", "paused", "over")):
        head.obey(opening(number, name), b"")
        silent = name == "paused"
        head.obey({"do": "feed", "id": number, "silent": silent}, bytes(2))
    head.obey({"do": "finish", "id": 3}, b"")
    while head.work():
        pass
    assert engine.worked == ["over", "paused", "spoken", "spoken too"]
    for number in (1, 0):
        head.obey({"do": "feed", "id": number}, bytes(2))
        head.work()
    for number in (1, 0):
        head.obey({"do": "feed", "id": number}, bytes(2))
    head.work()
    assert engine.worked[4:] == ["spoken too", "spoken", "spoken too"]


@pytest.mark.parametrize(
    ("interim", "told"),
    [(False, []), (True, [{"id": 1, "settled": "so", "open": "far"}])],
)
def test_text_is_told_once_and_to_who_wants_it(interim, told):
    """While somebody speaks, and not again before it changes."""
    head, outbox = head_of(Counter())
    head.obey(opening(interim=interim), b"")
    for _ in range(2):
        head.obey({"do": "feed", "id": 1}, bytes(2))
        head.work()
    assert outbox.sent == told


async def test_very_long_utterances_are_cut(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    """Audio beyond the limit, and after the end, is not listened to."""
    monkeypatch.setattr(worker_recogniser, "MAX_UTTERANCE_S", 0)
    recogniser = WorkerRecogniser("live_emulator.voice.nothing", max_workers=1)
    await recogniser.close()
    listener = recogniser.listen()
    listener.feed(bytes(100))
    assert not listener._audio
    monkeypatch.setattr(worker_recogniser, "MAX_UTTERANCE_S", 1)
    listener.feed(bytes(32_100))
    assert len(listener._audio) == 32_000
    assert "Nobody listens to more than 1 s." in caplog.text
    listener.drop()
    listener.feed(bytes(100))
    assert not listener._audio
