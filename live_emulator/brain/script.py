"""A brain that says what a test wants it to say."""

import re
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from inspect import isawaitable
from typing import Any

from live_emulator.brain.normalise import canonical
from live_emulator.brain.rules import RulesBrain
from live_emulator.brain.speech import chunks
from live_emulator.brain.types import (
    Brain,
    Call,
    Fail,
    Question,
    ReplyPart,
    Say,
    Search,
    Think,
)

__all__ = ["Answer", "NoAnswer", "ScriptedBrain"]

Answer = str | ReplyPart | Iterable[str | ReplyPart] | Callable[[Question], Any]
"""Text, a reply part, several of them, or a function of the question that returns
one of these, at once or when awaited. An empty list stays silent."""

_PARTS = (Say, Think, Call, Search, Fail)
_MOST_ASKED = 1_000


class NoAnswer(LookupError):
    """The script has no answer to what was asked."""


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
        answers: Iterable[Answer] | Mapping[str | re.Pattern[str], Answer],
        *,
        otherwise: Brain | None = None,
    ) -> None:
        self.asked: deque[Question] = deque(maxlen=_MOST_ASKED)
        self._otherwise = otherwise
        self._by_text: dict[str, Answer] = {}
        self._by_pattern: list[tuple[re.Pattern[str], Answer]] = []
        self._in_order: deque[Answer] = deque()
        self._count = 0
        self._is_list = not isinstance(answers, Mapping)
        if isinstance(answers, str):
            raise TypeError(
                "The answers are one string. Put it in a list: "
                "ScriptedBrain(['Good day.'])."
            )
        if isinstance(answers, Mapping):
            for key, answer in answers.items():
                if isinstance(key, re.Pattern):
                    self._by_pattern.append((key, answer))
                else:
                    self._by_text[canonical(key)] = answer
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
        text = _asked(question)
        try:
            answer = self._find(text)
        except NoAnswer:
            if self._otherwise is None:
                raise
            async for part in self._otherwise.reply(question):
                yield part
            return
        given: Any = answer
        if callable(given):
            given = given(question)
            if isawaitable(given):
                given = await given
        for part in _parts(given):
            yield part

    def grammar(self, question: Question) -> str:
        """Return the grammar of the other brain, or of the rules."""
        return (self._otherwise or RulesBrain()).grammar(question)

    def _find(self, text: str) -> Answer:
        if self._is_list:
            if not self._in_order:
                raise NoAnswer(
                    f"All {self._count} answers of the script are used up, and the "
                    f"emulator was asked: {text!r}. Add an answer, or pass "
                    "otherwise=RulesBrain()."
                )
            return self._in_order.popleft()
        plain = canonical(text)
        if plain in self._by_text:
            return self._by_text[plain]
        for pattern, answer in self._by_pattern:
            if pattern.search(text):
                return answer
        raise NoAnswer(
            f"The script has no answer to {text!r}. Add one, or pass "
            "otherwise=RulesBrain()."
        )


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
        f"{answer!r} is no answer. Give text, Say, Think, Call, Search or Fail, a list "
        "of these, or a function that returns one."
    )
