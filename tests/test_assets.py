"""The spoken questions: what they are and say, and that anybody can make them."""

import re
import wave

import numpy as np
import pytest
from PIL import Image

from assets import make_pictures, make_spoken_questions
from guide.chapters import REPOSITORY

AUDIO = REPOSITORY / "assets" / "audio"
FILES = sorted(AUDIO.glob("*.wav"))


def samples_of(path):
    with wave.open(str(path)) as file:
        assert file.getparams()[:3] == (1, 2, 16_000), path
        return np.frombuffer(file.readframes(file.getnframes()), "<i2")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_questions_are_what_the_live_api_hears_natively(path):
    """Mono, 16 bits, 16 kHz; loud enough, not clipped, and quiet at both ends."""
    samples = samples_of(path).astype(int)
    assert 3_000 < np.abs(samples).max() < 32_767
    assert not samples[:1_600].any()
    assert not samples[-1_600:].any()


def test_all_questions_are_listed_with_what_they_say():
    """The list names every file, and the program that makes them holds the words."""
    readme = (REPOSITORY / "assets" / "README.md").read_text("utf-8")
    rows = dict(re.findall(r"^\| \[(.+)\.wav\]\(audio/.+?\) \| (.+?) \|", readme, re.M))
    assert sorted(rows) == [path.stem for path in FILES]
    made = {*make_spoken_questions.SENTENCES, *make_spoken_questions.CONVERSATIONS}
    assert made <= set(rows)
    for name, words in make_spoken_questions.SENTENCES.items():
        assert rows[name] == words


def test_a_question_can_be_made_again(tmp_path, monkeypatch, capsys):
    """The program gives the file that is there, but for what processors round."""
    monkeypatch.setattr(make_spoken_questions, "FOLDER", tmp_path)
    assert make_spoken_questions.main(["my-name-is-ada"]) == 0
    assert "my-name-is-ada.wav" in capsys.readouterr().out
    again = samples_of(tmp_path / "my-name-is-ada.wav").astype(float)
    there = samples_of(AUDIO / "my-name-is-ada.wav").astype(float)
    # A duration that is rounded otherwise is 25 ms, which is 400 samples.
    assert abs(len(again) - len(there)) <= 800
    assert 0.8 < np.square(again).sum() / np.square(there).sum() < 1.25


def test_a_question_that_nobody_wrote_is_refused_with_those_there_are(capsys):
    """In one sentence."""
    assert make_spoken_questions.main(["nothing"]) == 2
    error = capsys.readouterr().err
    assert error.startswith("There is no question named 'nothing'. There are: ")
    assert "capital-of-france" in error


def test_all_pictures_are_listed_and_can_be_drawn_again(tmp_path, monkeypatch):
    """Each is as small as what a camera sends, and the same every time."""
    readme = (REPOSITORY / "assets" / "README.md").read_text("utf-8")
    there = sorted((REPOSITORY / "assets" / "pictures").iterdir())
    assert [path.name for path in there] == sorted(
        re.findall(r"^\| \[(.+)\]\(pictures/", readme, re.M)
    )
    monkeypatch.setattr(make_pictures, "FOLDER", tmp_path)
    assert make_pictures.main([]) == 0
    for path in there:
        assert path.stat().st_size < 150_000
        with Image.open(path) as old, Image.open(tmp_path / path.name) as new:
            difference = np.asarray(old, float) - np.asarray(new, float)
            assert np.abs(difference).mean() < 1
    assert make_pictures.main(["nothing"]) == 2
