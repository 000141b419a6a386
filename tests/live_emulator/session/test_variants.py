"""What the emulator does where sources disagree, and what a variant does instead."""

import pytest

from live_emulator.options import Options
from live_emulator.protocol.sources import documented, observed
from live_emulator.protocol.variants import VARIANTS, VariantError
from live_emulator.session.shared import SharedState
from tests.live_emulator.rules import rule
from tests.live_emulator.session.bench import Bench, audio, silence, tone, user_text

MANUAL = {
    "realtimeInputConfig": {"automaticActivityDetection": {"disabled": True}},
}
TOOLS = [{"functionDeclarations": [{"name": "f"}]}]


def shared(*variants: str) -> SharedState:
    """Return the state of an emulator with variants."""
    return SharedState(variants=frozenset(variants))


@rule(
    documented("audioStreamEnd flushes; openclaw 152830 measured no answer on 3.8"),
    "realtimeInput.audioStreamEnd activity.automatic",
)
@pytest.mark.parametrize(("variants", "ends"), [((), 1), (["stream-end-ignored"], 0)])
def test_the_end_of_the_stream(variants, ends):
    """AudioStreamEnd ends the turn, or, as a variant, does nothing."""
    bench = Bench(shared=shared(*variants)).setup().forget()
    bench.send(audio(tone(1000))).send({"realtimeInput": {"audioStreamEnd": True}})
    assert len(bench.find("ACTIVITY_END")) == ends
    bench.send(audio(silence(2000))).run(20)
    assert len(bench.find("ACTIVITY_END")) == 1
    assert bench.kinds()[-1] == "turnComplete"


@rule(
    observed("pipecat: discarded; omi PR 7611: 1007, here a variant"),
    "realtimeInput.audio activity.manual",
)
@pytest.mark.parametrize(
    ("variants", "code"), [((), None), (["early-audio-closes"], 1007)]
)
def test_audio_before_activity_start(variants, code):
    """Where the client marks activities, audio outside of them is discarded."""
    bench = Bench(shared=shared(*variants)).setup(**MANUAL).forget()
    bench.send(audio(b"")).send(audio(tone(500))).run(5)
    assert (bench.closed.code if bench.closed else None) == code
    assert (bench.messages, bench.ears) == ([], {})


@rule(
    observed(
        "generative-ai-js #487: 1008, now and then; ignored on 3.8 (pipecat PR 5497)"
    ),
    "toolResponse.functionResponses.id close.tool.unknown",
)
def test_unknown_results_that_close():
    """As a variant, a result for a call that was never made closes the session."""
    bench = Bench(shared=shared("unknown-result-closes")).setup()
    bench.send({"toolResponse": {"functionResponses": [{"id": "x", "response": {}}]}})
    assert (bench.closed.code, bench.closed.reason) == (
        1008,
        "Requested entity was not found.",
    )


@rule(
    observed("a fork of livekit, against a probe of 2026-09-19"),
    "toolResponse.functionResponses.scheduling close.tool.scheduling",
)
def test_scheduling_that_3_8_refuses():
    """As a variant, no model takes scheduling."""
    bench = Bench(shared=shared("no-scheduling")).setup(tools=TOOLS)
    one = {"id": "x", "response": {}, "scheduling": "SILENT"}
    bench.send({"toolResponse": {"functionResponses": [one]}})
    assert bench.closed.code == 1007


def resumed(state: SharedState, first: str, second: str) -> Bench:
    """Return a session that was resumed with a setup of its own instruction."""
    bench = Bench(shared=state)
    bench.setup(sessionResumption={}, systemInstruction={"parts": [{"text": "Old."}]})
    if first:
        content = {"parts": [{"text": first}]}
        bench.send({"contextUpdate": {"systemInstruction": content}})
        bench.send(user_text("hello")).run(20)
    _, message = bench.find("sessionResumptionUpdate")[-1]
    bench.session.end(bench.now)
    setup = {
        "sessionResumption": {"handle": message["sessionResumptionUpdate"]["newHandle"]}
    }
    if second:
        setup["systemInstruction"] = {"parts": [{"text": second}]}
    return Bench(shared=state).setup(**setup).send(user_text("hello"))


@rule(
    observed("the old instruction is kept when measured; documented as may change"),
    "setup.sessionResumption.handle setup.systemInstruction order.resumption",
)
@pytest.mark.parametrize(
    ("variants", "updated", "second", "kept", "noted"),
    [
        ((), "", "New.", "Old.", True),
        ((), "", "Old.", "Old.", False),
        ((), "", "", "Old.", False),
        ((), "Updated.", "New.", "Updated.", True),
        (["new-instruction"], "", "New.", "New.", False),
        (["new-instruction"], "", "", "", False),
    ],
)
def test_the_instruction_of_a_resumed_session(variants, updated, second, kept, noted):
    """A resumed session keeps its instruction, whatever the new setup says."""
    bench = resumed(shared(*variants), updated, second)
    assert bench.questions[0].instruction == kept
    assert bool(bench.notes) == noted


def test_variants_that_are_none():
    """A name that is no variant is refused, with those that there are."""
    assert Options(variants=list(VARIANTS)).variants == list(VARIANTS)
    with pytest.raises(VariantError, match="no variant 'x'; there are stream-end"):
        Options(variants=["x"])
