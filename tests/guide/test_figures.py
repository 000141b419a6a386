"""The figures as drawn: complete, legible, quiet, and leaving nothing behind."""

import base64
import io
import random
import sys
import warnings
import wave
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from matplotlib.figure import Figure
from matplotlib.text import Text
from PIL import Image

from guide import figures
from guide.figures import (
    COLOURS,
    NO_PLAYERS,
    Series,
    Sound,
    Step,
    draw_budget,
    draw_series,
    draw_timeline,
    draw_waveform,
    draw_waveforms,
    listen,
    play,
)
from guide.figures.listening import audio_in_words, wants_players
from guide.figures.scene import scene_of
from guide.wire_log import WireLog

RNG = np.random.default_rng(7)


@pytest.fixture(autouse=True)
def quiet_and_tidy(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Turn warnings into errors, and see that no setting or figure stays."""
    matplotlib.use("agg")
    before = dict(matplotlib.rcParams)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield
    assert plt.get_fignums() == []
    assert dict(matplotlib.rcParams) == before


def speech(seconds: float, rate_hz: int, level: float = 8_000) -> bytes:
    """Return noise in syllables, which is what speech looks like."""
    times_s = np.arange(int(seconds * rate_hz)) / rate_hz
    syllables = np.clip(np.sin(2 * np.pi * 2.5 * times_s), 0, 1) * level
    return (RNG.normal(0, 0.4, len(times_s)) * syllables).astype("<i2").tobytes()


def blob(pcm: bytes, rate_hz: int) -> dict[str, str]:
    data = base64.b64encode(pcm).decode()
    return {"data": data, "mimeType": f"audio/pcm;rate={rate_hz}"}


def say(
    log: WireLog, at_s: float, text: str, seconds: float, *, until_s: float = 1e9
) -> None:
    """Log an answer that arrives four times as fast as it sounds, in 200 ms."""
    words = text.split(" ")
    count = max(1, round(seconds * 5))
    for number in range(count):
        if at_s + number * 0.05 >= until_s:
            return
        first, last = (len(words) * n // count for n in (number, number + 1))
        part = {"inlineData": blob(speech(0.2, 24_000), 24_000)}
        message: dict[str, Any] = {"modelTurn": {"role": "model", "parts": [part]}}
        if last > first:
            message["outputTranscription"] = {"text": " " + " ".join(words[first:last])}
        log.received({"serverContent": message}, at_s + number * 0.05)


def listen_to(log: WireLog, at_s: float, seconds: float) -> None:
    """Log a microphone: 40 ms a chunk."""
    for number in range(round(seconds * 25)):
        audio = blob(speech(0.04, 16_000), 16_000)
        log.sent({"realtimeInput": {"audio": audio}}, at_s + number * 0.04)


def event(log: WireLog, at_s: float, **content: Any) -> None:
    log.received({"serverContent": content}, at_s)


def ask(log: WireLog, at_s: float, text: str) -> None:
    turn = {"role": "user", "parts": [{"text": text}]}
    log.sent({"clientContent": {"turns": [turn], "turnComplete": True}}, at_s)


def empty() -> WireLog:
    return WireLog()


def one_frame() -> WireLog:
    log = WireLog()
    log.sent({"setup": {"model": "models/m"}}, 0.0)
    return log


def refused() -> WireLog:
    log = one_frame()
    log.closed(1008, "models/m is not found for API version v1beta", 0.01)
    return log


def typed() -> WireLog:
    log = one_frame()
    log.received({"setupComplete": {}}, 0.03)
    ask(log, 0.05, "What is the capital of France?")
    say(log, 0.6, "The capital of France is Paris.", 2.0)
    event(log, 1.2, generationComplete=True)
    event(log, 2.6, turnComplete=True)
    return log


def interrupted() -> WireLog:
    log = one_frame()
    listen_to(log, 0.0, 1.0)
    event(log, 1.4, inputTranscription={"text": "Tell me a story."})
    say(log, 1.5, "Once upon a time there was a lighthouse far out at sea.", 4.0)
    event(log, 3.5, interrupted=True)
    event(log, 3.6, turnComplete=True)
    say(log, 5.0, "All right.", 1.0)
    event(log, 6.0, turnComplete=True)
    return log


def silent() -> WireLog:
    log = WireLog()
    for number in range(20):
        chunk = blob(bytes(1280), 16_000)
        log.sent({"realtimeInput": {"audio": chunk}}, number * 0.04)
    return log


def five_minutes() -> WireLog:
    log = one_frame()
    for number in range(40):
        at_s = number * 7.5
        for chunk in range(62):
            audio = blob(speech(0.1, 16_000), 16_000)
            log.sent({"realtimeInput": {"audio": audio}}, at_s + chunk * 0.1)
        event(log, at_s + 2, inputTranscription={"text": f"Question {number}?"})
        say(log, at_s + 2.5, f"This is the answer to question {number}.", 2.0)
        name = "interrupted" if number % 4 == 3 else "generationComplete"
        event(log, at_s + 3.0, **{name: True})
        event(log, at_s + 5.0, turnComplete=True)
    return log


def everything() -> WireLog:
    log = typed()
    log.received({"toolCall": {"functionCalls": [{"name": "f", "args": {"a": 1}}]}}, 3)
    log.sent({"toolResponse": {"functionResponses": [{"name": "f", "id": "1"}]}}, 3.2)
    log.received({"toolCallCancellation": {"ids": ["1"]}}, 3.3)
    log.sent({"realtimeInput": {"video": {"data": "AA", "mimeType": "image/png"}}}, 3.4)
    log.sent({"realtimeInput": {"activityStart": {}}}, 3.5)
    log.sent({"realtimeInput": {"audio": {"data": "AA", "mimeType": "audio/webm"}}}, 4)
    log.sent({"realtimeInput": {"activityEnd": {}}}, 4.5)
    log.received({"sessionResumptionUpdate": {}, "somethingNew": 1}, 4.6)
    log.received({"goAway": {"timeLeft": "9s"}}, 4.7)
    log.received(b"not JSON", 4.8)
    log.closed(1011, "Internal error", 5.0)
    return log


def unicode_words() -> WireLog:
    log = WireLog()
    ask(log, 0.0, "日本の首都はどこですか？ 🗼 costs $5 or $6 \x07")
    say(log, 0.5, "東京 です । नमस्ते दुनिया مرحبا שלום 👩‍🚀 50% \\frac{1}{2}", 2.0)
    return log


LOGS = [
    empty,
    one_frame,
    refused,
    typed,
    interrupted,
    silent,
    five_minutes,
    everything,
    unicode_words,
]


def png(figure: Figure) -> Image.Image:
    """Return a figure as the picture a notebook would hold, within its bound."""
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png")
    assert len(buffer.getvalue()) < 100_000
    return Image.open(buffer).convert("RGBA")


def texts_of(figure: Figure) -> list[str]:
    return [text.get_text() for text in figure.findobj(Text) if text.get_text()]


@pytest.mark.parametrize("make", LOGS)
def test_timelines_of_all_kinds_can_be_drawn(make: Callable[[], WireLog]) -> None:
    """From no frame to thousands, a timeline is a small transparent picture."""
    picture = png(draw_timeline(make(), title=r"$\nothing$ is mathematics"))
    assert picture.width == 975
    assert 100 < picture.height < 600
    opacity = np.asarray(picture)[..., 3]
    assert opacity[0, 0] == 0
    assert opacity.max() == 255


def overlaps(figure: Figure) -> list[tuple[str, str]]:
    """Return the pairs of texts that touch, and texts that leave the figure."""
    canvas: Any = figure.canvas
    renderer = canvas.get_renderer()
    boxes = [
        (text.get_text(), text.get_window_extent(renderer))
        for text in figure.findobj(Text)
        if text.get_text()
    ]
    # The box of a text is as high as its highest and lowest possible letters.
    boxes = [(text, box.padded(-1.5)) for text, box in boxes]
    found = [
        (text, other)
        for number, (text, box) in enumerate(boxes)
        for other, other_box in boxes[:number]
        if box.overlaps(other_box)
    ]
    return found + [
        (text, "the edge")
        for text, box in boxes
        if box.x0 < 0 or box.x1 > figure.bbox.width or box.y1 > figure.bbox.height
    ]


@pytest.mark.parametrize("make", LOGS)
def test_no_texts_touch(make: Callable[[], WireLog]) -> None:
    """Labels, words, names and the axis stay clear of each other."""
    assert overlaps(draw_timeline(make(), title="A claim")) == []


@given(st.integers(0, 10**6), st.floats(0.5, 300), st.integers(1, 60))
@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_no_texts_touch_whatever_happens(seed: int, span_s: float, count: int) -> None:
    """Sessions of any length, with anything in them at any time, stay legible."""
    chance = random.Random(seed)
    log = WireLog()
    words = ""
    for _ in range(count):
        at_s = chance.uniform(0, span_s)
        words = " ".join(["word", "and", "another"] * chance.randint(1, 6))
        match chance.randrange(9):
            case 0:
                ask(log, at_s, words)
            case 1:
                say(log, at_s, words, chance.uniform(0.2, 3))
            case 2:
                listen_to(log, at_s, chance.uniform(0.1, 1))
            case 3:
                event(log, at_s, inputTranscription={"text": words})
            case 4:
                event(log, at_s, generationComplete=True)
            case 5:
                event(log, at_s, turnComplete=True)
            case 6:
                event(log, at_s, interrupted=True)
            case 7:
                log.received({"goAway": {"timeLeft": "9s"}}, at_s)
            case _:
                log.closed(1011, words, at_s)
    assert overlaps(draw_timeline(log, title=words)) == []


def test_a_timeline_says_what_happened() -> None:
    """Messages, words, the wait and what was never heard can all be read."""
    texts = texts_of(draw_timeline(interrupted(), title="A claim"))
    assert {"A claim", "you", "model", "setup", "interrupted"} <= set(texts)
    assert "Tell me a story." in texts
    assert any(text.startswith("Once upon a time") for text in texts)
    assert "2.0 s never heard" in texts
    assert {"0 s", "6 s"} <= set(texts)


def test_a_typed_question_is_quoted_and_its_wait_measured() -> None:
    """The time from the question to the first sound stands in the figure."""
    texts = texts_of(draw_timeline(typed()))
    assert "“What is the capital of France?”" in texts
    assert "0.55 s" in texts
    assert "generation complete" in texts


def test_a_tool_call_reads_like_a_call() -> None:
    """The call with its arguments and the response have labels."""
    texts = texts_of(draw_timeline(everything()))
    assert "f(a=1)" in texts
    assert "f response" in texts


def test_a_part_of_a_session_can_be_shown() -> None:
    """Zoomed in, only what happens there is written."""
    texts = texts_of(draw_timeline(typed(), start_s=2.0, end_s=3.0))
    assert "turn complete" in texts
    assert "setup" not in texts
    assert {"2.0 s", "3.0 s"} <= set(texts)
    with pytest.raises(ValueError, match="before its start"):
        draw_timeline(typed(), start_s=2.0, end_s=1.0)


def test_the_first_of_many_like_labels_stands_for_all() -> None:
    """Forty turns do not make forty labels."""
    texts = texts_of(draw_timeline(five_minutes()))
    assert texts.count("turn complete") == 1
    assert texts.count("interrupted") == 1
    assert texts.count("setup") == 1


def test_thousands_of_messages_are_labelled_here_and_there() -> None:
    """Where labels would make a wall of text, a few stand for the many."""
    log = WireLog()
    for number in range(1500):
        ask(log, number / 5, f"question {number}")
    questions = [text for text in texts_of(draw_timeline(log)) if "question" in text]
    numbers = [int(text.strip("“”").split()[1]) for text in questions]
    assert 5 < len(numbers) < 100
    assert max(numbers) - min(numbers) > 1000


# --- scenes -------------------------------------------------------------------


def test_what_an_interruption_cut_off_was_not_heard() -> None:
    """Played audio ends at the interruption; what waited counts as lost."""
    scene = scene_of(interrupted())
    heard_s = sum(chunk.played.heard_s for chunk in scene.model_chunks)
    assert heard_s == pytest.approx(2.0 + 1.0)
    (loss,) = scene.losses
    assert (loss.at_s, loss.until_s) == (3.5, 5.0)
    assert loss.lost_s == pytest.approx(2.0)
    first, second = scene.model_speech
    assert {heard for _, _, heard in first.pieces} == {True, False}
    assert [heard for _, _, heard in second.pieces] == [True, True]


def test_words_stand_at_the_sound_they_belong_to() -> None:
    """A transcript is placed by when its audio plays, not by when it arrived."""
    (speech,) = scene_of(typed()).model_speech
    times_s = [at_s for at_s, _, _ in speech.pieces]
    assert times_s[0] == pytest.approx(0.8)  # the second chunk brings a word
    assert times_s[-1] == pytest.approx(0.6 + 1.8)


def test_your_words_stand_where_you_spoke() -> None:
    """A transcript that comes late is set under the utterance it is of."""
    log = WireLog()
    listen_to(log, 0.0, 1.0)
    event(log, 2.0, inputTranscription={"text": "First."})
    say(log, 2.2, "Yes.", 0.4)
    event(log, 2.7, turnComplete=True)
    listen_to(log, 5.0, 1.0)
    event(log, 7.0, inputTranscription={"text": "Sec"})
    event(log, 7.1, inputTranscription={"text": "ond."})
    first, second = scene_of(log).user_speech
    assert first.at_s == pytest.approx(0.0, abs=0.1)
    assert second.at_s == pytest.approx(5.0, abs=0.1)
    assert "".join(text for _, text, _ in second.pieces) == "Second."


def test_the_wait_begins_when_you_stop_speaking() -> None:
    """Silence that is still being sent belongs to the wait."""
    log = WireLog()
    listen_to(log, 0.0, 1.0)
    for number in range(25):
        chunk = blob(bytes(1280), 16_000)
        log.sent({"realtimeInput": {"audio": chunk}}, 1.0 + number * 0.04)
    say(log, 1.8, "Yes.", 0.4)
    (delay,) = scene_of(log).delays
    assert delay.from_s == pytest.approx(1.0, abs=0.15)
    assert delay.to_s == 1.8


def test_a_microphone_sounds_without_gaps() -> None:
    """Chunks sent a few milliseconds late still make one stretch of speech."""
    log = WireLog()
    for number in range(50):
        late_s = 0.012 * (number % 3)
        chunk = blob(speech(0.04, 16_000), 16_000)
        log.sent({"realtimeInput": {"audio": chunk}}, number * 0.04 + late_s)
    played = [chunk.played for chunk in scene_of(log).user_chunks]
    for one, following in zip(played, played[1:], strict=False):
        assert following.start_s == pytest.approx(one.end_s)


def test_no_wait_is_measured_while_you_speak() -> None:
    """An answer into your words answers nothing yet."""
    log = WireLog()
    listen_to(log, 0.0, 3.0)
    say(log, 1.5, "Hm.", 0.4)
    assert scene_of(log).delays == []


# --- audio and charts ---------------------------------------------------------


@pytest.mark.parametrize("seconds", [0.0, 0.0001, 0.02, 1.0, 300.0])
@pytest.mark.parametrize("level", [0, 8_000])
def test_waveforms_of_any_length_can_be_drawn(seconds: float, level: float) -> None:
    """From nothing to five minutes, a waveform is a small picture."""
    pcm = speech(seconds, 24_000, level)
    picture = png(draw_waveform(pcm, 24_000, title="What is said"))
    assert picture.width == 975


def test_silence_is_a_line_and_sound_is_not() -> None:
    """Digital silence and faint noise are not blown up to full height."""

    def drawn_rows(pcm: bytes) -> int:
        picture = png(draw_waveform(pcm, 24_000, who="user"))
        blue = np.asarray(picture)[..., 2].astype(int) - np.asarray(picture)[..., 0]
        return int(np.count_nonzero((blue > 60).any(axis=1)))

    assert drawn_rows(bytes(48_000)) <= 3
    assert drawn_rows(RNG.normal(0, 20, 24_000).astype("<i2").tobytes()) < 30
    assert drawn_rows(RNG.normal(0, 2_000, 24_000).astype("<i2").tobytes()) > 100


def test_clipped_audio_is_marked() -> None:
    """Three samples in a row at full scale are called clipped, two are not."""
    pcm = np.zeros(1000, "<i2")
    pcm[500:502] = 32_767
    assert "clipped" not in texts_of(draw_waveform(pcm.tobytes(), 16_000))
    pcm[500:503] = -32_768
    assert "clipped" in texts_of(draw_waveform(pcm.tobytes(), 16_000))


def test_words_stand_below_the_waveform() -> None:
    """Each word with room is written, none outside."""
    words = [("What", 0.0), ("time", 0.3), ("is", 0.5), ("it?", 0.98)]
    figure = draw_waveform(speech(1.0, 16_000), 16_000, words=words)
    assert {word for word, _ in words} <= set(texts_of(figure))
    assert overlaps(figure) == []


def test_a_rate_that_is_none_is_refused() -> None:
    """A sample rate of zero is the caller's mistake, in words."""
    with pytest.raises(ValueError, match="sample rate in Hz, not 0"):
        draw_waveform(b"", 0)


def test_voices_are_compared_by_pitch() -> None:
    """Each voice has its name and its median pitch."""
    times_s = np.arange(24_000) / 24_000

    def voice(hz: float) -> bytes:
        return (np.sin(2 * np.pi * hz * times_s) * 9_000).astype("<i2").tobytes()

    sounds = [
        Sound(voice(110), 24_000, "Low"),
        Sound(voice(220), 24_000, "High", "user"),
        Sound(bytes(1000), 24_000, "Mute"),
    ]
    figure = draw_waveforms(sounds, title="An octave apart", pitch=True)
    assert {"Low", "High", "Mute", "110 Hz", "220 Hz"} <= set(texts_of(figure))
    assert overlaps(figure) == []
    png(figure)
    png(draw_waveforms([]))
    png(draw_waveforms(sounds))


def test_a_budget_adds_up() -> None:
    """Steps and their sum are written, none over another."""
    steps = [Step("microphone", 20, "user"), Step("silence", 500), Step("answer", 0.4)]
    figure = draw_budget(steps, title="Where the time goes")
    assert {"20 ms", "500 ms", "0 ms", "520 ms", "in all"} <= set(texts_of(figure))
    assert overlaps(figure) == []
    png(figure)
    png(draw_budget([]))
    with pytest.raises(ValueError, match='"x" takes -1 ms'):
        draw_budget([Step("x", -1)])


def test_series_are_named_where_they_end() -> None:
    """Names stand apart even where curves end together; odd values leave gaps."""
    series = [
        Series("one", [0, 1, 2], [1, 2, 3.00]),
        Series("two", [0, 1, 2], [3, float("nan"), 3.01], "user"),
        Series("three", [0, 1, 2], [0, 0, 2.99], "accent", as_points=True),
        Series("nothing", [], [], "ink"),
    ]
    figure = draw_series(series, x_label="chunk, ms", y_label="delay, ms", title="So")
    assert {"one", "two", "three", "nothing"} <= set(texts_of(figure))
    assert overlaps(figure) == []
    png(figure)
    png(draw_series([], x_label="", y_label=""))
    png(draw_series([Series("point", [5], [5])], x_label="x", y_label="y"))
    with pytest.raises(ValueError, match='"x" has 1 xs and 2 ys'):
        draw_series([Series("x", [1], [1, 2])], x_label="", y_label="")


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours, as WCAG defines it."""

    def luminance(colour: str) -> float:
        values = np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])
        linear = np.where(
            values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4
        )
        return float(linear @ [0.2126, 0.7152, 0.0722])

    low, high = sorted([luminance(one), luminance(other)])
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("colour", COLOURS.values())
def test_colours_are_legible_on_light_and_dark(colour: str) -> None:
    """Every colour stands out on white and on the dark themes' backgrounds."""
    assert contrast(colour, "#ffffff") >= 3.9
    assert contrast(colour, "#111111") >= 4.5
    assert contrast(colour, "#0d1117") >= 4.5


# --- showing ------------------------------------------------------------------


def shown(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Pretend that there is a screen; return what is shown on it."""
    found: list[str] = []

    def show() -> None:
        found.extend(repr(plt.figure(number)) for number in plt.get_fignums())

    monkeypatch.setattr(plt, "get_backend", lambda: "screen")
    monkeypatch.setattr(plt, "show", show)
    return found


def test_show_functions_show_and_return_nothing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each shows one figure with a name that does not change from run to run."""
    found = shown(monkeypatch)
    pcm = speech(0.2, 24_000)
    calls: list[Callable[[], None]] = [
        lambda: figures.show_timeline(typed()),
        lambda: figures.show_waveform(pcm, 24_000),
        lambda: figures.show_waveforms([Sound(pcm, 24_000)]),
        lambda: figures.show_budget([Step("a", 1)]),
        lambda: figures.show_series([Series("a", [1], [1])], x_label="", y_label=""),
        lambda: listen(pcm, 24_000, "Words"),
    ]
    for call in calls:
        returned: Any = call()
        assert returned is None
    assert found == [
        "<timeline>",
        "<waveform>",
        "<waveforms>",
        "<budget>",
        "<series>",
        "<waveform>",
    ]
    assert "0.20 s at 24,000 Hz, peak" in capsys.readouterr().out


def test_without_a_screen_nothing_is_shown_and_nothing_warned() -> None:
    """Under a backend that only writes files, showing is no error."""
    figures.show_timeline(typed())


def test_the_readers_own_style_does_not_reach_the_figures() -> None:
    """A dark or enlarged style of the reader's leaves the figures as they are."""
    plain = np.asarray(png(draw_budget([Step("a", 1), Step("b", 2)])))
    with plt.style.context("dark_background"), plt.rc_context({"font.size": 30}):
        styled = np.asarray(png(draw_budget([Step("a", 1), Step("b", 2)])))
    assert np.array_equal(plain, styled)


@pytest.mark.parametrize(
    ("pcm", "line"),
    [
        (
            np.full(12_000, 16_384, "<i2").tobytes(),
            "0.50 s at 24,000 Hz, peak -6.0 dBFS",
        ),
        (bytes(4_800), "0.10 s at 24,000 Hz, silent"),
        (b"", "0.00 s at 24,000 Hz, silent"),
        (b"\x00\x40\x01", "0.00 s at 24,000 Hz, peak -6.0 dBFS"),
    ],
)
def test_audio_in_words(pcm: bytes, line: str) -> None:
    """Duration, rate and peak of the same audio always read the same."""
    assert audio_in_words(pcm, 24_000) == line


def in_notebook(monkeypatch: pytest.MonkeyPatch, *, has_kernel: bool) -> None:
    monkeypatch.delenv("PYTEST_VERSION", raising=False)
    monkeypatch.delenv(NO_PLAYERS, raising=False)
    shell = SimpleNamespace(kernel=object()) if has_kernel else None
    monkeypatch.setattr("IPython.get_ipython", lambda: shell)


def test_players_are_for_live_notebooks_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """No player in scripts, in tests, and where committed notebooks are made."""
    assert not wants_players()
    in_notebook(monkeypatch, has_kernel=True)
    assert wants_players()
    monkeypatch.setenv(NO_PLAYERS, "1")
    assert not wants_players()
    in_notebook(monkeypatch, has_kernel=False)
    assert not wants_players()


def test_players_work_without_ipython(monkeypatch: pytest.MonkeyPatch) -> None:
    """A script on a machine without IPython shows its figure all the same."""
    in_notebook(monkeypatch, has_kernel=True)
    monkeypatch.setitem(sys.modules, "IPython", None)
    assert not wants_players()


def test_a_player_plays_the_audio_as_loud_as_it_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The player gets the samples unchanged, and none is made for nothing."""
    players: list[Any] = []
    in_notebook(monkeypatch, has_kernel=True)
    monkeypatch.setattr("IPython.display.display", players.append)
    pcm = np.array([0, 8_000, -8_000] * 800, "<i2").tobytes()
    listen(pcm, 24_000)
    listen(b"", 24_000)
    (player,) = players
    assert player.data[:4] == b"RIFF"
    played = np.frombuffer(player.data[44:], "<i2")
    assert np.abs(played - np.frombuffer(pcm, "<i2")).max() <= 1


@pytest.mark.parametrize(("channels", "name"), [(1, "mono"), (2, "stereo")])
def test_a_file_is_offered_as_it_is(
    channels: int,
    name: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The player gets the bytes of the file, both channels; nothing is drawn."""
    players: list[Any] = []
    in_notebook(monkeypatch, has_kernel=True)
    monkeypatch.setattr("IPython.display.display", players.append)
    path = tmp_path / "talk.wav"
    with wave.open(str(path), "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(2)
        file.setframerate(24_000)
        file.writeframes(bytes(24_000 * 2 * channels))
    play(path)
    (player,) = players
    assert player.data == path.read_bytes()
    assert capsys.readouterr().out == f"talk.wav: 1.0 s, {name}\n"


def test_budgets_can_be_drawn_to_one_scale() -> None:
    """A step of the same length is as long in both pictures, if they are told to."""

    def end_of_second(first_ms: float, up_to_ms: float) -> float:
        steps = [Step("waiting", first_ms), Step("working", 100.0)]
        figure = draw_budget(steps, up_to_ms=up_to_ms)
        return next(
            one.get_position()[0]
            for one in figure.findobj(Text)
            if one.get_text() == "100 ms"
        )

    assert end_of_second(0.0, 500.0) < end_of_second(400.0, 500.0)
    assert end_of_second(400.0, 500.0) == end_of_second(400.0, 0.0)


def test_a_name_stands_above_its_curve_where_it_is_told_to() -> None:
    """Curves that end in one point are told apart where they differ."""
    xs = [0.0, 1.0, 2.0]
    apart = [
        Series("low", xs, [5.0, 1.0, 0.0], named_at=1.0),
        Series("high", xs, [5.0, 4.0, 0.0], "user", named_at=1.0),
    ]
    figure = draw_series(apart, x_label="x", y_label="y")
    places = {one.get_text(): one.get_position() for one in figure.findobj(Text)}
    assert places["low"][0] == places["high"][0]
    assert places["low"][1] < places["high"][1]
    assert overlaps(figure) == []


def test_a_notebook_gets_one_picture_and_a_constant_name(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """In a kernel a figure is one PNG; the text beside it never changes."""
    nbformat = pytest.importorskip("nbformat", reason="comes with JupyterLab")
    nbclient = pytest.importorskip("nbclient", reason="comes with JupyterLab")
    # The kernel is to find its own backend, as it would outside of tests.
    monkeypatch.delenv("MPLBACKEND", raising=False)
    source = (
        "from guide.figures import listen, show_timeline\n"
        "from guide.wire_log import WireLog\n"
        "log = WireLog()\n"
        "log.sent({'setup': {}}, 0.0)\n"
        "show_timeline(log)\n"
        "listen(bytes(9600), 24_000, 'Silence')"
    )
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source)])
    nbclient.NotebookClient(notebook, timeout=60).execute()
    timeline, waveform, line = notebook.cells[0].outputs
    assert timeline.data["text/plain"] == "<timeline>"
    assert waveform.data["text/plain"] == "<waveform>"
    assert set(timeline.data) == {"image/png", "text/plain"}
    assert "needs_background" not in timeline.metadata
    assert line.text == "0.20 s at 24,000 Hz, silent\n"


def test_a_logarithmic_chart_gives_every_factor_the_same_room() -> None:
    """From 10 to 100 is as far as from 100 to 1000; zero has no place on it."""
    sizes = [0, 10, 100, 1000]
    series = [Series("one", sizes, sizes)]
    figure = draw_series(series, x_label="x", y_label="y", logarithmic=True)
    places = {one.get_text(): one.get_position() for one in figure.findobj(Text)}
    assert {"10", "20", "50", "100", "200", "500", "1,000"} <= set(places)
    assert "0" not in places
    first, second, third = (places[name] for name in ("10", "100", "1,000"))
    assert second[1] - first[1] == pytest.approx(third[1] - second[1])
    assert overlaps(figure) == []
