"""Talk with the model through microphone and loudspeaker, and interrupt it.

    python chapter_02/audio-to-audio.py
    python chapter_02/audio-to-audio.py --input assets/audio/three-turns.wav \
--output conversation.wav

Prints what both sides say as it comes. The second command needs no sound card: a
recording speaks, at the pace of a microphone, and both sides go into a stereo file.
Ctrl-C ends the conversation. The notebook audio-to-audio.ipynb explains the parts.
"""

import argparse
import sys
from collections.abc import Sequence
from contextlib import AsyncExitStack
from functools import partial
from pathlib import Path
from typing import Any

try:
    from google import genai
    from google.genai import types

    from chapter_02.conversation import PATIENCE_S, converse
    from chapter_02.devices import Microphone, Speaker, WavMicrophone, WavSpeaker
    from chapter_02.recording import Recording
    from chapter_02.screen import Screen
    from chapter_02.sound_card import device_table
    from chapter_02.turn_taking import AnswerWatch, HalfDuplex
    from guide import backend
    from guide.audio_files import read_speech
    from guide.scripts import Problem, run
    from guide.voices import voice_named
    from guide.wire_log import WireLog, peak_dbfs
except ModuleNotFoundError as missing:
    sys.exit(
        f"The package {missing.name} is not installed here. Run python3 guide.py once, "
        "then run this script with the Python in .venv."
    )


def parse_arguments(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description="Talk with the model, and interrupt it. Ctrl-C ends it.",
        epilog="Without a key in .env, the emulator on this machine answers.",
    )
    add = parser.add_argument
    default = "(default: %(default)s)"
    add("--input", metavar="FILE", help="speak this sound file, not the microphone")
    add("--output", metavar="WAV", help="record both sides, you left, the model right")
    add("--half-duplex", action="store_true", help="for a loudspeaker near the mic")
    system = "(default: the system's)"
    add("--microphone", metavar="DEVICE", help=f"number or part of a name {system}")
    add("--speaker", metavar="DEVICE", help=f"number or part of a name {system}")
    add("--list-devices", action="store_true", help="name the devices, and end")
    add("--chunk-ms", type=int, default=40, metavar="MS", help=f"10 to 1000 {default}")
    add("--voice", metavar="NAME", help="one of the 30 voices (default: the model's)")
    add("--model", metavar="ID", help="the model (default: LIVE in guide/models.py)")
    add("--backend", choices=("emulator", "service"), help="insist on one of the two")
    add("--verbose", action="store_true", help="list all messages at the end")
    options = parser.parse_args(arguments)
    if not 10 <= options.chunk_ms <= 1000:
        parser.error("--chunk-ms is a number from 10 to 1000")
    return options


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
    microphone: Any = Microphone(device(options.microphone), options.chunk_ms)
    if options.input:
        microphone = WavMicrophone(read_speech(options.input), options.chunk_ms)
    speaker: Any = Speaker(device=device(options.speaker))
    if options.input and options.output:
        speaker = WavSpeaker()
    check_output(options.output, options.input)
    async with AsyncExitStack() as opened:
        await opened.enter_async_context(microphone)
        await opened.enter_async_context(speaker)
        live = backend.ensure(options.backend)
        client, model = genai.Client(), options.model or live.live_model
        session = await opened.enter_async_context(
            client.aio.live.connect(model=model, config=config)
        )
        opened.callback(finish, screen, watch, options.output)
        recording = None
        if options.output:
            recording = opened.enter_context(Recording(options.output))
            speaker.on_played = recording.add_model
        screen.note("speak; Ctrl-C ends the conversation")

        def on_chunk(chunk: bytes) -> None:
            screen.level(peak_dbfs(chunk))
            if recording:
                recording.add_user(chunk, microphone.rate_hz)

        await converse(
            log.attach(session),
            microphone,
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


def finish(screen: Screen, watch: AnswerWatch, output: str | None) -> None:
    """Say how it went."""
    screen.close()
    counts = (
        count(watch.answers, "answer"),
        count(watch.interruptions, "interruption"),
    )
    print(f"({', '.join(counts)}{f'; saved {output}' if output else ''})")


def count(number: int, what: str) -> str:
    """Return a number with its noun."""
    return f"{number} {what}{'' if number == 1 else 's'}"


def check_output(output: str | None, spoken: str | None) -> None:
    """Raise a Problem if the recording could not be written, before it is begun."""
    if output is None:
        return
    path = Path(output)
    if not path.parent.is_dir():
        raise Problem(f"There is no folder {path.parent} for --output; make it first.")
    if path.is_dir():
        raise Problem(f"{output} is a folder; name a WAV file in it.")
    if spoken and path.exists() and path.samefile(spoken):
        raise Problem("The recording would replace --input; choose another --output.")


def device(wanted: str | None) -> int | str | None:
    """Return a device's number, if it is one, or its name."""
    return int(wanted) if wanted and wanted.isdecimal() else wanted


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
