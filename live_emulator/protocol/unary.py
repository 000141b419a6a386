"""The calls beside the live ones: requests, responses and errors over HTTP."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from live_emulator.protocol.client_messages import CONTENT, GENERATION, SETUP, TOOL
from live_emulator.protocol.endpoints import collapse_slashes
from live_emulator.protocol.models import (
    LIVE_MODELS,
    UNARY_MODELS,
    LiveModel,
    UnaryModel,
)
from live_emulator.protocol.sources import documented
from live_emulator.protocol.wire_types import (
    Dialect,
    Effect,
    Field,
    Kind,
    MessageType,
    message,
)

__all__ = [
    "ApiError",
    "COUNT_REQUEST",
    "GENERATE_REQUEST",
    "TOKEN_REQUEST",
    "UnaryCall",
    "error_body",
    "find_call",
    "list_models",
    "model_resource",
    "too_long",
]

_DOCS = documented("ai.google.dev REST reference")
_NOT_COUNTED = "only text is counted"


def _accepted(kind: Kind, **kwargs: Any) -> Field:
    """Return a field that is read and has no effect here."""
    return Field(kind, _DOCS, Effect.ACCEPTED, **kwargs)


GENERATE_REQUEST = MessageType(
    "GenerateContentRequest",
    {
        "model": Field(Kind.STRING, _DOCS),
        "contents": message(CONTENT, repeated=True, source=_DOCS),
        "systemInstruction": message(CONTENT, source=_DOCS),
        "generationConfig": message(GENERATION, source=_DOCS),
        "tools": message(TOOL, repeated=True, source=_DOCS),
        "toolConfig": _accepted(Kind.ANY, note="functions are called as in AUTO"),
        "safetySettings": _accepted(
            Kind.ANY, repeated=True, note="nothing is filtered"
        ),
        "cachedContent": _accepted(Kind.STRING, note="nothing is cached"),
        "labels": _accepted(Kind.ANY),
    },
)
COUNT_REQUEST = MessageType(
    "CountTokensRequest",
    {
        "contents": message(CONTENT, repeated=True, source=_DOCS),
        "generateContentRequest": message(GENERATE_REQUEST, source=_DOCS),
        "systemInstruction": message(CONTENT, source=_DOCS),
        "tools": message(
            TOOL, repeated=True, source=_DOCS, effect=Effect.ACCEPTED, note=_NOT_COUNTED
        ),
        "generationConfig": message(
            GENERATION, source=_DOCS, effect=Effect.ACCEPTED, note=_NOT_COUNTED
        ),
    },
)
TOKEN_REQUEST = MessageType(
    "AuthToken",
    {
        "uses": Field(Kind.INT, _DOCS),
        "expireTime": Field(Kind.STRING, _DOCS),
        "newSessionExpireTime": Field(Kind.STRING, _DOCS),
        "bidiGenerateContentSetup": message(SETUP, source=_DOCS),
        "fieldMask": Field(Kind.STRING, _DOCS),
    },
)


class ApiError(Exception):
    """An error that is answered in Google's JSON form."""

    def __init__(
        self, code: int, message: str, status: str, details: Sequence[Any] = ()
    ) -> None:
        super().__init__(message)
        self.code = code
        self.status = status
        self.details = list(details)


def error_body(error: ApiError) -> dict[str, Any]:
    """Return the body of an error response."""
    body = {"code": error.code, "message": str(error), "status": error.status}
    if error.details:
        body["details"] = error.details
    return {"error": body}


def invalid_key() -> ApiError:
    """Return the error for a key that is not good."""
    return ApiError(
        400,
        "API key not valid. Please pass a valid API key.",
        "INVALID_ARGUMENT",
        [
            {
                "@type": "type.googleapis.com/google.rpc.ErrorInfo",
                "reason": "API_KEY_INVALID",
                "domain": "googleapis.com",
                "metadata": {"service": "generativelanguage.googleapis.com"},
            }
        ],
    )


def missing_key() -> ApiError:
    """Return the error for a caller without any key."""
    return ApiError(
        403,
        "Method doesn't allow unregistered callers (callers without established "
        "identity). Please use API Key or other form of API consumer identity to "
        "call this API.",
        "PERMISSION_DENIED",
    )


def no_such_model(name: str, version: str, method: str) -> ApiError:
    """Return the error for a model that is unknown or can't do this."""
    return ApiError(
        404,
        f"models/{name} is not found for API version {version}, or is not supported "
        f"for {method}. Call ListModels to see the list of available models and "
        "their supported methods.",
        "NOT_FOUND",
    )


