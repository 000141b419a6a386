"""Show the model pictures, a video, a camera or the screen, and ask about them.

    python chapter_06/see.py "What does the onion soup cost?" \
--image assets/pictures/menu.jpg
    python chapter_06/see.py "What does the screen say?" --screen --seconds 3

Prints what was sent and what it costs, then what was asked and answered. Ctrl-C ends
it at once. The page index.html does the same in a browser while you talk; the notebook
seeing.ipynb takes it apart.
"""

import argparse
import asyncio
import itertools
import sys
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import closing

try:
    from chapter_03 import live_events as event
    from chapter_03.live_messages import (
        audio_message,
        audio_stream_end_message,
        image_message,
        realtime_text_message,
        setup_message,
    )
    from chapter_03.live_socket import LiveClosed, LiveSocket
    from chapter_06.capture import camera_frames, screen_frames
    from chapter_06.frame_budget import frame_tokens
    from chapter_06.frame_sender import MIN_INTERVAL_MS, FrameSender
    from chapter_06.frames import Frame, FrameError, read_frame, video_frames
    from guide import backend
    from guide.audio_files import check_output, read_speech, write_wav
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

PATIENCE_S = 60
CHUNK_BYTES = 640
"""20 ms of speech."""


def parse_arguments(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description="Show the model something, and ask about it.",
        epilog="Without a key in .env, the emulator on this machine answers.",
    )
    add = parser.add_argument
    default = "(default: %(default)s)"
    add("question", nargs="?", metavar="QUESTION", help="the question, typed")
    add("--input", metavar="FILE", help="the question, spoken: any sound file")
    show = parser.add_mutually_exclusive_group(required=True).add_argument
    show("--image", metavar="FILE", nargs="+", help="one or more pictures")
    show("--video", metavar="FILE", help="one frame a second of a video")
    show("--camera", metavar="NAME", nargs="?", const="", help="a camera")
    show("--screen", action="store_true", help="the first screen")
    seconds = f"how long video, camera and screen are shown {default}"
    add("--seconds", type=float, default=5.0, metavar="S", help=seconds)
    levels = ("low", "medium", "high")
    add("--resolution", choices=levels, default="medium", help=f"detail {default}")
    add("--every", action="store_true", help="send frames that show nothing new, too")
    add("--output", metavar="WAV", help="keep the answer in a sound file")
    add("--voice", metavar="NAME", help="one of the 30 voices (default: the model's)")
    add("--system", metavar="TEXT", help="the system instruction (default: none)")
    add("--model", metavar="ID", help="the model (default: LIVE in guide/models.py)")
    add("--backend", choices=("emulator", "service"), help="insist on one of the two")
    add("--verbose", action="store_true", help="list all messages at the end")
    options = parser.parse_args(arguments)
    if bool(options.question and options.question.strip()) == bool(options.input):
        parser.error('give one question: typed ("...") or spoken (--input FILE)')
    if not 1 <= options.seconds <= 600:
        parser.error("--seconds is a number from 1 to 600")
    return options


async def main(options: argparse.Namespace) -> int:
    """Do what the command line asks, and return the exit code."""
    log = WireLog()
    try:
        await see(options, log)
    except (FrameError, LiveClosed) as problem:
        raise Problem(str(problem)) from None
    except TimeoutError:
        raise Problem(f"Nothing came for {PATIENCE_S} s. Ask again.") from None
    finally:
        if options.verbose:
            print(log.as_text(), file=sys.stderr)
    return 0


