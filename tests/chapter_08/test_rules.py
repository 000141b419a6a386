"""The bridge's rules without sockets and clocks: limits, queues, messages, closes."""

import asyncio
import json
from types import SimpleNamespace

import pytest

from chapter_03 import live_events as ev
from chapter_03.live_socket import LiveClosed
from chapter_08.bridge import converse
from chapter_08.closes import CODES, PageGone, close_for
from chapter_08.exchange import ANSWER_MS, Exchange
from chapter_08.limits import Limits, Refused, Spent
from chapter_08.live_routes import Who
from chapter_08.page_messages import Start, event_message, read_page_message
from chapter_08.send_queue import Pace, SendQueue, TooFull
from chapter_08.users import Places, Users, read_secret
from chapter_08.webm_audio import NotForStreaming
from guide.pages.settings import Settings

LIMITS = Limits()
SECOND = bytes(32_000)


def started(witness=None, **fields):
    start = Start(type="start", **fields)
    return Exchange(start, LIMITS, Spent(LIMITS, 0.0), witness)


async def drained(queue):
    """Return what is in a queue."""
    found = []
    while True:
        try:
            async with asyncio.timeout(0):
                found.append(await queue.get())
        except TimeoutError:
            return found


async def test_audio_goes_to_the_service_as_it_was_spoken():
    """In the message of chapter 3; the bridge adds nothing."""
    exchange = started()
    assert exchange.from_page(SECOND[:640], 0.0)
    (message,) = await drained(exchange.to_service)
    assert message["realtimeInput"]["audio"]["mimeType"] == "audio/pcm;rate=16000"
    assert exchange.spent.audio_s == 0.02


async def test_recorded_pieces_are_decoded_and_reported(pieces):
    """The page learns what became of each."""
    exchange = started(format="webm", report=True)
    for number, piece in enumerate(pieces):
        exchange.from_page(piece, number * 0.12)
    reports = [json.loads(one) for one in await drained(exchange.to_page)]
    assert [one["number"] for one in reports] == list(range(1, len(pieces) + 1))
    assert [one["ms"] for one in reports[1:]] == [120.0] * (len(pieces) - 1)
    assert reports[-1]["droppedMs"] == 0


async def test_a_small_piece_can_not_hold_hours(pieces):
    """60 ms of silence are eight bytes; the rate is that of sound, not of bytes."""
    head = b"".join(pieces)[:160]
    block = bytes.fromhex("a38c 81 0000 80 fb03fffefffefffe")
    exchange = started(format="webm")
    with pytest.raises(Refused) as refused:
        exchange.from_page(head + block * 4_000, 0.0)
    assert refused.value.code == 4429
    assert exchange.spent.audio_s < 6


async def test_what_waits_too_long_is_dropped_and_counted():
    """The oldest audio goes, never a message."""
    exchange = started()
    exchange.from_page('{"type": "text", "text": "first"}', 0.0)
    for number in range(4):
        exchange.from_page(SECOND, float(number))
    exchange.from_page('{"type": "audio_end"}', 4.0)
    found = await drained(exchange.to_service)
    kinds = [next(iter(one["realtimeInput"])) for one in found]
    assert kinds == ["text", "audio", "audio", "audioStreamEnd"]
    assert exchange.to_service.dropped_ms == 2_000


class _Burst:
    """A page that sends four seconds of audio at once, and leaves."""

    def __init__(self):
        self._pieces = 40

    async def receive(self):
        self._pieces -= 1
        if self._pieces < 0:
            raise PageGone
        return bytes(3_200)

    async def send(self, message):
        pass


class _Quick:
    """A service that takes all at once, and says nothing."""

    def __init__(self):
        self.taken = 0

    async def send(self, message):
        self.taken += 1

    async def __aiter__(self):
        await asyncio.Event().wait()
        yield


async def test_audio_that_comes_in_a_burst_is_not_dropped():
    """As after a pause of the network: no queue fills if the service takes it."""
    exchange, service = started(), _Quick()
    assert isinstance(await converse(_Burst(), service, exchange), PageGone)
    assert exchange.to_service.dropped_ms == 0
    assert service.taken >= 38


async def test_an_interruption_empties_the_way_to_the_page():
    """Words stay in order, and what the page would forget is not sent."""
    exchange = started()
    exchange.from_service(ev.OutputTranscript("Once"), 0.0)
    for _ in range(10):
        exchange.from_service(ev.Audio(bytes(48_000), 24_000), 0.0)
    exchange.from_service(ev.Interrupted(), 0.0)
    found = [json.loads(one)["type"] for one in await drained(exchange.to_page)]
    assert found == ["outputTranscript", "interrupted"]


async def test_an_answer_is_passed_on_three_seconds_ahead():
    """So an interruption costs at most that, whatever the service sends at once."""
    exchange = started()
    for _ in range(10):
        exchange.from_service(ev.Audio(bytes(48_000), 24_000), 0.0)
    exchange.tell("beat")
    found = await drained(exchange.to_page)
    assert isinstance(found[0], str), "what the server says itself overtakes"
    assert len(found) == 1 + 4


