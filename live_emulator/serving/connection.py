"""One WebSocket connection: the shell around a session machine.

A single task owns the session. Everything that happens (a frame, recognised
text, a part of a reply, audio, the alarm) waits in one bounded inbox, so the
machine sees one thing after another, and a client that floods the emulator is
slowed down instead of filling its memory.
"""

import asyncio
import logging
from collections.abc import (
    Callable,
    Coroutine,
    Sequence,
)
from contextlib import suppress
from functools import partial
from typing import Any

from aiohttp import WSMsgType, web

from live_emulator.brain.script.brain import NoAnswer
from live_emulator.brain.types import Fail, Question, Wait
from live_emulator.clock import Clock
from live_emulator.closing_iterators import closing
from live_emulator.faults.board import FaultBoard, NoSuchSession
from live_emulator.faults.plan import Abort, GoAway, Output, SendBroken
from live_emulator.journal.journal import Journal, SessionRecord
from live_emulator.protocol.closing import NO_CODE, Close, cut_reason
from live_emulator.protocol.fault import Fault, Scope
from live_emulator.protocol.json_text import encode_frame
from live_emulator.serving.eyes import UnreadableImage
from live_emulator.serving.services import Services
from live_emulator.session import actions as do
from live_emulator.session.machine import Session
from live_emulator.voice.types import Listener, Vocabulary

__all__ = ["Connection"]

log = logging.getLogger("live_emulator")

_INBOX_SIZE = 64
_MOST_TASKS = 16
"""While so much is being heard or looked at, nothing more is read: what a client
sends faster than that waits on its side."""

_MOST_PONGS = 64
"""So many answers to pings can be held back; pings beyond them get none."""

_SEND_TIMEOUT_S = 10.0
"""A client that reads nothing for so long is dropped."""

Step = Callable[[float], list[do.Action]]
Work = Callable[[], Coroutine[Any, Any, None]]


