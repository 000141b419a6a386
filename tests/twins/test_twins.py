"""Modules in two languages do the same, whatever they are given.

The vectors say what is right; here both twins get generated cases, and whole results
are compared. One process of node answers all of them.
"""

import base64
import dataclasses
import json
import math
import os
import re
import subprocess
import threading
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chapter_03 import live_messages
from chapter_03.close_codes import EXPLANATIONS, explain_close
from chapter_03.frame_text import shortened
from chapter_03.json_fields import Fields, parse_object
from chapter_03.live_socket import LiveClosed, live_url
from chapter_04 import pcm, text_turns
from chapter_04.playback_queue import PlaybackQueue
from chapter_05.turns import Conversation
from chapter_05.utterances import Answer, SentAudio
from chapter_06.frame_budget import frame_tokens, minutes_until_full
from chapter_06.frame_sender import FrameSender, difference
from chapter_07.unheard import unheard_in_words
from guide.chapters import REPOSITORY
from guide.commands.system_packages import find_node
from tests.twins import cases

HERE = Path(__file__).parent

thorough = settings(
    deadline=None,
    derandomize=True,  # the same cases for everybody
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)


class JavaScript:
    """The process of node, a case at a time."""

    def __init__(self, node):
        self._process = subprocess.Popen(
            [str(node), str(HERE / "javascript.mjs")],
            cwd=REPOSITORY,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )
        self._lock = threading.Lock()

    def answer(self, twin, case):
        """Return what the JavaScript twin makes of a case."""
        with self._lock:
            self._process.stdin.write(json.dumps([twin, case]) + "\n")
            self._process.stdin.flush()
            line = self._process.stdout.readline()
        assert line, "node has ended"
        return json.loads(line, parse_int=float)

    def close(self):
        """End the process."""
        self._process.stdin.close()
        self._process.wait(10)
        self._process.stdout.close()


@pytest.fixture(scope="module")
def javascript():
    node, sentence = find_node()
    if node is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(sentence)
    process = JavaScript(node)
    yield process
    process.close()


def camel(name):
    return re.sub("_(.)", lambda letter: letter[1].upper(), name)


