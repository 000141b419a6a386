"""The calls beside the live ones, as bytes over HTTP."""

import asyncio
import base64
import io
import json
import time
import wave
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest
from google import genai
from PIL import Image

from live_emulator.brain import Question, ReplyPart, Say, ScriptedBrain, Search, Think
from live_emulator.emulator import Emulator
from live_emulator.loopback.google_key import GoogleKey
from live_emulator.loopback.oauth import CLOUD_SCOPE, TokenIssuer
from live_emulator.protocol.sources import documented, guessed, observed
from live_emulator.session import ephemeral_tokens
from tests.live_emulator.rules import rule

MODEL = "gemini-3.8-flash"
PROMPT = {"contents": [{"role": "user", "parts": [{"text": "What is two plus two?"}]}]}


async def call(
    live: Emulator, method: str, path: str, body: Any = None, **query: str
) -> tuple[int, str, str]:
    """Return status, content type and text of an answer."""
    data = None if body is None else json.dumps(body)
    async with (
        aiohttp.ClientSession() as http,
        http.request(
            method, live.url + path, params={"key": "k"} | query, data=data
        ) as answer,
    ):
        return answer.status, answer.content_type, await answer.text()


def ahead(**delta: float) -> str:
    """Return a time from now as the Python SDK writes it."""
    return (datetime.now(UTC) + timedelta(**delta)).isoformat()


# --- tokens


@rule(
    documented("SDK: an empty request has no body; only the name is answered"),
    "auth_tokens.create",
)
@pytest.mark.parametrize("version", ["v1", "v1beta", "v1alpha"])
async def test_a_token_of_defaults(live, version):
    """An empty request makes a token, on every version."""
    status, kind, text = await call(live, "POST", f"/{version}/auth_tokens")
    assert (status, kind) == (200, "application/json")
    [(field, name)] = json.loads(text).items()
    assert field == "name"
    assert name.startswith("auth_tokens/")
    assert len(name) > len("auth_tokens/") + 30


@rule(observed("2026-09-18"), "auth_tokens.create unary.paths")
async def test_tokens_can_not_be_listed(live):
    """There is no list of tokens, and none can be fetched."""
    _, _, text = await call(live, "POST", "/v1alpha/auth_tokens")
    for path in ("auth_tokens", json.loads(text)["name"]):
        status, _, _ = await call(live, "GET", f"/v1alpha/{path}")
        assert status == 404


@rule(
    documented("both SDKs write times in their own way"),
    "auth_tokens.expireTime auth_tokens.newSessionExpireTime",
)
@pytest.mark.parametrize(
    "ending", ["+00:00", "Z", ".000Z", ".123456789Z", "+02:00", ""]
)
async def test_times_in_every_form(live, ending):
    """A time is read with and without fractions and offsets."""
    time = (datetime.now(UTC) + timedelta(hours=3)).strftime("%Y-%m-%dT%H:%M:%S")
    body = {"expireTime": time + ending, "newSessionExpireTime": time + ending}
    status, _, _ = await call(live, "POST", "/v1alpha/auth_tokens", body)
    assert status == 200


@rule(
    observed("2026-09-18: the words of both errors"),
    "auth_tokens.errors auth_tokens.expireTime auth_tokens.newSessionExpireTime",
)
@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"expireTime": ahead(hours=21)}, "expire_time is too far in the future."),
        (
            {"newSessionExpireTime": ahead(hours=21)},
            "new_session_expire_time is too far in the future.",
        ),
        ({"liveConnectConstraints": {}}, 'Unknown name "liveConnectConstraints"'),
    ],
)
async def test_token_requests_that_are_refused(live, body, words):
    """A token lives for 20 hours at most, and REST has its own field names."""
    status, _, text = await call(live, "POST", "/v1alpha/auth_tokens", body)
    error = json.loads(text)["error"]
    assert (status, error["status"]) == (400, "INVALID_ARGUMENT")
    assert words in error["message"]


