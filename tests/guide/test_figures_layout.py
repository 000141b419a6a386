"""The arithmetic behind the figures: labels, axes, words, pitch, playback."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guide.figures import pitch_of
from guide.figures.axis import number_labels, round_steps, time_labels
from guide.figures.fonts import cut, drawable, families_for, text_width_in, wrapped
from guide.figures.labels import Label, PlacedLabel, place_labels
from guide.figures.scene import Speech
from guide.figures.subtitles import set_subtitles
from guide.wire_log import envelope_of, peak_dbfs, played_spans, recorded_spans
from guide.wire_log.envelope import outline_of

RATE_HZ = 16_000


def tone(hz: float, seconds: float = 1.0, rate_hz: int = RATE_HZ) -> bytes:
    times_s = np.arange(int(seconds * rate_hz)) / rate_hz
    return (np.sin(2 * np.pi * hz * times_s) * 16_000).astype("<i2").tobytes()


# --- labels -------------------------------------------------------------------

labels = st.lists(
    st.builds(
        Label,
        x=st.floats(0, 6.5),
        widths=st.lists(st.floats(0.1, 2.5), min_size=1, max_size=2).map(
            lambda widths: tuple(sorted(widths, reverse=True))
        ),
        priority=st.integers(0, 9),
    ),
    max_size=30,
)


def ends(labels: list[Label], one: PlacedLabel) -> tuple[float, float]:
    return one.left, one.left + labels[one.index].widths[one.form]


@given(labels, st.integers(1, 4))
@settings(deadline=None)
def test_labels_never_touch(labels: list[Label], max_rows: int) -> None:
    """No label covers another, and none lies outside the room."""
    placed = place_labels(labels, 0.0, 6.6, max_rows=max_rows, gap=0.08)
    for number, one in enumerate(placed):
        left, right = ends(labels, one)
        assert 0.0 <= left
        assert right <= 6.6
        assert 0 <= one.row < max_rows
        for other in placed[:number]:
            if other.row == one.row:
                other_left, other_right = ends(labels, other)
                assert left >= other_right + 0.079 or right <= other_left - 0.079


@given(labels)
@settings(deadline=None)
def test_no_leader_runs_through_a_label(labels: list[Label]) -> None:
    """The line down from a label passes the rows beneath it in the clear."""
    placed = place_labels(labels, 0.0, 6.6)
    for high in placed:
        for low in placed:
            if low.row < high.row:
                left, right = ends(labels, low)
                assert not left < labels[high.index].x < right


@given(labels)
@settings(deadline=None)
def test_labels_stand_at_their_leader(labels: list[Label]) -> None:
    """A label begins or ends a hair from its own point, and is placed once."""
    placed = place_labels(labels, 0.0, 6.6, offset=0.03)
    assert len({one.index for one in placed}) == len(placed)
    for one in placed:
        left, right = ends(labels, one)
        x = labels[one.index].x
        assert min(abs(left - x), abs(right - x)) == pytest.approx(0.03)


def test_a_label_alone_is_written_in_full() -> None:
    """Short forms are for where room is scarce."""
    (one,) = place_labels([Label(3.0, (2.0, 0.5))], 0.0, 6.6)
    assert (one.form, one.row, one.left) == (0, 0, 3.03)


def test_crowding_labels_are_shortened_before_they_are_dropped() -> None:
    """Two labels that only fit in their short forms both appear."""
    crowd = [Label(0.0, (1.9, 0.9)), Label(1.0, (1.9, 0.9))]
    placed = place_labels(crowd, 0.0, 2.0, max_rows=1)
    assert [one.form for one in placed] == [1, 1]


def test_one_label_stands_for_its_group() -> None:
    """Of labels that say the same, the first with room is placed."""
    same = [Label(x, (1.0,), group="turn") for x in (2.5, 1.0, 3.0)]
    first = Label(0.9, (1.5,), priority=9)
    placed = place_labels([first, *same], 0.0, 4.0, max_rows=1)
    assert len(placed) == 2
    assert placed[0].index == 0


def test_the_urgent_label_wins() -> None:
    """Of two labels with room for one, the one with the priority stays."""
    both = [Label(1.0, (1.5,), priority=1), Label(1.01, (1.5,), priority=8)]
    (one,) = place_labels(both, 0.0, 2.6, max_rows=1)
    assert one.index == 1


# --- axes ---------------------------------------------------------------------


@given(
    st.floats(-1e6, 1e6),
    st.floats(1e-3, 1e6),
    st.integers(2, 12),
)
def test_round_steps_lie_within_and_are_few(
    low: float, span: float, at_most: int
) -> None:
    """Axis marks stay within the axis and do not exceed the number asked for."""
    steps = round_steps(low, low + span, at_most)
    assert len(steps) <= at_most
    slack = span * 1e-6
    assert all(low - slack <= step <= low + span + slack for step in steps)
    assert len(set(number_labels(steps))) == len(steps) or span < 1e-4 * abs(low)


@pytest.mark.parametrize(
    ("end_s", "labels"),
    [
        (0.5, ["0.0 s", "0.1 s", "0.2 s", "0.3 s", "0.4 s", "0.5 s"]),
        (6.0, ["0 s", "1 s", "2 s", "3 s", "4 s", "5 s", "6 s"]),
        (75.0, [f"{ten} s" for ten in range(0, 80, 10)]),
        (300.0, ["0:00", "1:00", "2:00", "3:00", "4:00", "5:00"]),
        (40_000.0, ["0:00", "120:00", "240:00", "360:00", "480:00", "600:00"]),
    ],
)
def test_time_labels_fit_the_span(end_s: float, labels: list[str]) -> None:
    """Seconds up to a minute and a half, minutes and seconds beyond."""
    assert [label for _, label in time_labels(0.0, end_s, 8)] == labels


# --- text ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Grüße, Ελλάδα, Привет", "Grüße, Ελλάδα, Привет"),
        ("two\nlines\tand  more", "two lines and more"),
        ("it costs $5 or $6_7", "it costs $5 or $6_7"),
        ("a\ud800b", "a…b"),
        ("\x00\x1b", "…"),
        ("", ""),
    ],
)
def test_text_is_made_drawable(text: str, shown: str) -> None:
    """Letters of the usual font stay; what nothing can draw becomes one mark."""
    assert drawable(text) == shown


@given(st.text(max_size=60))
@settings(deadline=None)
def test_drawable_text_has_a_font_for_every_letter(text: str) -> None:
    """After `drawable`, there is nothing left that would draw a warning."""
    shown = drawable(text)
    assert drawable(shown) == shown
    assert text_width_in(shown, 8.0) >= 0.0
    assert families_for(shown)


@given(
    st.text(alphabet="abc xyz.,", min_size=1, max_size=80).map(drawable),
    st.floats(0.3, 4.0),
)
@settings(deadline=None)
def test_cut_text_fits(text: str, width_in: float) -> None:
    """Cut text is no wider than asked, and says that it was cut."""
    shorter = cut(text, 8.0, width_in)
    assert text_width_in(shorter, 8.0) <= width_in
    assert shorter == text or shorter.endswith("…") or not shorter


def test_wrapped_text_keeps_all_words_until_the_last_line() -> None:
    """Lines fit, and only the last may be cut."""
    text = "one two three four five six seven eight nine ten eleven twelve"
    lines = wrapped(text, 8.0, 1.2, 3)
    assert len(lines) == 3
    assert text.startswith(" ".join(lines).rstrip("…"))
    assert lines[-1].endswith("…")
    assert wrapped(text, 8.0, 9.0, 3) == [text]
    assert wrapped("", 8.0, 9.0, 3) == []


speeches = st.lists(
    st.tuples(
        st.floats(0, 60),
        st.lists(
            st.tuples(st.floats(0, 5), st.text("ab c", max_size=30), st.booleans())
        ),
    ),
    max_size=8,
)


@given(speeches)
@settings(deadline=None)
def test_words_never_overlap(
    turns: list[tuple[float, list[tuple[float, str, bool]]]],
) -> None:
    """Whatever is said when, the words of a row stand side by side."""
    made = [
        Speech(start, [(start + after, text, heard) for after, text, heard in pieces])
        for start, pieces in sorted(turns, key=lambda turn: turn[0])
    ]
    lines = set_subtitles(made, lambda at_s: 0.7 + at_s / 10, 0.7, 7.4)
    for number, one in enumerate(lines):
        assert 0.7 - 1e-6 <= one.x
        assert one.right <= 7.4 + 1e-6
        for other in lines[:number]:
            if one.row == other.row:
                assert one.x >= other.right or one.right <= other.x


def test_words_stand_where_they_are_heard_if_there_is_room() -> None:
    """Pieces far apart keep their places; a word in two pieces stays one."""
    speech = Speech(
        0.0, [(0.0, "Yes, I'", True), (0.01, "m here", True), (3, "!", True)]
    )
    lines = set_subtitles([speech], lambda at_s: 1.0 + at_s, 0.7, 7.4)
    assert [(line.x, line.text) for line in lines] == [(1.0, "Yes, I'm here!")]
    speech = Speech(0.0, [(0, "Yes.", True), (0.6, " No", True), (3, " not", False)])
    lines = set_subtitles([speech], lambda at_s: 1.0 + at_s, 0.7, 7.4)
    assert [(line.x, line.text, line.is_heard) for line in lines] == [
        (1.0, "Yes.", True),
        (1.6, "No", True),
        (4.0, "not", False),
    ]


# --- playback -----------------------------------------------------------------


def test_chunks_queue_behind_one_another() -> None:
    """A chunk plays on arrival, or when the one before has ended."""
    spans = played_spans([(0.0, 1.0), (0.1, 1.0), (5.0, 1.0)])
    assert [span.start_s for span in spans] == [0.0, 1.0, 5.0]
    assert [span.heard_s for span in spans] == [1.0, 1.0, 1.0]


def test_a_flush_drops_what_was_not_heard() -> None:
    """The chunk that plays is cut, those behind it are lost, later ones play."""
    spans = played_spans([(0.0, 1.0), (0.1, 1.0), (0.2, 1.0), (2.0, 1.0)], [1.25])
    assert [span.heard_s for span in spans] == [1.0, 0.25, 0.0, 1.0]
    assert spans[3].start_s == 2.0


def test_a_chunk_right_after_a_flush_plays_at_once() -> None:
    """What was flushed no longer holds up what follows."""
    spans = played_spans([(0.0, 10.0), (1.001, 1.0)], [1.0])
    assert spans[1].start_s == 1.001
    assert spans[1].heard_s == 1.0


def test_a_start_delay_gathers_a_reserve() -> None:
    """A late chunk within the reserve leaves no gap."""
    spans = played_spans([(0.0, 0.04), (0.06, 0.04), (0.2, 0.04)], start_delay_s=0.05)
    assert [span.start_s for span in spans] == pytest.approx([0.05, 0.09, 0.25])


def starts_of(chunks: list[tuple[float, float]]) -> list[float]:
    spans = recorded_spans(chunks, slack_s=0.02)
    return [round(span.start_s, 3) for span in spans]


def test_a_chunk_that_was_sent_a_little_late_leaves_no_gap() -> None:
    """A microphone does not pause between chunks; after a real pause it begins anew."""
    assert starts_of([(0.0, 0.04), (0.05, 0.04), (2.0, 0.04)]) == [0.0, 0.04, 2.0]


def test_a_stall_that_is_caught_up_delays_nothing_after_it() -> None:
    """The program was late, not the voice."""
    times = [0.0, 0.04, 0.4, 0.4, 0.4, 0.4, 0.4, 0.4, 0.4, 0.4, 0.4, 0.44]
    wanted = [round(number * 0.04, 3) for number in range(len(times))]
    assert starts_of([(at_s, 0.04) for at_s in times]) == wanted


def test_audio_that_stays_late_was_paused() -> None:
    """Nothing was recorded in between."""
    times = [0.0, 0.04, 0.4, 0.44, 0.48]
    assert starts_of([(at_s, 0.04) for at_s in times]) == times


def test_a_file_that_is_sent_at_once_is_spoken_from_then_on() -> None:
    """Its receiver hears it at the pace of speech."""
    assert starts_of([(3.0, 1.0), (3.0, 1.0), (3.0, 1.0)]) == [3.0, 4.0, 5.0]


@given(
    st.lists(st.tuples(st.floats(0, 20), st.floats(0.01, 3)), max_size=30),
    st.lists(st.floats(0, 20), max_size=4),
    st.floats(0, 0.5),
)
def test_playback_is_one_sound_at_a_time(
    chunks: list[tuple[float, float]], flushes: list[float], delay_s: float
) -> None:
    """Nothing overlaps, plays early, or sounds on after a flush."""
    spans = played_spans(sorted(chunks), flushes, start_delay_s=delay_s)
    heard_until_s = -math.inf
    for span in spans:
        assert span.start_s >= span.arrived_s
        assert 0.0 <= span.heard_s <= span.duration_s
        if span.heard_s:
            assert span.start_s >= heard_until_s - 1e-9
            heard_until_s = span.start_s + span.heard_s
            for flush_s in flushes:
                if flush_s >= span.arrived_s:
                    assert heard_until_s <= flush_s + 1e-9 or span.start_s > flush_s


# --- envelope -----------------------------------------------------------------


@pytest.mark.parametrize("rate_hz", [8_000, 16_000, 24_000, 44_100, 48_000])
def test_an_envelope_is_as_long_as_its_audio(rate_hz: int) -> None:
    """Bins cover the audio at every rate, also where they don't divide it."""
    envelope = envelope_of(tone(100, 0.999, rate_hz), rate_hz)
    assert len(envelope) * envelope.bin_s == pytest.approx(0.999, abs=envelope.bin_s)


