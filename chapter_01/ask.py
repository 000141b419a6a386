"""Ask the model one question, typed or spoken; read, keep and hear its answer.

    python chapter_01/ask.py "What is twelve times seven?" --play
    python chapter_01/ask.py --input assets/audio/capital-of-france.wav --voice Kore

Prints what was heard, what was answered and what it cost, and writes the answer to
a WAV file. Ctrl-C ends it at once. The notebook sdk-intro.ipynb explains the parts.
"""

import argparse
import asyncio
import sys
from collections.abc import Sequence
from contextlib import AsyncExitStack, suppress
from importlib import import_module
from typing import Any

try:
    import numpy as np
    from google import genai
    from google.genai import types
    from websockets.exceptions import ConnectionClosed

    from chapter_01.exchange import (
        INPUT_RATE_HZ,
        OUTPUT_RATE_HZ,
        Answer,
        send_speech,
    )
    from guide import backend
    from guide.audio_files import check_output, read_speech, write_wav
    from guide.scripts import Problem, run
    from guide.voices import VOICES, voice_named
    from guide.wire_log import WireLog, peak_dbfs
except ModuleNotFoundError as missing:
    sys.exit(
        f"The package {missing.name} is not installed here. Run python3 guide.py once, "
        "then run this script with the Python in .venv."
    )
except KeyboardInterrupt:
    sys.exit(130)

SILENT_BELOW_DBFS = -60.0
"""A recording that is nowhere louder holds only the noise of its device."""


def parse_arguments(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description="Ask the model one question, typed or spoken.",
        epilog="Without a key in .env, the emulator on this machine answers.",
    )
    add = parser.add_argument
    default = "(default: %(default)s)"
    add("question", nargs="?", metavar="QUESTION", help="the question, typed")
    add("--input", metavar="FILE", help="the question, spoken: any sound file")
    add("--output", metavar="WAV", default="answer.wav", help=f"the answer {default}")
    add("--play", action="store_true", help="play the answer, too")
    add("--voice", metavar="NAME", help="one of --list-voices (default: the model's)")
    add("--system", metavar="TEXT", help="the system instruction (default: none)")
    add("--model", metavar="ID", help="the model (default: LIVE in guide/models.py)")
    add("--backend", choices=("emulator", "service"), help="insist on one of the two")
    patience = f"seconds to wait for the next message {default}"
    add("--patience", metavar="S", type=float, default=30.0, help=patience)
    add("--verbose", action="store_true", help="list all messages of the session")
    add("--list-voices", action="store_true", help="name the voices, and end")
    options = parser.parse_args(arguments)
    if not 0 < options.patience < float("inf"):
        parser.error("--patience is a number of seconds above 0")
    typed = bool(options.question and options.question.strip())
    if not options.list_voices and typed == bool(options.input):
        parser.error('give one question: typed ("...") or spoken (--input FILE)')
    return options


async def main(options: argparse.Namespace) -> int:
    """Do what the command line asks, and return the exit code."""
    if options.list_voices:
        print("\n".join(f"{name:15}{word}" for name, word in VOICES.items()))
        return 0
    log = WireLog()
    try:
        await ask(options, log)
    finally:
        if options.verbose:
            print(log.as_text(), file=sys.stderr)
    return 0


async def ask(options: argparse.Namespace, log: WireLog) -> None:
    """Ask, then print and write down the answer."""
    question = load(options.input) if options.input else options.question
    check_output(options.output, options.input)
    config = settings(options.voice, options.system)
    loudspeaker = open_loudspeaker() if options.play else None
    live = backend.ensure(options.backend)
    client, model = genai.Client(), options.model or live.live_model
    async with AsyncExitStack() as stack:
        connecting = client.aio.live.connect(model=model, config=config)
        async with asyncio.timeout(options.patience):
            session = await stack.enter_async_context(connecting)
        logged: Any = log.attach(session)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(say(logged, question))
            answer = await receive(logged, options, loudspeaker)
    if answer.heard:
        print(f"heard: {answer.heard.strip()}")
    if not answer.chunks:
        raise Problem("The model said nothing. Ask it something else.")
    print(f"answer: {answer.said.strip()}")
    if usage := answer.usage:
        print(f"usage: {usage.prompt_token_count} tokens in, ", end="")
        print(f"{usage.total_token_count} with the answer")
    write_wav(options.output, answer.pcm, OUTPUT_RATE_HZ)
    seconds = len(answer.pcm) / 2 / OUTPUT_RATE_HZ
    print(f"saved: {options.output} ({seconds:.1f} s)", flush=True)
    if loudspeaker:
        try:
            await asyncio.to_thread(loudspeaker.wait)
        finally:
            loudspeaker.stop()