@rule(
    observed("js-genai 1492, PR 1602: what an SDK makes of a setup with tools"),
    "auth_tokens.fieldMask auth_tokens.errors",
)
@pytest.mark.parametrize(
    ("mask", "good"),
    [
        ("model,generationConfig.top_k", True),
        ("model,generation_config.topK", True),
        ("systemInstruction.parts", True),
        ("tools", True),
        ("generationConfig.speechConfig.voiceConfig", True),
        ("sessionResumption,historyConfig.initialHistoryInClientContent", True),
        ("nonsense", False),
        ("config", False),
        ("model,tools.0", False),
        ("tools.functionDeclarations", False),
        ("systemInstruction.parts.0", False),
        ("generationConfig.nonsense", False),
        ("model.name", False),
        ("labels.k", False),
        ("model,", False),
        ("avatarConfig.x", False),
    ],
)
async def test_masks(live, mask, good):
    """A mask names fields of the setup, at any depth but not in lists or maps."""
    body = {"fieldMask": mask}
    status, _, text = await call(live, "POST", "/v1/auth_tokens", body)
    assert status == (200 if good else 400)
    if not good:
        assert json.loads(text)["error"]["message"] == (
            "field_mask is invalid for BidiGenerateContentSetup"
        )


@rule(
    documented("SDK: ephemeral tokens are for live sessions"),
    "unary.errors method.credentials",
)
async def test_a_token_is_no_key(live):
    """The calls beside the live ones refuse ephemeral tokens."""
    _, _, text = await call(live, "POST", "/v1/auth_tokens")
    token = json.loads(text)["name"]
    headers = {"authorization": f"Token {token}"}
    async with (
        aiohttp.ClientSession(headers=headers) as http,
        http.get(f"{live.url}/v1/models") as answer,
    ):
        assert answer.status == 403


# --- generateContent and its like


@rule(documented("SDK: alt=sse"), "unary.streamGenerateContent")
async def test_a_stream_of_events(live):
    """A stream is made of data lines, each a response, with no end mark."""
    path = f"/v1/models/{MODEL}:streamGenerateContent"
    status, kind, text = await call(live, "POST", path, PROMPT, alt="sse")
    assert (status, kind) == (200, "text/event-stream")
    assert text.endswith("\r\n\r\n")
    events = text.removesuffix("\r\n\r\n").split("\r\n\r\n")
    responses = [json.loads(event.removeprefix("data: ")) for event in events]
    finishes = [one["candidates"][0].get("finishReason") for one in responses]
    assert finishes == [None] * (len(responses) - 1) + ["STOP"]
    assert "usageMetadata" in responses[-1]
    assert len({one["responseId"] for one in responses}) == 1


@rule(
    documented("REST reference: a list without alt=sse"), "unary.streamGenerateContent"
)
async def test_a_stream_as_a_list(live):
    """Without `alt=sse` the pieces come as one list."""
    path = f"/v1/models/{MODEL}:streamGenerateContent"
    status, kind, text = await call(live, "POST", path, PROMPT)
    assert (status, kind) == (200, "application/json")
    assert json.loads(text)[-1]["candidates"][0]["finishReason"] == "STOP"


@rule(documented("REST reference"), "unary.generateContent")
async def test_a_whole_answer(live):
    """An answer has the fields that the SDKs read."""
    path = f"/v1/models/{MODEL}:generateContent"
    _, _, text = await call(live, "POST", path, PROMPT)
    answer = json.loads(text)
    [candidate] = answer["candidates"]
    assert "four" in candidate["content"]["parts"][0]["text"].lower()
    assert candidate["content"]["role"] == "model"
    assert (candidate["finishReason"], candidate["index"]) == ("STOP", 0)
    assert answer["modelVersion"] == MODEL
    usage = answer["usageMetadata"]
    assert (
        usage["totalTokenCount"]
        == usage["promptTokenCount"] + usage["candidatesTokenCount"]
    )


@rule(
    documented("REST reference"),
    "generateContent.contents generateContent.systemInstruction "
    "generateContent.generationConfig generateContent.tools",
)
async def test_what_shapes_an_answer(live):
    """Instruction, limits and tools of a request are obeyed."""
    path = f"/v1/models/{MODEL}:generateContent"
    instruction = {"parts": [{"text": "Begin every answer with the word Indeed."}]}
    body = PROMPT | {
        "model": f"models/{MODEL}",
        "systemInstruction": instruction,
        "generationConfig": {"temperature": 0.1, "maxOutputTokens": 100},
    }
    _, _, text = await call(live, "POST", path, body)
    [part] = json.loads(text)["candidates"][0]["content"]["parts"]
    assert part["text"].startswith("Indeed")
    city = {"type": "OBJECT", "properties": {"city": {"type": "STRING"}}}
    weather = {
        "name": "get_weather",
        "description": "Tell the weather of a city.",
        "parameters": city,
    }
    body = {
        "contents": [{"parts": [{"text": "What is the weather in Paris?"}]}],
        "tools": [{"functionDeclarations": [weather]}],
    }
    _, _, text = await call(live, "POST", path, body)
    [part] = json.loads(text)["candidates"][0]["content"]["parts"]
    assert part["functionCall"] == {"name": "get_weather", "args": {"city": "Paris"}}


