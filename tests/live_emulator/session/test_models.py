"""Every model does what its page says it does."""

from dataclasses import replace

import pytest

from live_emulator.protocol.models import LIVE_MODELS, LiveModel, Task
from live_emulator.protocol.sources import documented
from live_emulator.protocol.wire_types import Dialect
from tests.live_emulator.rules import rule
from tests.live_emulator.session.bench import ENDPOINT, LEVEL, Bench

VERTEX = replace(ENDPOINT, dialect=Dialect.VERTEX, version="v1beta1")

NAMES = " ".join(f"model.{name}" for name in LIVE_MODELS)


@rule(documented("model and deprecation pages, October 2026"), NAMES)
@pytest.mark.parametrize("model", LIVE_MODELS.values(), ids=LIVE_MODELS)
def test_every_model(model: LiveModel):
    """A model answers as it can where it is offered, and is unknown elsewhere."""
    for endpoint, offered in ((ENDPOINT, model.gemini), (VERTEX, model.vertex)):
        level = LEVEL if model.needs_thinking_level else {}
        bench = Bench(endpoint=endpoint).setup(
            model.name, inputAudioTranscription={}, **level
        )
        if model.retired or not offered:
            assert bench.closed is not None
            assert bench.closed.code == 1008
            continue
        bench.forget().speak(pause_ms=1500).run(20)
        assert bench.transcript("inputTranscription").strip() == "hello"
        kinds = bench.kinds()
        if model.task is not Task.CONVERSE:
            assert "turnComplete" not in kinds
        else:
            assert "turnComplete" in kinds
            assert ("audio" in kinds) == ("AUDIO" in model.modalities)
            assert ("text" in kinds) == ("AUDIO" not in model.modalities)
        assert ("ACTIVITY_START" in kinds) == model.voice_activity


@rule(
    documented("the end of two Live previews, announced for 2026-11-17; ids inferred"),
    "model.gemini-3.1-flash-live-preview "
    "model.gemini-2.5-flash-native-audio-preview-12-2025",
)
def test_models_whose_end_is_past():
    """A model whose announced end is past answers, and the log says what may come."""
    ended = {name for name, model in LIVE_MODELS.items() if model.ended}
    assert ended == {
        "gemini-3.1-flash-live-preview",
        "gemini-2.5-flash-native-audio-preview-12-2025",
    }
    for name in ended:
        bench = Bench().setup(name)
        assert bench.closed is None
        [note] = bench.notes
        assert name in note and "2026-11-17" in note and "gemini-3.8-live" in note
    assert Bench().setup("gemini-3.8-live").notes == []
