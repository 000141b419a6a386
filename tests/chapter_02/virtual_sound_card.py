"""A sound card that exists in software alone, with PulseAudio of its own.

What is played into ``micfeed`` is heard by the microphone; what the loudspeaker plays
is heard by whoever records ``speaker.monitor``.
"""

import os
import subprocess
import threading
from pathlib import Path

MODULES = (
    "module-native-protocol-unix auth-anonymous=1 socket={folder}/pulse/native",
    "module-null-sink sink_name=speaker rate=48000 channels=2",
    "module-null-sink sink_name=micfeed rate=48000 channels=1",
    "module-remap-source source_name=mic master=micfeed.monitor channels=1",
)


class VirtualSoundCard:
    """PulseAudio in a folder, with a microphone and a loudspeaker."""

    def __init__(self, folder):
        self._folder = Path(folder)
        self.environment = {
            **os.environ,
            "XDG_RUNTIME_DIR": str(folder),
            "PULSE_RUNTIME_PATH": str(self._folder / "pulse"),
            "PULSE_STATE_PATH": str(self._folder / "state"),
            "PULSE_COOKIE": str(self._folder / "cookie"),
            "PULSE_SERVER": f"unix:{self._folder}/pulse/native",
        }

    def __enter__(self):
        self._folder.chmod(0o700)
        for name in ("pulse", "state"):
            (self._folder / name).mkdir()
        command = ["pulseaudio", "-n", "--daemonize=yes", "--exit-idle-time=-1"]
        command += ["--use-pid-file=yes", "--system=false"]
        command += [f"--log-target=file:{self._folder}/log"]
        for module in MODULES:
            command += ["-L", module.format(folder=self._folder)]
        self._run(*command)
        self._run("pactl", "set-default-sink", "speaker")
        self._run("pactl", "set-default-source", "mic")
        return self

    def __exit__(self, *_):
        self._run("pulseaudio", "--kill")

    def say(self, wav):
        """Play a file into the microphone, and return when it has been heard."""
        self._run("paplay", "-d", "micfeed", str(wav))

    def _run(self, *command):
        subprocess.run(
            command, env=self.environment, check=True, stderr=subprocess.DEVNULL
        )


class Listener:
    """Records what the loudspeaker plays, 24,000 samples a second."""

    def __init__(self, card):
        self.pcm = bytearray()
        self._grown = threading.Condition()
        self._process = subprocess.Popen(
            ["parec", "-d", "speaker.monitor", "--rate=24000", "--channels=1"]
            + ["--format=s16le", "--raw", "--latency-msec=50"],
            env=card.environment,
            stdout=subprocess.PIPE,
        )
        self._thread = threading.Thread(target=self._listen)
        self._thread.start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._process.terminate()
        self._process.wait()
        self._thread.join()
        self._process.stdout.close()

    def hear(self, seconds):
        """Wait until so much more has been recorded."""
        with self._grown:
            enough = len(self.pcm) + int(seconds * 24_000) * 2
            assert self._grown.wait_for(lambda: len(self.pcm) >= enough, timeout=60)

    def _listen(self):
        while piece := self._process.stdout.read1(4096):
            with self._grown:
                self.pcm += piece
                self._grown.notify_all()
