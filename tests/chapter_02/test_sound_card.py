"""audio-to-audio.py on a sound card: what goes in, and what comes out."""

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile

import numpy as np
import pytest

from guide.audio_files import write_wav
from tests.chapter_02.sound import hear, utterances
from tests.chapter_02.virtual_sound_card import Listener, VirtualSoundCard

pytestmark = [
    pytest.mark.alone,
    pytest.mark.skipif(
        sys.platform != "linux", reason="only Linux has virtual sound cards"
    ),
    pytest.mark.skipif(
        shutil.which("pulseaudio") is None and not os.environ.get("CI"),
        reason="PulseAudio is missing; python3 guide.py test gets it",
    ),
]


@pytest.fixture
def card():
    """Return a sound card in working order."""
    # The name of a socket has room for 108 characters, which pytest's folders exceed.
    # The daemon may still write into its folder while that is taken away.
    with (
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder,
        VirtualSoundCard(folder) as working,
    ):
        yield working


def test_a_conversation_through_microphone_and_loudspeaker(
    card, repository, questions, tmp_path, emulator
):
    """Three spoken turns and a barge-in: the loudspeaker falls silent for the third."""
    silence = tmp_path / "silence.wav"
    write_wav(silence, bytes(32_000), 16_000)
    process = subprocess.Popen(
        [sys.executable, "chapter_02/audio-to-audio.py"],
        cwd=repository,
        env={**card.environment, "LIVE_EMULATOR_URL": emulator.url},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout.readline() == "(speak; Ctrl-C ends the conversation)\n"
        with Listener(card) as listener:
            card.say(silence)  # the first second of a new stream may get lost
            card.say(questions / "three-turns.wav")
            lines = []
            while lines[-1:] != ["model: Your name is Ada.\n"]:
                lines.append(process.stdout.readline())
                assert lines[-1], process.stderr.read()
            listener.hear(2.0)
        process.send_signal(signal.SIGINT)
        rest, errors = process.communicate()
    finally:
        process.kill()
        process.wait()
    assert process.returncode == 130
    assert "Traceback" not in errors
    assert rest == "(2 answers, 1 interruption)\n"
    *first, story, interrupted, question, _ = lines
    assert first == [
        "you: My name is Ada.\n",
        "model: Nice to meet you, Ada.\n",
        "you: Tell me a story.\n",
    ]
    assert story.startswith("model: Long before the road was paved, ")
    assert re.fullmatch(r"\(interrupted; \d+\.\d s were not heard\)\n", interrupted)
    assert question == "you: What is my name?\n"

    played = utterances(np.frombuffer(bytes(listener.pcm), "<i2"), 24_000)
    greeting, *pieces, answer = played
    heard = hear([greeting[2], pieces[0][2][: 2 * 24_000], answer[2]], 24_000)
    assert heard[0] == "nice to meet you ada"
    assert heard[1].startswith("long before the road")
    assert heard[2] == "your name is ada"
    assert pieces[-1][1] < answer[0] - 0.7


def test_the_devices_of_a_sound_card_are_listed(card, repository):
    """With the defaults marked."""
    done = subprocess.run(
        [sys.executable, "chapter_02/audio-to-audio.py", "--list-devices"],
        cwd=repository,
        env=card.environment,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0
    assert re.search(
        r"^ +\d  .+: microphone \(default\), loudspeaker \(default\)$",
        done.stdout,
        re.MULTILINE,
    )