def plain(value):
    """Return a result as the JSON of JavaScript holds it."""
    if isinstance(value, bytes):
        return {"bytes": base64.b64encode(value).decode()}
    if isinstance(value, np.ndarray):
        return [plain(float(one)) for one in value]
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, (int, float)):
        if math.isfinite(value):
            return float(value)
        name = "NaN" if math.isnan(value) else "Infinity"
        return {"number": f"-{name}" if value < 0 else name}
    if dataclasses.is_dataclass(value):
        fields = {
            camel(one.name): plain(getattr(value, one.name))
            for one in dataclasses.fields(value)
        }
        if type(value).__module__ != "chapter_03.live_events":
            return fields
        kind = type(value).__name__
        return {"type": kind[0].lower() + kind[1:]} | fields
    if isinstance(value, dict):
        return {name: plain(item) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    return value


def received(value):
    """Return an argument of a case: bytes travel as base64."""
    if isinstance(value, dict) and value.keys() == {"bytes"}:
        return base64.b64decode(value["bytes"])
    return value


def read(frame):
    return live_messages.read_message(frame)


def take(case):
    values, takes = case
    fields = Fields(values)

    def one(found):
        if isinstance(found, Fields):
            return list(found.left())
        if isinstance(found, list):
            return [one(item) for item in found]
        return found

    taken = [one(getattr(fields, what)(name)) for what, name in takes]
    return [taken, list(fields.left())]


def build(case):
    name, arguments, options = case
    return getattr(live_messages, name)(*map(received, arguments), **options)


def explain(case):
    found = explain_close(*case)
    return [found, str(found)]


def closed(case):
    error = LiveClosed(*case)
    return [error.code, error.reason, error.explanation, str(error)]


def decode(chunks):
    decoder = pcm.Pcm16Decoder()
    return [
        decoder.reset() if chunk is None else decoder.decode(received(chunk))
        for chunk in chunks
    ]


def resample(case):
    from_hz, to_hz, lengths = case
    resampler = pcm.Resampler(from_hz, to_hz)
    at, results = 0, []
    for length in lengths:
        if length is None:
            results.append(resampler.flush())
        else:
            samples = np.arange(at, at + length) * 37 % 128 / 128
            results.append(resampler.process(samples))
            at += length
    return results


def play(case):
    start_up_s, rate_hz, steps = case
    queue = PlaybackQueue(start_up_s, rate_hz)
    return [
        [getattr(queue, what)(*values), queue.underruns, queue.silence_s]
        for what, *values in steps
    ]


def remember(steps):
    sent, results = SentAudio(), []
    for what, *values in steps:
        if what == "spoken_at_ms":
            results.append(sent.spoken_at_ms(*values))
            continue
        times, ms, at_ms = values
        for number in range(1, times + 1):
            sent.add(ms, at_ms + number * ms)
        results.append(None)
    return results


def converse(steps):
    conversation, taken = Conversation(), []
    for step in steps:
        if step["do"] == "frame":
            frame, at_ms = step["with"]
            actions = [
                action
                for event in live_messages.read_message(frame)
                for action in conversation.receive(event, at_ms)
            ]
        else:
            actions = getattr(conversation, step["do"])(*step["with"]) or []
        taken.append([conversation.phase, actions])
    return {"taken": taken, "utterances": [*map(said, conversation.utterances)]}


def tell(case):
    words, was_interrupted, heard_ms = case
    answer = Answer(None, 0)
    for word in words:
        answer.add_audio(1000)
        answer.add_words(word)
    answer.was_interrupted, answer.heard_ms = was_interrupted, heard_ms
    return unheard_in_words(answer)


def offer(case):
    policy, steps = case
    sender, at_ms, last, results = FrameSender(policy), 0, [], []
    for thumbnail, later_ms, is_speaking in steps:
        at_ms += later_ms
        results.append(
            [
                sender.should_send(thumbnail, at_ms, is_speaking=is_speaking),
                difference(last, thumbnail),
            ]
        )
        last = thumbnail
    return [results, sender.sent, sender.kept]


def price(case):
    count, per_s, resolution, talking, tokens = case
    minutes = minutes_until_full(
        per_s, resolution, talking=talking, context_tokens=tokens
    )
    return [frame_tokens(count, resolution), minutes]


def said(one):
    if not isinstance(one, Answer):
        ends = [one.spoken_until_ms, one.noticed_at_ms]
        return {"who": one.who, "text": one.text, "ends": ends}
    heard, unheard = one.split()
    delay = one.delay()
    return {
        "who": one.who,
        "text": one.text,
        "heard": heard,
        "unheard": unheard,
        "times": [one.first_at_ms, one.audible_at_ms, one.received_ms, one.heard_ms],
        "flags": [one.was_interrupted, one.is_over],
        "delay": delay
        and [
            delay.noticing_ms,
            delay.answering_ms,
            delay.playing_ms,
            delay.total_ms,
        ],
    }


reasons = st.sampled_from([row.reason for row in EXPLANATIONS]) | cases.text
closes = st.tuples(
    st.sampled_from([row.code for row in EXPLANATIONS]) | st.integers(0, 5000),
    st.builds("{}{}{}".format, cases.text, reasons, cases.text)
    | reasons.map(str.upper),
)
addresses = st.tuples(
    st.sampled_from(["ws://x", "http://localhost:1/", "https://x//", "HTTP://x"]),
    st.sampled_from(["v1beta", "v1alpha"]),
    st.none() | st.text(st.characters(codec="utf-8"), max_size=9),
)
texts = st.builds(
    "".join,
    st.lists(
        cases.text
        | st.sampled_from(
            [
                "Dr. Who, e.g. A. B. Smith said: ",
                "One. Two!? ",
                "「はい。」 ",
                "\n\n",
                " 'So.' ",
                "a" * 30,
            ]
        ),
        max_size=9,
    ),
)
chunks = st.lists(cases.payloads | st.none(), max_size=8)
lengths = st.lists(st.none() | st.integers(0, 300), max_size=5)
samples = st.lists(st.floats(-2, 2, width=32), max_size=20)

TWINS = {
    # name: what is given, and what Python makes of it
    "read": (cases.frames, read),
    "parse": (cases.frames, parse_object),
    "fields": (cases.fields, take),
    "build": (cases.built, build),
    "shortened": (cases.values, shortened),
    "base64_decoded": (cases.base64_texts, live_messages.decode_base64),
    "base64_encoded": (
        cases.payloads,
        lambda case: live_messages.encode_base64(received(case)),
    ),
    "close": (closes, explain),
    "closed": (closes, closed),
    "url": (
        addresses,
        lambda case: live_url(case[0], version=case[1], token=case[2]),
    ),
    "to_pcm": (samples, pcm.float_to_pcm16),
    "to_float": (cases.payloads, lambda case: pcm.pcm16_to_float(received(case))),
    "decoder": (chunks, decode),
    "resampler": (st.tuples(cases.rates_hz, cases.rates_hz, lengths), resample),
    "queue": (
        st.tuples(st.floats(0, 1), st.sampled_from([8000, 24_000]), cases.queue_steps),
        play,
    ),
    "turns": (
        st.tuples(texts, st.integers(1, 60)),
        lambda case: text_turns.turns_of(*case),
    ),
    "sentences": (
        texts.map(lambda text: " ".join(text.split())).filter(
            lambda text: not text_turns.ODD_BLANKS.search(text)
        ),
        text_turns.sentences_of,
    ),
    "pieces": (
        st.tuples(
            texts.map(lambda text: text_turns.ODD_BLANKS.sub("", text)),
            st.integers(1, 60),
        ),
        lambda case: text_turns.pieces_of(*case),
    ),
    "sent_audio": (cases.sent_audio, remember),
    "conversation": (cases.conversations(), converse),
    "unheard": (
        st.tuples(
            st.lists(texts.map(lambda text: text_turns.ODD_BLANKS.sub("", text))),
            st.booleans(),
            st.none() | st.floats(0, 9000),
        ),
        tell,
    ),
    "offered": (cases.offered, offer),
    "price": (cases.prices, price),
}
EXAMPLES = {"read": 500, "conversation": 400}
"""Where much can happen, more cases are tried."""
ROUNDED = {"resampler"}
"""Arithmetic of which the last bit is the machine's; the sums are the same."""


@pytest.mark.parametrize("twin", TWINS)
def test_both_give_the_same(twin, javascript):
    """Whole results are equal, and what one refuses the other refuses."""
    strategy, python = TWINS[twin]

    @settings(thorough, max_examples=EXAMPLES.get(twin, 150))
    @given(strategy)
    def agree(case):
        try:
            mine = {"gives": plain(python(case))}
        except ValueError:
            mine = {"refuses": True}
        theirs = javascript.answer(twin, case)
        assert "fails" not in theirs, theirs["fails"]
        if twin in ROUNDED and "gives" in mine and "gives" in theirs:
            assert [len(one) for one in mine["gives"]] == [
                len(one) for one in theirs["gives"]
            ]
            for one, other in zip(mine["gives"], theirs["gives"], strict=True):
                assert one == pytest.approx(other, abs=2e-6)
        else:
            assert mine == theirs

    agree()
