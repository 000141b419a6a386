"""The lane of calls: a bar from each call to its result."""

import json

from matplotlib.text import Text

from guide.figures import draw_timeline
from guide.figures.calls import calls_of
from guide.wire_log import WireLog


def log_of(*messages):
    """Return a log of messages, alternately at 0, 1, 2 … seconds."""
    now = iter(range(100))
    log = WireLog(clock=lambda: next(now))
    for direction, message in messages:
        getattr(log, direction)(json.dumps(message))
    return log


def call(*ids):
    calls = [{"id": id, "name": f"f{id}", "args": {}} for id in ids]
    return "received", {"toolCall": {"functionCalls": calls}}


def result(id, **more):
    response = {"id": id, "name": f"f{id}", "response": {}, **more}
    return "sent", {"toolResponse": {"functionResponses": [response]}}


CANCELLED = ("received", {"toolCallCancellation": {"ids": ["2", "9"]}})


def test_each_call_has_its_own_end():
    """Side by side, with progress, cancelled, and still running."""
    log = log_of(
        call("1", "2", "3"),
        result("1", willContinue=True),
        CANCELLED,
        result("1", scheduling="SILENT"),
        result("2"),
    )
    first, second, third = calls_of(log)
    start_s = first.start_s
    assert [at_s - start_s for at_s in first.progress_s] == [1]
    assert (first.end_s - start_s, first.text) == (3, "f1: silent")
    assert (second.end_s - start_s, second.text) == (2, "f2: cancelled")
    assert (third.end_s, third.text) == (None, "f3")


def test_the_lane_is_drawn_where_it_is_wanted():
    """By name, below the model; without calls there is none."""
    log = log_of(call("1"), result("1"))
    plain, more = draw_timeline(log), draw_timeline(log, calls=True)
    assert more.get_figheight() > plain.get_figheight()
    texts = [each.get_text() for each in more.findobj(Text)]
    assert "calls" in texts and "f1" in texts
    none = log_of(("sent", {"setup": {}}))
    height = draw_timeline(none).get_figheight()
    assert draw_timeline(none, calls=True).get_figheight() == height