@given(st.integers(0, 5_000), st.integers(1, 1_000), st.integers(1, 200_000))
def test_an_envelope_holds_every_sample(count: int, columns: int, rate_hz: int) -> None:
    """Cut into any number of bins, the loudest sample is in one of them."""
    samples = np.zeros(count, "<i2")
    samples[-1:] = 16_384
    duration_ms = count / rate_hz * 1000
    envelope = envelope_of(samples.tobytes(), rate_hz, bin_ms=duration_ms / columns)
    assert len(envelope) <= max(columns + 1, count)
    assert np.max(envelope.high, initial=0.0) == (0.5 if count else 0.0)


def test_an_envelope_measures_levels() -> None:
    """A sine has its peaks on both sides and an effective value of 1 to root 2."""
    envelope = envelope_of(tone(500), RATE_HZ, bin_ms=20)
    assert envelope.high == pytest.approx(16_000 / 32_768, rel=0.01)
    assert envelope.low == pytest.approx(-16_000 / 32_768, rel=0.01)
    assert envelope.rms == pytest.approx(16_000 / 32_768 / math.sqrt(2), rel=0.01)


def test_an_outline_has_gaps_where_there_is_no_sound() -> None:
    """Columns between two pieces are empty; within a piece none is."""
    piece = envelope_of(tone(300, 1.0), RATE_HZ)
    outline = outline_of([(0.0, piece), (2.0, piece)], 0.0, 4.0, 400)
    empty = np.isnan(outline.high)
    assert not empty[:100].any()
    assert empty[101:199].all()
    assert not empty[200:300].any()
    assert empty[301:].all()


