"""An emulator for tests: told what to say, and asked what it was told."""

import asyncio
import inspect
import time
from collections import deque
from collections.abc import (
    AsyncIterator,
    Callable,
    Coroutine,
    Iterable,
    Iterator,
    Mapping,
)
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import replace
from re import Pattern
from typing import Any, Self, TypeVar, Unpack, overload

from live_emulator.brain.choose import brain_from
from live_emulator.brain.rules.brain import RulesBrain
from live_emulator.brain.script.brain import Answer, NoAnswer, ScriptedBrain
from live_emulator.brain.types import Brain, Question, ReplyPart
from live_emulator.closing_iterators import closing
from live_emulator.emulator import Emulator
from live_emulator.journal.reading import CLIENT_KINDS
from live_emulator.journal.session_view import SessionView
from live_emulator.options import OptionValues
from live_emulator.testing.known_speech import KnownSpeech
from live_emulator.testing.user_speech import speech_of, with_silence
from live_emulator.voice import SpeechWorker
from live_emulator.voice.hearing.recognisers import AnyRecogniser, open_recogniser

__all__ = ["LiveApi"]

_T = TypeVar("_T")

_LOOK_EVERY_S = 0.01
_MOST_REPORTED_SESSIONS = 3
_MOST_QUESTIONS = 1_000


