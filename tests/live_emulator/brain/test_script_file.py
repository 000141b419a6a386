"""A script file is read again when it changes, and brains have names."""

import asyncio
import logging
import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from live_emulator.brain import (
    Brain,
    BrainError,
    Call,
    Fail,
    Question,
    Result,
    RulesBrain,
    Say,
    Think,
    Turn,
)
from live_emulator.brain.choose import brain_from
from live_emulator.brain.script.file import ScriptFile
from live_emulator.brain.types import ReplyPart, Search, Wait
from live_emulator.closing_iterators import closing
from tests.live_emulator.fidelity.rules_found import REPOSITORY

EXAMPLE = REPOSITORY / "live_emulator" / "examples" / "waiter.yaml"


def replies(brain: Brain, *turns: Turn) -> list[ReplyPart]:
    async def ask() -> list[ReplyPart]:
        return [part async for part in brain.reply(Question(tuple(turns)))]

    return asyncio.run(ask())


def said(brain: Brain, text: str) -> list[ReplyPart]:
    return replies(brain, Turn("user", text))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "talk.yaml"
    path.write_text("- {when: hello, say: One.}", "utf-8")
    return path


def edit(path: Path, text: str) -> None:
    """Write a file, as if some time had passed since it was written last."""
    before = path.stat().st_mtime_ns if path.exists() else 0
    path.write_text(text, "utf-8")
    os.utime(path, ns=(before + 10**9, before + 10**9))


async def test_an_interruption_ends_the_other_brain_too(file):
    """Whoever closes the reply of a script has closed that of the brain behind it."""
    open_replies = 0

    class Endless(RulesBrain):
        async def reply(self, question: Question) -> AsyncIterator[ReplyPart]:
            nonlocal open_replies
            open_replies += 1
            try:
                while True:
                    yield Say("And so on.")
            finally:
                open_replies -= 1

    edit(file, "- otherwise: rules")
    reply = ScriptFile(file, lambda name: Endless()).reply(
        Question((Turn("user", "hello"),))
    )
    async with closing(reply) as parts:
        assert await anext(parts) == Say("And so on.")
        assert open_replies == 1
    assert open_replies == 0


def test_an_edit_counts_at_once(file, caplog):
    """The next question is answered by what the file says now, and the log says so."""
    brain = brain_from(f"script:{file}")
    assert said(brain, "hello") == [Say("One.")]
    edit(file, "- {when: hello you, say: Two.}")
    assert said(brain, "hello you") == [Say("Two.")]
    assert [r.message for r in caplog.records] == [
        "talk.yaml has changed and was read again."
    ]


def test_a_broken_edit_keeps_what_was(file, caplog):
    """The log names the line once, and the last good script goes on."""
    brain = brain_from(f"script:{file}")
    edit(file, "- {when: hello, sya: Two.}")
    assert said(brain, "hello") == said(brain, "hello") == [Say("One.")]
    [record] = caplog.records
    assert record.message == (
        "talk.yaml, line 1: There is no 'sya' here; did you mean 'say'? "
        "What was read before goes on."
    )
    file.unlink()
    assert said(brain, "hello") == [Say("One.")]
    assert "There is no script at" in caplog.records[-1].message
    edit(file, "- {when: hello, say: Three.}")
    assert said(brain, "hello") == [Say("Three.")]


def test_what_no_line_answers_is_said(file, caplog):
    """The user hears it, and the log has it; the session goes on."""
    brain = brain_from(f"script:{file}")
    assert said(brain, "what  now?") == [
        Say("The script talk.yaml has no line for: what now?")
    ]
    assert caplog.records[-1].levelno == logging.WARNING
    assert said(brain, " ") == [
        Say("I heard no words, and talk.yaml has no line for that.")
    ]


def test_results_that_nobody_waits_for_are_taken_in_silence(file):
    """A line need not say anything about the call that it made."""
    brain = brain_from(f"script:{file}")
    assert replies(brain, Turn("tool", results=(Result("f", {}),))) == []
    assert replies(brain, Turn("model", calls=(Call("f"),))) == []
    assert replies(brain) == []


def test_files_that_can_not_be_read(tmp_path, monkeypatch):
    """Each is one sentence with the path."""
    latin = tmp_path / "latin.yaml"
    latin.write_bytes("- when: é".encode("latin-1"))
    large = tmp_path / "large.yaml"
    large.write_bytes(b"#" * 1_000_001)
    for path, error in (
        (tmp_path / "none.yaml", "There is no script at "),
        (tmp_path, " is a folder, not a script."),
        (latin, " is no text in UTF-8."),
        (large, " is larger than a megabyte: no script is."),
    ):
        with pytest.raises(BrainError, match=error) as caught:
            brain_from(f"script:{path}")
        assert str(path) in str(caught.value)

    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(BrainError, match="can't be read: Permission denied."):
        brain_from(f"script:{large}")


def test_brains_have_names(file, monkeypatch):
    """What stands on the command line becomes a brain, or one sentence."""
    assert isinstance(brain_from(" rules "), RulesBrain)
    assert isinstance(brain_from("script:talk.yaml", file.parent), ScriptFile)
    monkeypatch.chdir(file.parent)
    assert isinstance(brain_from("script:talk.yaml"), ScriptFile)
    for text in ("", "rule", "rules:x", "script:", "script", "talk.yaml"):
        with pytest.raises(BrainError, match="there are rules, script:FILE and open"):
            brain_from(text)


def test_the_example():
    """The example file does what its comments say."""
    brain = brain_from(f"script:{EXAMPLE}")
    assert said(brain, "Good evening!")[0] == Say("Good evening.")
    assert said(brain, "Hello.") == [Say("Hello again.")]
    assert said(brain, "I would like a tomato soup") == [
        Say("I will ask the kitchen."),
        Call("order", {"dish": "a tomato soup"}),
    ]
    assert said(brain, "Is there any salad?") == [
        Call("order", {"dish": "salad", "pieces": 1})
    ]
    call = Turn("model", calls=(Call("order", {"dish": "salad"}, "id-1"),))
    for response, words in (
        ({"status": "Sold out."}, "I am sorry, there is no salad left."),
        ({"minutes": 5}, "It takes 5 minutes."),
    ):
        turn = Turn("tool", results=(Result("order", response, "id-1"),))
        assert replies(brain, call, turn)[-1] == Say(words)
    bill = [type(part) for part in said(brain, "And the bill?")]
    assert bill == [Say, Wait, Think, Search, Say]
    assert said(brain, "Go away!")[-1] == Fail("go-away left=5s")
    assert said(brain, "Thank you.") == []
    assert said(brain, "Why?") == [Say('I did not understand "Why?".')]