def test_an_outline_has_no_holes_where_chunks_meet() -> None:
    """Chunks of 20 ms make one line, whatever the width of a column."""
    piece = envelope_of(tone(300, 0.02), RATE_HZ)
    pieces = [(number * 0.02, piece) for number in range(50)]
    for columns in range(20, 500, 7):
        outline = outline_of(pieces, 0.0, 1.0, columns)
        assert not np.isnan(outline.rms).any(), columns


def test_peaks_are_named_in_dbfs() -> None:
    """Half of full scale is -6 dBFS, full scale 0, silence minus infinity."""
    assert peak_dbfs(np.array([0, 16_384], "<i2").tobytes()) == pytest.approx(
        -6.02, abs=0.01
    )
    assert peak_dbfs(np.array([-32_768], "<i2").tobytes()) == 0.0
    assert peak_dbfs(bytes(10)) == peak_dbfs(b"") == -math.inf


# --- pitch --------------------------------------------------------------------


@pytest.mark.parametrize("hz", [65, 90, 120, 180, 220.5, 300, 440])
@pytest.mark.parametrize("rate_hz", [16_000, 24_000])
def test_the_pitch_of_a_tone_is_found(hz: float, rate_hz: int) -> None:
    """Every frame of a steady tone has its pitch, within one percent."""
    pitch = pitch_of(tone(hz, 0.5, rate_hz), rate_hz)
    assert not np.isnan(pitch.hz[2:-2]).any()
    assert pitch.hz[2:-2] == pytest.approx(hz, rel=0.01)


