"""The model draws through another model; here, one that is told what to answer."""

from types import SimpleNamespace

import pytest
from google.genai import types
from google.genai.errors import ClientError

from chapter_07.declarations import declare
from chapter_07.picture_tool import MOST_PICTURES, picture_function
from chapter_07.tools import Tools

PNG = b"\x89PNG\r\n\x1a\n"


class Painter:
    """Stands for a `genai.Client`."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.asked = []
        self.aio = SimpleNamespace(models=self)

    async def generate_content(self, **asked):
        self.asked.append(asked)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


def answer_of(*parts):
    content = types.Content(role="model", parts=list(parts))
    return types.GenerateContentResponse(
        candidates=[types.Candidate(content=content)] if parts else []
    )


def picture():
    return types.Part.from_bytes(data=PNG, mime_type="image/png")


async def test_a_picture_is_written_beside_the_words(tmp_path):
    """The model is told the name of its file; the call goes to the model named."""
    painter = Painter(answer_of(types.Part(text="Here it is."), picture()))
    tools = Tools(picture_function(painter, "a-painter", tmp_path))
    result = await tools.run("draw_picture", {"description": "A red kettle."})
    assert result.response == {"file": "picture-1.png"}
    assert (tmp_path / "picture-1.png").read_bytes() == PNG
    assert painter.asked[0]["model"] == "a-painter"
    assert painter.asked[0]["contents"] == "A red kettle."


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (answer_of(), "No picture came back"),
        (answer_of(types.Part(text="I can't draw that.")), "No picture came back"),
        (
            ClientError(429, {"error": {"message": "quota"}}),
            "could not be drawn: quota",
        ),
    ],
)
async def test_what_is_not_drawn_is_an_error_for_the_model(tmp_path, answer, words):
    """Refusals and quotas are spoken about, and nothing is written."""
    tools = Tools(picture_function(Painter(answer), "a-painter", tmp_path))
    result = await tools.run("draw_picture", {"description": "A red kettle."})
    assert words in result.response["error"]
    assert list(tmp_path.iterdir()) == []


async def test_a_conversation_has_a_limit(tmp_path):
    """Each picture costs money."""
    answers = [answer_of(picture()) for _ in range(MOST_PICTURES)]
    painter = Painter(*answers)
    tools = Tools(picture_function(painter, "a-painter", tmp_path))
    for _ in range(MOST_PICTURES + 1):
        result = await tools.run("draw_picture", {"description": "A kettle."})
    assert result.has_failed and len(painter.asked) == MOST_PICTURES


def test_the_model_knows_what_to_describe(tmp_path):
    """The closure is declared as any function is."""
    function = picture_function(Painter(), "a-painter", tmp_path)
    properties = declare(function).schema["properties"]
    assert list(properties) == ["description"]
    assert properties["description"]["description"].startswith("What is to be seen")
