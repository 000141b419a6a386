"""Answer the calls beside the live ones with the same brain, ears and mouth."""

import asyncio
import logging
import random
from collections.abc import AsyncGenerator, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import orjson
from aiohttp import web

from live_emulator.brain.types import Call, Question, Say, Search, Wait
from live_emulator.clock import Clock
from live_emulator.closing_iterators import closing
from live_emulator.loopback.limits import MAX_SPEECHES_AT_ONCE
from live_emulator.loopback.local_requests import CORS_HEADERS
from live_emulator.protocol import unary
from live_emulator.protocol.closing import CLOSES, Rejected
from live_emulator.protocol.endpoints import (
    CredentialKind,
    check_key,
    find_credential,
)
from live_emulator.protocol.models import (
    LIVE_MODELS,
    UNARY_MODELS,
    LiveModel,
    UnaryModel,
)
from live_emulator.protocol.server_messages import audio_part, text_part
from live_emulator.protocol.unary import ApiError, UnaryCall
from live_emulator.protocol.usage import (
    AUDIO_TOKENS_PER_SECOND,
    audio_tokens,
    text_tokens,
)
from live_emulator.protocol.voices import DEFAULT_VOICE, find_voice
from live_emulator.protocol.wire_types import (
    Dialect,
    MessageType,
    Reading,
    read_message,
)
from live_emulator.serving.contents import read_contents
from live_emulator.serving.eyes import UnreadableImage
from live_emulator.serving.pictures import Pictures
from live_emulator.serving.services import Services
from live_emulator.session.ephemeral_tokens import (
    MAX_LIFETIME_S,
    NoRoom,
    TokenRequest,
    known_path,
)
from live_emulator.session.grounding import grounding_metadata
from live_emulator.session.settings import read_tools, text_of_content
from live_emulator.session.shared import SharedState
from live_emulator.voice.process.worker import WorkerLost
from live_emulator.voice.types import OUTPUT_RATE_HZ

__all__ = ["UnaryApi"]


log = logging.getLogger("live_emulator")

_BYTES_PER_TOKEN = OUTPUT_RATE_HZ * 2 // AUDIO_TOKENS_PER_SECOND