async def test_answers_as_opus_are_an_eighth_of_the_bytes():
    """Packets of 20 ms; what is left at the end is filled up."""
    exchange = started(answers="opus")
    exchange.from_service(ev.Audio(bytes(range(256)) * 190, 24_000), 0.0)
    exchange.from_service(ev.GenerationComplete(), 0.0)
    found = await drained(exchange.to_page)
    packets = [one for one in found if isinstance(one, bytes)]
    assert len(packets) == 51
    assert sum(map(len, packets)) < 48_640 / 6


async def test_handles_and_thoughts_stay_on_the_server():
    """What a page could misuse, or nobody knows, is not passed on."""
    secret = ev.ResumptionUpdate("a-handle", True)
    for one in (secret, ev.Thought("hm"), ev.Unknown("new", 1), ev.ServiceError({})):
        assert event_message(one) is None
    said = json.loads(event_message(ev.Usage(1, prompt_by_kind={"AUDIO": 1})))
    assert said["promptByKind"] == {"AUDIO": 1} and said["type"] == "usage"


BAD_MESSAGES = {
    "nonsense": 4400,
    "[]": 4400,
    "{}": 4400,
    '{"type": "delete everything"}': 4400,
    '{"type": "text", "text": ""}': 4400,
    '{"type": "text", "text": 7}': 4400,
    '{"type": "text", "text": "a", "more": 1}': 4400,
    '{"type": "start"}': 4400,
    '{"type": "image", "data": "bm9uZQ=="}': 4400,
    '{"type": "image", "data": "%%"}': 4400,
    '{"type": "heard", "ms": -1}': 4400,
    '{"type": "heard", "ms": NaN}': 4400,
    '{"type": "text", "text": "' + "a" * 20_000 + '"}': 4413,
    '{"type": "image", "data": "' + "a" * 300_000 + '"}': 4413,
    "[" * 10_000: 4400,
}


@pytest.mark.parametrize("text", BAD_MESSAGES, ids=lambda text: text[:40])
async def test_messages_that_make_no_sense_are_refused_in_words(text):
    """With a code, and without repeating what was sent."""
    with pytest.raises(Refused) as refused:
        started().from_page(text, 0.0)
    assert refused.value.code == BAD_MESSAGES[text]
    assert refused.value.sentence.endswith(".")
    assert "aaaa" not in refused.value.sentence


async def test_huge_and_tiny_pieces():
    """65,537 bytes are too many, none and one are nothing yet."""
    exchange = started()
    for tiny in (b"", b"\1"):
        assert exchange.from_page(tiny, 0.0)
    assert await drained(exchange.to_service) == []
    with pytest.raises(Refused, match="65,537 bytes"):
        exchange.from_page(bytes(65_537), 0.0)


async def test_frames_go_out_once_a_second():
    """More are left out; the limit for video counts from the first."""
    exchange = started()
    frame = json.dumps({"type": "image", "data": "/9j/4AAQSkZJRg=="})
    for number in range(30):
        exchange.from_page(frame, number / 10)
    assert len(await drained(exchange.to_service)) == exchange.spent.frames == 4
    assert exchange.spent.left_s(3.0) == 117.0


def test_audio_comes_no_faster_than_it_is_spoken():
    """Five seconds at once, and then a second each second."""
    spent = Spent(LIMITS, 0.0)
    for number in range(100):
        spent.audio(1_000, number + 0.0)
    spent.audio(3_900, 100.0)
    with pytest.raises(Refused, match="faster than anybody speaks"):
        spent.audio(1_500, 100.1)


def test_deadlines_are_announced_before_they_pass():
    """A warning once, a minute before; then the end, with the reason."""
    spent = Spent(LIMITS, 0.0)
    warnings = []
    with pytest.raises(Refused, match="15 minutes") as refused:
        for second in range(1_000):
            spent.message(float(second))
            spent.audio(1_000, float(second))
            warnings.append(spent.tick(float(second)))
    assert refused.value.code == 4410
    assert [one for one in warnings if one] == [
        "This conversation may take 60 more seconds."
    ]
    spent = Spent(LIMITS, 0.0)
    spent.tick(60.0)
    with pytest.raises(Refused, match="Nothing came for 60 s"):
        spent.tick(60.1)
    spent = Spent(LIMITS, 0.0)
    assert spent.frame(1.0)
    spent.message(121.5)
    with pytest.raises(Refused, match="The 2 minutes"):
        spent.tick(121.5)


async def test_a_queue_that_nobody_empties_gives_up():
    """Audio is dropped, messages are not; so there is an end to them."""
    queue = SendQueue(100.0, max_others=10)
    for _ in range(1_000):
        queue.put(b"audio", 20.0)
    assert queue.audio_ms == 100 and queue.dropped_ms == 19_900
    for _ in range(10):
        queue.put("message")
    with pytest.raises(TooFull):
        queue.put("message")


async def test_a_chunk_longer_than_the_queue_is_kept_alone():
    """The newest is never dropped."""
    queue = SendQueue(100.0)
    queue.put(b"first", 20.0)
    queue.put(b"long", 500.0)
    assert await queue.get() == b"long"
    assert queue.dropped_ms == 20