def too_long(tokens: int, limit: int) -> ApiError:
    """Return the error for a prompt that the model can't take as a whole."""
    return ApiError(
        400,
        f"The input token count ({tokens}) exceeds the maximum number of tokens "
        f"allowed ({limit}).",
        "INVALID_ARGUMENT",
    )


def exhausted() -> ApiError:
    """Return the error for who asks for more than there is room for."""
    return ApiError(
        429,
        "Resource has been exhausted (e.g. check quota).",
        "RESOURCE_EXHAUSTED",
    )


@dataclass(frozen=True)
class UnaryCall:
    """What an HTTP request asks for."""

    dialect: Dialect
    version: str
    method: str
    """"generateContent", "streamGenerateContent", "countTokens", "models.list",
    "models.get" or "auth_tokens.create"."""
    model: str = ""


_PREFIX = r"/(?P<version>v1|v1beta|v1alpha|v1beta1)/"
_PUBLISHER = r"(?:projects/[^/]+/locations/[^/]+/)?publishers/google/models"
_CALLS = tuple(
    (re.compile(_PREFIX + pattern), http_method, dialect, method)
    for pattern, http_method, dialect, method in (
        (r"models", "GET", Dialect.GEMINI, "models.list"),
        (r"models/(?P<model>[^/:]+)", "GET", Dialect.GEMINI, "models.get"),
        (
            r"models/(?P<model>[^/:]+):(?P<method>\w+)",
            "POST",
            Dialect.GEMINI,
            "",
        ),
        (r"auth_tokens", "POST", Dialect.GEMINI, "auth_tokens.create"),
        (_PUBLISHER, "GET", Dialect.VERTEX, "models.list"),
        (_PUBLISHER + r"/(?P<model>[^/:]+)", "GET", Dialect.VERTEX, "models.get"),
        (
            _PUBLISHER + r"/(?P<model>[^/:]+):(?P<method>\w+)",
            "POST",
            Dialect.VERTEX,
            "",
        ),
    )
)
_POST_METHODS = frozenset({"generateContent", "streamGenerateContent", "countTokens"})


def find_call(http_method: str, path: str) -> UnaryCall | None:
    """Return the call of a request, None for a path that is none."""
    path = collapse_slashes(path)
    for pattern, expected, dialect, method in _CALLS:
        match = pattern.fullmatch(path)
        if match is None or http_method != expected:
            continue
        groups = match.groupdict()
        method = method or groups["method"]
        if expected == "POST" and method not in (*_POST_METHODS, "auth_tokens.create"):
            return None
        return UnaryCall(dialect, groups["version"], method, groups.get("model") or "")
    return None


def list_models() -> list[dict[str, Any]]:
    """Return every model that is not retired, as the API lists it."""
    live = [
        model_resource(model)
        for model in LIVE_MODELS.values()
        if model.gemini and not model.retired
    ]
    return live + [model_resource(model) for model in UNARY_MODELS.values()]


def model_resource(model: LiveModel | UnaryModel) -> dict[str, Any]:
    """Return a Model as the Gemini API's JSON has it."""
    if isinstance(model, LiveModel):
        methods = ["bidiGenerateContent", "countTokens"]
    else:
        methods = ["generateContent", "countTokens"]
    return {
        "name": f"models/{model.name}",
        "baseModelId": model.name,
        "version": "001",
        "displayName": model.display_name,
        "description": model.description,
        "inputTokenLimit": model.input_token_limit,
        "outputTokenLimit": model.output_token_limit,
        "supportedGenerationMethods": methods,
        "temperature": 1,
        "topP": 0.95,
        "topK": 64,
        "maxTemperature": 2,
    }


def generate_response(
    parts: Sequence[Mapping[str, Any]],
    *,
    model: str,
    response_id: str,
    usage: Mapping[str, Any] | None = None,
    finished: bool = True,
    finish: str = "STOP",
    grounding: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Return a GenerateContentResponse, or one chunk of a streamed one."""
    candidate: dict[str, Any] = {
        "content": {"parts": list(parts), "role": "model"},
        "index": 0,
    }
    if finished:
        candidate["finishReason"] = finish
    if grounding:
        candidate["groundingMetadata"] = grounding
    response: dict[str, Any] = {"candidates": [candidate]}
    if usage is not None:
        response["usageMetadata"] = usage
    return response | {"modelVersion": model, "responseId": response_id}
