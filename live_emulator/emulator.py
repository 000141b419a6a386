"""The emulator as one object: start it, point a client at it, stop it."""

import asyncio
import logging
import os
import sys
import threading
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable
from concurrent.futures import Future
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar, Unpack

from live_emulator.brain.choose import brain_from
from live_emulator.brain.rules.brain import RulesBrain
from live_emulator.brain.rules.translation import translate
from live_emulator.cassette.file import CassetteWriter, read_cassette
from live_emulator.clock import Clock
from live_emulator.errors import NotRunning
from live_emulator.journal.journal import SessionRecord
from live_emulator.journal.session_view import SessionView
from live_emulator.loopback.accounts import Accounts
from live_emulator.loopback.certificates import Authority, VertexCertificate
from live_emulator.loopback.credentials import DEFAULT_PROJECT, Kind, write_credentials
from live_emulator.loopback.environment import client_environment
from live_emulator.loopback.tunnel import GOOGLE_HOSTS
from live_emulator.options import Options, OptionValues
from live_emulator.protocol.fault import Fault, read_faults
from live_emulator.protocol.variants import read_variants
from live_emulator.serving.reader import TextReader
from live_emulator.serving.server import Server
from live_emulator.serving.services import Services
from live_emulator.serving.speech_finder import SpeechFinder
from live_emulator.session.shared import SharedState
from live_emulator.substitutes.recording_relay import RecordingRelay
from live_emulator.substitutes.replayer import Difference, Replayer
from live_emulator.substitutes.substitute import Substitute
from live_emulator.substitutes.upstream import Upstream, own_key
from live_emulator.voice import SpeechWorker
from live_emulator.voice.hearing.recognisers import (
    ModelRecogniser,
    open_recogniser,
)
from live_emulator.voice.resampling import StreamResampler
from live_emulator.voice.speaking.installed import what_is_wrong
from live_emulator.voice.types import Recogniser, Speaker

__all__ = ["Emulator", "run_emulator"]

log = logging.getLogger("live_emulator")

_START_TIMEOUT_S = 180.0
"""A large model of speech takes a minute from a slow disk."""
_CALL_TIMEOUT_S = 10.0

_Result = TypeVar("_Result")


