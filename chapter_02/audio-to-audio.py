"""Talk with the model through microphone and loudspeaker, and interrupt it.

    python chapter_02/audio-to-audio.py
    python chapter_02/audio-to-audio.py --input assets/audio/three-turns.wav \
--output conversation.wav

Prints what both sides say as it comes. Through loudspeakers, the microphone hears the
model as well; an echo canceller removes that. The second command needs no sound card:
a recording speaks, at the pace of a microphone, and both sides go into a stereo file.
Ctrl-C ends the conversation. The notebook audio-to-audio.ipynb explains the parts.
"""

import argparse
import asyncio
import sys
from collections.abc import Sequence
from contextlib import AsyncExitStack
from functools import partial
from typing import Any

try:
    from google import genai
    from google.genai import types

    from chapter_02.conversation import PATIENCE_S, converse
    from chapter_02.devices import Microphone, Speaker, WavMicrophone, WavSpeaker
    from chapter_02.echo_canceller import QuietMicrophone, can_cancel_echoes
    from chapter_02.recording import Recording
    from chapter_02.screen import Screen
    from chapter_02.sound_card import device_table
    from chapter_02.turn_taking import AnswerWatch, HalfDuplex
    from guide import backend
    from guide.audio_files import AudioFileError, check_output, read_speech
    from guide.conversation_options import (
        conversation_parser,
        device_of,
        parse_conversation,
    )
    from guide.scripts import Problem, run
    from guide.voices import voice_named
    from guide.wire_log import WireLog, peak_dbfs
except ModuleNotFoundError as missing:
    sys.exit(
        f"The package {missing.name} is not installed here. Run python3 guide.py once, "
        "then run this script with the Python in .venv."
    )
except KeyboardInterrupt:
    sys.exit(130)


def parse_arguments(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    parser = conversation_parser(
        "Talk with the model, and interrupt it. Ctrl-C ends it.", chunk_ms=40
    )
    parser.add_argument(
        "--half-duplex",
        action="store_true",
        help="close the microphone while the model is heard",
    )
    parser.add_argument(
        "--no-echo-cancellation",
        action="store_true",
        help="send what the microphone records, the loudspeaker's sound included",
    )
    return parse_conversation(parser, arguments)


async def main(options: argparse.Namespace) -> int:
    """Do what the command line asks, and return the exit code."""
    if options.list_devices:
        print(device_table())
        return 0
    log = WireLog()
    try:
        await talk(options, log)
    finally:
        if options.verbose:
            print(log.as_text(), file=sys.stderr)
    return 0


async def talk(options: argparse.Namespace, log: WireLog) -> None:
    """Open what a conversation needs, hold it, and close everything again."""
    config = settings(options.voice)
    screen, watch = Screen(sys.stdout), AnswerWatch()
    microphone: Any = Microphone(device_of(options.microphone), options.chunk_ms)
    if options.input:
        microphone = WavMicrophone(read_speech(options.input), options.chunk_ms)
    speaker: Any = Speaker(device=device_of(options.speaker))
    if options.input and options.output:
        speaker = WavSpeaker()
    if options.output:
        check_output(options.output, options.input, answer="recording")
    async with AsyncExitStack() as opened:
        await opened.enter_async_context(microphone)
        await opened.enter_async_context(speaker)
        live = backend.ensure(options.backend)
        client, model = genai.Client(), options.model or live.live_model
        connecting = client.aio.live.connect(model=model, config=config)
        async with asyncio.timeout(PATIENCE_S):
            session = await opened.enter_async_context(connecting)
        opened.push(partial(finish, screen, watch, options.output))
        recording = None
        if options.output:
            recording = opened.enter_context(Recording(options.output))
            speaker.on_played = recording.add_model
        screen.note("speak; Ctrl-C ends the conversation")
        heard = without_echo(options, microphone, speaker, screen)

        def on_chunk(chunk: bytes) -> None:
            screen.level(peak_dbfs(chunk))
            if recording:
                recording.add_user(chunk, microphone.rate_hz)

        await converse(
            log.attach(session),
            heard,
            speaker,
            watch=watch,
            gate=HalfDuplex() if options.half_duplex else None,
            on_chunk=on_chunk,
            on_message=partial(show, screen),
        )
    if watch.is_awaited:
        raise Problem(f"The last answer did not come within {PATIENCE_S:g} s.")
    if not watch.answers:
        raise Problem("The model noticed no speech. Is the recording loud and clear?")


def without_echo(
    options: argparse.Namespace, microphone: Any, speaker: Any, screen: Screen
) -> Any:
    """Return what to send: the microphone, without echo where there can be one."""
    if options.input or options.half_duplex or options.no_echo_cancellation:
        return microphone
    if can_cancel_echoes():
        return QuietMicrophone(microphone, speaker)
    screen.note("livekit is missing, so echoes stay: use headphones or --half-duplex")
    return microphone


def show(screen: Screen, message: types.LiveServerMessage, unheard_ms: float) -> None:
    """Write what a message says to the screen."""
    if message.go_away:
        screen.note(f"the session will end in {message.go_away.time_left}")
    content = message.server_content
    if content is None:
        return
    if content.input_transcription:
        screen.say("you", content.input_transcription.text or "")
    if content.output_transcription:
        screen.say("model", content.output_transcription.text or "")
    if content.interrupted:
        screen.note(f"interrupted; {unheard_ms / 1000:.1f} s were not heard")
    if content.turn_complete:
        screen.end_line()


def finish(
    screen: Screen,
    watch: AnswerWatch,
    output: str | None,
    kind: type[BaseException] | None,
    *_: object,
) -> None:
    """Say how it went, unless the recording failed."""
    screen.close()
    if kind is AudioFileError:
        return
    counts = (
        count(watch.answers, "answer"),
        count(watch.interruptions, "interruption"),
    )
    print(f"({', '.join(counts)}{f'; saved {output}' if output else ''})")


def count(number: int, what: str) -> str:
    """Return a number with its noun."""
    return f"{number} {what}{'' if number == 1 else 's'}"


def settings(voice: str | None) -> types.LiveConnectConfigDict:
    """Return the configuration of the session."""
    config: types.LiveConnectConfigDict = {
        "response_modalities": [types.Modality.AUDIO],
        "input_audio_transcription": {},
        "output_audio_transcription": {},
    }
    if voice:
        prebuilt: types.PrebuiltVoiceConfigDict = {"voice_name": voice_named(voice)}
        config["speech_config"] = {"voice_config": {"prebuilt_voice_config": prebuilt}}
    return config


if __name__ == "__main__":
    raise SystemExit(run(main(parse_arguments())))
