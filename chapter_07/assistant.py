"""Talk to an assistant that acts, or type: clock, weather, notes, timers, and yours.

    python chapter_07/assistant.py
    python chapter_07/assistant.py "What time is it in Tokyo?"
    python chapter_07/assistant.py --input assets/audio/twelve-times-seven.wav \
--output both.wav
    python chapter_07/assistant.py --tools my_tools.py \
--mcp "python chapter_07/notes-server.py notes"

Prints what both sides say, each call of a function and its result. Before something is
done that can't be undone, it asks you. Ctrl-C ends the conversation. The page
index.html does the same in a browser; the notebook tools.ipynb takes it apart.
"""

import argparse
import asyncio
import contextlib
import logging
import os
import shlex
import sys
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

try:
    from google import genai

    from chapter_01.exchange import OUTPUT_RATE_HZ
    from chapter_02.devices import Microphone, Speaker, WavMicrophone, WavSpeaker
    from chapter_02.recording import Recording
    from chapter_02.sound_card import DeviceError, device_table
    from chapter_03 import live_events as event
    from chapter_03.live_messages import (
        Message,
        realtime_text_message,
        setup_message,
        text_message,
    )
    from chapter_03.live_socket import LiveClosed, LiveSocket
    from chapter_05.live_chat import (
        PATIENCE_S,
        BufferPlayer,
        converse,
        now_ms,
    )
    from chapter_05.told import Told
    from chapter_05.turns import Conversation
    from chapter_05.utterances import Answer
    from chapter_07.assistant_tools import Clock, Notes, Timers, Weather, calculate
    from chapter_07.declarations import NotDeclarable
    from chapter_07.mcp_tools import McpUnavailable, mcp_tools
    from chapter_07.own_tools import OwnToolsError, include_all, tools_of
    from chapter_07.picture_tool import picture_function
    from chapter_07.tool_runner import Call, ToolRunner
    from chapter_07.tools import Tools
    from chapter_07.typed_lines import TypedLines
    from chapter_07.unheard import UnheardNews
    from guide import backend
    from guide.audio_files import check_output, read_speech, write_wav
    from guide.conversation_options import (
        conversation_parser,
        device_of,
        parse_conversation,
    )
    from guide.scripts import Problem, run
    from guide.voices import voice_named
    from guide.wire_log import WireLog
except ModuleNotFoundError as missing:
    sys.exit(
        f"The package {missing.name} is not installed here. Run python3 guide.py once, "
        "then run this script with the Python in .venv."
    )
except KeyboardInterrupt:
    sys.exit(130)

INSTRUCTION = (
    "You are a helpful assistant. Use the functions for whatever they can do. Answer "
    "in one or two short sentences."
)
RESULT_WITHIN_S = 10.0
"""The model speaks of a result from the background within this time, or never."""

TYPED_QUIET_S = 1.0
"""After an answer, so long a silence says that no result is about to be spoken of."""

TURN_ENDS = (event.GenerationComplete, event.Interrupted, event.TurnComplete)

MOST_LETTERS = 120
"""Of arguments and results that are printed; the model gets all."""


