"""Do what a session wants done by its ears, its brain, its mouth and its eyes."""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any

from live_emulator.brain.script.brain import NoAnswer
from live_emulator.brain.types import Fail, Question, Wait
from live_emulator.clock import Clock
from live_emulator.closing_iterators import closing
from live_emulator.protocol.fault import Fault
from live_emulator.serving.eyes import UnreadableImage
from live_emulator.serving.inbox import Inbox
from live_emulator.serving.pictures import Pictures
from live_emulator.serving.services import Services
from live_emulator.serving.speech_finder import SpeechSearch
from live_emulator.session import actions as do
from live_emulator.session.activity import ActivityEvent
from live_emulator.session.machine import Session
from live_emulator.voice.process.worker import WorkerLost
from live_emulator.voice.types import Interim, Listener

__all__ = ["Performer"]

log = logging.getLogger("live_emulator")

_MOST_TASKS = 16
"""With so much being heard, looked at or said there is no room for more."""

Work = Callable[[], Coroutine[Any, Any, None]]


class Performer:
    """Carries out the actions of one session that are neither sent nor closed.

    Each works in a task of its own; what comes of it goes to the inbox.

    Args:
        session: Whose actions these are.
        services: What does the work.
        clock: For pauses of the brain.
        inbox: Where the outcome goes.
        on_fault: Called when the brain wants something to go wrong.

    """

    def __init__(
        self,
        session: Session,
        services: Services,
        clock: Clock,
        inbox: Inbox,
        on_fault: Callable[[Fault], None],
    ) -> None:
        self._session = session
        self._services = services
        self._clock = clock
        self._inbox = inbox
        self._on_fault = on_fault
        self._eyes = services.make_eyes()
        self._pictures = Pictures(services.brain, services.reader)
        self._newest_look = 0
        self._listeners: dict[int, Listener] = {}
        self._tasks: dict[tuple[str, int], asyncio.Task[None]] = {}
        self._speech: SpeechSearch | None = None
        self._finding: asyncio.Task[None] | None = None
        self._room = asyncio.Event()
        self._room.set()
        self._stepped = asyncio.Event()

    def perform(self, action: do.Action) -> None:
        """Begin to do it; returns at once."""
        match action:
            case do.FindSpeech(pcm):
                self._search().feed(pcm)
            case do.EndStream():
                self._search().end_stream()
            case do.FeedEar(utterance, pcm, silent):
                self._listeners[utterance].feed(pcm, silent=silent)
            case do.OpenEar():
                self._open_ear(action)
            case do.ShutEar(utterance):
                self._start("hear", utterance, partial(self._hear, utterance))
            case do.Ask(reply, question):
                self._start("ask", reply, partial(self._ask, reply, question))
            case do.StopAsking(reply):
                self._stop("ask", reply)
            case do.Speak(speech):
                self._start("speak", speech, partial(self._speak, action))
            case do.StopSpeaking(speech):
                self._stop("speak", speech)
            case do.Note(text):
                log.warning("%s", text)
            case do.Look(look, image):
                self._start("look", look, partial(self._look, look, image))

    async def room(self) -> None:
        """Wait until not too much is being done."""
        await self._room.wait()
        if self._speech is not None:
            await self._speech.room()

    def stepped(self) -> None:
        """Know that the session took a step, and what it wanted sent was sent."""
        self._stepped.set()
        self._stepped.clear()

    async def end(self) -> None:
        """Leave nothing running."""
        for listener in self._listeners.values():
            listener.drop()
        tasks = list(self._tasks.values())
        if self._speech is not None:
            self._speech.close()
        if self._finding is not None:
            tasks.append(self._finding)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _start(self, kind: str, number: int, work: Work) -> None:
        task = asyncio.create_task(self._guard(work), name=f"{kind} {number}")
        self._tasks[kind, number] = task
        if len(self._tasks) >= _MOST_TASKS:
            self._room.clear()

        def done(_: asyncio.Task[None]) -> None:
            self._tasks.pop((kind, number), None)
            if len(self._tasks) < _MOST_TASKS:
                self._room.set()

        task.add_done_callback(done)

    def _stop(self, kind: str, number: int) -> None:
        if task := self._tasks.get((kind, number)):
            task.cancel()

    async def _guard(self, work: Work) -> None:
        """Close this connection, and no other, if its work goes wrong."""
        try:
            await work()
        except NoAnswer as missing:
            log.error("%s The session is closed with 1011.", missing)
            await self._inbox.put(partial(self._session.fail, "internal"))
        except WorkerLost as lost:
            log.error("A session is closed with 1011: %s.", lost)
            await self._inbox.put(partial(self._session.fail, "internal"))
        except Exception:
            log.exception("A session failed and is closed with 1011.")
            await self._inbox.put(partial(self._session.fail, "internal"))

    # --- ears, brain, mouth, eyes

    def _search(self) -> SpeechSearch:
        """Return the search for speech in this session's audio, from its first on."""
        if self._speech is None:
            settings = self._session.settings
            assert settings is not None  # or nothing would be looked for
            self._speech = self._services.speech_finder.open(settings.activity)
            self._speech.on_decided(self._session.decided)
            work = partial(self._find, self._speech)
            self._finding = asyncio.create_task(self._guard(work), name="find")
        return self._speech

    async def _find(self, search: SpeechSearch) -> None:
        while True:
            found = await search.found()
            await self._inbox.put(partial(self._take_found, search, found))

    def _take_found(
        self, search: SpeechSearch, found: list[ActivityEvent], now: float
    ) -> list[do.Action]:
        actions = self._session.found(found, now)
        search.taken()
        return actions

    def _open_ear(self, opening: do.OpenEar) -> None:
        utterance = opening.utterance

        def on_interim(interim: Interim) -> None:
            self._inbox.offer(partial(self._session.partly_heard, utterance, interim))

        self._listeners[utterance] = self._services.recogniser.listen(
            opening.phrases, on_interim if opening.wants_interim else None
        )

    async def _hear(self, utterance: int) -> None:
        listener = self._listeners.pop(utterance)
        try:
            hearing = await listener.finish()
        finally:
            listener.drop()
        await self._inbox.put(partial(self._session.heard, utterance, hearing.text))

    async def _ask(self, reply: int, question: Question) -> None:
        question = await self._pictures.with_text(question)
        async with closing(self._services.brain.reply(question)) as parts:
            async for part in parts:
                match part:
                    case Fail(fault):
                        await self._all_sent(reply)
                        self._on_fault(Fault.parse(fault))
                    case Wait(seconds):
                        await self._all_sent(reply)
                        await asyncio.sleep(seconds / self._clock.speed)
                    case _:
                        step = partial(self._session.said, reply, part)
                        await self._inbox.put(step)
        await self._inbox.put(partial(self._session.said_all, reply))

    async def _all_sent(self, reply: int) -> None:
        """Wait until everything that was said so far was sent."""
        paused = asyncio.Event()

        def pause(now: float) -> list[do.Action]:
            paused.set()
            return self._session.pause(reply, now)

        await self._inbox.put(pause)
        await paused.wait()
        while not self._session.has_sent(reply):
            await self._stepped.wait()

    async def _speak(self, speak: do.Speak) -> None:
        number = speak.speech
        pieces = self._services.speaker.speak(
            speak.text, voice=speak.voice, language=speak.language or "en-us"
        )
        async with closing(pieces):
            async for piece in pieces:
                await self._inbox.put(partial(self._session.spoke, number, piece))
        await self._inbox.put(partial(self._session.spoke_all, number))

    async def _look(self, look: int, image: bytes) -> None:
        try:
            sight = await asyncio.to_thread(self._eyes.look, image)
        except UnreadableImage as unreadable:
            log.warning("An image is refused: %s.", unreadable)
            close = "emulator.image" if unreadable.ours else "argument.invalid"
            await self._inbox.put(partial(self._session.fail, close))
            return
        if look > self._newest_look:
            self._newest_look = look
            self._pictures.keep(sight, image)
        await self._inbox.put(partial(self._session.saw, look, sight))
