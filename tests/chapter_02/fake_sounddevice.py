"""A stand-in for the package sounddevice, whose devices a test works by hand."""

import types as modules

import numpy as np


class FakeSounddevice(modules.ModuleType):
    """Two devices, of which streams are opened and called back."""

    class PortAudioError(Exception):
        """What the package raises for a device."""

    def __init__(self, rates_hz=(16_000, 48_000), broken=()):
        super().__init__("sounddevice")
        self.rates_hz = rates_hz
        self.broken = broken
        self.opened = []
        self.default = modules.SimpleNamespace(device=(0, 1))

    def query_devices(self, device=None, kind=None):
        microphone = {
            "name": "Desk",
            "max_input_channels": 1,
            "max_output_channels": 0,
            "default_samplerate": 48_000.0,
        }
        if kind:
            return microphone
        speaker = {"name": "Box", "max_input_channels": 0, "max_output_channels": 2}
        both = {"name": "Set", "max_input_channels": 1, "max_output_channels": 2}
        return [microphone, speaker, both]

    def check_input_settings(self, *, device, samplerate, **_):
        if device == "nobody":
            raise ValueError("No input device matching 'nobody'")
        if samplerate not in self.rates_hz:
            raise self.PortAudioError("Invalid sample rate", -9997)

    def RawInputStream(self, **settings):
        return self._open("input", settings)

    def OutputStream(self, **settings):
        return self._open("output", settings)

    def _open(self, kind, settings):
        stream = Stream(kind, settings)
        if kind in self.broken:
            raise self.PortAudioError("Error querying device -1.")
        self.opened.append(stream)
        return stream


class Stream:
    """One open stream; the test is its thread."""

    def __init__(self, kind, settings):
        self.kind = kind
        self.settings = settings
        self.state = "open"

    def start(self):
        self.state = "started"

    def abort(self, ignore_errors):
        self.state = "aborted"
        self.settings["finished_callback"]()

    def close(self, ignore_errors=False):
        self.state = "closed"

    def record(self, pcm):
        self.settings["callback"](bytearray(pcm), len(pcm) // 2, None, None)

    def play(self, frames):
        heard = np.full((frames, 1), 99, np.int16)
        self.settings["callback"](heard, frames, None, None)
        return list(heard[:, 0])

    def unplug(self):
        self.settings["finished_callback"]()