class Connection:
    """Runs one session over one socket until either is closed."""

    def __init__(
        self,
        socket: web.WebSocketResponse,
        transport: asyncio.Transport,
        session: Session,
        services: Services,
        clock: Clock,
        journal: Journal,
        record: SessionRecord,
        board: FaultBoard,
    ) -> None:
        self._socket = socket
        self._transport = transport
        self._session = session
        self._services = services
        self._clock = clock
        self._journal = journal
        self._record = record
        self._board = board
        self._plan = board.plan(record.number, self._mark)
        self._close_by_fault: Close | None = None
        self._pongs: set[asyncio.Task[None]] = set()
        self._stepped = asyncio.Event()
        self._inbox: asyncio.Queue[Step] = asyncio.Queue(_INBOX_SIZE)
        self._client_gone = False
        self._client_code: int | None = None
        self._room = asyncio.Event()
        self._room.set()
        self._listeners: dict[int, Listener] = {}
        self._tasks: dict[tuple[str, int], asyncio.Task[None]] = {}
        self._vocabulary = Vocabulary()
        self._eyes = services.make_eyes()
        self._alarm: asyncio.TimerHandle | None = None
        self._alarm_at: float | None = None

    async def run(self) -> None:
        """Serve the connection; returns when it is over."""
        self._reader = asyncio.create_task(self._read(), name="read")
        self._board.join(self._record.number, self)
        try:
            await self._serve()
        finally:
            self._session.end(self._clock.now())
            self._board.leave(self._record.number)
            close = self._close_by_fault or self._session.closed
            self._journal.end(self._record, close, self._client_code)
            if self._alarm is not None:
                self._alarm.cancel()
            for listener in self._listeners.values():
                listener.drop()
            tasks = [self._reader, *self._tasks.values(), *self._pongs]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _read(self) -> None:
        """Put the client's frames into the inbox."""
        try:
            async for message in self._socket:
                if message.type in (WSMsgType.TEXT, WSMsgType.BINARY):
                    await self._inbox.put(self._frame_step(message.data))
                    await self._room.wait()
                elif message.type is WSMsgType.PING:
                    await self._answer_ping(message.data)
            await self._answer_close()
        finally:
            self._client_gone = True
            self._wake()

    async def _answer_ping(self, data: bytes) -> None:
        delay_s = self._plan.pong_delay(self._clock.now()) if self._plan.active else 0.0
        if not delay_s:
            await self._pong(data, 0.0)
        elif len(self._pongs) < _MOST_PONGS:
            task = asyncio.create_task(self._pong(data, delay_s / self._clock.speed))
            self._pongs.add(task)
            task.add_done_callback(self._pongs.discard)

    async def _pong(self, data: bytes, delay_s: float) -> None:
        """Answer a ping after so many seconds."""
        if delay_s:
            await asyncio.sleep(delay_s)
        with suppress(ConnectionError):
            await self._socket.pong(data)

    async def _answer_close(self) -> None:
        """Echo the client's close: its own code, or none (RFC 6455, 5.5.1)."""
        code = self._socket.close_code
        if not self._socket.closed:  # else it was lost
            self._client_code = code or NO_CODE
        with suppress(ConnectionError):
            if code:
                await self._socket.close(code=code, drain=False)
            else:  # aiohttp itself always names a code
                await self._socket.send_frame(b"", WSMsgType.CLOSE)
        self._transport.close()

    def _frame_step(self, frame: str | bytes) -> Step:
        def step(now: float) -> list[do.Action]:
            is_text = isinstance(frame, str)
            data = frame.encode() if isinstance(frame, str) else frame
            self._journal.add(self._record, "client", data, is_text=is_text)
            return self._session.frame(frame, now)

        return step

    async def _serve(self) -> None:
        while not self._client_gone:
            step = await self._inbox.get()
            if not await self._perform(step(self._clock.now())):
                return
            if self._plan.active:
                out = self._plan.wake(self._clock.now())
                if not await self._deliver(out):
                    return
            self._set_alarm()
            self._stepped.set()
            self._stepped.clear()

    def _set_alarm(self) -> None:
        """Have the session woken when it, or one of its faults, wants to be."""
        wanted = self._session.next_wake
        if self._plan.active and (fault_at := self._plan.next_wake) is not None:
            wanted = fault_at if wanted is None else min(wanted, fault_at)
        if wanted == self._alarm_at:
            return
        if self._alarm is not None:
            self._alarm.cancel()
        self._alarm_at, self._alarm = wanted, None
        if wanted is not None:
            loop = asyncio.get_running_loop()
            self._alarm = loop.call_at(self._clock.loop_time(wanted), self._ring)

    def _ring(self) -> None:
        self._alarm_at = None
        # With a full inbox the loop is awake anyway and sets the alarm anew.
        with suppress(asyncio.QueueFull):
            self._inbox.put_nowait(self._session.wake)

    # --- faults

    @property
    def faults(self) -> list[Fault]:
        """The faults that are set and may still happen."""
        return self._plan.faults

    def set_fault(self, fault: Fault) -> None:
        """Set a fault; it happens as soon as its conditions are fulfilled."""
        self._plan.set(fault, self._clock.now())
        self._wake()

    def clear_faults(self) -> None:
        """Forget all faults."""
        self._plan.clear()
        self._wake()

    def _wake(self) -> None:
        with suppress(asyncio.QueueFull):  # with a full inbox it is awake
            self._inbox.put_nowait(lambda now: [])

    def _mark(self, fault: Fault) -> None:
        self._journal.mark(self._record, str(fault))

    # --- doing what the session wants

    async def _perform(self, actions: list[do.Action]) -> bool:
        """Do all of it; return whether the connection goes on."""
        for action in actions:
            match action:
                case do.Send() | do.CloseSocket():
                    if not await self._put_out(action):
                        return False
                case do.FeedEar(utterance, pcm):
                    self._listeners[utterance].feed(pcm)
                case do.OpenEar(utterance):
                    self._open_ear(utterance)
                case do.ShutEar(utterance):
                    self._start("hear", utterance, partial(self._hear, utterance))
                case do.DropEar(utterance):
                    if listener := self._listeners.pop(utterance, None):
                        listener.drop()
                case do.Ask(reply, question):
                    self._start("ask", reply, partial(self._ask, reply, question))
                case do.StopAsking(reply):
                    self._stop("ask", reply)
                case do.Speak(speech):
                    self._start("speak", speech, partial(self._speak, action))
                case do.StopSpeaking(speech):
                    self._stop("speak", speech)
                case do.Look(look, image):
                    self._start("look", look, partial(self._look, look, image))
                case do.Prepare(question, phrases):
                    self._prepare(question, phrases)
        return True

    async def _put_out(self, action: do.Send | do.CloseSocket) -> bool:
        """Send or close, unless a fault wants it otherwise."""
        now = self._clock.now()
        if self._plan.active:
            return await self._deliver(self._plan.take(action, now))
        if isinstance(action, do.Send):
            self._plan.pass_by(action.message, now)
        return await self._deliver([action])

    async def _deliver(self, outputs: Sequence[Output]) -> bool:
        """Do it to the socket; return whether the connection goes on."""
        for output in outputs:
            goes_on = True
            match output:
                case do.Send(message):
                    goes_on = await self._send(encode_frame(message))
                case SendBroken(frame):
                    goes_on = await self._send(frame)
                case GoAway(left_s):
                    now = self._clock.now()
                    goes_on = await self._perform(self._session.go_away(left_s, now))
                case do.CloseSocket(close):
                    if self._session.closed is None:
                        self._close_by_fault = close
                    await self._close(close)
                    goes_on = False
                case Abort():
                    self._abort()
                    goes_on = False
            if not goes_on:
                return False
        return True

    async def _send(self, frame: bytes) -> bool:
        self._journal.add(self._record, "server", frame)
        try:
            async with asyncio.timeout(_SEND_TIMEOUT_S):
                await self._socket.send_bytes(frame)
        except (ConnectionError, TimeoutError):
            # Gone, or it does not read: nobody is left to be told.
            self._abort()
            return False
        return True

    def _abort(self) -> None:
        """Break the connection: no close frame, and what is unsent is lost."""
        self._transport.abort()

    async def _close(self, close: Close) -> None:
        # Known before the client knows: who then looks finds the reason.
        self._record.close = close
        reason = cut_reason(close.reason)
        # aiohttp waits for the client's own close frame only if nobody reads at
        # the same time; without the wait a client that is sending may get a
        # reset connection instead of the reason.
        self._reader.cancel()
        await asyncio.gather(self._reader, return_exceptions=True)
        with suppress(ConnectionError):
            await self._socket.close(code=close.code, message=reason.encode())

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
        except Exception:
            log.exception("A session failed and is closed with 1011.")
            await self._inbox.put(partial(self._session.fail, "internal"))

    # --- ears, brain, mouth, eyes

    def _prepare(self, question: Question, phrases: tuple[str, ...]) -> None:
        grammar = self._services.brain.grammar(question)
        self._vocabulary = Vocabulary(grammar, phrases)
        self._services.recogniser.prepare(self._vocabulary)

    def _open_ear(self, utterance: int) -> None:
        def on_partial(text: str) -> None:
            with suppress(asyncio.QueueFull):
                self._inbox.put_nowait(
                    partial(self._session.partly_heard, utterance, text)
                )

        self._listeners[utterance] = self._services.recogniser.listen(
            self._vocabulary, on_partial
        )

    async def _hear(self, utterance: int) -> None:
        listener = self._listeners.pop(utterance)
        try:
            hearing = await listener.finish()
        finally:
            listener.drop()
        await self._inbox.put(partial(self._session.heard, utterance, hearing.text))

    async def _ask(self, reply: int, question: Question) -> None:
        async with closing(self._services.brain.reply(question)) as parts:
            async for part in parts:
                match part:
                    case Fail(fault):
                        await self._all_sent(reply)
                        self._fail(Fault.parse(fault))
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

    def _fail(self, fault: Fault) -> None:
        own = None if fault.kind.scope is Scope.CONNECTION else self._record.number
        try:
            self._board.inject(fault, own)
        except NoSuchSession as nobody:  # it names a connection that was made already
            log.warning("%s", nobody.args[0])

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
        except UnreadableImage:
            await self._inbox.put(partial(self._session.fail, "argument.invalid"))
            return
        await self._inbox.put(partial(self._session.saw, look, sight))
