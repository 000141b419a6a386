"""Stands in for the package vosk, whose interface it has.

Its speech is blocks of 40 ms: the sample n * 100 is word number n, 0 is a pause.
"""

import json
from pathlib import Path

WORDS = "- call the doctor tell me [noise] a joke".split()


def SetLogLevel(level):
    assert level == -1


class Model:
    def __init__(self, model_path):
        if Path(model_path, "am", "final.mdl").read_text() != "a model":
            raise Exception("Failed to create a model")


class KaldiRecognizer:
    def __init__(self, model, rate):
        assert rate == 16_000
        self._words = []

    def AcceptWaveform(self, data):
        sample = int.from_bytes(data[:2], "little", signed=True)
        if sample < 0:
            raise Exception("Failed to process waveform")
        if sample:
            self._words.append(WORDS[sample // 100])
        return sample == 0 and bool(self._words)

    def Result(self):
        text = " ".join(self._words)
        self._words = []
        return json.dumps({"text": text})

    FinalResult = Result

    def PartialResult(self):
        return json.dumps({"partial": " ".join(self._words)})