async def test_who_waits_for_audio_is_woken_by_what_overtakes():
    """Also while the pace holds audio back."""
    queue = SendQueue(90_000.0, pace=Pace(0.0))
    queue.put(b"one", 60_000.0)
    queue.put(b"two", 20.0)
    assert await queue.get() == b"one"
    waiting = asyncio.create_task(queue.get())
    await asyncio.sleep(0)
    queue.put("now", is_urgent=True)
    assert await waiting == "now"
    waiting = asyncio.create_task(queue.get())
    await asyncio.sleep(0)
    queue.flush_audio()
    queue.put("interrupted")
    assert await waiting == "interrupted"


def test_a_long_answer_that_comes_at_once_is_kept_whole():
    """It is passed on as it will be heard, so most of it waits."""
    exchange = Exchange(Start(type="start"), Limits(), Spent(Limits(), 0.0))
    second = ev.Audio(bytes(48_000), 24_000)
    for _ in range(330):
        exchange.from_service(second, 0.0)
    assert (exchange.to_page.dropped_ms, exchange.to_page.audio_ms) == (0, 330_000)
    for _ in range(40):
        exchange.from_service(second, 0.0)
    assert exchange.to_page.audio_ms == ANSWER_MS
    exchange.close()


ENDINGS = [
    (None, 1000, ""),
    (Refused(4429, "Too fast."), 4429, "Too fast."),
    (NotForStreaming("No sound."), 4415, "No sound."),
    (TooFull(), 4430, "does not take"),
    (LiveClosed(1000), 1014, "The service has ended"),
    (LiveClosed(1008, "API key not valid"), 1014, ""),
    (LiveClosed(1011, "You exceeded your current quota"), 1013, ""),
    (LiveClosed(1006), 1014, ""),
    (ConnectionRefusedError(), 1014, "can't be reached"),
    (KeyError("secret"), 1011, "a mistake"),
]


@pytest.mark.parametrize(("ending", "code", "words"), ENDINGS)
def test_endings_are_translated_for_the_page(ending, code, words):
    """A code that is known, a sentence, and a reason that fits into a frame."""
    close = close_for(ending)
    assert close.code == code and code in CODES
    assert words in close.sentence
    assert len(close.reason.encode()) <= 123
    assert "secret" not in close.sentence


def test_a_page_that_has_gone_is_told_nothing():
    """There is nobody to tell."""
    assert close_for(PageGone()) is None


def test_a_reason_is_cut_between_letters():
    """A close frame holds 123 bytes."""
    close = close_for(Refused(4400, "ä" * 100))
    assert close.reason == "ä" * 60 + "…"


def test_cookies_are_signed(tmp_path):
    """Nobody makes one up, and they outlive the server."""
    secret = read_secret(tmp_path / "a" / "secret")
    assert read_secret(tmp_path / "a" / "secret") == secret
    users = Users(secret)
    id, cookie = users.new()
    assert users.user_of(cookie) == id
    assert Users(secret).user_of(cookie) == id
    for bad in ("", ".", id, f"{id}.", f"x{cookie}", cookie[:-1], "a.\udcff"):
        assert users.user_of(bad) is None
    assert Users(b"another").user_of(cookie) is None


@pytest.mark.parametrize(
    ("kind", "reader_pass", "cookie", "may"),
    [
        ("emulator", "the-pass", "", True),
        ("service", "the-pass", "", False),
        ("service", "the-pass", "another", False),
        ("service", "the-pass", "the-pass", True),
        ("service", "", "", True),
    ],
)
def test_who_may_open_sessions_that_cost_money(kind, reader_pass, cookie, may):
    """The browser of whoever started guide.py; alone, the server knows no such."""
    settings = Settings(port=8008, reader_pass=reader_pass)
    who = Who(SimpleNamespace(live=SimpleNamespace(kind=kind)), settings)
    request = SimpleNamespace(cookies={f"live-guide-{settings.port}": cookie})
    assert who.may_spend(request) is may


def test_places_are_limited_for_each_and_for_all():
    """And given back, whatever happens."""
    places = Places(2, 3, "conversations")
    with places.one("a"), places.one("a"):
        with pytest.raises(Refused, match="You have 2 conversations open"):
            places.one("a").__enter__()
        with places.one("b"):
            with pytest.raises(Refused, match="The server is full"):
                places.one("c").__enter__()
    assert places.taken == 0
    with pytest.raises(KeyError), places.one("a"):
        raise KeyError
    assert places.taken == 0


def test_what_a_page_may_begin_with():
    """Defaults, and the range of each field."""
    start = read_page_message('{"type": "start"}', LIMITS)
    assert (start.format, start.answers, start.keep) == ("pcm", "pcm", False)
    for bad in ('"sample_rate_hz": 7999', '"format": "mp3"', '"answers": "mp3"'):
        with pytest.raises(Refused):
            read_page_message(f'{{"type": "start", {bad}}}', LIMITS)