@rule(
    documented("REST reference"),
    "generateContent.model generateContent.toolConfig generateContent.safetySettings "
    "generateContent.cachedContent generateContent.labels countTokens.tools "
    "countTokens.generationConfig",
)
async def test_unary_fields_without_effect(live):
    """What changes nothing here is accepted all the same."""
    body = PROMPT | {
        "model": f"models/{MODEL}",
        "toolConfig": {"functionCallingConfig": {"mode": "NONE"}},
        "safetySettings": [{"category": "HARM_CATEGORY_HARASSMENT"}],
        "cachedContent": "cachedContents/x",
        "labels": {"a": "b"},
    }
    path = f"/v1/models/{MODEL}"
    assert (await call(live, "POST", f"{path}:generateContent", body))[0] == 200
    body = PROMPT | {"tools": [{"googleSearch": {}}], "generationConfig": {"topK": 1}}
    assert (await call(live, "POST", f"{path}:countTokens", body))[0] == 200


@rule(
    documented("REST reference"),
    "unary.countTokens countTokens.contents countTokens.generateContentRequest "
    "countTokens.systemInstruction",
)
@pytest.mark.parametrize(
    "body",
    [
        {"contents": [{"parts": [{"text": "x" * 40}]}]},
        {"generateContentRequest": {"contents": [{"parts": [{"text": "x" * 40}]}]}},
        {
            "contents": [{"parts": [{"text": "x" * 20}]}],
            "systemInstruction": {"parts": [{"text": "x" * 20}]},
        },
    ],
)
async def test_counting(live, body):
    """Tokens are counted in contents, in whole requests and in instructions."""
    _, _, text = await call(live, "POST", f"/v1/models/{MODEL}:countTokens", body)
    counted = json.loads(text)
    assert counted["totalTokens"] == 10
    assert counted["promptTokensDetails"] == [{"modality": "TEXT", "tokenCount": 10}]


def blob(mime_type: str, data: bytes) -> dict[str, Any]:
    """Return a part that holds a file."""
    encoded = base64.b64encode(data).decode()
    return {"inlineData": {"mimeType": mime_type, "data": encoded}}


def picture(colour: str) -> bytes:
    """Return a plain image."""
    file = io.BytesIO()
    Image.new("RGB", (64, 64), colour).save(file, "PNG")
    return file.getvalue()


async def said_to(live: Emulator, *contents: Any, **body: Any) -> str:
    """Return what is answered to contents, in lower case."""
    path = f"/v1/models/{MODEL}:generateContent"
    body |= {"contents": list(contents)}
    status, _, text = await call(live, "POST", path, body)
    assert status == 200, text
    parts = json.loads(text)["candidates"][0]["content"]["parts"]
    return "".join(part.get("text", "") for part in parts).lower()


@rule(documented("REST reference: Part"), "generateContent.contents")
async def test_contents_of_every_kind(live, say):
    """Images are seen, recordings heard, and earlier turns and results known."""
    shown = {
        "parts": [blob("Image/PNG", picture("red")), {"text": "What color do you see?"}]
    }
    assert "red" in await said_to(live, shown)
    pcm = await say("What is two plus two?")
    for kind in ("audio/pcm;rate=16000", "audio/wav"):
        data = pcm
        if kind == "audio/wav":
            file = io.BytesIO()
            with wave.open(file, "wb") as recording:
                recording.setparams((1, 2, 16_000, 0, "NONE", ""))
                recording.writeframes(pcm)
            data = file.getvalue()
        assert "four" in await said_to(live, {"parts": [blob(kind, data)]})
    declared = {"name": "get_weather", "description": "Tell the weather of a city."}
    called = {"functionCall": {"name": "get_weather", "args": {"city": "Paris"}}}
    result = {"functionResponse": {"name": "get_weather", "response": "rainy"}}
    answer = await said_to(
        live,
        {"role": "user", "parts": [{"text": "What is the weather in Paris?"}]},
        {"role": "model", "parts": [called]},
        {"role": "user", "parts": [result]},
        tools=[{"functionDeclarations": [declared]}],
    )
    assert "rainy" in answer


