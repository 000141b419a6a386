"""A Whisper model, as utterances need it: some seconds of audio in, tokens out.

The model's own two steps are called one by one, because the encoder's work grows with
the length of its input: 8 s of context cost about a seventh of the 30 s that Whisper
was trained with, and nearly always give the same words. Where so short a context makes
it write something twice or never end, it is asked again with all of it.
"""

import re
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

import numpy as np
from ctranslate2 import StorageView
from ctranslate2.models import Whisper
from tokenizers import Tokenizer

from live_emulator.voice.hearing.features import HOP, Samples, mel_spectrogram
from live_emulator.voice.types import INPUT_RATE_HZ

__all__ = ["Transcriber"]

_LEAST_CONTEXT_S = 8.0
_MARGIN_S = 1.0
"""Silence that the context has behind the audio."""
_MOST_CONTEXT_S = 30.0
_FRAMES_PER_S = INPUT_RATE_HZ // HOP
_TOKENS_PER_S = 12
"""Nobody speaks faster; what is longer was made up."""
_LEAST_TOKENS = 12
_MOST_POSITIONS = 448
"""Of prompt and text together, and half of them of text."""
_MOST_PROMPT_TOKENS = 100
_NO_SPEECH = 0.6
_UNLIKELY = -1.6
"""Mean logarithm of the tokens' probabilities below which a text is a guess. Of 100
noises, those that the model did not take for silence stayed below -1.9; of people,
single digits had the least, -1.5."""
_FEW_TOKENS = 5
_UNLIKELY_SENTENCE = -0.9
"""The same of more tokens than a few. What people said stayed above -0.7 unless most of
it was heard wrong; sentences in other languages stayed below -0.95."""
_INAUDIBLE = 8 / 32768
"""Audio whose loudest hundredth of a second is below this (-72 dBFS) has no speech."""
_TWICE = re.compile(r"\b(\w+(?:\W+\w+){2,})\W+\1\b", re.IGNORECASE)
"""Three words or more, and at once the same again. Who says so costs the emulator a
long decode, and is believed."""


class Transcriber:
    """A model in this process.

    Args:
        folder: Of a Whisper model in the format of CTranslate2.
        threads: How many a decode may use; 0 for the library's choice.

    """

    def __init__(self, folder: str, threads: int = 1) -> None:
        self._model = Whisper(
            folder, device="cpu", compute_type="int8", intra_threads=threads
        )
        self._tokens = Tokenizer.from_file(str(Path(folder, "tokenizer.json")))
        self.decodes = 0
        """How many there were so far."""

    def write(
        self,
        samples: Samples,
        *,
        begins: Sequence[int] = (),
        prompt: Sequence[int] = (),
    ) -> tuple[int, ...]:
        """Return the tokens of what is said in at most 29 s of audio.

        There are none if nothing is.

        Args:
            samples: At `INPUT_RATE_HZ`, -1 to 1.
            begins: Tokens with which the text begins; they are returned as well.
            prompt: Tokens of what was written before, or is likely to be said.

        Raises:
            RuntimeError: The model failed.

        """
        if not begins and _is_inaudible(samples):
            return ()
        self.decodes += 1
        seconds = len(samples) / INPUT_RATE_HZ
        most = len(begins) + _LEAST_TOKENS + int(seconds * _TOKENS_PER_S)
        most = min(most, _MOST_POSITIONS // 2)
        written = self._decode(samples, _LEAST_CONTEXT_S, begins, prompt, most)
        # With a whole context it would write down less of what is said again and
        # again for long, and long audio has a long context.
        is_short = seconds + _MARGIN_S <= _LEAST_CONTEXT_S
        if len(written) >= most or (is_short and self._repeats(written, begins)):
            written = self._decode(samples, _MOST_CONTEXT_S, begins, prompt, most)
        return written

    def text(self, tokens: Sequence[int]) -> str:
        """Return the text of some tokens."""
        return str(self._tokens.decode(list(tokens))).strip()

    def word_starts(self, tokens: Sequence[int]) -> list[int]:
        """Return the indices of the tokens with which a word begins."""
        return [i for i, token in enumerate(tokens) if token in self._word_starts]

    def prompt(self, phrases: Sequence[str]) -> list[int]:
        """Return tokens that make the model expect what is in the phrases."""
        text = ", ".join(" ".join(phrase.split()) for phrase in phrases if phrase)
        if not text:
            return []
        tokens = self._tokens.encode(f" {text}.", add_special_tokens=False).ids
        return list(tokens[:_MOST_PROMPT_TOKENS])

    def _decode(
        self,
        samples: Samples,
        context_s: float,
        begins: Sequence[int],
        prompt: Sequence[int],
        most: int,
    ) -> tuple[int, ...]:
        """Return at most so many tokens, of a context of at least so many seconds."""
        encoded = self._encode(samples, context_s)
        head = [self._id("<|startofprev|>"), *prompt] if prompt else []
        head += self._start(encoded)
        # CTranslate2 halves the length it is given, or takes off what stands before.
        length = max(2 * most, len(head) + most)
        (result,) = self._model.generate(
            encoded,
            [[*head, *begins]],
            beam_size=1,
            max_length=min(_MOST_POSITIONS, length),
            repetition_penalty=1.05,
            return_scores=True,
            return_no_speech_prob=True,
        )
        tokens = tuple(result.sequences_ids[0])
        least = _UNLIKELY if len(tokens) <= _FEW_TOKENS else _UNLIKELY_SENTENCE
        is_speech = result.no_speech_prob < _NO_SPEECH and result.scores[0] > least
        return tokens if begins or is_speech else ()

    def _repeats(self, tokens: Sequence[int], begins: Sequence[int]) -> bool:
        """Tell whether what follows the beginning has something twice."""
        settled = len(self.text(begins))
        twice = _TWICE.finditer(self.text(tokens))
        return any(match.end() > settled for match in twice)

    def _encode(self, samples: Samples, context_s: float) -> object:
        seconds = len(samples) / INPUT_RATE_HZ
        features = mel_spectrogram(samples, self._model.n_mels)
        context_s = min(max(context_s, seconds + _MARGIN_S), _MOST_CONTEXT_S)
        frames = int(context_s * _FRAMES_PER_S)
        kept = features[:, :frames]
        padded = np.full((1, len(features), frames), features.min(), np.float32)
        padded[0, :, : kept.shape[1]] = kept
        return self._model.encode(StorageView.from_array(padded))

    def _start(self, encoded: object) -> list[int]:
        """Return the tokens that say what is wanted."""
        start = [self._id("<|startoftranscript|>")]
        if self._model.is_multilingual:
            ((language, _), *_), *_ = self._model.detect_language(encoded)
            start += [self._id(language), self._id("<|transcribe|>")]
        return [*start, self._id("<|notimestamps|>")]

    def _id(self, token: str) -> int:
        found = self._tokens.token_to_id(token)
        if found is None:
            raise RuntimeError(f"the model's tokenizer has no {token}")
        return found

    @cached_property
    def _word_starts(self) -> frozenset[int]:
        vocabulary = self._tokens.get_vocab(with_added_tokens=False)
        return frozenset(id for text, id in vocabulary.items() if text[0] == "Ġ")


def _is_inaudible(samples: Samples) -> bool:
    frames = samples[: len(samples) // HOP * HOP].reshape(-1, HOP)
    return not len(frames) or float((frames**2).mean(axis=1).max()) < _INAUDIBLE**2
