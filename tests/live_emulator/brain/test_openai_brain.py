"""A model server is asked over HTTP; whatever goes wrong is one sentence."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import replace

import pytest
import pytest_asyncio
from aiohttp import web

from live_emulator.brain import (
    BrainError,
    Call,
    Question,
    Result,
    Say,
    Think,
    Tool,
    Turn,
)
from live_emulator.brain.choose import brain_from
from live_emulator.brain.openai.brain import OpenAiBrain, Patience
from live_emulator.brain.types import ReplyPart
from tests.live_emulator.brain.model_server import (
    ModelServer,
    chunk,
    model_server,
    sse,
    tool_call,
)

HELLO = Question((Turn("user", "hello"),))
ORDER = Tool("order", "Order it.", {"type": "object", "properties": {"dish": {}}})
WITH_TOOL = replace(HELLO, tools=(ORDER,))

SHORT = Patience(connect_s=3, first_s=0.2, idle_s=0.2)


@pytest_asyncio.fixture
async def server(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[ModelServer]:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    async with model_server() as running:
        yield running


async def reply(brain: OpenAiBrain, question: Question = HELLO) -> list[ReplyPart]:
    return [part async for part in brain.reply(question)]


async def test_an_answer_is_said_while_it_comes(server):
    """The first sentence is there while the server still writes the second."""
    go = asyncio.Event()
    server.say(chunk("Good "), chunk("day. How"), go, chunk(" are you?"))
    async with aclosing(OpenAiBrain(server.url).reply(HELLO)) as parts:
        assert await anext(parts) == Say("Good day.")
        go.set()
        assert [part async for part in parts] == [Say("How are you?")]


async def test_what_is_asked(server, monkeypatch):
    """Model, conversation and tools go out as OpenAI has them, with the key."""
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
    server.say(chunk("Yes."))
    assert await reply(OpenAiBrain(f"{server.url}#big/model:7b"), WITH_TOOL) == [
        Say("Yes.")
    ]
    [body] = server.asked
    assert body["model"] == "big/model:7b" and body["stream"] is True
    assert body["messages"][-1] == {"role": "user", "content": "hello"}
    assert body["tools"][0]["function"]["name"] == "order"
    assert server.headers[0]["Authorization"] == "Bearer sk-secret"
    assert server.listed == 0


async def test_the_first_model_of_the_list(server):
    """Without a name, the first model for conversations is asked, and remembered."""
    brain = OpenAiBrain(server.url)
    for _ in range(2):
        server.say(chunk("Yes."))
        await reply(brain)
    assert [body["model"] for body in server.asked] == ["tiny", "tiny"]
    assert server.listed == 1
    assert "Authorization" not in server.headers[0]
    server.models = {"data": [{"id": "nomic-embed"}]}
    server.say(chunk("Yes."))
    await reply(OpenAiBrain(server.url))
    assert server.asked[-1]["model"] == "nomic-embed"


async def test_closing_the_iterator_ends_the_request(server):
    """The server sees that nobody listens any more."""
    server.say(chunk("One. Two"), asyncio.Event())
    async with aclosing(OpenAiBrain(server.url).reply(HELLO)) as parts:
        assert await anext(parts) == Say("One.")
    async with asyncio.timeout(10):
        await server.closed.wait()


async def test_a_cancelled_reply_ends_the_request(server):
    """Also while the answer is still awaited."""
    server.say(chunk("One."), asyncio.Event())
    brain = OpenAiBrain(server.url)
    task = asyncio.create_task(reply(brain))
    async with asyncio.timeout(10):
        await server.was_asked.wait()
        task.cancel()
        await server.closed.wait()
        await asyncio.wait([task])
    assert task.cancelled()


async def test_calls(server):
    """Calls come in pieces, several at a time, behind what is said."""
    server.say(
        chunk("One moment."),
        tool_call(0, "order", '{"di', "a"),
        tool_call(1, "order", '{"dish": "tea"}', "b"),
        tool_call(0, None, 'sh": "soup"}'),
    )
    assert await reply(OpenAiBrain(server.url), WITH_TOOL) == [
        Say("One moment."),
        Call("order", {"dish": "soup"}),
        Call("order", {"dish": "tea"}),
    ]


async def test_meanwhile_nothing_is_called(server):
    """In the gap until a result comes the model only speaks, or is silent."""
    turns = (*HELLO.turns, Turn("model", calls=(Call("order", {}, "id-1"),)))
    gap = Question(turns, tools=(ORDER,), pending=turns[-1].calls)
    server.say(chunk("It is coming."), tool_call(0, "order", "{}"))
    server.say()
    brain = OpenAiBrain(server.url)
    assert await reply(brain, gap) == [Say("It is coming.")]
    assert server.asked[0]["tool_choice"] == "none"
    assert await reply(brain, gap) == []


async def test_a_result_is_passed_on(server):
    """The model gets it under the id of its call."""
    turns = (
        *HELLO.turns,
        Turn("model", calls=(Call("order", {"dish": "soup"}, "id-1"),)),
        Turn("tool", results=(Result("order", {"ok": True}, "id-1"),)),
    )
    server.say(chunk("It is coming."))
    await reply(OpenAiBrain(server.url), Question(turns, tools=(ORDER,)))
    *_, call, result = server.asked[0]["messages"]
    assert call["tool_calls"][0]["id"] == result["tool_call_id"] == "id-1"
    assert json.loads(result["content"]) == {"ok": True}


async def test_servers_that_do_not_stream(server):
    """A whole completion is an answer too, and so is a stream without its end."""
    message = {"role": "assistant", "content": "One. Two."}
    server.give({"choices": [{"message": message}]})
    brain = OpenAiBrain(server.url)
    assert await reply(brain) == [Say("One."), Say("Two.")]
    server.say(chunk("One. Two."), done=False)
    assert await reply(brain) == [Say("One."), Say("Two.")]
    server.say(chunk("One.").rstrip("\n"), done=False)
    assert await reply(brain) == [Say("One.")]
    server.say("data: [DONE]", done=False)
    assert "empty answer" in str(await reply(brain))


async def test_a_proxy_is_not_asked_for_what_is_here(server, monkeypatch):
    """Loopback needs no proxy, whatever the environment says."""
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    for url in (server.url, server.url.replace("127.0.0.1", "localhost")):
        server.say(chunk("Yes."))
        assert await reply(OpenAiBrain(url)) == [Say("Yes.")]


BAD_REQUEST = {"error": {"message": "this model has no\ntools.", "code": 400}}
FAILURES = [
    (lambda s: s.give({"error": "x"}, 401), "wants a key: put one into OPENAI_"),
    (lambda s: s.give("", 403), "wants a key"),
    (
        lambda s: s.give({"error": {"message": "model 'tiny' not found."}}, 404),
        "has no model named tiny: model 'tiny' not found.",
    ),
    (lambda s: s.give("<html>", 404), "does not know this path (404). Most addresses"),
    (lambda s: s.give({"detail": "x"}, 429), "has had too many requests (429)."),
    (lambda s: s.give({"message": "out of memory"}, 500), "failed (500): out of mem"),
    (lambda s: s.give("x" * 30_000, 503), "failed (503)."),
    (lambda s: s.give(BAD_REQUEST, 400), "question (400): this model has no tools."),
    (lambda s: s.give("", 302), "points elsewhere (302)."),
    (lambda s: s.give("<p>Hello", kind="text/html"), "it is text/html, not a comp"),
    (lambda s: s.give("{"), "what it sent is not JSON."),
    (lambda s: s.give([]), "what it sent is no completion."),
    (lambda s: s.give("x" * 2_000_000), "it has no end."),
    (lambda s: s.say(sse("{")), "what it sent is not JSON."),
    (lambda s: s.say("data: " + "x" * 2_000_000), "it sent a line without an end."),
    (lambda s: s.say(sse({"error": {"message": "Boom."}})), "reports an error: Boom."),
    (lambda s: s.say(), "gave an empty answer. Ask again, or try another model."),
    (lambda s: s.say(chunk("*** "), chunk("")), "gave an empty answer."),
    (lambda s: s.say(tool_call(0, "order", "{'dish'")), "not JSON: {'dish'."),
    (lambda s: s.say(tool_call(0, "order", "[1]")), "that are not JSON: [1]."),
    (lambda s: s.say(tool_call(0, "delete", "{}")), "no function here: delete."),
]  # fmt: skip


@pytest.mark.parametrize(("fail", "sentence"), FAILURES, ids=range(len(FAILURES)))
async def test_what_goes_wrong_is_one_sentence(server, caplog, fail, sentence):
    """It is said and logged, and the next question is answered."""
    brain = OpenAiBrain(server.url)
    fail(server)
    [said] = await reply(brain, WITH_TOOL)
    assert sentence in said.text
    assert server.url.removesuffix("/v1") in said.text
    assert len(said.text.splitlines()) == 1
    assert [record.message for record in caplog.records] == [said.text]
    server.say(chunk("Fine."))
    assert await reply(brain, WITH_TOOL) == [Say("Fine.")]


async def test_a_server_that_does_not_begin(server):
    """It may be loading: the reader is told to ask again."""

    async def wait(request: web.Request) -> web.StreamResponse:
        await asyncio.Event().wait()
        raise AssertionError

    server.answers.append(wait)
    [said] = await reply(OpenAiBrain(server.url, SHORT))
    assert "has not begun to answer within 0.2 seconds. It may still be" in said.text


async def test_a_server_that_stops(server):
    """What was said stays, and the sentence follows it."""
    server.say(chunk("One. Two"), asyncio.Event())
    one, stopped = await reply(OpenAiBrain(server.url, replace(SHORT, first_s=20)))
    assert one == Say("One.")
    assert (
        "stopped in the middle of its answer, and sent nothing for 0.2" in stopped.text
    )


async def test_a_server_that_breaks_off(server):
    """What was said stays, and the sentence follows it."""

    async def drop(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        response.enable_chunked_encoding()
        await response.prepare(request)
        await response.write(chunk("One. Two").encode())
        assert request.transport is not None
        request.transport.abort()
        return response

    server.answers.append(drop)
    one, broken = await reply(OpenAiBrain(server.url))
    assert one == Say("One.")
    assert "broke off in the middle of its answer." in broken.text


async def test_no_server(caplog):
    """The reader is told to start it."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    [said] = await reply(OpenAiBrain(f"http://user:pw@127.0.0.1:{port}/v1#tiny"))
    assert said.text == (
        f"The model server at http://127.0.0.1:{port} can't be reached. Start it, or "
        "name another one: --brain openai:URL."
    )
    assert caplog.records[0].message == said.text


