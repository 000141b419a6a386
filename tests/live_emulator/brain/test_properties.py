"""Whatever comes in, a reply comes out: bounded, repeatable and well-formed."""

import re
import time
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from live_emulator.brain import (
    Call,
    Question,
    Result,
    Say,
    Search,
    Sight,
    Think,
    Tool,
    Turn,
)
from tests.live_emulator.brain.conversation import BRAIN, NOW, question, words_of

WORDS = (
    "tell me a story about the what is my name your favorite color plus minus times "
    "two three hundred percent of remember that forget no it in on off turn light "
    "weather and then say repeat after read this count from to by backwards spell "
    "until christmas how many days go stop again another one please can you hello "
    "nova set timer for minutes five paris rome with at tomorrow yes squared "
    "divided zero point half past ten oclock first second july nineteen sixty nine "
    "i am like was not called see image ' \" : ( ) ? . , ; - + * / = % 2 10:30 "
    "2026-02-30 1,000 3.5 \xe9 \u4f60\u597d \U0001f389"
).split(" ")

word_salad = st.lists(st.sampled_from(WORDS), max_size=30).map(" ".join)
messages = st.one_of(st.text(max_size=200), word_salad)

sights = st.builds(
    Sight,
    width=st.integers(0, 10_000),
    height=st.integers(0, 10_000),
    colours=st.lists(st.sampled_from(["red", "blue", "grey"]), max_size=4).map(tuple),
    brightness=st.floats(0, 1),
    motion=st.floats(0, 1),
    shapes=st.lists(st.sampled_from(["a red circle", "a square"]), max_size=3).map(
        tuple
    ),
)

json_values: st.SearchStrategy[Any] = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(),
        st.text(max_size=20),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(st.text(max_size=8), inner, max_size=4),
    ),
    max_leaves=12,
)

names = st.one_of(
    st.sampled_from(["get_weather", "turnOnLight", "set_timer", "f", "x.y", "play"]),
    st.text(min_size=1, max_size=12),
)
kinds = st.sampled_from(
    ["string", "number", "integer", "boolean", "array", "object", "null", "odd"]
)
schemas: st.SearchStrategy[Any] = st.recursive(
    st.one_of(
        st.fixed_dictionaries({"type": kinds}),
        st.fixed_dictionaries(
            {
                "type": st.just("string"),
                "enum": st.lists(st.text(max_size=8), max_size=3),
            }
        ),
        st.fixed_dictionaries(
            {"type": st.just("integer"), "description": st.text(max_size=20)},
            optional={"minimum": st.integers(), "maximum": st.floats()},
        ),
        json_values,
    ),
    lambda inner: st.one_of(
        st.fixed_dictionaries({"type": st.just("array"), "items": inner}),
        st.fixed_dictionaries(
            {
                "type": st.just("object"),
                "properties": st.dictionaries(names, inner, max_size=3),
                "required": st.lists(names, max_size=2),
            }
        ),
        st.fixed_dictionaries({"anyOf": st.lists(inner, max_size=2)}),
    ),
    max_leaves=6,
)
tools = st.lists(
    st.builds(
        Tool,
        name=names,
        description=st.one_of(st.text(max_size=40), word_salad),
        parameters=st.one_of(
            schemas,
            st.fixed_dictionaries(
                {
                    "type": st.just("object"),
                    "properties": st.dictionaries(names, schemas, max_size=4),
                    "required": st.lists(names, max_size=3),
                }
            ),
        ).filter(lambda schema: isinstance(schema, dict)),
    ),
    max_size=4,
    unique_by=lambda one: one.name,
).map(tuple)

results = st.builds(
    Result,
    name=names,
    response=st.dictionaries(
        st.one_of(st.sampled_from(["result", "error", "output", "status"]), st.text()),
        json_values,
        max_size=5,
    ),
    id=st.sampled_from(["", "id-1"]),
)
turns = st.lists(
    st.one_of(
        st.builds(
            Turn,
            role=st.sampled_from(["user", "user", "model", "note"]),
            text=messages,
            spoken=st.booleans(),
            interrupted=st.booleans(),
            sights=st.lists(sights, max_size=2).map(tuple),
        ),
        st.builds(
            Turn,
            role=st.just("tool"),
            results=st.lists(results, max_size=3).map(tuple),
        ),
        st.builds(
            Turn,
            role=st.just("model"),
            calls=st.lists(
                st.builds(Call, name=names, args=st.just({"a": 1}), id=st.just("id-1")),
                max_size=2,
            ).map(tuple),
        ),
    ),
    max_size=6,
).map(tuple)