async def see(options: argparse.Namespace, log: WireLog) -> None:
    """Open a session, show what is to be seen, ask, and print the answer."""
    if options.output:
        check_output(options.output, options.input)
    speech = read_speech(options.input) if options.input else b""
    voice = voice_named(options.voice) if options.voice else None
    images = [read_frame(path) for path in options.image or ()]
    live = backend.ensure(options.backend)
    setup = setup_message(
        live.model_name(options.model),
        voice=voice,
        system_instruction=options.system,
        transcribe_input=True,
        transcribe_output=True,
        media_resolution=options.resolution,
        compress_at_tokens=0,  # or pictures would end the session after two minutes
    )
    connecting = LiveSocket.connect(
        live.websocket_url(),
        setup,
        headers=live.headers(),
        ssl=live.ssl_context(),
        log=log,
    )
    async with connecting as socket:
        count = 0
        async for frame in paced(images) if images else watched(options):
            await socket.send(image_message(frame.jpeg))
            count += 1
            print(f"sent: {frame!r}", flush=True)
        price = frame_tokens(count, options.resolution)
        frames = "1 frame" if count == 1 else f"{count} frames"
        print(f"{frames}, {price:,} tokens at resolution {options.resolution}")
        await ask(socket, options.question, speech)
        await answer(socket, options)


async def paced(frames: Sequence[Frame]) -> AsyncIterator[Frame]:
    """Yield pictures, one a second."""
    for number, frame in enumerate(frames):
        if number:
            await asyncio.sleep(MIN_INTERVAL_MS / 1000)
        yield frame


async def watched(options: argparse.Namespace) -> AsyncIterator[Frame]:
    """Yield the frames of a moving picture that are worth sending, as time goes by."""
    frames: Iterator[Frame]
    if options.video:
        frames = video_frames(options.video)
    elif options.screen:
        frames = screen_frames()
    else:
        frames = camera_frames(options.camera)
    sender = FrameSender("every" if options.every else "useful")
    clock = asyncio.get_running_loop().time
    start_s = due_s = clock()
    with closing(frames):  # type: ignore[type-var]
        for number in itertools.count():
            if options.camera is None:  # cameras keep time themselves
                await asyncio.sleep(due_s - clock())
                due_s = max(due_s, clock()) + MIN_INTERVAL_MS / 1000
            if clock() - start_s >= options.seconds:
                return
            if (frame := await following(frames)) is None:
                return
            at_ms = clock() * 1000 if options.camera is not None else number * 1000
            if sender.should_send(frame.thumbnail, at_ms):
                yield frame


async def following(frames: Iterator[Frame]) -> Frame | None:
    """Wait for the next frame in a thread; None after the last.

    After Ctrl-C it waits, too: nothing can be closed while a thread is in it.
    """
    step = asyncio.ensure_future(asyncio.to_thread(next, frames, None))
    try:
        await asyncio.wait([step])
    finally:
        await asyncio.wait([step])
    return step.result()


async def ask(socket: LiveSocket, question: str | None, speech: bytes) -> None:
    """Type the question, or speak it."""
    if question:
        print(f"you: {question}")
        await socket.send(realtime_text_message(question))
        return
    for start in range(0, len(speech), CHUNK_BYTES):
        await socket.send(audio_message(speech[start : start + CHUNK_BYTES]))
    await socket.send(audio_stream_end_message())


async def answer(socket: LiveSocket, options: argparse.Namespace) -> None:
    """Print what was heard, said and counted, and keep the sound of it."""
    heard, said, pcm, counted = "", "", bytearray(), 0
    clock = asyncio.get_running_loop().time
    async with asyncio.timeout(PATIENCE_S) as patience:
        async for one in socket:
            patience.reschedule(clock() + PATIENCE_S)
            if isinstance(one, event.InputTranscript):
                heard += one.text
            elif isinstance(one, event.OutputTranscript):
                said += one.text
            elif isinstance(one, event.Audio):
                pcm += one.pcm
            elif isinstance(one, event.Usage):
                counted = one.prompt_by_kind.get("IMAGE", 0)
            elif isinstance(one, event.TurnComplete):
                break
    if heard:
        print(f"you: {heard.strip()}")
    if not said and not pcm:
        raise Problem("The model said nothing. Ask it something else.")
    print(f"model: {said.strip()}")
    print(f"(the service counted {counted:,} tokens for pictures)")
    if options.output:
        write_wav(options.output, bytes(pcm), 24_000)
        print(f"(saved {options.output})")


if __name__ == "__main__":
    raise SystemExit(run(main(parse_arguments())))