async def test_something_else_listens_there():
    """What is no HTTP is said to be of no use, and nothing secret of the address."""

    async def shout(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"SSH-2.0\r\n")
        writer.close()

    async with await asyncio.start_server(shout, "127.0.0.1", 0) as other:
        port = other.sockets[0].getsockname()[1]
        address = f"http://127.0.0.1:{port}/v1?key=a-secret#tiny"
        [said] = await reply(OpenAiBrain(address))
    assert "can't be used: " in said.text and len(said.text.splitlines()) == 1
    assert "a-secret" not in said.text


@pytest.mark.parametrize(
    ("models", "sentence"),
    [
        ({"data": []}, "has no model. Load one into it, or name one behind a hash"),
        ({"data": [7, {"id": 7}, {"id": ""}]}, "has no model."),
        ({"object": "list"}, "its list of models is none; most addresses end in /v1."),
        ([], "its list of models is none"),
        (web.Response(text="<p>"), "its list of models is not JSON."),
        (web.Response(status=401), "wants a key"),
    ],
)
async def test_a_server_without_models(server, models, sentence):
    """Nothing can be asked, and the sentence says what to do."""
    server.models = models
    [said] = await reply(OpenAiBrain(server.url))
    assert sentence in said.text


async def test_the_key_is_never_told(server, monkeypatch, caplog):
    """Neither said nor logged, even if the server says it."""
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
    server.give({"error": {"message": "Key sk-secret is bad"}}, 400)
    [said] = await reply(OpenAiBrain(server.url))
    assert "Key ... is bad" in said.text
    server.give({"error": {"message": "Key sk-secret is bad"}}, 401)
    [said] = await reply(OpenAiBrain(server.url))
    assert "refuses the key in OPENAI_API_KEY." in said.text
    assert "sk-secret" not in caplog.text


