"""An answer is collected from messages, and speech is cut into chunks."""

import ast
import re

import pytest
from google import genai
from google.genai import types

from chapter_01.exchange import Answer, chunks_of, receive_answer, send_speech
from guide import backend
from guide.audio_files import read_speech


def message(pcm=b"", usage=None, **content):
    """Return a message of the service."""
    if pcm:
        blob = types.Blob(data=pcm, mime_type="audio/pcm;rate=24000")
        content["model_turn"] = types.Content(parts=[types.Part(inline_data=blob)])
    return types.LiveServerMessage(
        server_content=types.LiveServerContent(**content) if content else None,
        usage_metadata=usage,
    )


def words(text):
    return types.Transcription(text=text)


class Session:
    """Plays an exchange: what is sent is kept, what is received was prepared."""

    def __init__(self, *messages):
        self.sent = []
        self._messages = messages

    async def send_realtime_input(self, **what):
        self.sent.append(what)

    async def receive(self):
        for one in self._messages:
            yield one


async def test_an_answer_is_put_together_from_its_messages():
    """Audio and words arrive in pieces, the usage at the end."""
    usage = types.UsageMetadata(total_token_count=7)
    answer = await receive_answer(
        Session(
            message(input_transcription=words("what is ")),
            message(input_transcription=words("that")),
            message(b"\x01\x00", output_transcription=words("A ")),
            message(b"\x02\x00\x03\x00"),
            message(output_transcription=words("chair.")),
            message(generation_complete=True),
            message(turn_complete=True, usage=usage),
        )
    )
    assert (answer.heard, answer.said) == ("what is that", "A chair.")
    assert answer.chunks == [b"\x01\x00", b"\x02\x00\x03\x00"]
    assert answer.pcm == b"\x01\x00\x02\x00\x03\x00"
    assert answer.usage == usage
    assert not answer.was_interrupted


def test_one_message_may_bring_several_things():
    """None of them hides another."""
    answer = Answer()
    answer.add(
        message(
            b"\x01\x00",
            output_transcription=words("So"),
            input_transcription=words("go on"),
            interrupted=True,
        )
    )
    assert (answer.pcm, answer.said, answer.heard) == (b"\x01\x00", "So", "go on")
    assert answer.was_interrupted


def test_a_message_without_content_changes_nothing():
    """The service also sends messages that belong to no answer."""
    answer = Answer()
    for empty in (
        types.LiveServerMessage(),
        types.LiveServerMessage(setup_complete=types.LiveServerSetupComplete()),
        message(output_transcription=types.Transcription()),
    ):
        answer.add(empty)
    assert answer == Answer()


@pytest.mark.parametrize(
    ("seconds", "lengths"),
    [(0, []), (0.04, [1280]), (0.1, [1280, 1280, 640])],
)
def test_speech_is_cut_into_chunks_of_40_ms(seconds, lengths):
    """The last is as long as what is left; nothing is lost or added."""
    pcm = bytes(range(256)) * 250
    pcm = pcm[: int(seconds * 32_000)]
    chunks = list(chunks_of(pcm))
    assert [len(chunk.data) for chunk in chunks] == lengths
    assert b"".join(chunk.data for chunk in chunks) == pcm
    assert all(chunk.mime_type == "audio/pcm;rate=16000" for chunk in chunks)


async def test_the_snippet_of_the_readme_runs(reachable, questions, repository):
    """With the names that the notebook gives to model, settings and question."""
    live = backend.ensure()
    readme = (repository / "chapter_01" / "README.md").read_text("utf-8")
    (snippet,) = re.findall(r"^```python\n(.*?)^```", readme, re.M | re.S)
    names = {
        "client": genai.Client(),
        "MODEL": live.live_model,
        "TALK": {
            "response_modalities": ["AUDIO"],
            "output_audio_transcription": {},
        },
        "question": read_speech(questions / "capital-of-france.wav"),
        "send_speech": send_speech,
        "receive_answer": receive_answer,
    }
    flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
    await eval(compile(snippet, "snippet", "exec", flags=flags), names)
    assert names["answer"].said.strip() == "The capital of France is Paris."


async def test_speech_is_sent_with_its_end():
    """The model is told that it need not wait for silence."""
    session = Session()
    await send_speech(session, bytes(1_300))
    assert [len(what["audio"].data) for what in session.sent[:-1]] == [1280, 20]
    assert session.sent[-1] == {"audio_stream_end": True}
