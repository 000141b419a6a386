"""Stands in for the package vosk, whose interface it has.

Its speech is blocks of 40 ms: the sample n * 100 is word number n, 0 is a pause.
"""

import json
from difflib import get_close_matches
from pathlib import Path

WORDS = "- call the doctor tell me [noise] a joke".split()


def SetLogLevel(level):
    assert level == -1


class Model:
    def __init__(self, model_path):
        if Path(model_path, "am", "final.mdl").read_text() != "a model":
            raise Exception("Failed to create a model")

    def vosk_model_find_word(self, word):
        return WORDS.index(word) if word in WORDS else -1


class KaldiRecognizer:
    def __init__(self, model, rate, grammar=None):
        assert rate == 16_000
        self._sentences = json.loads(grammar) if grammar else None
        self._words = []
        self._blocks = 0

    def SetWords(self, words):
        assert words is True

    def AcceptWaveform(self, data):
        sample = int.from_bytes(data[:2], "little", signed=True)
        if sample < 0:
            raise Exception("Failed to process waveform")
        if sample:
            self._words.append((WORDS[sample // 100], self._blocks))
        self._blocks += 1
        return sample == 0 and bool(self._words)

    def Result(self):
        words, self._words = self._words, []
        text = self._believed(" ".join(word for word, _ in words))
        start = words[0][1] if words else 0
        result = [
            {"word": word, "start": at * 0.04, "end": (at + 1) * 0.04, "conf": 1.0}
            for at, word in enumerate(text.split(), start)
        ]
        return json.dumps({"text": text, "result": result} if text else {"text": ""})

    FinalResult = Result

    def PartialResult(self):
        return json.dumps({"partial": " ".join(word for word, _ in self._words)})

    def _believed(self, text):
        if self._sentences is None or not text:
            return text
        close = get_close_matches(text, self._sentences, 1, 0.3)
        return close[0] if close else "[unk]"