def parse_arguments(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    parser = conversation_parser(
        "Talk to an assistant that acts. Ctrl-C ends it.", chunk_ms=20
    )
    add = parser.add_argument
    add("question", nargs="*", metavar="QUESTION", help="type in place of speaking")
    add("--typed", action="store_true", help="type questions, one a line")
    add("--system", metavar="TEXT", default=INSTRUCTION, help="the system instruction")
    own = "add the functions of this Python file"
    add("--tools", metavar="FILE", action="append", default=[], help=own)
    mcp = "add the tools of an MCP server; python stands for the Python of this script"
    add("--mcp", metavar="COMMAND", action="append", default=[], help=mcp)
    only = "without the assistant's own functions"
    add("--only-added", action="store_true", help=only)
    add("--search", action="store_true", help="search with Google, and list sources")
    pictures = "draw, with this model of the Gemini API; files go to this folder"
    add("--pictures", metavar="MODEL", help=pictures)
    add("--yes", action="store_true", help="do what can't be undone without asking")
    options = parse_conversation(parser, arguments)
    options.typed = options.typed or bool(options.question)
    if options.typed and options.input:
        parser.error("type the questions or speak them (--input), not both")
    if any(not question.strip() for question in options.question):
        parser.error("a question is empty")
    return options


async def main(options: argparse.Namespace) -> int:
    """Do what the command line asks, and return the exit code."""
    log = WireLog()
    # What goes wrong in a function is printed with its call.
    level = logging.ERROR if options.verbose else logging.CRITICAL
    logging.basicConfig(level=level)
    try:
        if options.list_devices:
            print(device_table())
        else:
            await Assistant(options, log).open()
    except (DeviceError, LiveClosed, NotDeclarable) as problem:
        raise Problem(str(problem)) from None
    except (McpUnavailable, OwnToolsError) as problem:
        raise Problem(str(problem)) from None
    finally:
        if options.verbose:
            print(log.as_text(), file=sys.stderr)
    return 0


class Assistant:
    """One session: its functions, what is said, and what is printed of both."""

    def __init__(self, options: argparse.Namespace, log: WireLog) -> None:
        self._options, self._log = options, log
        self._conversation = Conversation()
        self._told = Told(self._conversation)
        self._unheard = UnheardNews(self._conversation)
        self._typed = TypedLines()
        self._sending: set[asyncio.Task[None]] = set()
        self._happened = asyncio.Event()
        self._open_turns = 0  # of questions and calls, which end by themselves
        self._result_at_ms: float | None = None  # of the last that is to be spoken of
        self._tools = Tools()
        self._socket: LiveSocket
        self._runner: ToolRunner

    async def open(self) -> None:
        """Open what the conversation needs, hold it, and close everything again."""
        options = self._options
        if options.output:
            check_output(options.output, options.input, answer="recording")
        voice = voice_named(options.voice) if options.voice else None
        speech = read_speech(options.input) if options.input else None
        own = [(file, tools_of(file)) for file in options.tools]
        async with AsyncExitStack() as opened:
            talk: Any = self._write
            if not options.typed:
                talk = await self._devices(opened, speech)
            timers = Timers(self._ring)
            opened.push_async_callback(timers.close)
            tools = Tools() if options.only_added else functions(timers)
            for file, more in own:
                include_all(tools, more, file)
            for command in options.mcp:
                offered = await opened.enter_async_context(mcp_tools(*program(command)))
                include_all(tools, offered, command)
            live = backend.ensure(options.backend)
            if options.pictures:
                draw = picture_function(genai.Client(), options.pictures, Path.cwd())
                tools.add(in_background=True, timeout_s=90.0)(draw)
            self._tools = tools
            self._conversation.connect()
            self._socket = await opened.enter_async_context(
                LiveSocket.connect(
                    live.websocket_url(),
                    self._setup(live.model_name(options.model), voice, tools),
                    headers=live.headers(),
                    ssl=live.ssl_context(),
                    log=self._log,
                )
            )
            opened.callback(self._told.rest)
            self._runner = await opened.enter_async_context(
                ToolRunner(
                    tools, self._socket.send, ask=self._ask, on_change=self._show
                )
            )
            await talk()
            await asyncio.gather(*self._sending)

    def _setup(self, model: str, voice: str | None, tools: Tools) -> Message:
        offered: list[Message] = [{"googleSearch": {}}] if self._options.search else []
        if len(tools):
            offered.append(tools.message)
        return setup_message(
            model,
            voice=voice,
            system_instruction=self._options.system,
            transcribe_input=True,
            transcribe_output=True,
            tools=offered,
        )

    async def _devices(
        self, opened: AsyncExitStack, speech: bytes | None
    ) -> Callable[[], Any]:
        """Open microphone and loudspeaker; returns what talks through them."""
        options = self._options
        speaker: Any = Speaker(device=device_of(options.speaker))
        microphone: Any = Microphone(device_of(options.microphone), options.chunk_ms)
        if speech is not None:
            microphone = WavMicrophone(speech, options.chunk_ms)
            speaker = WavSpeaker() if options.output else speaker
        await opened.enter_async_context(microphone)
        await opened.enter_async_context(speaker)

        async def talk() -> None:
            await self._speak(microphone, speaker)

        return talk

    async def _speak(self, microphone: Any, speaker: Any) -> None:
        """Talk through the devices until the recording is over, or for ever."""
        with contextlib.ExitStack() as opened:
            recording = None
            if self._options.output:
                recording = opened.enter_context(Recording(self._options.output))
                speaker.on_played = recording.add_model
            print("(speak; Ctrl-C ends the conversation)", flush=True)

            def on_chunk(chunk: bytes) -> None:
                self._news()
                if recording:
                    recording.add_user(chunk, microphone.rate_hz)

            is_over = await converse(
                self._socket,
                microphone,
                BufferPlayer(speaker.playback),
                self._conversation,
                on_chunk=on_chunk,
                on_event=self._take,
                is_busy=self._is_busy,
            )
        if self._options.output:
            print(f"(saved {self._options.output})")
        if not is_over:
            raise Problem(f"The last answer did not come within {PATIENCE_S:g} s.")
        if not any(isinstance(one, Answer) for one in self._conversation.utterances):
            raise Problem(
                "The model noticed no speech. Is the recording loud and clear?"
            )

    async def _write(self) -> None:
        """Send what is typed, until there is no more; answers are not heard."""
        pcm = bytearray()
        receiving = asyncio.create_task(self._receive(pcm))
        asking = asyncio.create_task(self._ask_all())
        tasks = (receiving, asking)
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        if self._options.output:
            write_wav(self._options.output, bytes(pcm), OUTPUT_RATE_HZ)
            print(f"(saved {self._options.output})")

    async def _ask_all(self) -> None:
        """Send the questions of the command line, or those that are typed now."""
        for question in self._options.question:
            print(f"you: {question}", flush=True)
            await self._type(question)
            await self._answered()
        if self._options.question:
            return
        print("(type; an empty line or Ctrl-C ends the conversation)", flush=True)
        while question := (await self._typed.line() or "").strip():
            await self._type(question)
            if not sys.stdin.isatty():  # a person may interrupt, a file does not
                await self._answered()
        await self._answered()

    async def _type(self, question: str) -> None:
        self._open_turns += 1
        await self._socket.send(realtime_text_message(question))

    async def _receive(self, pcm: bytearray) -> None:
        words = ""
        async for happened in self._socket:
            self._take(happened)
            match happened:
                case event.Audio():
                    pcm += happened.pcm
                case event.OutputTranscript():
                    words += happened.text
            is_end = isinstance(happened, TURN_ENDS)
            if is_end and words.strip():
                print(f"model: {words.strip()}", flush=True)
                words = ""

    async def _answered(self) -> None:
        """Wait until the model has said all that it is going to say now."""
        while True:
            self._happened.clear()
            is_idle = not self._open_turns and not self._is_busy()
            try:
                async with asyncio.timeout(TYPED_QUIET_S if is_idle else PATIENCE_S):
                    await self._happened.wait()
            except TimeoutError:
                if is_idle:
                    return
                if not any(call.is_pending for call in self._runner.calls.values()):
                    late = f"The answer did not come within {PATIENCE_S:g} s."
                    raise Problem(late) from None

    def _is_busy(self) -> bool:
        """Tell whether a function runs, or a result has not been spoken of yet."""
        if any(call.is_pending for call in self._runner.calls.values()):
            return True
        since_ms = self._result_at_ms
        return since_ms is not None and now_ms() - since_ms < RESULT_WITHIN_S * 1000

    def _take(self, happened: event.Event) -> None:
        """Take in an event, once the conversation has."""
        self._happened.set()
        self._runner.receive(happened)
        match happened:
            case event.ToolCall():
                self._open_turns = max(1, self._open_turns)
            case event.TurnComplete() if self._open_turns:
                self._open_turns -= 1
            case event.TurnComplete():
                self._result_at_ms = None  # this turn was about the result
            case event.Grounding():
                print_sources(happened)

    def _news(self) -> None:
        """Print what is complete, and tell the model what was not heard."""
        self._told.news()
        for message in self._unheard.messages():
            task = asyncio.create_task(self._send(message))
            self._sending.add(task)
            task.add_done_callback(self._sending.discard)

    async def _send(self, message: Message) -> None:
        with contextlib.suppress(LiveClosed):
            await self._socket.send(message)

    async def _ring(self, label: str) -> None:
        """Tell user and model that a timer rings."""
        print(f"\a(rings: {label})", flush=True)
        await self._send(text_message(f"Say: The timer for {label} is ringing."))

    async def _ask(self, call: Call) -> bool:
        """Ask before something is done that can't be undone."""
        if self._options.yes:
            return True
        self._told.asked()
        # In full: what is cut off might be what one would refuse.
        print(f"  May it do that? Type yes or no: {written(call)}", flush=True)
        answer = await self._typed.answer()
        return answer is not None and answer.strip().lower() in ("y", "yes")

    def _show(self, call: Call) -> None:
        """Print what becomes of a call."""
        self._happened.set()
        if call.state == "running" and call.result is None:
            self._told.asked()
            print(f"  calls {shortened(written(call))}")
        elif call.result and call.state in ("running", "answered", "failed"):
            is_waited_for = call.name in self._tools and (
                self._tools[call.name].in_background is False
            )
            if call.result.is_final and call.result.scheduling != "SILENT":
                self._result_at_ms = None if is_waited_for else now_ms()
            word = "gets" if call.result.is_final else "hears meanwhile"
            print(f"  {word} {shortened(str(dict(call.result.response)))}")
        elif call.state == "cancelled":
            print(f"  cancelled: {call.name}")
        sys.stdout.flush()


def functions(timers: Timers) -> Tools:
    """Return the functions that the assistant has by itself.

    They are quick, so the model waits for them instead of talking meanwhile.
    """
    notes = Notes()
    tools = Tools()
    for function in (
        *(Clock().tell_time, calculate, Weather().get_weather),
        *(notes.add_note, notes.read_notes),
        *(timers.set_timer, timers.list_timers, timers.cancel_timer),
    ):
        tools.add(in_background=False)(function)
    tools.add(in_background=False, needs_consent=True, timeout_s=60)(notes.delete_notes)
    return tools


def program(command: str) -> list[str]:
    """Return the words of a command line."""
    try:
        words = shlex.split(command, posix=os.name != "nt")
    except ValueError as error:
        raise McpUnavailable(f"The command {command} can't be read: {error}.") from None
    if not words:
        raise McpUnavailable("The command of --mcp is empty.")
    first = sys.executable if words[0] in ("python", "python3") else words[0]
    return [first, *(word.strip('"') for word in words[1:])]


def print_sources(grounding: event.Grounding) -> None:
    """List the pages that an answer rests on."""
    for chunk in grounding.metadata.get("groundingChunks", ()):
        page = chunk.get("web", {})
        print(f"  source: {page.get('title', '?')} {page.get('uri', '')}")


def written(call: Call) -> str:
    """Return a call as one would write it."""
    given = (f"{name}={value!r}" for name, value in call.arguments.items())
    return f"{call.name}({', '.join(given)})"


def shortened(text: str) -> str:
    """Return at most so much of a text as fits into a line."""
    return text if len(text) <= MOST_LETTERS else f"{text[:MOST_LETTERS]}…"


if __name__ == "__main__":
    raise SystemExit(run(main(parse_arguments())))
