"""Ears with a model of the reader's: what they need, what they say without it.

Neither package is needed: stand-ins with their interfaces are in `stand_ins`, and are
found by the worker processes too. Of the real ones, each is heard by the last test if
a variable names a model.
"""

import os
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import psutil
import pytest

from live_emulator.emulator import Emulator
from live_emulator.testing.live_api import LiveApi
from live_emulator.voice import SphinxRecogniser
from live_emulator.voice.hearing.model_recognisers import (
    ModelRecogniser,
    NoRecogniser,
    open_recogniser,
)
from live_emulator.voice.types import Hearing, Vocabulary
from tests.live_emulator.voice.voice_helpers import hear, speech

STAND_INS = Path(__file__).parent / "stand_ins"
FILES = {
    "vosk": ("am/final.mdl", "graph/Gr.fst", "graph/HCLr.fst"),
    "whisper": ("model.bin", "config.json", "tokenizer.json"),
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
    """Words come with their times, across pauses; noises are no words."""
    async with open_recogniser(f"vosk:{make_model('vosk')}") as recogniser:
        await recogniser.ready()
        hearing = await hear(recogniser, blocks(4, 5, 0, 6, 7, 8), Vocabulary())
    assert (hearing.text, hearing.source) == ("tell me a joke", "open")
    assert [word.start_ms for word in hearing.words] == pytest.approx([0, 40, 160, 200])
    assert hearing.words[-1].end_ms == pytest.approx(240)


@pytest.mark.parametrize("pcm", [b"", b"\0", blocks(0, 0), blocks(6)])
async def test_vosk_hears_nothing(make_model: MakeModel, pcm: bytes):
    """Neither in no audio nor in silence nor in noise."""
    async with open_recogniser(f"vosk:{make_model('vosk')}") as recogniser:
        assert await hear(recogniser, pcm, Vocabulary()) == Hearing("")


async def test_vosk_tells_what_it_hears_so_far(make_model: MakeModel):
    """While somebody speaks there is text."""
    partials: list[str] = []
    async with open_recogniser(f"vosk:{make_model('vosk')}") as recogniser:
        listener = recogniser.listen(Vocabulary(), partials.append)
        listener.feed(blocks(1, 2, 0, 3, 3, 3, 6, 4))
        await recogniser.ready()
        assert (await listener.finish()).text == "call the doctor doctor doctor tell"
        listener.drop()
    assert partials == ["call the doctor doctor doctor"]


async def test_vosk_prefers_what_is_expected(make_model: MakeModel):
    """An expected sentence that sounds alike is believed, another one is not."""
    grammar = "#JSGF V1.0;\ngrammar x;\npublic <x> = call the doctor;"
    expected = Vocabulary(grammar, ("Tell me the joke!",))
    async with open_recogniser(f"vosk:{make_model('vosk')}") as recogniser:
        recogniser.prepare(expected)
        alike = await hear(recogniser, blocks(4, 5, 7, 8), expected)
        exact = await hear(recogniser, blocks(1, 2, 3), expected)
        other = await hear(recogniser, blocks(7, 7, 7), expected)
    assert (alike.text, alike.source) == ("tell me the joke", "phrases")
    assert (exact.text, exact.source) == ("call the doctor", "phrases")
    assert (other.text, other.source) == ("a a a", "open")


async def test_vosk_names_words_its_model_lacks(
    make_model: MakeModel, caplog: pytest.LogCaptureFixture
):
    """Once each; the rest of the sentence is expected all the same."""
    phrases = ("Call Zephyr the doctor.", "Kubernetes")
    async with open_recogniser(f"vosk:{make_model('vosk')}") as recogniser:
        for text in phrases:
            heard = await hear(
                recogniser, blocks(1, 2, 3), Vocabulary("", (phrases[0], text))
            )
            assert (heard.text, heard.source) == ("call the doctor", "phrases")
    assert caplog.text.count("cannot expect: zephyr.") == 1
    assert caplog.text.count("cannot expect: kubernetes.") == 1


async def test_vosk_says_once_that_its_model_is_of_another_language(
    make_model: MakeModel, caplog: pytest.LogCaptureFixture
):
    """A model that lacks most of many words hears without them."""
    alphabet = [f"{one}{two}" for one in "bcdfghj" for two in "bcdfghj"]
    many = "call the doctor " + " ".join(alphabet)
    async with open_recogniser(f"vosk:{make_model('vosk')}") as recogniser:
        for text in (many, f"{many} x"):
            heard = await hear(recogniser, blocks(1, 2), Vocabulary("", (text,)))
            assert (heard.text, heard.source) == ("call the", "open")
    assert caplog.text.count("knows few of the expected words") == 1


async def test_vosk_passes_over_a_bad_grammar(
    make_model: MakeModel, caplog: pytest.LogCaptureFixture
):
    """A warning says why; what is said is heard."""
    async with open_recogniser(f"vosk:{make_model('vosk')}") as recogniser:
        heard = await hear(recogniser, blocks(4, 5), Vocabulary("nonsense"))
    assert heard.text == "tell me"
    assert "grammar is of no use" in caplog.text


async def test_a_model_of_vosk_with_a_fixed_graph_expects_nothing(
    make_model: MakeModel,
):
    """It hears what it hears."""
    folder = make_model("vosk")
    (folder / "graph" / "Gr.fst").unlink()
    async with open_recogniser(f"vosk:{folder}") as recogniser:
        vocabulary = Vocabulary("", ("tell me the joke",))
        heard = await hear(recogniser, blocks(4, 5, 7, 8), vocabulary)
    assert (heard.text, heard.source) == ("tell me a joke", "open")


@pytest.mark.parametrize("kind", FILES)
async def test_a_lost_utterance_is_no_harm(
    make_model: MakeModel, kind: str, caplog: pytest.LogCaptureFixture
):
    """The log says why, and the next one is heard."""
    async with open_recogniser(f"{kind}:{make_model(kind)}") as recogniser:
        lost = await hear(recogniser, blocks(*[-1] * 5), Vocabulary())
        assert lost == Hearing("")
        assert "An utterance is lost: " in caplog.text
        assert (await hear(recogniser, blocks(*[4] * 5), Vocabulary())).text


async def test_whisper_hears(make_model: MakeModel):
    """Digits and punctuation become words; names in the phrases are expected."""
    vocabulary = Vocabulary("", ("Call Zephyr.", "call me"))
    async with open_recogniser(f"whisper:{make_model('whisper')}") as recogniser:
        await recogniser.ready()
        recogniser.prepare(vocabulary)
        hearing = await hear(recogniser, bytes(64_001), vocabulary)
    assert hearing == Hearing("heard two seconds call me zephyr", "open")


async def test_whisper_hears_nothing_in_no_time(make_model: MakeModel):
    """Less than a tenth of a second is not even tried."""
    async with open_recogniser(f"whisper:{make_model('whisper')}") as recogniser:
        assert await hear(recogniser, bytes(3000), Vocabulary()) == Hearing("")


async def test_an_utterance_can_be_dropped(make_model: MakeModel):
    """Nothing is heard in it, and the next one is heard."""
    async with open_recogniser(f"whisper:{make_model('whisper')}") as recogniser:
        listener = recogniser.listen(Vocabulary())
        listener.feed(bytes(64_000))
        listener.drop()
        assert await listener.finish() == Hearing("")
        assert (await hear(recogniser, bytes(32_000), Vocabulary())).text


@pytest.mark.parametrize(
    "text", ["", "vosk", "vosk:", "whisper: ", "deaf", "deaf:/tmp", "sphinx:/tmp"]
)
def test_unknown_recognisers_are_refused(text: str):
    """One sentence names all there are."""
    with pytest.raises(NoRecogniser, match="choose sphinx, vosk:FOLDER, whisper:FOLD"):
        open_recogniser(text)


def test_sphinx_is_built_in():
    """It needs no folder."""
    assert isinstance(open_recogniser("sphinx"), SphinxRecogniser)


@pytest.mark.parametrize(
    ("kind", "package", "command"),
    [
        ("vosk", "vosk", "pip install vosk"),
        ("whisper", "faster_whisper", "pip install faster-whisper"),
    ],
)
def test_a_missing_package(
    monkeypatch: pytest.MonkeyPatch, kind: str, package: str, command: str
):
    """The command that installs it is named."""
    monkeypatch.setattr(
        "live_emulator.voice.hearing.model_recognisers.find_spec",
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
            assert "hearing_worker" not in commands
            assert ("vosk_worker" in commands) == (kind is Emulator)


@pytest.mark.parametrize("kind", FILES)
async def test_a_real_model_hears(kind: str, speaker):
    """An English model of the reader's understands a plain sentence."""
    folder = os.environ.get(f"LIVE_EMULATOR_{kind.upper()}_MODEL")
    if not folder:
        pytest.skip(f"LIVE_EMULATOR_{kind.upper()}_MODEL names no model")
    async with open_recogniser(f"{kind}:{folder}") as recogniser:
        await recogniser.ready()
        pcm = await speech(speaker, "turn on the kitchen light please")
        vocabulary = Vocabulary("", ("turn on the kitchen light please",))
        heard = await hear(recogniser, pcm, vocabulary)
    assert "kitchen light" in heard.text
