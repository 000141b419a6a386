"""Streams, sentences, conversations and completions, without a server."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from live_emulator.brain import Call, Question, Result, Say, Sight, Think, Tool, Turn
from live_emulator.brain.openai.completion import Completion
from live_emulator.brain.openai.messages import STYLE, Names, request_body
from live_emulator.brain.openai.sentences import Sentences
from live_emulator.brain.openai.sse import EventReader
from live_emulator.brain.openai.trouble import Nonsense, shortened
from live_emulator.brain.types import ReplyPart


def cuts(whole: Any, places: list[int]) -> list[Any]:
    """Cut a text or bytes at some places."""
    at = sorted({place % (len(whole) + 1) for place in places})
    return [whole[a:b] for a, b in zip([0, *at], [*at, len(whole)], strict=True)]


PLACES = st.lists(st.integers(0, 10_000), max_size=12)

# --- server-sent events


def events(*pieces: bytes) -> list[str]:
    reader = EventReader()
    found = [event for piece in pieces for event in reader.feed(piece)]
    return found + reader.end()


@pytest.mark.parametrize(
    ("stream", "expected"),
    [
        (b"data: a\n\ndata:b\n\n", ["a", "b"]),
        (b"data: a\r\n\r\ndata: b\r\rdata: c", ["a", "b", "c"]),
        (b"data: a\ndata\ndata:  b\n\n", ["a\n\n b"]),
        (b": comment\nevent: x\nid: 1\n\ndata: a\n\n\n\n", ["a"]),
        (b"\xef\xbb\xbfdata: a\n\n", ["a"]),
        ("data: ä\N{GRINNING FACE}\n\n".encode(), ["ä\N{GRINNING FACE}"]),
        (b"data: \xff\n\n", ["\ufffd"]),
        (b"", []),
    ],
)
def test_events(stream, expected):
    """Lines end in any way, data may have several, and the rest is passed over."""
    assert events(stream) == expected
    assert events(*(stream[i : i + 1] for i in range(len(stream)))) == expected


@given(
    st.lists(st.sampled_from([b"data: ", b"x", "ü".encode(), b"\r", b"\n", b":"])),
    PLACES,
)
def test_any_cutting_gives_the_same_events(parts, places):
    """It does not matter in which pieces a stream comes."""
    stream = b"".join(parts)
    assert events(*cuts(stream, places)) == events(stream)


def test_memory_is_bounded():
    """A line without an end, and an event without one, are refused."""
    for piece in (b"x" * 1000, b"data: " + b"x" * 1000 + b"\n"):
        reader = EventReader()
        with pytest.raises(Nonsense, match="without an end"):
            for _ in range(2000):
                reader.feed(piece)


# --- sentences


def sentences(*pieces: str) -> list[str]:
    cutter = Sentences()
    return [one for piece in pieces for one in cutter.feed(piece)] + cutter.end()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One. Two! Three? Four", ["One.", "Two!", "Three?", "Four."]),
        ("It is 3.14, or $2.50. Yes.", ["It is 3.14, or $2.50.", "Yes."]),
        ("Ask Dr. Who at 5 p.m. today. No.", ["Ask Dr. Who at 5 p.m. today.", "No."]),
        ("It ends at 5 p.m. Then we go.", ["It ends at 5 p.m.", "Then we go."]),
        ("Fruit, e.g. apples. J. S. Bach.", ["Fruit, e.g. apples.", "J. S. Bach."]),
        ("So did I. Then No. 5 came.", ["So did I.", "Then No. 5 came."]),
        ("I said no. We left.", ["I said no.", "We left."]),
        ("Well... maybe. Well... Maybe.", ["Well... maybe.", "Well...", "Maybe."]),
        ('"Stop!" he said. "Now." Yes.', ['"Stop!" he said.', '"Now."', "Yes."]),
        ("(Really?) Yes.", ["(Really?)", "Yes."]),
        ("What?! No.", ["What?!", "No."]),
        ("是的。好吗？ 好", ["是的。", "好吗？", "好."]),
        ("是的。。\u201d 好", ["是的。", "\u201d 好."]),
        ("1. Milk\n2. Eggs. Ten.\n", ["1. Milk.", "2. Eggs.", "Ten."]),
        ("- Milk\n* Eggs:\n  + [x] Tea\n", ["Milk.", "Eggs:", "Tea."]),
        ("# Title\n\nText.\r\n> Quote", ["Title.", "Text.", "Quote."]),
        ("**Bold** and *it* `x` ~~y~~ __z__ _u_.", ["Bold and it x y z u."]),
        ("2 * 3 is get_weather \\<br>now.", ["2 * 3 is get weather now."]),
        ("See [this](http://a.b/c) ![i](x 'y').", ["See this i."]),
        ("See https://a.b/c?d=1. Or www.x.y!", ["See a link.", "Or a link!"]),
        ("| a | b |\n|---|---|\n| 1 | |\n", ["a, b.", "1."]),
        ("One.\n---\n***\nTwo.", ["One.", "Two."]),
        ("20°C \U0001f44d\U0001f3fd \u2764\ufe0f!", ["20°C !"]),
        ("So [interrupted] it is.", ["So it is."]),
        ("A:\n```py\nx. Y\nz\n```\nB.", ["A:", "I leave out the code.", "B."]),
        ("~~~\n" + "x" * 400 + "\n~~~\nDone.", ["I leave out the code.", "Done."]),
        ("  \n \n", []),
        ("!!! ... ***", []),
        ("etc. \nNext", ["etc.", "Next."]),
        ("Yes. ", ["Yes."]),
        ("Mr.", ["Mr."]),
    ],
)  # fmt: skip
def test_sentences(text, expected):
    """Sentences end where people would stop, and markup is not spoken."""
    assert sentences(text) == expected
    assert sentences(*text) == expected


def test_a_sentence_is_there_at_the_next_word():
    """Not before: a full stop may belong to an abbreviation."""
    cutter = Sentences()
    assert cutter.feed("One.") == cutter.feed(" ") == []
    assert cutter.feed("T") == ["One."]
    assert cutter.feed("wo\n") == ["Two."]


def test_a_sentence_without_an_end_is_cut():
    """At a clause if there is one, at a blank, or anywhere."""
    clause = "word " * 45 + "so, " + "word " * 40
    first, rest = sentences(clause)
    assert first.endswith("so,") and rest.endswith("word.")
    first, second = sentences("word " * 70)
    assert len(first) < 300 and second.endswith("word.")
    assert [len(one) for one in sentences("x" * 700)] == [300, 300, 101]


@given(st.text(alphabet='aB1. !?\n*`~_,|-"。#', max_size=700), PLACES)
def test_any_cutting_gives_the_same_sentences(text, places):
    """It does not matter in which pieces an answer comes."""
    assert sentences(*cuts(text, places)) == sentences(text)


# --- what is asked

SIGHTS = (Sight(8, 8), Sight(640, 480, ("red", "white"), 0.5, 0.2, ("a red circle",)))


def asked(*turns: Turn, **rest: Any) -> list[dict[str, Any]]:
    question = Question(turns, **rest)
    return request_body(question, "m", Names(question.tools))["messages"]


def test_a_conversation():
    """Each role has its own, and two turns of the user in a row are one message."""
    messages = asked(
        Turn("note", "Be quick."),
        Turn("user", "One."),
        Turn("model", "Two and", interrupted=True),
        Turn("user", "Three.", sights=SIGHTS[1:]),
        Turn("model", ""),
        Turn("user", "", spoken=True),
        Turn("user", "", sights=(SIGHTS[0], SIGHTS[0])),
        instruction="Be kind.",
    )
    system = messages[0]["content"].split("\n\n")
    assert system[:2] == ["Be kind.", STYLE] and "[interrupted]" in system[2]
    assert messages[1:] == [
        {"role": "user", "content": "Be quick.\nOne."},
        {"role": "assistant", "content": "Two and [interrupted]"},
        {
            "role": "user",
            "content": "Three.\n(From the camera or screen came an image: 640 by 480 "
            "pixels, mainly red and white, with a red circle, brightness 50%, moving.)"
            "\n(The user said something that could not be understood.)"
            "\n(From the camera or screen came 2 images, the newest: 8 by 8 pixels, "
            "brightness 50%.)",
        },
    ]
    assert asked(Turn("user", "x"))[0]["content"] == STYLE
    assert asked()[1:] == []


def test_calls_and_results():
    """Every call has a result behind it, whatever became of it."""
    calls = (Call("f", {"x": 1}, "1"), Call("g", {}, "2"), Call("h", {}, "3"))
    late = Call("i", {}, "4")
    messages = asked(
        Turn("user", "Go."),
        Turn("model", calls=calls),
        Turn("model", calls=(late,)),
        Turn("tool", results=(Result("f", {"y": 2}, "1"),)),
        Turn("model", "One moment."),
        Turn("tool", results=(Result("i", {"z": 3}, "4"), Result("f", {"y": 4}, "1"))),
        pending=calls[1:2],
    )[1:]
    kinds = [(one["role"], one.get("tool_call_id")) for one in messages]
    assert kinds == [
        ("user", None),
        ("assistant", None),
        ("tool", "1"),
        ("tool", "2"),
        ("tool", "3"),
        ("assistant", None),
        ("tool", "4"),
        ("assistant", None),
        ("user", None),
    ]
    assert messages[1]["tool_calls"][0]["function"] == {
        "name": "f",
        "arguments": '{"x":1}',
    }
    assert messages[2]["content"] == '{"y":2}'
    assert messages[3]["content"].startswith("Started.")
    assert messages[4]["content"].startswith("Cancelled.")
    assert messages[6]["content"].startswith("Started.")
    assert messages[8]["content"] == (
        '(The function i returned: {"z":3})\n(The function f returned: {"y":4})'
    )


def test_tools_and_limits():
    """Declarations go out as they are; a gap allows no calls."""
    tools = (Tool("a.b"), Tool("a_b", "Does it.", {"type": "object"}), Tool("", ""))
    question = Question((Turn("user", "x"),), tools=tools, max_words=30, seed=3)
    names = Names(tools)
    body = request_body(question, "m", names)
    assert body["max_tokens"] == 41 and body["seed"] == 3
    functions = [tool["function"] for tool in body["tools"]]
    assert [function["name"] for function in functions] == ["a_b", "a_b_2", "function"]
    assert functions[0]["parameters"] == {"type": "object", "properties": {}}
    assert functions[1]["description"] == "Does it."
    assert names.own("a_b_2") == "a_b" and names.own("other") == "other"
    assert names.sent("x y") == names.sent("x y") == "x_y"
    assert "tools" not in request_body(Question(()), "m", names)


def test_long_conversations_are_cut():
    """The oldest turns are left out, from the start of a user turn on."""
    turns = [Turn("user", "u" * 9000), Turn("model", "m" * 9000)] * 5
    messages = asked(*turns, Turn("user", "last"))[1:]
    assert [one["role"] for one in messages] == ["user", "assistant"] * 3 + ["user"]
    [_, only] = asked(Turn("user", "x"), Turn("user", "y" * 99_000))
    assert only["content"] == "y" * 99_000
    assert asked(Turn("model", "z" * 99_000))[1]["content"] == "z" * 99_000


# --- what comes back


def parts(*deltas: Any, tools: str = "f g") -> list[ReplyPart]:
    declared = [Tool(name) for name in tools.split()]
    completion = Completion(Names(declared), frozenset(tools.split()))
    found: list[ReplyPart] = []
    for delta in deltas:
        if isinstance(delta, str):
            delta = {"content": delta}
        found += completion.feed(json.dumps({"choices": [{"delta": delta}]}))
    found += completion.end()
    found += completion.calls()
    assert completion.is_empty == (not [p for p in found if not isinstance(p, Think)])
    return found


@pytest.mark.parametrize(
    ("deltas", "expected"),
    [
        ([{"reasoning": "a"}, {"reasoning_content": "b"}], [Think("ab")]),
        (["<think>Hm.", " Hm.</think>\n\nYes."], [Think("Hm. Hm."), Say("Yes.")]),
        (list(" <think>a</t</think> Yes."), [Think("a</t"), Say("Yes.")]),
        (["<think></think>Yes."], [Say("Yes.")]),
        (["<think>never ends"], [Think("never ends")]),
        (["<thi"], [Say("<thi.")]),
        (["<b>Yes</b>."], [Say("Yes .")]),
        (["a <think>b"], [Say("a b.")]),
        ([{"content": [{"text": "Yes."}, 7, {"text": None}]}], [Say("Yes.")]),
        ([{"content": 7, "tool_calls": 7}], []),
        ([{"reasoning": "x" * 30_000}], [Think("x" * 20_000)]),
    ],
)  # fmt: skip
def test_what_is_said_and_thought(deltas, expected):
    """Thoughts come apart, or marked at the beginning of the text."""
    assert parts(*deltas) == expected


def calling(**piece: Any) -> dict[str, Any]:
    function = {k: piece.pop(k) for k in ("name", "arguments") if k in piece}
    return {"tool_calls": [{**piece, "function": function}]}


@pytest.mark.parametrize(
    ("deltas", "expected"),
    [
        ([calling(index=0, name="f", arguments="")], [Call("f")]),
        ([calling(id="a", name="f", arguments={"x": 1})], [Call("f", {"x": 1})]),
        (
            [
                calling(id="a", name="f", arguments='{"x":'),
                calling(id="b", name="g"),
                calling(id="a", arguments="1}"),
            ],
            [Call("f", {"x": 1}), Call("g")],
        ),
        (
            [
                calling(name="f", arguments="{"),
                calling(arguments="}"),
                calling(name="g"),
            ],
            [Call("f"), Call("g")],
        ),
        ([{"tool_calls": [7, {"index": 0, "function": 7}]}, calling(index=0, name="g")],
         [Call("g")]),
    ],
)  # fmt: skip
def test_calls_come_in_pieces(deltas, expected):
    """By index, by id, or by neither."""
    assert parts(*deltas) == expected


def test_calls_are_bounded():
    """Neither their number nor their arguments grow without end."""
    with pytest.raises(Nonsense, match="more than 32 calls"):
        parts(*(calling(index=index, name="f") for index in range(40)))
    with pytest.raises(Nonsense, match="no end"):
        parts(*(calling(index=0, arguments="x" * 999) for _ in range(300)))
    with pytest.raises(Nonsense, match="no function here: $"):
        parts(calling(arguments="{}"))


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ({"choices": []}, []),
        ({"choices": 7}, []),
        ({"choices": [7]}, []),
        ({"choices": [{"delta": 7}]}, []),
        ({"choices": [{"finish_reason": "stop"}]}, []),
    ],
)
def test_chunks_that_say_nothing(data, expected):
    """They are passed over."""
    completion = Completion(Names(()), frozenset())
    assert completion.feed(json.dumps(data)) == expected


@pytest.mark.parametrize(
    "data", ["", "7", "{}", '{"error": "x"}', '{"error": {"code": 4}}', "[1"]
)
def test_chunks_that_are_none(data):
    """They are named."""
    completion = Completion(Names(()), frozenset())
    with pytest.raises(Nonsense):
        completion.feed(data)


def test_foreign_texts_become_part_of_a_sentence():
    """One line, not long, without a full stop."""
    assert shortened(" a\n\tb. ") == "a b"
    assert shortened("word " * 100) == "word " * 40 + "..."
