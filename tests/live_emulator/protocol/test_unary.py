"""The calls beside the live ones: paths, answers, and errors in the service's words."""

import pytest

from live_emulator.protocol.models import LIVE_MODELS, UNARY_MODELS
from live_emulator.protocol.unary import (
    UnaryCall,
    error_body,
    exhausted,
    find_call,
    generate_response,
    invalid_key,
    list_models,
    missing_key,
    no_such_model,
    too_long,
)
from live_emulator.protocol.wire_types import Dialect


def test_a_wrong_key_is_told_with_details():
    """SDKs read the reason from them."""
    error = error_body(invalid_key())["error"]
    assert (error["code"], error["status"]) == (400, "INVALID_ARGUMENT")
    assert error["details"][0]["reason"] == "API_KEY_INVALID"


def test_an_error_without_details_has_no_empty_list_of_them():
    """As the service leaves them out."""
    error = error_body(missing_key())["error"]
    assert (error["code"], error["status"]) == (403, "PERMISSION_DENIED")
    assert "details" not in error


def test_an_unknown_model_is_named_with_the_method():
    """And with where to look for those that there are."""
    error = error_body(no_such_model("gone", "v1beta", "countTokens"))["error"]
    assert (error["code"], error["status"]) == (404, "NOT_FOUND")
    assert error["message"].startswith(
        "models/gone is not found for API version v1beta, or is not supported for "
        "countTokens. Call ListModels"
    )


VERTEX = "/v1beta1/projects/p/locations/l/publishers/google/models"
CALLS = [
    ("GET", "/v1beta/models", UnaryCall(Dialect.GEMINI, "v1beta", "models.list")),
    ("GET", "/v1/models/m", UnaryCall(Dialect.GEMINI, "v1", "models.get", "m")),
    (
        "POST",
        "//v1beta/models/m:countTokens",
        UnaryCall(Dialect.GEMINI, "v1beta", "countTokens", "m"),
    ),
    (
        "POST",
        "/v1alpha/auth_tokens",
        UnaryCall(Dialect.GEMINI, "v1alpha", "auth_tokens.create"),
    ),
    ("GET", VERTEX, UnaryCall(Dialect.VERTEX, "v1beta1", "models.list")),
    (
        "POST",
        f"{VERTEX}/m:generateContent",
        UnaryCall(Dialect.VERTEX, "v1beta1", "generateContent", "m"),
    ),
    ("POST", "/v1beta/models/m:embedContent", None),
    ("POST", "/v1beta/models", None),
    ("GET", "/v1beta/models/m:generateContent", None),
    ("GET", "/v2/models", None),
]


@pytest.mark.parametrize(("http_method", "path", "call"), CALLS)
def test_a_call_is_found_by_method_and_path(http_method, path, call):
    """Of both dialects, with slashes doubled as some clients do."""
    assert find_call(http_method, path) == call


def test_models_are_listed_with_what_they_can_do():
    """Live and others; not those that are retired or on Vertex AI alone."""
    listed = {one["name"]: one["supportedGenerationMethods"] for one in list_models()}
    for model in LIVE_MODELS.values():
        is_listed = model.gemini and not model.retired
        assert (f"models/{model.name}" in listed) == is_listed
        if is_listed:
            methods = listed[f"models/{model.name}"]
            assert methods == ["bidiGenerateContent", "countTokens"]
    for name in UNARY_MODELS:
        assert listed[f"models/{name}"] == ["generateContent", "countTokens"]


def test_a_chunk_of_a_streamed_answer_has_neither_an_end_nor_what_comes_with_it():
    """The last one has the reason, the tokens, and where the facts are from."""
    parts = [{"text": "Hi"}]
    chunk = generate_response(parts, model="m", response_id="r", finished=False)
    content = {"parts": parts, "role": "model"}
    assert chunk == {
        "candidates": [{"content": content, "index": 0}],
        "modelVersion": "m",
        "responseId": "r",
    }
    last = generate_response(
        parts, model="m", response_id="r", usage={"x": 1}, grounding={"y": 2}
    )
    [candidate] = last["candidates"]
    assert candidate["finishReason"] == "STOP"
    assert candidate["groundingMetadata"] == {"y": 2}
    assert last["usageMetadata"] == {"x": 1}


def test_errors_of_size():
    """A prompt that is too long is told with both numbers, a quota is not."""
    assert error_body(too_long(7, 5))["error"] == {
        "code": 400,
        "message": "The input token count (7) exceeds the maximum number of tokens "
        "allowed (5).",
        "status": "INVALID_ARGUMENT",
    }
    assert error_body(exhausted())["error"]["status"] == "RESOURCE_EXHAUSTED"