class Emulator:
    """The Gemini Live API on this machine, in a thread of its own.

    Takes the fields of `Options` as keyword arguments. With a thread of its own it
    goes on while a notebook cell or a test blocks, and needs nothing of the caller's
    event loop:

        with Emulator() as live:
            os.environ.update(live.environment)
            client = genai.Client()
    """

    def __init__(self, **options: Unpack[OptionValues]) -> None:
        self.options = Options(**options)
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._serving: asyncio.Task[None] | None = None
        self._stopping: asyncio.Event
        self._ready = threading.Event()
        self._failure: BaseException | None = None
        self._port = 0
        self._journal: Iterable[SessionRecord] = ()
        self._server: Server | None = None
        self._substitute: Substitute | None = None

    @property
    def url(self) -> str:
        """The address for clients: plain and TLS alike."""
        return f"http://127.0.0.1:{self._port}"

    @property
    def sessions(self) -> list[SessionView]:
        """The latest connections, oldest first: their frames, and what these say."""
        return [SessionView(record) for record in self._journal]

    @property
    def differences(self) -> list[Difference]:
        """Where clients strayed from the recording that is replayed, lately."""
        replayer = self._substitute
        return list(replayer.differences) if isinstance(replayer, Replayer) else []

    @property
    def environment(self) -> dict[str, str]:
        """The variables that point an unmodified client at this emulator."""
        return client_environment(self.url)

    def write_credentials(
        self,
        path: Path | str,
        *,
        kind: Kind = "service-account",
        project: str = DEFAULT_PROJECT,
    ) -> Path:
        """Write a file for `GOOGLE_APPLICATION_CREDENTIALS`; return its path.

        Raises:
            OSError: It can't be written there.

        """
        return write_credentials(path, self.url, kind=kind, project=project)

    def expire_tokens(self) -> None:
        """End all bearer tokens given out so far; open sessions live on.

        Raises:
            NotRunning: The emulator was not started, or was stopped.

        """
        self._on_loop(lambda server: server.accounts.expire_tokens())

    def inject(self, fault: Fault | str, session: int | None = None) -> int | None:
        """Let something go wrong now; may be called from any thread.

        Without a session it happens in the newest one that is open; `refuse` and
        `stall-setup` happen to connections that are still to come.

        Returns:
            The number of the session it happens in; None for sessions to come.

        Raises:
            NoSuchSession: There is none.
            FaultError: There is no such fault.
            NotRunning: The emulator was not started, or was stopped.

        """
        [known] = read_faults([fault])
        return self._on_loop(lambda server: server.faults.inject(known, session))

    def clear_faults(self) -> int:
        """Forget all faults, those of the options too; return how many there were.

        Raises:
            NotRunning: The emulator was not started, or was stopped.

        """
        return self._on_loop(lambda server: server.faults.clear())

    def _on_loop(self, call: Callable[[Server], _Result]) -> _Result:
        """Call something in the emulator's own thread."""
        server, loop = self._server, self._loop
        if server is None or loop is None:
            raise NotRunning("The emulator does not run. Start it first.")
        if threading.current_thread() is self._thread:
            return call(server)
        result: Future[_Result] = Future()

        def run() -> None:
            try:
                result.set_result(call(server))
            except Exception as error:
                result.set_exception(error)

        loop.call_soon_threadsafe(run)
        return result.result(_CALL_TIMEOUT_S)

    def start(self) -> Self:
        """Start; returns when clients can connect.

        Raises:
            PortTaken: If another program listens on the port.
            BrainError: If the option names a brain that can't be had.
            CassetteError: If a recording can't be read or written.
            NoRecogniser: If the recogniser lacks its package or model.
            TimeoutError: If it takes minutes.

        """
        if self._thread is not None:
            return self
        self._ready.clear()
        self._failure = None
        self._thread = threading.Thread(
            target=self._run_thread, name="live_emulator", daemon=True
        )
        self._thread.start()
        if not self._ready.wait(_START_TIMEOUT_S):
            self._give_up()
            raise TimeoutError(
                f"The emulator has not started within {_START_TIMEOUT_S:g} s. A large "
                "model may need longer when it is read for the first time: start again."
            )
        if self._failure is not None:
            failure, self._thread = self._failure, None
            raise failure
        return self

    def _give_up(self) -> None:
        """End what is still starting; it ends later, nobody waits for it."""
        self._thread = None
        loop, task = self._loop, self._serving
        if loop is not None and task is not None:
            with suppress(RuntimeError):  # it ended in this moment
                loop.call_soon_threadsafe(task.cancel)

    def stop(self) -> None:
        """End every session and every worker; safe to call twice."""
        thread, self._thread = self._thread, None
        if thread is None or self._loop is None:
            return
        self._loop.call_soon_threadsafe(self._stopping.set)
        thread.join()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    async def __aenter__(self) -> Self:
        starting = asyncio.create_task(asyncio.to_thread(self.start))
        try:
            return await asyncio.shield(starting)
        except asyncio.CancelledError:
            # Nobody will leave what was never entered: what starts is stopped here.
            await asyncio.wait([starting])
            await asyncio.to_thread(self.stop)
            raise

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await asyncio.to_thread(self.stop)

    def _run_thread(self) -> None:
        try:
            run_loop(self._serve())
        except BaseException as failure:
            if self._is_mine:
                self._failure = failure
        finally:
            if self._is_mine:
                self._ready.set()

    @property
    def _is_mine(self) -> bool:
        """The latest start, not one that was given up, runs in this thread."""
        return self._thread is threading.current_thread()

    async def _serve(self) -> None:
        if not self._is_mine:
            return
        stopping = self._stopping = asyncio.Event()
        self._serving = asyncio.current_task()
        self._loop = asyncio.get_running_loop()

        def on_ready(server: Server) -> None:
            if not self._is_mine:
                stopping.set()
                return
            self._port = server.port
            self._journal = server.journal
            self._server = server
            self._substitute = server.substitute
            self._ready.set()

        try:
            await run_emulator(self.options, on_ready, stopping)
        finally:
            if self._thread is None or self._is_mine:
                self._server = None


