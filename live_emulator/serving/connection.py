"""One WebSocket connection: the shell around a session machine.

A single task owns the session. Everything that happens (a frame, recognised
text, a part of a reply, audio, the alarm) waits in one bounded inbox, so the
machine sees one thing after another, and a client that floods the emulator is
slowed down instead of filling its memory.
"""

import asyncio
import logging
from collections.abc import Sequence
from functools import partial

from live_emulator.clock import Clock
from live_emulator.faults.board import FaultBoard, NoSuchSession
from live_emulator.faults.plan import Abort, GoAway, Output, SendBroken
from live_emulator.protocol.closing import Close
from live_emulator.protocol.fault import Fault, Scope
from live_emulator.protocol.json_text import encode_frame
from live_emulator.serving.client_reader import ClientReader
from live_emulator.serving.inbox import Inbox, Item, Step
from live_emulator.serving.line import Line
from live_emulator.serving.performer import Performer
from live_emulator.serving.services import Services
from live_emulator.session import actions as do
from live_emulator.session.machine import Session

__all__ = ["Connection"]

log = logging.getLogger("live_emulator")

_LARGE_FRAME = 64 * 1024
"""Reading more than that may take longer than others should wait: some milliseconds
for a megabyte of sound, a second for as much text in small turns."""

_MUCH_REMEMBERED = 500
"""With a longer history each step is taken in a thread; the tokens of all of it are
counted with each answer."""


class Connection:
    """Runs one session over one socket until either is closed."""

    def __init__(
        self,
        line: Line,
        session: Session,
        services: Services,
        clock: Clock,
        board: FaultBoard,
    ) -> None:
        self._line = line
        self._session = session
        self._services = services
        self._clock = clock
        self._board = board
        self._plan = board.plan(line.number, line.mark)
        self._inbox = Inbox()
        self._performer = Performer(
            session, services, clock, self._inbox, self._fail_as_asked
        )
        self._close_by_fault: Close | None = None
        self._client_gone = False
        self._alarm: asyncio.TimerHandle | None = None
        self._alarm_at: float | None = None

    async def run(self) -> None:
        """Serve the connection; returns when it is over."""
        self._reader = ClientReader(
            self._line, self._take, self._pong_delay_s, self._note_gone
        )
        self._board.join(self._line.number, self)
        try:
            await self._serve()
        finally:
            self._session.end(self._clock.now())
            self._board.leave(self._line.number)
            close = self._close_by_fault or self._session.closed
            self._line.end(close, self._reader.client_code)
            if self._alarm is not None:
                self._alarm.cancel()
            await asyncio.gather(self._performer.end(), self._reader.end())

    # --- what comes in

    async def _take(self, frame: str | bytes) -> None:
        await self._inbox.put(frame)
        await self._performer.room()

    def _pong_delay_s(self) -> float:
        if not self._plan.active:
            return 0.0
        return self._plan.pong_delay(self._clock.now()) / self._clock.speed

    def _note_gone(self) -> None:
        self._client_gone = True
        self._inbox.wake()

    async def _serve(self) -> None:
        while not self._client_gone:
            actions = await self._step(await self._inbox.get())
            if not await self._perform(actions):
                return
            if self._plan.active:
                out = self._plan.wake(self._clock.now())
                if not await self._deliver(out):
                    return
            self._set_alarm()
            self._performer.stepped()

    async def _step(self, item: Item) -> list[do.Action]:
        """Tell the session what happened, in a thread if that may take long.

        The loop is everybody's, the session is stepped from here alone.
        """
        now = self._clock.now()
        if isinstance(item, str | bytes):
            self._line.took(item)
            step: Step = partial(self._session.frame, item)
            is_large = len(item) > _LARGE_FRAME
        else:
            step, is_large = item, False
        if is_large:
            return await self._services.large_frames.take(step, now)
        if self._session.remembered > _MUCH_REMEMBERED:
            return await asyncio.to_thread(step, now)
        return step(now)

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
        self._alarm_at = None  # with a full inbox it is set anew without the step
        self._inbox.offer(self._session.wake)

    # --- faults

    @property
    def faults(self) -> list[Fault]:
        """The faults that are set and may still happen."""
        return self._plan.faults

    def set_fault(self, fault: Fault) -> None:
        """Set a fault; it happens as soon as its conditions are fulfilled."""
        self._plan.set(fault, self._clock.now())
        self._inbox.wake()

    def clear_faults(self) -> None:
        """Forget all faults."""
        self._plan.clear()
        self._inbox.wake()

    def _fail_as_asked(self, fault: Fault) -> None:
        """Let a fault happen that the brain's script asks for."""
        own = None if fault.kind.scope is Scope.CONNECTION else self._line.number
        try:
            self._board.inject(fault, own)
        except NoSuchSession as nobody:  # it names a connection that was made already
            log.warning("%s", nobody.args[0])

    # --- what goes out

    async def _perform(self, actions: list[do.Action]) -> bool:
        """Do all of it; return whether the connection goes on."""
        for action in actions:
            if isinstance(action, do.Send | do.CloseSocket):
                if not await self._put_out(action):
                    return False
            else:
                self._performer.perform(action)
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
                    goes_on = await self._line.send(encode_frame(message))
                case SendBroken(frame):
                    goes_on = await self._line.send(frame)
                case GoAway(left_s):
                    now = self._clock.now()
                    goes_on = await self._perform(self._session.go_away(left_s, now))
                case do.CloseSocket(close):
                    if self._session.closed is None:
                        self._close_by_fault = close
                    elif close.ours:
                        log.warning("Closed with %d. %s", close.code, close.reason)
                    self._line.will_close(close)
                    await self._reader.stop()
                    await self._line.close(close)
                    goes_on = False
                case Abort():
                    self._line.abort()
                    goes_on = False
            if not goes_on:
                return False
        return True
