"""What happens inside a process that hears, seen without one."""

from collections.abc import Sequence

import pytest

from live_emulator.voice.hearing.conditioning import BLOCK_BYTES
from live_emulator.voice.hearing.ears import EarsRoom
from live_emulator.voice.hearing.utterance import Utterance
from live_emulator.voice.judging import Judgement
from live_emulator.voice.process import head as head_module
from live_emulator.voice.process import worker_recogniser
from live_emulator.voice.process.worker_recogniser import WorkerRecogniser
from live_emulator.voice.types import Hearing, Vocabulary

OPEN = {"do": "open", "id": 1, "grammar": "", "phrases": [], "partials": False}
BLOCK_MS = 40


class Counter:
    """An engine, and its one task: hears how many bytes there were."""

    wear = 0
    ended = False
    heard = waiting_bytes = 0
    breaks = lost = False

    def prepare(self, vocabulary: Vocabulary) -> None: ...

    def open(self, vocabulary: Vocabulary) -> "Counter":
        return self

    def add(self, pcm: bytes) -> None:
        self.waiting_bytes += len(pcm)

    def end(self) -> None:
        self.ended = True

    def has_work(self) -> bool:
        return self.ended

    def begin(self) -> bool:
        return True

    def work(self) -> bool:
        if self.breaks:
            raise RuntimeError("out of memory")
        self.heard += self.waiting_bytes
        had_some, self.waiting_bytes = self.waiting_bytes > 0, 0
        return had_some

    def partial(self) -> str | None:
        return None

    def result(self) -> Hearing:
        return Hearing(str(self.heard), "open")

    def lose(self) -> None:
        self.lost = True

    def release(self) -> None: ...


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
    head.obey(OPEN, b"")
    head.obey({"do": "feed", "id": 1}, bytes(80))
    head.obey({"do": "feed", "id": 1}, bytes(80))
    head.obey({"do": "finish", "id": 1}, b"")
    while head.work():
        pass
    assert outbox.sent == [{"id": 1, "text": "80", "source": "open", "words": []}]
    assert outbox.logged == [
        "Too much audio is waiting to be heard; some is passed over."
    ]


def test_an_utterance_that_breaks_its_decoder_is_lost_alone():
    """It gets an empty hearing, and the log says why."""
    engine = Counter()
    engine.breaks = True
    head, outbox = head_of(engine)
    head.obey(OPEN, b"")
    head.obey({"do": "finish", "id": 1}, b"")
    while head.work():
        pass
    assert outbox.sent == [{"id": 1, "text": "", "source": "nothing", "words": []}]
    assert outbox.logged == ["An utterance is lost: out of memory"]
    assert engine.lost


def test_only_the_latest_vocabularies_wait_to_be_prepared():
    """Older ones are of no more use."""
    head, _ = head_of(Counter())
    for number in range(20):
        head.obey({"do": "prepare", "grammar": "", "phrases": [f"{number}"]}, b"")
    prepared = 0
    while head.work():
        prepared += 1
    assert prepared == 8


class FakeEars:
    """Hears a word in each part, from one model and then another."""

    def __init__(self) -> None:
        self.parts: list[int] = []
        self._sources = iter(["grammar", "open", "nothing"])

    def start(self, means: Sequence[float]) -> None:
        self.parts.append(0)

    def feed(self, pcm: bytes) -> None:
        self.parts[-1] += BLOCK_MS

    def stop(self) -> None: ...

    def judge(self, final: bool) -> Judgement:
        return Judgement(next(self._sources), (("word", 10, 20),))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("pause_at_ms", "parts"), [(None, [45_000, 5_000]), (32_000, [32_040, 17_960])]
)
def test_long_audio_is_heard_in_parts(pause_at_ms: int | None, parts: list[int]):
    """After 30 s the next pause ends a part, after 45 s anything does."""
    utterance, ears = Utterance(), FakeEars()
    utterance.ears = ears  # type: ignore[assignment]
    loud = (b"\x00\x20" + b"\x00\xe0") * (BLOCK_BYTES // 4)
    for at_ms in range(0, 50_000, BLOCK_MS):
        utterance.add(bytes(BLOCK_BYTES) if at_ms == pause_at_ms else loud)
    utterance.end()
    while utterance.work(lambda calibration: []):
        pass
    result = utterance.result()
    assert ears.parts == parts
    assert result.source == "open"
    second = parts[0] // 10
    assert result.words == (("word", 10, 20), ("word", second + 10, second + 20))


def test_lost_ears_are_made_again():
    """Of the three that there may be, none is missing for ever."""
    room = EarsRoom(lambda text: None)
    taken = [room.take(Vocabulary()) for _ in range(3)]
    assert None not in taken
    assert room.take(Vocabulary()) is None
    room.lose_ears()
    assert room.take(Vocabulary()) is not None


def test_phrases_nobody_can_say_are_passed_over():
    """A warning says so, once, and the rest is heard."""
    warnings: list[str] = []
    room = EarsRoom(warnings.append)
    room._pronounce = lambda word: []  # type: ignore[assignment]
    vocabulary = Vocabulary("", ("zzz",))
    room.prepare(vocabulary)
    room.prepare(vocabulary)
    assert len(warnings) == 1
    assert warnings[0].startswith("These phrases are of no use and passed over")


async def test_very_long_utterances_are_cut(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    """Audio beyond the limit, and after the end, is not listened to."""
    monkeypatch.setattr(worker_recogniser, "MAX_UTTERANCE_S", 0)
    recogniser = WorkerRecogniser("live_emulator.voice.nothing", max_workers=1)
    await recogniser.close()
    listener = recogniser.listen(Vocabulary())
    listener.feed(bytes(100))
    assert not listener._audio
    monkeypatch.setattr(worker_recogniser, "MAX_UTTERANCE_S", 1)
    listener.feed(bytes(32_100))
    assert len(listener._audio) == 32_000
    assert "Nobody listens to more than 1 s." in caplog.text
    listener.drop()
    listener.feed(bytes(100))
    assert not listener._audio
