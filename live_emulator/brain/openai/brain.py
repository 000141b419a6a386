"""Ask a model server, and say its answer while it is still being written."""

import asyncio
import logging
import os
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import aclosing, contextmanager, suppress
from dataclasses import dataclass
from ipaddress import ip_address

import aiohttp
import orjson
from yarl import URL

from live_emulator.brain.openai.completion import Completion
from live_emulator.brain.openai.messages import Names, is_gap, request_body
from live_emulator.brain.openai.sse import EventReader
from live_emulator.brain.openai.trouble import Nonsense, Trouble, refusal, shortened
from live_emulator.brain.types import BrainError, Question, ReplyPart, Say

__all__ = ["OpenAiBrain", "Patience"]

log = logging.getLogger("live_emulator")

_KEY_VARIABLE = "OPENAI_API_KEY"
_LARGEST_BODY = 1_000_000
_LARGEST_ERROR = 20_000
_DONE = "[DONE]"
_NO_CHAT = ("embed", "rerank", "whisper", "tts", "moderation")
"""Models in the list of a server that hold no conversation."""


@dataclass(frozen=True)
class Patience:
    """How long a server may take; in real seconds, whatever the emulator's speed."""

    connect_s: float = 3.0
    first_s: float = 20.0
    """Until the answer begins."""
    idle_s: float = 20.0
    """Between two pieces of the answer."""