class LiveApi(Emulator):
    """The emulator that the fixture `live_api` gives to a test.

    Takes the options of `Options`. Answers are the built-in rules' until the test
    prepares some, with `answers` or `say`.
    """

    timeout_s = 10.0
    """How long `wait_for` and `until` wait if they are not told, for slow machines to
    change: in seconds of the clock on the wall."""

    def __init__(self, **options: Unpack[OptionValues]) -> None:
        super().__init__(**options)
        self._given = self.options
        brain = self.options.brain
        self._script = _Script(brain_from(brain) if isinstance(brain, str) else brain)
        self._own: list[SpeechWorker | AnyRecogniser] = []

    def start(self) -> Self:
        """Start; see `Emulator.start`."""
        if self._thread is None:
            self._hire()
        return super().start()

    def stop(self) -> None:
        """End every session and every worker; safe to call twice."""
        super().stop()
        own, self._own = self._own, []
        if own:
            with ThreadPoolExecutor(1) as pool:  # a loop may be running in this one
                pool.submit(asyncio.run, _close_all(own)).result()

    def _hire(self) -> None:
        """Get ears and mouths; their processes start when they are needed."""
        given = self._given
        recogniser, user = given.recogniser, given.speaker
        if recogniser is None or isinstance(recogniser, str):
            recogniser = open_recogniser(recogniser or "whisper")
            self._own.append(recogniser)
        if not isinstance(user, SpeechWorker):  # another may not have the user's voice
            user = SpeechWorker()
            self._own.append(user)
        self._user, self._ears = user, KnownSpeech(recogniser)
        self.options = replace(
            given,
            brain=self._script,
            recogniser=self._ears,
            speaker=given.speaker or user,
        )

    # --- what it says

    def answers(
        self,
        answers: Mapping[str | Pattern[str], Answer],
        *,
        otherwise: Brain | None = None,
    ) -> None:
        """Prepare answers by what is asked; see `ScriptedBrain`.

        Adds to those prepared before. What no answer fits goes to `otherwise`, or to
        the `brain` of the options; without both, the session is closed with 1011.
        """
        self._script.answers = self._script.answers | dict(answers)
        if otherwise is not None:
            self._script.otherwise = otherwise

    def say(self, *replies: Answer) -> None:
        """Prepare the next replies, whatever is asked; they go before `answers`."""
        self._script.next.extend(replies)
        self._script.said = True

    @property
    def asked(self) -> list[str]:
        """What the model was asked, oldest first: what was typed or heard.

        After a call it is the name of the function whose result came.
        """
        return list(self._script.asked)

    # --- what a person says

    def speech(self, text: str, *, silence_s: float = 1.0) -> bytes:
        """Return a sentence as a person speaks it: PCM16, mono, 16 kHz.

        With the silence after it, it is a whole turn. Sent as it is, it is understood
        without an error; sent in another form, it has to be recognised.

        Raises:
            ValueError: There is nothing in the text that can be said.
            RuntimeError: The emulator does not run.

        """
        loop = self._loop
        if loop is None or not loop.is_running():
            raise RuntimeError("The emulator does not run. Start it first.")
        pcm = asyncio.run_coroutine_threadsafe(speech_of(text, self._user), loop)
        self._ears.expect(text, pcm.result())
        return with_silence(pcm.result(), silence_s)

    # --- what the client did

    @property
    def session(self) -> SessionView:
        """The newest connection.

        Raises:
            AssertionError: There is none.

        """
        if sessions := self.sessions:
            return sessions[-1]
        raise AssertionError(
            "No client has connected to the emulator. Clients find it by environment "
            "variables, which are set while a test runs: make the client in the test."
        )

    @overload
    def wait_for(self, what: str, timeout_s: float | None = ...) -> dict[str, Any]: ...

    @overload
    def wait_for(self, what: Callable[[], _T], timeout_s: float | None = ...) -> _T: ...

    def wait_for(
        self, what: str | Callable[[], Any], timeout_s: float | None = None
    ) -> Any:
        """Wait until something is there, and return it. For tests without `async`.

        Args:
            what: A message that the newest session's client is to send, such as
                "toolResponse"; or a function, which is called over and over until
                what it returns is true.
            timeout_s: Time to wait, by the clock on the wall; `LiveApi.timeout_s` if
                None.

        Raises:
            AssertionError: It is not there in time. Says what was sent instead.

        """
        __tracebackhide__ = True
        for found, rest_s in self._looks(what, timeout_s):
            if found:
                return found
            time.sleep(rest_s)

    @overload
    async def until(
        self, what: str, timeout_s: float | None = ...
    ) -> dict[str, Any]: ...

    @overload
    async def until(
        self, what: Callable[[], _T], timeout_s: float | None = ...
    ) -> _T: ...

    async def until(
        self, what: str | Callable[[], Any], timeout_s: float | None = None
    ) -> Any:
        """Do what `wait_for` does, while other coroutines go on."""
        __tracebackhide__ = True
        for found, rest_s in self._looks(what, timeout_s):
            if found:
                return found
            await asyncio.sleep(rest_s)

    @asynccontextmanager
    async def running(
        self, application: Coroutine[Any, Any, Any]
    ) -> AsyncIterator[None]:
        """Run the application beside the test, and end it with the block.

        Should it fail, the block is left at once and its error raised: a test need
        not wait for what an application that is dead will never do.
        """
        test, task = asyncio.current_task(), asyncio.create_task(application)
        assert test is not None
        failed = over = False

        def ended(task: asyncio.Task[Any]) -> None:
            nonlocal failed
            if not over and not task.cancelled() and task.exception() is not None:
                failed = True
                test.cancel()

        task.add_done_callback(ended)
        try:
            yield
        except asyncio.CancelledError:
            if not failed or test.uncancel() > 0:
                raise
        finally:
            over = True
            task.cancel()
            await asyncio.wait([task])
            error = None if task.cancelled() else task.exception()
        if error is not None:
            raise error

    def report(self, lines: int = 40) -> str:
        """Return what went over the wire in the latest sessions, as text."""
        shown = self.sessions[-_MOST_REPORTED_SESSIONS:]
        written: list[str] = []
        for session in shown:
            written.append(f"Session {session.number} {session.summary}.")
            written.append(session.timeline(max(5, lines // len(shown) - 1)))
        if not shown:
            written.append("No client has connected.")
        return "\n".join(written + self._script.unanswered)

    def _looks(
        self, what: str | Callable[[], Any], timeout_s: float | None
    ) -> Iterator[tuple[Any, float]]:
        """Look over and over; yield what there is, and how long to rest.

        Raises:
            AssertionError: There was nothing for so long.

        """
        __tracebackhide__ = True
        look, began_s = self._look_for(what), time.monotonic()
        timeout_s = self.timeout_s if timeout_s is None else timeout_s
        while True:
            looked_s = time.monotonic()
            found = look()
            if not found and looked_s - began_s > timeout_s:
                raise AssertionError(self._missing(what, timeout_s))
            # Rest most of the time, however long looking takes.
            yield found, max(_LOOK_EVERY_S, 4 * (time.monotonic() - looked_s))

    def _look_for(self, what: str | Callable[[], Any]) -> Callable[[], Any]:
        if not isinstance(what, str):
            return what
        if what not in CLIENT_KINDS:
            known = ", ".join(CLIENT_KINDS)
            raise ValueError(f"There is no message {what!r}. A client sends {known}.")

        def newest() -> dict[str, Any] | None:
            sent = self.sessions[-1].sent(what) if self.sessions else []
            # The whole message if it is empty: what was waited for is there.
            return (sent[-1] or {what: {}}) if sent else None

        return newest

    def _missing(self, what: str | Callable[[], Any], timeout_s: float) -> str:
        wanted = f"The client sent no {what}"
        if not isinstance(what, str):
            wanted = f"Not there: {_source_of(what)}"
        shown = self.sessions[-_MOST_REPORTED_SESSIONS:]
        sent = [f"Session {one.number} {one.summary}." for one in shown]
        sentences = sent or ["No client has connected."]
        return " ".join(
            [f"{wanted}, after {timeout_s:g} s.", *sentences, *self._script.unanswered]
        )


async def _close_all(workers: Iterable[SpeechWorker | AnyRecogniser]) -> None:
    for worker in workers:
        await worker.close()


class _Script:
    """A brain whose answers a test prepares while the emulator runs.

    Test and emulator are different threads, so what is looked through here is
    replaced as a whole and never changed.
    """

    def __init__(self, otherwise: Brain | None) -> None:
        self.otherwise = otherwise
        self.answers: dict[str | Pattern[str], Answer] = {}
        self.next: deque[Answer] = deque()
        self.said = False
        """Something was prepared for once."""
        self.asked: deque[str] = deque(maxlen=_MOST_QUESTIONS)
        self.unanswered: list[str] = []

    async def reply(self, question: Question) -> AsyncIterator[ReplyPart]:
        """Yield the prepared answer; see `Brain.reply`."""
        if (
            self._prepared
            and question.turns[-1:]
            and question.turns[-1].role == "model"
        ):
            return  # a gap until the result of a call comes: nothing was asked
        self.asked.append(_asked(question))
        try:
            async with closing(self._brain().reply(question)) as parts:
                async for part in parts:
                    yield part
        except NoAnswer:
            sentence = f"No answer was prepared for {self.asked[-1]!r}."
            self.unanswered.append(sentence)
            raise NoAnswer(
                f"{sentence} Prepare one with live_api.answers or live_api.say."
            ) from None

    @property
    def _prepared(self) -> bool:
        return self.said or bool(self.answers)

    def _brain(self) -> Brain:
        if self.next:
            return ScriptedBrain([self.next.popleft()])
        return self._brain_by_text()

    def _brain_by_text(self) -> Brain:
        if self._prepared:
            return ScriptedBrain(self.answers, otherwise=self.otherwise)
        return self.otherwise or RulesBrain()


def _asked(question: Question) -> str:
    if not question.turns:
        return ""
    turn = question.turns[-1]
    return turn.results[0].name if turn.results else turn.text


def _source_of(function: Callable[[], Any]) -> str:
    """Return the line in which a function was written, or its name."""
    name: str = getattr(function, "__name__", repr(function))
    if name != "<lambda>":
        return name
    try:
        lines, _ = inspect.getsourcelines(function)
    except (OSError, TypeError):
        return name
    return " ".join(" ".join(lines).split())