async def test_thoughts(server):
    """What the model thinks is a thought, not speech."""
    server.say(chunk(reasoning_content="Hm. "), chunk("Yes."))
    assert await reply(OpenAiBrain(server.url)) == [Think("Hm."), Say("Yes.")]


@pytest.mark.parametrize(
    ("address", "asked"),
    [
        ("http://localhost:1", "http://localhost:1/v1/chat/completions"),
        ("http://localhost:1/", "http://localhost:1/v1/chat/completions"),
        ("https://a.b/c/v1/#x", "https://a.b/c/v1/chat/completions"),
        ("https://a.b/v1/chat/completions", "https://a.b/v1/chat/completions"),
        ("https://a.b/v1?version=2#x", "https://a.b/v1/chat/completions?version=2"),
    ],
)
async def test_addresses(address, asked, monkeypatch):
    """A path of its own is kept, and without one it is /v1."""
    brain = OpenAiBrain(address if "#" in address else f"{address}#x")
    urls: list[str] = []

    async def request(self: object, method: str, url: object, **_: object) -> None:
        urls.append(str(url))
        raise ValueError("enough")

    monkeypatch.setattr("aiohttp.ClientSession.request", request)
    await reply(brain)
    assert urls == [asked]


@pytest.mark.parametrize("host", ["example.com", "10.0.0.7", "[::1]", "127.0.0.2"])
async def test_proxies_are_for_other_machines(host, monkeypatch):
    """The environment's proxies count unless the server is on this machine."""
    trusted: list[bool] = []

    class Session:
        def __init__(self, *, trust_env: bool, **_: object) -> None:
            trusted.append(trust_env)
            raise RuntimeError("enough")

    monkeypatch.setattr("aiohttp.ClientSession", Session)
    with pytest.raises(RuntimeError):
        await reply(OpenAiBrain(f"http://{host}/v1#x"))
    assert trusted == [host in ("example.com", "10.0.0.7")]


@pytest.mark.parametrize(
    "text", ["127.0.0.1:11434", "ftp://a", "http://", "http://a:x", "llama"]
)
def test_what_is_no_address(text):
    """One sentence shows how it is written."""
    with pytest.raises(
        BrainError, match="named as in openai:http://127.0.0.1:11434/v1"
    ):
        brain_from(f"openai:{text}")