@rule(
    guessed("how the service says it is known of images alone"),
    "unary.errors generateContent.contents",
)
@pytest.mark.parametrize(
    ("part", "words"),
    [
        (blob("image/png", b"abc"), "Unable to process input image."),
        (blob("audio/mp3", b"abcd"), "Emulator: no audio/mp3 here"),
        (blob("application/pdf", b"%PDF"), "Emulator: no application/pdf here"),
        (blob("", b"abcd"), "Emulator: no data without a MIME type here"),
        (blob("audio/wav", b"RIFFabcd"), "Request contains an invalid argument."),
        ({"inlineData": {"data": "%"}}, "Base64 decoding failed"),
    ],
)
async def test_contents_that_can_not_be_read(live, part, words):
    """A file that can't be read is an error, whatever it should be."""
    path = f"/v1/models/{MODEL}:generateContent"
    status, _, text = await call(live, "POST", path, {"contents": [{"parts": [part]}]})
    assert status == 400
    assert words in json.loads(text)["error"]["message"]


@rule(observed("voiceclaw #155, of a live session"), "unary.errors")
async def test_an_expired_key(live):
    """An expired key is told apart from a wrong one."""
    status, _, text = await call(live, "GET", "/v1/models", key="expired-key")
    assert status == 400
    assert "expired" in json.loads(text)["error"]["message"]


@rule(documented("REST reference"), "unary.generateContent")
async def test_more_tokens_than_there_is_room_for(live, monkeypatch):
    """They are refused as the service refuses what exceeds a quota."""
    monkeypatch.setattr(ephemeral_tokens, "_MOST_BYTES", 0)
    body = {"bidiGenerateContentSetup": {"model": f"models/{MODEL}"}}
    status, _, text = await call(live, "POST", "/v1alpha/auth_tokens", body)
    assert (status, json.loads(text)["error"]["status"]) == (429, "RESOURCE_EXHAUSTED")


class Watched:
    """A brain that talks until nobody listens, and says who closed it."""

    def __init__(self) -> None:
        self.began_in: object = None
        self.closed_in: asyncio.Future[object] = asyncio.Future()

    async def reply(self, question: Question) -> AsyncIterator[ReplyPart]:
        """Say the same again and again."""
        self.began_in = asyncio.current_task()
        try:
            while True:
                yield Say("Once more.")
                await asyncio.sleep(0)
        finally:
            task = asyncio.current_task()
            loop = self.closed_in.get_loop()
            loop.call_soon_threadsafe(self.closed_in.set_result, task)


async def test_a_brain_whose_client_left():
    """It is closed at once, by the task that read it: no request of its is left."""
    brain = Watched()
    async with Emulator(brain=brain) as live:
        url = f"{live.url}/v1beta/models/{MODEL}:streamGenerateContent"
        query = {"key": "k", "alt": "sse"}
        async with (
            aiohttp.ClientSession() as http,
            http.post(url, params=query, json=PROMPT) as answer,
        ):
            await answer.content.readline()
        async with asyncio.timeout(20):
            assert await brain.closed_in is brain.began_in


async def test_an_answer_is_one_text():
    """Sentences that come one by one in a stream are one text in a whole answer."""
    path = f"/v1/models/{MODEL}:generateContent"
    with Emulator(brain=ScriptedBrain([[Say("One."), Say("Two.")]])) as live:
        _, _, text = await call(live, "POST", path, PROMPT)
    [candidate] = json.loads(text)["candidates"]
    assert candidate["content"]["parts"] == [{"text": "One. Two."}]


@rule(documented("Vertex AI: OAuth"), "method.credentials unary.paths")
@pytest.mark.parametrize(("made_up", "status"), [(False, 200), (True, 401)])
async def test_a_bearer_token(live, made_up, status):
    """Callers of Vertex AI show a bearer token that was given out here."""
    issuer = TokenIssuer(GoogleKey.open())
    minted = issuer.mint("somebody", CLOUD_SCOPE, time.time())
    token = "t" if made_up else minted["access_token"]
    path = f"/v1/projects/p/locations/global/publishers/google/models/{MODEL}"
    async with (
        aiohttp.ClientSession(headers={"authorization": f"Bearer {token}"}) as http,
        http.post(f"{live.url}{path}:generateContent", json=PROMPT) as answer,
    ):
        assert answer.status == status