class UnaryApi:
    """`generateContent` and its like, the list of models, ephemeral tokens."""

    def __init__(
        self, services: Services, shared: SharedState, clock: Clock, seed: int
    ) -> None:
        self._services = services
        self._shared = shared
        self._clock = clock
        self._seed = seed
        self._speeches = asyncio.Semaphore(MAX_SPEECHES_AT_ONCE)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Answer any HTTP request that is not an upgrade."""
        if request.method == "OPTIONS":
            return web.Response(status=204, headers=CORS_HEADERS)
        try:
            call = unary.find_call(request.method, request.path)
            if call is None:
                raise ApiError(404, "Requested entity was not found.", "NOT_FOUND")
            self._check_caller(request)
            return await self._answer(request, call)
        except ApiError as error:
            return _error(error)
        except Rejected as rejected:
            return _error(ApiError(400, rejected.close.reason, "INVALID_ARGUMENT"))
        except NoRoom:
            return _error(unary.exhausted())
        except UnreadableImage as unreadable:
            log.warning("An image is refused: %s.", unreadable)
            message = "Unable to process input image."
            return _error(ApiError(400, message, "INVALID_ARGUMENT"))
        except WorkerLost as lost:
            log.error("A call is answered with an internal error: %s.", lost)
            return _error(ApiError(500, "Internal error encountered.", "INTERNAL"))
        except ConnectionResetError:
            return web.Response(status=400)  # for nobody: the client has left

    def _check_caller(self, request: web.Request) -> None:
        credential = find_credential(request.query, request.headers)
        if credential.kind is CredentialKind.NONE:
            raise unary.missing_key()
        if credential.kind is CredentialKind.TOKEN:
            raise unary.missing_key()  # tokens are for live sessions alone
        if credential.kind is CredentialKind.KEY:
            refusal = check_key(credential.value)
            if refusal is CLOSES["key.invalid"]:
                raise unary.invalid_key()
            if refusal is not None:
                raise ApiError(400, refusal.reason, "INVALID_ARGUMENT")

    async def _answer(
        self, request: web.Request, call: UnaryCall
    ) -> web.StreamResponse:
        match call.method:
            case "models.list":
                return _json({"models": unary.list_models()})
            case "models.get":
                return _json(unary.model_resource(_find_model(call)))
            case "auth_tokens.create":
                return await self._create_token(request, call)
            case "countTokens":
                return await self._count(request, call)
            case "streamGenerateContent":
                return await self._stream(request, call)
        return await self._generate(request, call)

    # --- generateContent

    async def _generate(self, request: web.Request, call: UnaryCall) -> web.Response:
        body = await _read_body(request, unary.GENERATE_REQUEST, call)
        parts: list[dict[str, Any]] = []
        last: dict[str, Any] = {}
        async with closing(self._responses(request, body, call)) as chunks:
            async for response in chunks:
                [candidate] = response["candidates"]
                _merge(parts, candidate["content"]["parts"])
                last = response
        [candidate] = last["candidates"]
        candidate["content"]["parts"] = parts
        return _json(last)

    async def _stream(
        self, request: web.Request, call: UnaryCall
    ) -> web.StreamResponse:
        body = await _read_body(request, unary.GENERATE_REQUEST, call)
        if request.query.get("alt") != "sse":
            async with closing(self._responses(request, body, call)) as chunks:
                return _json([chunk async for chunk in chunks])
        headers = CORS_HEADERS | {"Content-Type": "text/event-stream"}
        response = web.StreamResponse(headers=headers)
        async with closing(self._responses(request, body, call)) as chunks:
            # What is refused is refused with its status, before anything is sent.
            chunk = await anext(chunks)
            await response.prepare(request)
            with suppress(ConnectionError):
                await response.write(_event(chunk))
                async for chunk in chunks:
                    await response.write(_event(chunk))
                await response.write_eof()
        return response

    async def _responses(
        self, request: web.Request, body: Mapping[str, Any], call: UnaryCall
    ) -> AsyncGenerator[dict[str, Any]]:
        """Yield the chunks of one answer, the last with finish and usage."""
        model = _find_unary_model(call)
        services = self._services
        pictures = Pictures(services.brain, services.reader)
        turns = await read_contents(body.get("contents", ()), services, pictures)
        if not turns:
            raise ApiError(
                400,
                "* GenerateContentRequest.contents: contents is not specified",
                "INVALID_ARGUMENT",
            )
        prompt = sum(text_tokens(turn.text) for turn in turns)
        if prompt > model.input_token_limit:
            raise unary.too_long(prompt, model.input_token_limit)
        response_id = random.randbytes(12).hex()
        if model.speech:
            async with self._speeches:
                speech, is_whole = await self._speak(
                    request, turns[-1].text, body, model.output_token_limit
                )
            usage = _usage(prompt, audio_tokens(len(speech) / OUTPUT_RATE_HZ / 2e-3))
            yield unary.generate_response(
                [_linear_audio(speech)],
                model=model.name,
                response_id=response_id,
                usage=usage,
                finish="STOP" if is_whole else "MAX_TOKENS",
            )
            return
        generation = body.get("generationConfig", {})
        tools = read_tools(body.get("tools", ()), LIVE_MODELS["gemini-3.8-live"])
        limit = generation.get("maxOutputTokens")
        question = Question(
            turns=turns,
            instruction=text_of_content(body.get("systemInstruction")),
            tools=tools.declarations,
            search=tools.search,
            now=self._shared.wall_time(self._clock.now()),
            seed=generation.get("seed") or self._seed,
            max_words=max(1, limit * 3 // 4) if limit else None,
        )
        said = 0
        grounding: dict[str, Any] | None = None
        question = await pictures.with_text(question)
        async with closing(services.brain.reply(question)) as reply:
            async for part in reply:
                match part:
                    case Say(text):
                        shown = f" {text}" if said else text
                        said += text_tokens(shown)
                        parts = [text_part(shown)]
                    case Call(name, args):
                        parts = [{"functionCall": {"name": name, "args": dict(args)}}]
                    case Search(queries):
                        grounding = grounding_metadata(queries)
                        continue
                    case Wait(seconds):
                        await asyncio.sleep(seconds / self._clock.speed)
                        continue
                    case _:  # thoughts are not shown, and faults are for sessions
                        continue
                yield unary.generate_response(
                    parts, model=model.name, response_id=response_id, finished=False
                )
        yield unary.generate_response(
            [],
            model=model.name,
            response_id=response_id,
            usage=_usage(prompt, said),
            grounding=grounding,
        )

    async def _speak(
        self,
        request: web.Request,
        text: str,
        body: Mapping[str, Any],
        most_tokens: int,
    ) -> tuple[bytes, bool]:
        """Return the speech, and whether it is all of it.

        Raises:
            ConnectionResetError: The client has left.

        """
        speech = body.get("generationConfig", {}).get("speechConfig", {})
        config = speech.get("voiceConfig", {}).get("prebuiltVoiceConfig", {})
        name = config.get("voiceName")
        language = speech.get("languageCode", "")
        voice = find_voice(name, language) if name else DEFAULT_VOICE
        pcm = bytearray()
        async with closing(self._services.speaker.speak(text, voice=voice)) as pieces:
            async for piece in pieces:
                pcm += piece.pcm
                if request.transport is None or request.transport.is_closing():
                    raise ConnectionResetError("nobody waits for the speech any more")
                if len(pcm) > most_tokens * _BYTES_PER_TOKEN:
                    return bytes(pcm[: most_tokens * _BYTES_PER_TOKEN]), False
        return bytes(pcm), True

    # --- the rest

    async def _count(self, request: web.Request, call: UnaryCall) -> web.Response:
        body = await _read_body(request, unary.COUNT_REQUEST, call)
        body = body.get("generateContentRequest") or body
        turns = await read_contents(body.get("contents", ()), self._services)
        instruction = text_of_content(body.get("systemInstruction"))
        total = text_tokens(instruction) + sum(text_tokens(one.text) for one in turns)
        return _json(
            {
                "totalTokens": total,
                "promptTokensDetails": [{"modality": "TEXT", "tokenCount": total}],
            }
        )

    async def _create_token(
        self, request: web.Request, call: UnaryCall
    ) -> web.Response:
        body = await _read_body(request, unary.TOKEN_REQUEST, call)
        mask = body.get("fieldMask")
        locked = tuple(path.strip() for path in mask.split(",")) if mask else None
        for path in locked or ():
            if not known_path(path):
                message = "field_mask is invalid for BidiGenerateContentSetup"
                raise ApiError(400, message, "INVALID_ARGUMENT")
        expires = _seconds_ahead(body, "expireTime", "expire_time")
        starts = _seconds_ahead(body, "newSessionExpireTime", "new_session_expire_time")
        default = TokenRequest()
        token = self._shared.tokens.create(
            TokenRequest(
                uses=body.get("uses", default.uses),
                lifetime_s=default.lifetime_s if expires is None else expires,
                start_window_s=default.start_window_s if starts is None else starts,
                setup=body.get("bidiGenerateContentSetup"),
                locked=locked,
                size_bytes=len(await request.read()),
            ),
            self._clock.now(),
        )
        return _json({"name": token.name})


def _event(chunk: dict[str, Any]) -> bytes:
    return b"data: " + orjson.dumps(chunk) + b"\r\n\r\n"


def _json(value: Any, status: int = 200) -> web.Response:
    return web.Response(
        body=orjson.dumps(
            value, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE
        ),
        status=status,
        headers=CORS_HEADERS,
        content_type="application/json",
        charset="utf-8",
    )


def _error(error: ApiError) -> web.Response:
    return _json(unary.error_body(error), error.code)


async def _read_body(
    request: web.Request, kind: MessageType, call: UnaryCall
) -> dict[str, Any]:
    text = await request.read()
    try:
        value = orjson.loads(text) if text.strip() else {}
    except orjson.JSONDecodeError as error:
        message = f"Invalid JSON payload received. {error.msg}"
        raise ApiError(400, message, "INVALID_ARGUMENT") from None
    return read_message(kind, value, "", Reading(call.dialect, call.version))


def _find_model(call: UnaryCall) -> LiveModel | UnaryModel:
    model = UNARY_MODELS.get(call.model) or LIVE_MODELS.get(call.model)
    if model is None or (isinstance(model, LiveModel) and model.retired):
        raise unary.no_such_model(call.model, call.version, "getModel")
    return model


def _find_unary_model(call: UnaryCall) -> UnaryModel:
    model = UNARY_MODELS.get(call.model)
    if model is None:
        raise unary.no_such_model(call.model, call.version, call.method)
    return model


def _merge(parts: list[dict[str, Any]], more: list[dict[str, Any]]) -> None:
    """Add parts; text that follows text makes one part with it."""
    for part in more:
        if parts and "text" in part and "text" in parts[-1]:
            parts[-1]["text"] += part["text"]
        else:
            parts.append(dict(part))


def _usage(prompt: int, response: int) -> dict[str, Any]:
    return {
        "promptTokenCount": prompt,
        "candidatesTokenCount": response,
        "totalTokenCount": prompt + response,
        "promptTokensDetails": [{"modality": "TEXT", "tokenCount": prompt}],
    }


def _linear_audio(pcm: bytes) -> dict[str, Any]:
    part = audio_part(pcm, Dialect.GEMINI)
    part["inlineData"]["mimeType"] = f"audio/L16;codec=pcm;rate={OUTPUT_RATE_HZ}"
    return part


def _seconds_ahead(body: Mapping[str, Any], name: str, proto_name: str) -> float | None:
    """Return how far ahead a timestamp lies."""
    text = body.get(name)
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        message = f"Invalid value at '{proto_name}' (Timestamp), \"{text[:60]}\""
        raise ApiError(400, message, "INVALID_ARGUMENT") from None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    seconds = (moment - datetime.now(UTC)).total_seconds()
    if seconds > MAX_LIFETIME_S + 1:
        raise ApiError(
            400,
            f"{proto_name} is too far in the future. Maximum lifetime is 20h",
            "INVALID_ARGUMENT",
        )
    return seconds
