"""Hold a spoken conversation over a plain socket, in the terminal.

    python chapter_05/live-audio-chat.py
    python chapter_05/live-audio-chat.py --input assets/audio/three-turns.wav \
--output conversation.wav

Prints what both sides say, what was not heard after an interruption, and how long
each answer took. The second command needs no sound card: a recording speaks, and both
sides go into a stereo file. Ctrl-C ends the conversation. The page index.html does
the same in a browser; the notebook live-audio-chat.ipynb takes it apart.
"""

import argparse
import sys
from collections.abc import Sequence
from contextlib import AsyncExitStack
from typing import Any

try:
    from chapter_02.devices import Microphone, Speaker, WavMicrophone, WavSpeaker
    from chapter_02.recording import Recording
    from chapter_02.sound_card import DeviceError, device_table
    from chapter_03.live_messages import Message, setup_message
    from chapter_03.live_socket import LiveClosed, LiveSocket
    from chapter_05.live_chat import PATIENCE_S, BufferPlayer, converse
    from chapter_05.told import Told
    from chapter_05.turns import Conversation
    from chapter_05.utterances import Answer
    from guide import backend
    from guide.audio_files import check_output, read_speech
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


def parse_arguments(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    parser = conversation_parser(
        "Hold a spoken conversation over a plain socket. Ctrl-C ends it.", chunk_ms=20
    )
    note = "the system instruction (default: none)"
    parser.add_argument("--system", metavar="TEXT", help=note)
    return parse_conversation(parser, arguments)


async def main(options: argparse.Namespace) -> int:
    """Do what the command line asks, and return the exit code."""
    log = WireLog()
    try:
        if options.list_devices:
            print(device_table())
        else:
            await talk(options, log)
    except (DeviceError, LiveClosed) as problem:
        raise Problem(str(problem)) from None
    finally:
        if options.verbose:
            print(log.as_text(), file=sys.stderr)
    return 0


async def talk(options: argparse.Namespace, log: WireLog) -> None:
    """Open what a conversation needs, hold it, and close everything again."""
    if options.output:
        check_output(options.output, options.input, answer="recording")
    voice = voice_named(options.voice) if options.voice else None
    speaker: Any = Speaker(device=device_of(options.speaker))
    microphone: Any = Microphone(device_of(options.microphone), options.chunk_ms)
    if options.input:
        microphone = WavMicrophone(read_speech(options.input), options.chunk_ms)
        speaker = WavSpeaker() if options.output else speaker
    conversation = Conversation()
    told = Told(conversation)
    async with AsyncExitStack() as opened:
        await opened.enter_async_context(microphone)
        await opened.enter_async_context(speaker)
        live = backend.ensure(options.backend)
        conversation.connect()
        socket = await opened.enter_async_context(
            LiveSocket.connect(
                live.websocket_url(),
                setup(live.model_name(options.model), voice, options.system),
                headers=live.headers(),
                ssl=live.ssl_context(),
                log=log,
            )
        )
        opened.callback(told.rest)
        recording = None
        if options.output:
            recording = opened.enter_context(Recording(options.output))
            speaker.on_played = recording.add_model
        print("(speak; Ctrl-C ends the conversation)", flush=True)

        def on_chunk(chunk: bytes) -> None:
            told.news()
            if recording:
                recording.add_user(chunk, microphone.rate_hz)

        player = BufferPlayer(speaker.playback)
        is_over = await converse(
            socket, microphone, player, conversation, on_chunk=on_chunk
        )
    if options.output:
        print(f"(saved {options.output})")
    if not is_over:
        raise Problem(f"The last answer did not come within {PATIENCE_S:g} s.")
    if not any(isinstance(one, Answer) for one in conversation.utterances):
        raise Problem("The model noticed no speech. Is the recording loud and clear?")


def setup(model: str, voice: str | None, instruction: str | None) -> Message:
    """Return the first message of the session."""
    return setup_message(
        model,
        voice=voice,
        system_instruction=instruction,
        transcribe_input=True,
        transcribe_output=True,
    )


if __name__ == "__main__":
    raise SystemExit(run(main(parse_arguments())))