async def say(session: Any, question: bytes | str) -> None:
    """Send the question, as speech or as text."""
    with suppress(ConnectionClosed):  # the receiving side raises the reason
        if isinstance(question, bytes):
            await send_speech(session, question)
        else:
            await session.send_realtime_input(text=question)


async def receive(session: Any, options: argparse.Namespace, device: Any) -> Answer:
    """Collect the answer, and play it as soon as it is complete.

    A pause in a recording ends a turn, and speech after it begins a new one, which
    interrupts the answer to the first. The last answer counts.
    """
    now_s = asyncio.get_running_loop().time
    heard = ""
    while True:
        answer = Answer(heard=heard)
        wait_s = options.patience
        try:
            async with asyncio.timeout(wait_s) as deadline:
                async for message in session.receive():
                    answer.add(message)
                    # The end of a turn comes when its audio would have been heard.
                    wait_s += len(message.data or b"") / 2 / OUTPUT_RATE_HZ
                    deadline.reschedule(now_s() + wait_s)
                    content = message.server_content
                    if device and content and content.generation_complete:
                        device.play(np.frombuffer(answer.pcm, "<i2"), OUTPUT_RATE_HZ)
        except TimeoutError:
            hint = "Is the speech in the recording clear and loud? "
            raise Problem(
                f"No answer came for {options.patience:g} s. "
                f"{hint if options.input and not answer.heard else ''}"
                "--verbose lists what was sent and received."
            ) from None
        if not answer.was_interrupted:
            return answer
        if device:
            device.stop()
        heard = f"{answer.heard} "


def load(path: str) -> bytes:
    """Return the speech in a file; raise a Problem if there is none."""
    speech = read_speech(path)
    if peak_dbfs(speech) < SILENT_BELOW_DBFS:
        raise Problem(
            f"{path} holds {len(speech) / 2 / INPUT_RATE_HZ:.1f} s of silence: it is "
            f"nowhere louder than {SILENT_BELOW_DBFS:.0f} dBFS. Check the microphone, "
            "then record it again."
        )
    return speech


def settings(voice: str | None, system: str | None) -> types.LiveConnectConfigDict:
    """Return the configuration of the session."""
    config: types.LiveConnectConfigDict = {
        "response_modalities": [types.Modality.AUDIO],
        "input_audio_transcription": {},
        "output_audio_transcription": {},
    }
    if system:
        config["system_instruction"] = system
    if voice:
        prebuilt: types.PrebuiltVoiceConfigDict = {"voice_name": voice_named(voice)}
        config["speech_config"] = {"voice_config": {"prebuilt_voice_config": prebuilt}}
    return config


def open_loudspeaker() -> Any:
    """Return the package that plays; raise a Problem if nothing can."""
    instead = "Leave out --play, and open the WAV file with any player."
    try:
        device: Any = import_module("sounddevice")
    except (ImportError, OSError):  # without the package or its library
        raise Problem(f"PortAudio is missing on this machine. {instead}") from None
    try:
        device.check_output_settings(samplerate=OUTPUT_RATE_HZ, channels=1)
    except (device.PortAudioError, ValueError) as error:
        raise Problem(f"No loudspeaker can be used ({error}). {instead}") from None
    return device


if __name__ == "__main__":
    raise SystemExit(run(main(parse_arguments())))