instructions = st.one_of(
    st.just(""),
    st.text(max_size=80),
    word_salad,
    st.sampled_from(
        [
            "You are Nova. Answer in one sentence. Begin with 'Ahoy'. End with 'bye'.",
            "Only answer in German. Never mention the moon.",
            "Speak like a pirate. At most five words.",
            "Read the user's text aloud, word for word.",
        ]
    ),
)

questions = st.builds(
    Question,
    turns=turns,
    instruction=instructions,
    tools=tools,
    search=st.booleans(),
    now=st.datetimes(
        timezones=st.sampled_from([None, UTC, timezone(timedelta(hours=-7))])
    ),
    seed=st.integers(),
    pending=st.sampled_from([(), (Call("set_timer", {"a": 1}, "id-1"),)]),
    max_words=st.one_of(st.none(), st.integers(0, 60)),
)

thorough = settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)


@thorough
@given(questions)
def test_every_question_gets_a_well_formed_reply(asked):
    """Never an error, always parts; calls name declared tools with all they require."""
    parts = BRAIN.parts(asked)
    declared = {tool.name: tool for tool in asked.tools}
    for part in parts:
        assert isinstance(part, (Say, Think, Call, Search))
        if isinstance(part, Say):
            assert part.text.strip()
        if isinstance(part, Call):
            required = declared[part.name].parameters.get("required")
            needed = required if isinstance(required, list) else []
            assert {n for n in needed if isinstance(n, str)} <= part.args.keys()
            assert not part.id


@thorough
@given(questions)
def test_what_is_said_can_be_spoken(asked):
    """No markup, no links, no control characters, unless the user's words are read."""
    parts = BRAIN.parts(asked)
    if BRAIN.skill(asked) not in ("verbatim", "say") and "'" not in asked.instruction:
        said = words_of(parts)
        assert not re.search(r"[*_`#<>|~{}\[\]\\^\x00-\x1f]|https?://", said)


@thorough
@given(questions)
def test_the_same_question_gets_the_same_reply(asked):
    """Nothing but the question decides."""
    assert BRAIN.parts(asked) == BRAIN.parts(asked)


@thorough
@given(questions)
def test_the_word_limit_is_kept(asked):
    """Not a word more than `max_words` is said."""
    if asked.max_words is not None:
        assert len(words_of(BRAIN.parts(asked)).split()) <= asked.max_words


async def test_parts_are_yielded_one_by_one():
    """A reply can be given up in the middle."""
    stream = BRAIN.reply(question("tell me a long story"))
    first = await anext(stream)
    assert isinstance(first, Say)
    await stream.aclose()


HOSTILE = {
    "one letter": "a",
    "spaces": " ",
    "tell me": "tell me a story about the story of a story ",
    "my is": "my my is is my the is ",
    "and": "turn on the light and turn off the light and ",
    "numbers": "twenty one hundred and ",
    "signs": "1+(2*",
    "parentheses": "((((",
    "closing": "))))(",
    "quotes": "\"'\u201c",
    "colons": "say: read: \n",
    "commas": "a, b, ",
    "dashes": "- -",
    "what": "what is what is the what ",
    "remember": "remember that remember that my ",
    "dots": ". ? ! ",
    "names": "my name is my name is ",
    "unicode": "\u0130\u0303\u200d\U0001f468\u200d\U0001f469",
    "dates": "july the first second third ",
    "count": "count from count from to to by ",
    "minutes": "five minutes and five minutes and ",
}


@pytest.mark.parametrize("unit", HOSTILE.values(), ids=list(HOSTILE))
def test_hostile_text_takes_no_time(unit):
    """Ten thousand characters of anything cost milliseconds of work.

    The bound is ten times what the slowest takes, in processor time and as the
    best of five, so that only a pattern that backtracks without end exceeds it.
    """
    text = (unit * (10_000 // len(unit) + 1))[:10_000]
    lamp = Tool("turn_on_light", "Turn on the light")
    for asked in (
        question(text),
        question(text, tools=(lamp,)),
        Question(
            (Turn("user", text), Turn("user", text[:250])), instruction=text, now=NOW
        ),
    ):
        spent = []
        for _ in range(5):
            start = time.thread_time()
            BRAIN.parts(asked)
            spent.append(time.thread_time() - start)
        assert min(spent) < 0.05


def test_the_years_end_gracefully():
    """At the edges of the calendar there is an answer, not an error."""
    for now in (datetime(1, 1, 1), datetime(9999, 12, 31, 23, 59)):
        for message in (
            "what day is tomorrow",
            "what day was yesterday",
            "what day will it be in three weeks",
            "what time will it be in five hours",
            "how many days until christmas",
            "when is easter",
            "what day was it ten years ago",
        ):
            asked = Question((Turn("user", message),), now=now)
            assert words_of(BRAIN.parts(asked))