@rule(documented("REST reference: groundingMetadata"), "unary.generateContent")
async def test_grounding_and_thoughts():
    """Searches come as metadata at the end; thoughts are not shown."""
    brain = ScriptedBrain([[Think("Hm."), Search(("tides",)), Say("At noon.")]])
    with Emulator(brain=brain) as live:
        path = f"/v1/models/{MODEL}:generateContent"
        _, _, text = await call(live, "POST", path, PROMPT)
    [candidate] = json.loads(text)["candidates"]
    assert candidate["content"]["parts"] == [{"text": "At noon."}]
    assert candidate["groundingMetadata"]["webSearchQueries"] == ["tides"]


@rule(documented("REST reference: Model"), "unary.models")
async def test_a_model(live):
    """A live model says what it is, how much it takes, and what it can do."""
    _, _, text = await call(live, "GET", "/v1beta/models/gemini-3.8-live")
    model = json.loads(text)
    assert model["name"] == "models/gemini-3.8-live"
    assert model["baseModelId"] == "gemini-3.8-live"
    assert model["displayName"] == "Gemini 3.8 Live"
    assert (model["inputTokenLimit"], model["outputTokenLimit"]) == (131_072, 65_536)
    assert model["supportedGenerationMethods"] == ["bidiGenerateContent", "countTokens"]


@rule(documented("deprecations page"), "unary.models")
async def test_the_list_of_models(live):
    """The list has every model that answers, and none that is retired."""
    _, _, text = await call(live, "GET", "/v1/models", pageSize="5")
    names = {model["name"] for model in json.loads(text)["models"]}
    assert {"models/gemini-3.8-live", "models/gemini-3.8-flash"} <= names
    assert "models/gemini-2.0-flash-exp" not in names
    assert "models/gemini-live-2.5-flash-native-audio" not in names


@rule(documented("both SDKs in Vertex AI's express mode"), "unary.paths")
async def test_unary_calls_on_vertex(live):
    """The paths of Vertex AI answer too."""
    for prefix in ("", "projects/p/locations/global/"):
        path = f"/v1beta1/{prefix}publishers/google/models/{MODEL}:generateContent"
        assert (await call(live, "POST", path, PROMPT))[0] == 200


@rule(observed("the web SDK asks before it calls"), "unary.cors")
async def test_what_pages_may_send(live):
    """A page of any origin may send the headers the web SDK sends."""
    async with (
        aiohttp.ClientSession() as http,
        http.options(f"{live.url}/v1/models") as answer,
    ):
        allowed = answer.headers["Access-Control-Allow-Headers"]
        methods = answer.headers["Access-Control-Allow-Methods"]
    for header in ("content-type", "x-goog-api-key", "x-goog-api-client"):
        assert header in allowed
    assert methods == "GET,POST,OPTIONS"


@rule(
    documented("SDK: the setup and the mask it makes of constraints"),
    "auth_tokens.bidiGenerateContentSetup auth_tokens.fieldMask auth_tokens.uses "
    "auth_tokens.create",
)
async def test_constraints_of_the_python_sdk(live, monkeypatch):
    """What the SDK locks is in force; the rest is the client's."""
    for name, value in live.environment.items():
        monkeypatch.setenv(name, value)
    client = genai.Client(http_options={"api_version": "v1alpha"})
    constraints = {
        "model": "gemini-3.8-live",
        "config": {
            "response_modalities": ["AUDIO"],
            "system_instruction": "Begin every answer with the word Indeed.",
        },
    }
    with pytest.warns(Warning, match="experimental"):
        token = await client.aio.auth_tokens.create(
            config={
                "uses": 1,
                "live_connect_constraints": constraints,
                "lock_additional_fields": [],
            }
        )
        page = genai.Client(api_key=token.name, http_options={"api_version": "v1alpha"})
    config = {"output_audio_transcription": {}, "system_instruction": "Be silent."}
    said = ""
    async with page.aio.live.connect(model="no-such-model", config=config) as session:
        await session.send_client_content(
            turns={"role": "user", "parts": [{"text": "What is two plus two?"}]}
        )
        async for message in session.receive():
            content = message.server_content
            if content and content.output_transcription:
                said += content.output_transcription.text or ""
    assert said.startswith("Indeed")
