"""A conversation on a terminal."""

import io

import pytest

from chapter_02.screen import Screen, meter


class Terminal(io.StringIO):
    """A terminal that keeps what was written to it."""

    def isatty(self):
        return True

    @property
    def lines(self):
        """What a reader sees: of each line what was written over it last."""
        seen = []
        for line in self.getvalue().split("\n"):
            shown = ""
            for part in line.split("\r"):
                shown = part + shown[len(part) :]
            seen.append(shown.rstrip())
        return seen


def conversation(out):
    screen = Screen(out)
    screen.note("speak")
    screen.level(-20.0)
    screen.say("you", "tell me")
    screen.say("you", " a story")
    screen.level(-60.0)
    screen.say("model", "Once")
    screen.say("model", " upon")
    screen.note("interrupted")
    screen.say("you", "what")
    return screen


SEEN = ["(speak)", "you: tell me a story", "model: Once upon", "(interrupted)"]


@pytest.mark.parametrize("kind", [io.StringIO, Terminal])
def test_every_utterance_has_a_line(kind):
    """A pipe gets the same words as a terminal."""
    out = kind()
    conversation(out).close()
    seen = out.lines if kind is Terminal else out.getvalue().split("\n")
    assert [line for line in seen if line] == [*SEEN, "you: what"]


def test_words_are_written_as_they_come():
    """Nobody waits for the end of a sentence."""
    out = io.StringIO()
    screen = Screen(out)
    screen.say("model", "Once")
    assert out.getvalue() == "model: Once"
    screen.say("model", " upon a time")
    assert out.getvalue() == "model: Once upon a time"


def test_the_last_line_of_a_terminal_shows_how_loud_it_is():
    """And the words under way, as far as there is room."""
    out = Terminal()
    screen = conversation(out)
    assert out.lines[-1] == "[            ] you: what"
    screen.level(-5.0)
    assert out.lines[-1] == "[########### ] you: what"
    screen.say("you", " x" * 100)
    assert len(out.lines[-1]) < 80
    assert out.lines[-1].startswith("[########### ] ...") and out.lines[-1][-1] == "x"


def test_a_pipe_gets_no_meter():
    """A program that reads the output reads words."""
    out = io.StringIO()
    Screen(out).level(-5.0)
    assert out.getvalue() == ""


def test_text_without_words_changes_nothing():
    """Some transcripts are empty."""
    out = io.StringIO()
    Screen(out).say("model", " ")
    assert out.getvalue() == ""


@pytest.mark.parametrize(
    ("level_dbfs", "bars"), [(float("-inf"), 0), (-60, 0), (-30, 6), (0, 12), (3, 12)]
)
def test_a_meter_is_full_at_full_scale(level_dbfs, bars):
    """And empty 60 dB below it."""
    assert meter(level_dbfs) == ("#" * bars).ljust(12)
