"""Ears with a model of the reader's: what they need, what they say without it.

Vosk is not needed: a stand-in with its interface is in `stand_ins`, and is found by
the worker processes too. The real one is heard by the last test if a variable names a
model. For Whisper, the model that the emulator comes with is taken as the reader's.
"""

import os
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import psutil
import pytest

from live_emulator.emulator import Emulator
from live_emulator.testing.live_api import LiveApi
from live_emulator.voice import EnglishRecogniser
from live_emulator.voice.hearing.english_model import find_model
from live_emulator.voice.hearing.recognisers import (
    ModelRecogniser,
    NoRecogniser,
    open_recogniser,
)
from live_emulator.voice.types import Hearing, Interim
from tests.live_emulator.voice.voice_helpers import hear, spoken

STAND_INS = Path(__file__).parent / "stand_ins"
FILES = {
    "vosk": ("am/final.mdl",),
    "whisper": ("model.bin", "config.json", "tokenizer.json", "vocabulary.txt"),
}

MakeModel = Callable[..., Path]


@pytest.fixture
def stand_ins(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the stand-ins found here and in the workers."""
    monkeypatch.syspath_prepend(STAND_INS)
    earlier = os.environ.get("PYTHONPATH", "")
    path = os.pathsep.join(filter(None, [str(STAND_INS), earlier]))
    monkeypatch.setenv("PYTHONPATH", path)


@pytest.fixture
def make_model(tmp_path: Path, stand_ins: None) -> MakeModel:
    def make(kind: str, content: str = "a model", name: str = "model") -> Path:
        for file in FILES[kind]:
            path = tmp_path / name / file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content)
        return tmp_path / name

    return make


def blocks(*numbers: int) -> bytes:
    """Return the speech of the stand-in for Vosk."""
    return b"".join((n * 100).to_bytes(2, "little", signed=True) * 640 for n in numbers)


async def test_vosk_hears(make_model: MakeModel):
    """Words of all stretches of speech, and no noises."""
    async with open_recogniser(f"vosk:{make_model('vosk')}") as recogniser:
        await recogniser.ready()
        hearing = await hear(recogniser, blocks(4, 5, 0, 6, 7, 8))
    assert hearing == Hearing("tell me a joke")


@pytest.mark.parametrize("pcm", [b"", b"\0", blocks(0, 0), blocks(6)])
async def test_vosk_hears_nothing(make_model: MakeModel, pcm: bytes):
    """Neither in no audio nor in silence nor in noise."""
    async with open_recogniser(f"vosk:{make_model('vosk')}") as recogniser:
        assert await hear(recogniser, pcm) == Hearing("")


async def test_vosk_tells_what_it_hears_so_far(make_model: MakeModel):
    """While somebody speaks there is text; what lies before a pause is settled."""
    told: list[Interim] = []
    async with open_recogniser(f"vosk:{make_model('vosk')}") as recogniser:
        listener = recogniser.listen((), told.append)
        listener.feed(blocks(1, 2, 0, 3, 3, 3, 6, 4))
        await recogniser.ready()
        assert (await listener.finish()).text == "call the doctor doctor doctor tell"
        listener.drop()
    assert told == [Interim("call the", "doctor doctor doctor")]


async def test_a_lost_utterance_is_no_harm(
    make_model: MakeModel, caplog: pytest.LogCaptureFixture
):
    """The log says why, and the next one is heard."""
    async with open_recogniser(f"vosk:{make_model('vosk')}") as recogniser:
        assert await hear(recogniser, blocks(*[-1] * 5)) == Hearing("")
        assert "An utterance is lost: " in caplog.text
        assert (await hear(recogniser, blocks(*[4] * 5))).text


async def test_a_whisper_model_of_the_readers_hears():
    """Any folder with a model of that kind."""
    async with open_recogniser(f"whisper:{find_model()}") as recogniser:
        assert isinstance(recogniser, ModelRecogniser)
        await recogniser.ready()
        heard = await hear(recogniser, spoken("twelve-times-seven"))
    assert heard == Hearing("What is 12 times 7?")


async def test_an_utterance_can_be_dropped(make_model: MakeModel):
    """Nothing is heard in it, and the next one is heard."""
    async with open_recogniser(f"vosk:{make_model('vosk')}") as recogniser:
        listener = recogniser.listen()
        listener.feed(blocks(4, 5))
        listener.drop()
        assert await listener.finish() == Hearing("")
        assert (await hear(recogniser, blocks(4, 5))).text


@pytest.mark.parametrize(
    "text", ["", "vosk", "vosk:", "whisper: ", "deaf", "deaf:/tmp", "sphinx"]
)
def test_unknown_recognisers_are_refused(text: str):
    """One sentence names all there are."""
    with pytest.raises(NoRecogniser, match="choose whisper, vosk:FOLDER, whisper:FOL"):
        open_recogniser(text)


def test_whisper_is_built_in():
    """It needs no folder."""
    assert isinstance(open_recogniser("whisper"), EnglishRecogniser)


@pytest.mark.parametrize(
    ("kind", "package", "command"),
    [
        ("vosk", "vosk", "pip install vosk"),
        ("whisper", "ctranslate2", "pip install ctranslate2 tokenizers"),
    ],
)
def test_a_missing_package(
    monkeypatch: pytest.MonkeyPatch, kind: str, package: str, command: str
):
    """The command that installs it is named."""
    monkeypatch.setattr(
        "live_emulator.voice.hearing.recognisers.find_spec",
        lambda name: None if name == package else find_spec(name),
    )
    with pytest.raises(NoRecogniser, match=f"not installed: {command}$"):
        open_recogniser(f"{kind}:/nowhere")


@pytest.mark.parametrize("kind", FILES)
def test_a_folder_that_is_no_model(tmp_path: Path, stand_ins: None, kind: str):
    """What it lacks is named, and where models come from."""
    with pytest.raises(NoRecogniser, match=f"{FILES[kind][0]}.*: .*models"):
        open_recogniser(f"{kind}:{tmp_path}")
    with pytest.raises(NoRecogniser, match="missing does not exist; expected the fold"):
        open_recogniser(f"{kind}:{tmp_path / 'missing'}")
    file = tmp_path / "file"
    file.touch()
    with pytest.raises(NoRecogniser, match="file is no folder"):
        open_recogniser(f"{kind}:{file}")


def test_a_model_in_the_folder_is_pointed_out(make_model: MakeModel):
    """As it is after unpacking an archive into a folder of its own."""
    folder = make_model("vosk", name="outer/inner")
    with pytest.raises(NoRecogniser, match=r"is one: vosk:.*inner$"):
        open_recogniser(f"vosk:{folder.parent}")


def test_an_old_model_of_vosk_is_one(tmp_path: Path, stand_ins: None):
    """All its files lie side by side."""
    (tmp_path / "final.mdl").touch()
    assert isinstance(open_recogniser(f"vosk:{tmp_path}"), ModelRecogniser)


@pytest.mark.parametrize("kind", FILES)
def test_an_emulator_says_that_a_model_cannot_be_loaded(
    make_model: MakeModel, kind: str
):
    """Before anybody can connect."""
    folder = make_model(kind, "nonsense")
    with pytest.raises(NoRecogniser, match=r"cannot be loaded \(.*model.*\)"):
        Emulator(recogniser=f"{kind}:{folder}").start()


def test_an_emulator_hears_with_a_model(make_model: MakeModel):
    """Named in its options, in tests too; the built-in ears are not even started."""
    before = set(psutil.Process().children())
    for kind in (Emulator, LiveApi):
        with kind(recogniser=f"vosk:{make_model('vosk')}") as live:
            assert live.url
            workers = set(psutil.Process().children()) - before
            commands = " ".join(" ".join(worker.cmdline()) for worker in workers)
            assert "whisper_worker" not in commands
            assert ("vosk_worker" in commands) == (kind is Emulator)


async def test_a_real_model_of_vosk_hears():
    """An English model of the reader's understands a plain sentence."""
    folder = os.environ.get("LIVE_EMULATOR_VOSK_MODEL")
    if not folder:
        pytest.skip("LIVE_EMULATOR_VOSK_MODEL names no model")
    async with open_recogniser(f"vosk:{folder}") as recogniser:
        await recogniser.ready()
        heard = await hear(recogniser, spoken("tell-me-a-story"))
    assert heard.text == "tell me a story"