@pytest.mark.parametrize("hz", [80, 110, 200, 320])
def test_the_pitch_of_a_voice_is_its_fundamental(hz: float) -> None:
    """Strong harmonics, noise and a weak fundamental don't shift the octave."""
    times_s = np.arange(RATE_HZ) / RATE_HZ
    strengths = [0.3, 1.0, 0.8, 0.9, 0.4, 0.2]
    voice = sum(
        strength * np.sin(2 * np.pi * hz * (number + 1) * times_s + number)
        for number, strength in enumerate(strengths)
    )
    noise = np.random.default_rng(1).normal(0, 0.1, RATE_HZ)
    pcm = ((voice + noise) * 6_000).astype("<i2").tobytes()
    assert pitch_of(pcm, RATE_HZ).median_hz == pytest.approx(hz, rel=0.02)


def test_a_rising_voice_rises() -> None:
    """A glide from 100 to 200 Hz is followed all the way."""
    times_s = np.arange(RATE_HZ) / RATE_HZ
    phase = 2 * np.pi * (100 * times_s + 50 * times_s**2)
    pcm = (np.sign(np.sin(phase)) * 9_000).astype("<i2").tobytes()
    pitch = pitch_of(pcm, RATE_HZ)
    expected = 100 + 100 * pitch.times_s
    assert pitch.hz[3:-3] == pytest.approx(expected[3:-3], rel=0.03)


@pytest.mark.parametrize("kind", ["silence", "noise", "nothing", "a moment"])
def test_what_has_no_pitch_gets_none(kind: str) -> None:
    """Silence and noise are not voiced."""
    noise = np.random.default_rng(2).normal(0, 3_000, RATE_HZ).astype("<i2")
    pcm = {
        "silence": bytes(2 * RATE_HZ),
        "noise": noise.tobytes(),
        "nothing": b"",
        "a moment": bytes(100),
    }[kind]
    pitch = pitch_of(pcm, RATE_HZ)
    assert np.count_nonzero(~np.isnan(pitch.hz)) <= len(pitch.hz) * 0.05