class OpenAiBrain:
    """Whatever model an OpenAI-compatible endpoint has.

    Args:
        address: As in ``http://127.0.0.1:11434/v1#llama3.2``: where the API is, and
            the model; without one, the first of the server's list.
        patience: How long to wait for it.

    Raises:
        BrainError: The address is none.

    The key is taken from OPENAI_API_KEY, if it is set, whenever something is asked.
    What goes wrong is one sentence, said as the answer and logged.

    """

    def __init__(self, address: str, patience: Patience | None = None) -> None:
        self._url, self._model = _read_address(address)
        self._patience = patience or Patience()
        self._where = str(self._url.origin())
        self._found = ""

    async def reply(self, question: Question) -> AsyncIterator[ReplyPart]:
        """Yield the answer as it comes; closing the iterator ends the request."""
        try:
            async with aclosing(self._answer(question)) as parts:
                async for part in parts:
                    yield part
        except Trouble as trouble:
            log.warning("%s", trouble)
            yield Say(str(trouble))

    def needs_text(self, question: Question) -> bool:
        """Have the picture of the turn that is answered read; see `ReadingBrain`."""
        return bool(question.turns and question.turns[-1].sights)

    async def _answer(self, question: Question) -> AsyncGenerator[ReplyPart, None]:
        key = os.environ.get(_KEY_VARIABLE, "").strip()
        async with self._session(key) as http:
            model = self._model or await self._first_model(http, key)
            names = Names(question.tools)
            declared = frozenset(tool.name for tool in question.tools)
            completion = Completion(names, declared)
            body = request_body(question, model, names)
            with self._usable():
                async with await self._request(
                    http, "chat/completions", body
                ) as response:
                    await self._check(response, model, key)
                    async with aclosing(self._parts(response, completion)) as parts:
                        async for part in parts:
                            yield part
                for call in completion.calls():
                    if not is_gap(question):
                        yield call
        if completion.is_empty and not is_gap(question):
            raise self._trouble("gave an empty answer. Ask again, or try another model")

    def _session(self, key: str) -> aiohttp.ClientSession:
        headers = {"Accept-Encoding": "identity"}
        if key:
            headers["Authorization"] = f"Bearer {key}"
        timeout = aiohttp.ClientTimeout(total=None, connect=self._patience.connect_s)
        # No proxy reaches this machine, and none gets to see what is said here.
        return aiohttp.ClientSession(
            timeout=timeout, headers=headers, trust_env=not _is_local(self._url)
        )

    async def _request(
        self, http: aiohttp.ClientSession, path: str, body: object = None
    ) -> aiohttp.ClientResponse:
        """Return a response whose headers are there.

        Raises:
            Trouble: The server can't be reached, or says nothing.

        """
        url = self._url.joinpath(path).with_query(self._url.query)
        data = None if body is None else orjson.dumps(body)
        kind = {"Content-Type": "application/json"} if data else None
        method = "POST" if data else "GET"
        try:
            async with asyncio.timeout(self._patience.first_s):
                return await http.request(
                    method, url, data=data, headers=kind, allow_redirects=False
                )
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError):
            raise self._trouble(
                "can't be reached. Start it, or name another one: --brain openai:URL"
            ) from None
        except TimeoutError:
            raise self._trouble(
                f"has not begun to answer within {self._patience.first_s:g} seconds. "
                "It may still be loading; ask again"
            ) from None

    async def _parts(
        self, response: aiohttp.ClientResponse, completion: Completion
    ) -> AsyncGenerator[ReplyPart, None]:
        if response.content_type == "application/json":
            # Some servers answer as a whole, whatever they were asked for.
            for part in completion.feed(await self._whole(response, _LARGEST_BODY)):
                yield part
        elif response.content_type != "text/event-stream":
            kind = shortened(response.content_type)
            raise Nonsense(f"it is {kind}, not a completion; most addresses end in /v1")
        else:
            async with aclosing(self._events(response)) as events:
                async for data in events:
                    if data == _DONE:
                        break
                    for part in completion.feed(data):
                        yield part
        for part in completion.end():
            yield part

    async def _events(
        self, response: aiohttp.ClientResponse
    ) -> AsyncGenerator[str, None]:
        reader = EventReader()
        while piece := await self._piece(response):
            for data in reader.feed(piece):
                yield data
        for data in reader.end():
            yield data

    async def _piece(self, response: aiohttp.ClientResponse) -> bytes:
        """Return the next bytes, none at the end."""
        try:
            async with asyncio.timeout(self._patience.idle_s):
                return await response.content.readany()
        except TimeoutError:
            raise self._trouble(
                "stopped in the middle of its answer, and sent nothing for "
                f"{self._patience.idle_s:g} seconds"
            ) from None
        except (aiohttp.ClientError, ConnectionError):
            raise self._trouble("broke off in the middle of its answer") from None

    async def _whole(self, response: aiohttp.ClientResponse, most: int) -> bytes:
        body = bytearray()
        while piece := await self._piece(response):
            body += piece
            if len(body) > most:
                raise Nonsense("it has no end")
        return bytes(body)

    async def _check(
        self, response: aiohttp.ClientResponse, model: str, key: str
    ) -> None:
        if response.status == 200:
            return
        self._found = ""
        body = b""
        with suppress(Nonsense, Trouble):
            body = await self._whole(response, _LARGEST_ERROR)
        raise refusal(self._where, response.status, body, model, key)

    async def _first_model(self, http: aiohttp.ClientSession, key: str) -> str:
        """Return the first model of the server that holds a conversation."""
        if self._found:
            return self._found
        with self._usable():
            async with await self._request(http, "models") as response:
                await self._check(response, "", key)
                ids = _model_ids(await self._whole(response, _LARGEST_BODY))
        if not ids:
            raise self._trouble(
                "has no model. Load one into it, or name one behind a hash sign: "
                "--brain openai:URL#MODEL"
            )
        chats = (one for one in ids if not any(no in one.lower() for no in _NO_CHAT))
        self._found = next(chats, ids[0])
        return self._found

    def _trouble(self, what: str) -> Trouble:
        return Trouble(f"The model server at {self._where} {what}.")

    @contextmanager
    def _usable(self) -> Iterator[None]:
        """Say in one sentence why an answer can't be used."""
        try:
            yield
        except (Nonsense, aiohttp.ClientError, ConnectionError, ValueError) as error:
            # The text of a bad response names the whole URL, perhaps with a key in it.
            bad = isinstance(error, aiohttp.ClientResponseError)
            why = shortened(str(getattr(error, "message", "")) if bad else str(error))
            raise Trouble(
                f"The answer of the model server at {self._where} can't be used: "
                f"{why or type(error).__name__}."
            ) from None


def _read_address(address: str) -> tuple[URL, str]:
    """Return where the API is, and the model's name or an empty text."""
    example = "openai:http://127.0.0.1:11434/v1"
    try:
        url = URL(address)
        is_good = url.scheme in ("http", "https") and bool(url.host) and bool(url.port)
    except ValueError:
        is_good = False
    if not is_good:
        raise BrainError(f"A brain behind an endpoint is named as in {example}.")
    model = url.fragment
    url = url.with_fragment(None)
    path = url.path.rstrip("/").removesuffix("/chat/completions")
    return url.with_path(path or "/v1").with_query(url.query), model


def _is_local(url: URL) -> bool:
    """Tell whether the server is on this machine, where no proxy leads."""
    host = url.host or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def _model_ids(body: bytes) -> list[str]:
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise Nonsense("its list of models is not JSON") from None
    models = value.get("data") if isinstance(value, dict) else None
    if not isinstance(models, list):
        raise Nonsense("its list of models is none; most addresses end in /v1")
    ids = (model.get("id") for model in models if isinstance(model, dict))
    return [one for one in ids if isinstance(one, str) and one]
