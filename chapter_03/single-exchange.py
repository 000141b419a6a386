"""Hold one exchange with the Live API over a plain WebSocket, and show every frame.

    python chapter_03/single-exchange.py --frames
    python chapter_03/single-exchange.py --input assets/audio/capital-of-france.wav
    python chapter_03/single-exchange.py --mistake no-setup
    python chapter_03/single-exchange.py --explain 1011 "Token has expired"

Prints what was heard and answered, writes the answer to a WAV file, and explains the
close code if there is one. Ctrl-C ends it at once. The notebook single-exchange.ipynb
explains the parts.
"""

import argparse
import asyncio
import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress

try:
    from chapter_03 import live_events as ev
    from chapter_03.close_codes import explain_close
    from chapter_03.frame_text import frame_line
    from chapter_03.live_messages import (
        INPUT_RATE_HZ,
        OUTPUT_RATE_HZ,
        Message,
        activity_start_message,
        audio_message,
        audio_stream_end_message,
        setup_message,
        text_message,
    )
    from chapter_03.live_socket import LiveClosed, LiveSocket
    from guide import backend, models
    from guide.audio_files import check_output, read_speech, write_wav
    from guide.scripts import Problem, run
    from guide.voices import voice_named
except ModuleNotFoundError as missing:
    sys.exit(
        f"The package {missing.name} is not installed here. Run python3 guide.py once, "
        "then run this script with the Python in .venv."
    )
except KeyboardInterrupt:
    sys.exit(130)

CHUNK_BYTES = INPUT_RATE_HZ * 2 * 40 // 1000
MISTAKES = {
    "no-setup": "a question before the setup",
    "old-model": "a model that is gone",
    "text": "an answer in text",
    "unknown-field": "a setting in the wrong place",
    "second-setup": "a setup after the setup",
    "mark": "a mark for a turn that the service listens for itself",
    "no-key": "a connection without a key",
}


def parse_arguments(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description="Hold one exchange over a plain WebSocket, frame by frame.",
        epilog="Mistakes: " + "; ".join(f"{k}: {v}" for k, v in MISTAKES.items()) + ".",
    )
    add = parser.add_argument
    default = "(default: %(default)s)"
    typed = "What is twelve times seven?"
    add("question", nargs="?", default=typed, help=f"the question, typed {default}")
    add("--input", metavar="FILE", help="the question, spoken: any sound file")
    add("--output", metavar="WAV", default="answer.wav", help=f"the answer {default}")
    add("--frames", action="store_true", help="print every frame of both directions")
    add("--voice", metavar="NAME", help="a voice (default: the model's)")
    add("--system", metavar="TEXT", help="the system instruction (default: none)")
    add("--model", metavar="ID", help="the model (default: LIVE in guide/models.py)")
    add("--mistake", choices=MISTAKES, help="make this mistake, and show what follows")
    add(
        "--explain",
        nargs="+",
        metavar=("CODE", "REASON"),
        help="explain a close code, with its reason if there is one, and end",
    )
    add("--backend", choices=("emulator", "service"), help="insist on one of the two")
    patience = f"seconds to wait for the next frame {default}"
    add("--patience", metavar="S", type=float, default=30.0, help=patience)
    options = parser.parse_args(arguments)
    if not 0 < options.patience < float("inf"):
        parser.error("--patience is a number of seconds above 0")
    if options.explain and not re.fullmatch("[0-9]{1,5}", options.explain[0]):
        parser.error("--explain begins with a code, a number such as 1007")
    return options


class Printer:
    """Prints frames as they pass, with an arrow for their direction."""

    def sent(self, message: str) -> None:
        """Print a frame on its way to the service."""
        print(f"-> {len(message.encode()):7,} bytes  {frame_line(message)}", flush=True)

    def received(self, message: str | bytes) -> None:
        """Print a frame that has come."""
        print(f"<- {len(message):7,} bytes  {frame_line(message)}", flush=True)

    def closed(self, code: int, reason: str = "", *, by: str = "received") -> None:
        """Print the end, with an arrow for who closed."""
        arrow = "->" if by == "sent" else "<-"
        print(f"{arrow} close {code} {reason}", flush=True)


async def main(options: argparse.Namespace) -> int:
    """Do what the command line asks, and return the exit code."""
    if options.explain:
        code, *reason = options.explain
        print(explain_close(int(code), " ".join(reason)))
        return 0
    speech = read_speech(options.input) if options.input else None
    check_output(options.output, options.input)
    voice = voice_named(options.voice) if options.voice else None
    live = backend.ensure(options.backend)
    wrong = options.mistake
    setup = setup_message(
        live.model_name(models.RETIRED if wrong == "old-model" else options.model),
        modality="TEXT" if wrong == "text" else "AUDIO",
        voice=voice,
        system_instruction=options.system,
        transcribe_input=True,
        transcribe_output=True,
        more={"temperature": 1} if wrong == "unknown-field" else None,
    )
    question = [text_message(options.question)]
    if speech is not None:
        question = [*spoken(speech)]
    if wrong == "no-setup":
        setup = question[0]
    elif wrong in ("second-setup", "mark"):
        question = [setup if wrong == "second-setup" else activity_start_message()]
    try:
        async with LiveSocket.connect(
            live.websocket_url(),
            setup,
            headers={} if wrong == "no-key" else live.headers(),
            ssl=live.ssl_context(),
            log=Printer() if options.frames or wrong else None,
            setup_timeout_s=options.patience,
        ) as socket:
            await exchange(socket, question, options)
    except LiveClosed as closed:
        raise Problem(str(closed)) from None
    return 0


def spoken(speech: bytes) -> Iterator[Message]:
    """Cut speech into messages of 40 ms, and say that it has ended."""
    for at in range(0, len(speech), CHUNK_BYTES):
        yield audio_message(speech[at : at + CHUNK_BYTES])
    yield audio_stream_end_message()


async def exchange(
    socket: LiveSocket, question: list[Message], options: argparse.Namespace
) -> None:
    """Send the question; print the answer and write it down."""
    heard, said, pcm = "", "", b""
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(send(socket, question))
        while True:
            event = await next_event(socket, options.patience + len(pcm) / 48_000)
            match event:
                case ev.Audio():
                    pcm += event.pcm
                case ev.InputTranscript():
                    heard += event.text
                case ev.OutputTranscript():
                    said += event.text
                case ev.Interrupted():
                    said, pcm = "", b""  # a pause was taken for the end; go on
                case ev.TurnComplete() if pcm:
                    break
    if heard:
        print(f"heard: {heard.strip()}")
    print(f"answer: {said.strip()}")
    write_wav(options.output, pcm, OUTPUT_RATE_HZ)
    print(f"saved: {options.output} ({len(pcm) / 2 / OUTPUT_RATE_HZ:.1f} s)")


async def send(socket: LiveSocket, messages: Sequence[Message]) -> None:
    """Send all messages, unless the session ends before."""
    with suppress(LiveClosed):  # the receiving task will say why
        for message in messages:
            await socket.send(message)


async def next_event(socket: LiveSocket, patience_s: float) -> ev.Event:
    """Return the next event, or raise a Problem if none comes."""
    try:
        async with asyncio.timeout(patience_s):
            return await anext(socket)
    except LiveClosed as closed:
        raise Problem(str(closed)) from None
    except TimeoutError:
        raise Problem(
            f"Nothing came for {patience_s:.0f} s. Is there speech in the recording, "
            "clear and loud? --frames shows what was sent and received."
        ) from None


if __name__ == "__main__":
    raise SystemExit(run(main(parse_arguments())))