def run_loop(work: Coroutine[Any, Any, None]) -> None:
    """Run on the loop that suits the emulator.

    It needs `add_reader`, which Windows' default loop lacks; uvloop is quicker
    where it exists.
    """
    if sys.platform == "win32":
        factory: Callable[[], asyncio.AbstractEventLoop] = asyncio.SelectorEventLoop
    else:
        import uvloop

        factory = uvloop.new_event_loop
    with asyncio.Runner(loop_factory=factory) as runner:
        runner.run(work)


@asynccontextmanager
async def _own_workers(options: Options) -> AsyncIterator[tuple[Recogniser, Speaker]]:
    """Start ears and mouth, unless the caller brings its own.

    Where no session is emulated they wait for a call that needs them.
    """
    at_once = options.record is None and options.replay is None
    async with AsyncExitStack() as stack:
        recogniser, speaker = options.recogniser, options.speaker
        if recogniser is None or isinstance(recogniser, str):
            ears = await asyncio.to_thread(open_recogniser, recogniser or "whisper")
            stack.push_async_exit(ears)
            recogniser = await ears.__aenter__() if at_once else ears
            if at_once and isinstance(ears, ModelRecogniser):
                await ears.ready()  # Or say at once that the model is of no use.
        if speaker is None:
            if wrong := await asyncio.to_thread(what_is_wrong):
                log.warning("%s. Until then no answer can be spoken.", wrong)
            mouth = SpeechWorker()
            stack.push_async_exit(mouth)
            speaker = await mouth.__aenter__() if at_once else mouth
        yield recogniser, speaker


@asynccontextmanager
async def _substitute_of(options: Options) -> AsyncIterator[Substitute | None]:
    """Make what serves sessions in the place of the emulated model, if anything."""
    if options.replay is not None:
        yield Replayer(read_cassette(Path(options.replay)))
    elif options.record is not None:
        upstream = Upstream(options.upstream, own_key(os.environ))
        writer = CassetteWriter(Path(options.record))
        try:
            yield RecordingRelay(writer, upstream)
        finally:
            writer.close()
    else:
        yield None


async def run_emulator(
    options: Options, on_ready: Callable[[Server], None], stopping: asyncio.Event
) -> None:
    """Serve until `stopping` is set; `on_ready` gets the listening server.

    Raises:
        PortTaken: If another program listens on the port.
        BrainError: If the option names a brain that can't be had.
        CassetteError: If a recording can't be read or written.

    """
    brain = options.brain or RulesBrain()
    if isinstance(brain, str):
        brain = brain_from(brain)
    clock = Clock(options.speed)
    shared = SharedState(
        pace=options.pace,
        limits=options.limits,
        lenient=options.lenient,
        variants=read_variants(options.variants),
        name=options.proactive,
        translate=translate,
        wall_start=datetime.now(),
    )
    async with (
        _substitute_of(options) as substitute,
        _own_workers(options) as (recogniser, speaker),
        SpeechFinder() as speech_finder,
        TextReader() as reader,
    ):
        services = Services(brain, recogniser, speaker, speech_finder, reader=reader)
        server = Server(
            services,
            shared,
            clock,
            make_resampler=lambda from_hz, to_hz: (
                StreamResampler(from_hz, to_hz).process
            ),
            tls=Authority.open().server_context(),
            vertex_tls=VertexCertificate.open(GOOGLE_HOSTS).server_context(),
            accounts=Accounts(options.token_lifetime_s, any_bearer=options.any_bearer),
            seed=options.seed,
            faults=read_faults(options.faults),
            substitute=substitute,
        )
        await server.start(options.port)
        try:
            on_ready(server)
            await stopping.wait()
        finally:
            await server.stop()
