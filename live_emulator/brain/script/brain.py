"""A brain that says what a test, or a file, wants it to say."""

import re
from collections import OrderedDict, deque
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from inspect import isawaitable
from typing import Any, Protocol

from live_emulator.brain.types import (
    Brain,
    Call,
    Fail,
    Question,
    ReplyPart,
    Say,
    Search,
    Think,
    Turn,
    Wait,
)
from live_emulator.brain.words.normalise import canonical
from live_emulator.brain.words.speech import chunks
from live_emulator.closing_iterators import closing
from live_emulator.errors import EmulatorError

__all__ = ["Answer", "Line", "Lines", "NoAnswer", "ScriptedBrain"]

Answer = str | ReplyPart | Iterable[str | ReplyPart] | Callable[[Question], Any]
"""Text, a reply part, several of them, or a function of the question that returns
one of these, at once or when awaited. An empty list stays silent."""

_PARTS = (Say, Think, Call, Search, Wait, Fail)
_MOST_ASKED = 1_000
_MOST_CONVERSATIONS = 1_000
"""Of so many it is remembered which lines were used up."""


class NoAnswer(EmulatorError, LookupError):
    """The script has no answer to what was asked."""


class Line(Protocol):
    """One line of a script."""

    @property
    def once(self) -> bool:
        """In each conversation it answers once."""
        ...

    def fits(self, question: Question) -> bool:
        """Tell whether this line answers the question."""
        ...

    def answer(self, question: Question) -> Answer:
        """Return the answer to a question that fits."""
        ...


@dataclass(frozen=True)
class Lines:
    """Answers with conditions: the first line that fits a question answers it."""

    lines: tuple[Line, ...]
    name: str = "The script"
    """For errors: where the lines come from."""
    otherwise: Brain | None = None


@dataclass(frozen=True)
class _Prepared:
    """A line of a mapping, whose key is text or a pattern."""

    key: str | re.Pattern[str]
    prepared: Answer
    once: bool = False

    def fits(self, question: Question) -> bool:
        if isinstance(self.key, str):
            return canonical(_asked(question)) == canonical(self.key)
        return self.key.search(_asked(question)) is not None

    def answer(self, question: Question) -> Answer:
        return self.prepared


class ScriptedBrain:
    r"""Gives prepared answers, so that a test knows every word beforehand.

    With a list, each reply uses up the next answer. With a mapping, the answer is
    the one whose key fits what the user said: a string is compared word by word
    (case, punctuation and spelling of contractions do not matter), a compiled
    pattern is searched in the text. After a function call, the text compared is
    the name of the function whose result came in. Text is spoken sentence by
    sentence.

    What no answer fits goes to `otherwise`; without one, `NoAnswer` is raised,
    naming what was asked.

    Example:
        ```python
        brain = ScriptedBrain(
            {
                "hello": "Good day. How may I help?",
                re.compile(r"weather in (\w+)"): Call("get_weather", {"city": "Oslo"}),
                "get_weather": lambda question: (
                    f"It is {question.turns[-1].results[0].response['sky']}."
                ),
            },
            otherwise=RulesBrain(),
        )
        ```

    Attributes:
        asked: The latest questions, oldest first, for a test to look at.

    """

    def __init__(
        self,
        answers: Iterable[Answer] | Mapping[str | re.Pattern[str], Answer] | Lines,
        *,
        otherwise: Brain | None = None,
    ) -> None:
        self.asked: deque[Question] = deque(maxlen=_MOST_ASKED)
        self._otherwise = otherwise
        self._in_order: deque[Answer] = deque()
        self._count = 0
        self._lines: Lines | None = None
        self._used: OrderedDict[str, set[int]] = OrderedDict()
        if isinstance(answers, str):
            raise TypeError(
                "The answers are one string. Put it in a list: "
                "ScriptedBrain(['Good day.'])."
            )
        if isinstance(answers, Lines):
            self._lines = answers
            self._otherwise = otherwise or answers.otherwise
        elif isinstance(answers, Mapping):
            lines = [_Prepared(key, answer) for key, answer in answers.items()]
            # Words come before patterns.
            lines.sort(key=lambda line: not isinstance(line.key, str))
            self._lines = Lines(tuple(lines))
        else:
            self._in_order.extend(answers)
            self._count = len(self._in_order)

    @property
    def remaining(self) -> int:
        """How many answers of a list were not used yet."""
        return len(self._in_order)

    async def reply(self, question: Question) -> AsyncIterator[ReplyPart]:
        """Yield the prepared answer; see `Brain.reply`.

        Raises:
            NoAnswer: Nothing was prepared for this, and there is no `otherwise`.
            TypeError: What was prepared is no answer.

        """
        self.asked.append(question)
        try:
            answer = self._find(question)
        except NoAnswer:
            if self._otherwise is None:
                raise
            async with closing(self._otherwise.reply(question)) as parts:
                async for part in parts:
                    yield part
            return
        given: Any = answer
        if callable(given):
            given = given(question)
            if isawaitable(given):
                given = await given
        for part in _parts(given):
            yield part

    def _find(self, question: Question) -> Answer:
        if self._lines is None:
            return self._next(_asked(question))
        used = self._used_in(question.conversation)
        if len(question.results) < 2:
            return self._line(question, used)
        # Several results are answered one after the other, as far as lines fit.
        said: list[Any] = []
        for result in question.results:
            turns = (*question.turns, Turn("model"), Turn("tool", results=(result,)))
            with suppress(NoAnswer):
                alone = replace(question, turns=turns)
                answer = self._line(alone, used)
                said.append(answer(alone) if callable(answer) else answer)
        if not said:
            raise NoAnswer(f"{self._lines.name} has no answer to these results.")
        return said

    def _line(self, question: Question, used: set[int]) -> Answer:
        """Return the answer of the first line that fits, and mark it as used."""
        assert self._lines is not None
        for number, line in enumerate(self._lines.lines):
            if number not in used and line.fits(question):
                if line.once:
                    used.add(number)
                return line.answer(question)
        raise NoAnswer(
            f"{self._lines.name} has no answer to {_asked(question)!r}. Add one, or "
            "pass otherwise=RulesBrain()."
        )

    def _next(self, text: str) -> Answer:
        if not self._in_order:
            raise NoAnswer(
                f"All {self._count} answers of the script are used up, and the "
                f"emulator was asked: {text!r}. Add an answer, or pass "
                "otherwise=RulesBrain()."
            )
        return self._in_order.popleft()

    def _used_in(self, conversation: str) -> set[int]:
        """Return the numbers of the lines that a conversation has used up."""
        used = self._used.setdefault(conversation, set())
        self._used.move_to_end(conversation)
        if len(self._used) > _MOST_CONVERSATIONS:
            self._used.popitem(last=False)
        return used


def _asked(question: Question) -> str:
    """Return what the script is searched for."""
    if not question.turns:
        return ""
    turn = question.turns[-1]
    if turn.role == "tool" and turn.results:
        return turn.results[0].name
    return turn.text


def _parts(answer: object) -> list[ReplyPart]:
    if isinstance(answer, str):
        return [Say(text) for text in chunks(answer)]
    if isinstance(answer, _PARTS):
        return [answer]
    if isinstance(answer, Iterable):
        return [part for one in answer for part in _parts(one)]
    raise TypeError(
        f"{answer!r} is no answer. Give text, Say, Think, Call, Search, Wait or Fail, "
        "a list of these, or a function that returns one."
    )
