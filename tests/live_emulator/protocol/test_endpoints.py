"""Requests are understood in every spelling that real clients use."""

import pytest

from live_emulator.protocol.endpoints import (
    Credential,
    CredentialKind,
    Method,
    find_live_endpoint,
)
from live_emulator.protocol.sources import documented, observed
from live_emulator.protocol.unary import find_call
from live_emulator.protocol.wire_types import Dialect
from tests.live_emulator.rules import rule

GEMINI = "/ws/google.ai.generativelanguage.{}.GenerativeService.{}"
VERTEX = "/ws/google.cloud.aiplatform.{}.LlmBidiService/BidiGenerateContent"


@rule(
    documented("verified with both SDKs"),
    "method.BidiGenerateContent method.BidiGenerateContentConstrained",
)
@pytest.mark.parametrize("version", ["v1", "v1beta", "v1alpha"])
@pytest.mark.parametrize("method", list(Method))
@pytest.mark.parametrize("slash", ["", "/"])
def test_gemini_paths(version, method, slash):
    """Every version serves every method, also behind a doubled slash."""
    endpoint = find_live_endpoint(slash + GEMINI.format(version, method.value), {}, {})
    assert endpoint.dialect is Dialect.GEMINI
    assert (endpoint.version, endpoint.method) == (version, method)


@rule(
    documented("SDKs: v1beta1; Google's notebook: v1"),
    "method.vertex",
)
@pytest.mark.parametrize("version", ["v1beta1", "v1"])
def test_vertex_paths(version):
    """Both versions of the Vertex path are known."""
    endpoint = find_live_endpoint("/" + VERTEX.format(version), {}, {})
    assert (endpoint.dialect, endpoint.version) == (Dialect.VERTEX, version)


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/ws",
        GEMINI.format("v2", "BidiGenerateContent"),
        GEMINI.format("v1", "Nonsense"),
        VERTEX.format("v1") + "Constrained",
    ],
)
def test_unknown_paths(path):
    """Anything else is no live endpoint."""
    assert find_live_endpoint(path, {}, {}) is None


@rule(
    documented("verified with both SDKs"),
    "method.credentials",
)
@pytest.mark.parametrize(
    ("query", "headers", "kind", "value"),
    [
        ({}, {"x-goog-api-key": "k"}, CredentialKind.KEY, "k"),
        ({"key": "k"}, {}, CredentialKind.KEY, "k"),
        ({"access_token": "auth_tokens/a"}, {}, CredentialKind.TOKEN, "auth_tokens/a"),
        (
            {},
            {
                "authorization": "Token auth_tokens/a",
                "x-goog-api-key": "auth_tokens/a",
            },
            CredentialKind.TOKEN,
            "auth_tokens/a",
        ),
        ({}, {"authorization": "Bearer t"}, CredentialKind.BEARER, "t"),
        ({"access_token": "t"}, {}, CredentialKind.BEARER, "t"),
        ({"key": "k"}, {"authorization": "Basic x"}, CredentialKind.KEY, "k"),
        ({}, {}, CredentialKind.NONE, ""),
    ],
)
def test_credentials(query, headers, kind, value):
    """A key or token is found wherever a client puts it."""
    path = GEMINI.format("v1", "BidiGenerateContent")
    endpoint = find_live_endpoint(path, query, headers)
    assert endpoint.credential == Credential(kind, value)


def test_a_credential_does_not_show_itself():
    """A key never stands in a repr, so it can't get into a log."""
    assert "secret" not in repr(Credential(CredentialKind.KEY, "secret"))


@rule(
    observed("both SDKs"),
    "unary.paths",
)
@pytest.mark.parametrize(
    ("http_method", "path", "method", "model"),
    [
        ("GET", "/v1beta/models", "models.list", ""),
        ("GET", "//v1/models/gemini-3.8-live", "models.get", "gemini-3.8-live"),
        ("POST", "/v1/models/m:generateContent", "generateContent", "m"),
        ("POST", "/v1/models/m:streamGenerateContent", "streamGenerateContent", "m"),
        ("POST", "/v1/models/m:countTokens", "countTokens", "m"),
        ("POST", "/v1alpha/auth_tokens", "auth_tokens.create", ""),
        (
            "POST",
            "/v1beta1/publishers/google/models/m:generateContent",
            "generateContent",
            "m",
        ),
        (
            "POST",
            "/v1beta1/projects/p/locations/l/publishers/google/models/m:countTokens",
            "countTokens",
            "m",
        ),
        ("GET", "/v1beta1/publishers/google/models", "models.list", ""),
    ],
)
def test_unary_calls(http_method, path, method, model):
    """Calls beside the live ones are found by method and path."""
    call = find_call(http_method, path)
    assert (call.method, call.model) == (method, model)


@pytest.mark.parametrize(
    ("http_method", "path"),
    [
        ("POST", "/v1/models"),
        ("GET", "/v1/models/m:generateContent"),
        ("POST", "/v1/models/m:embedContent"),
        ("GET", "/v1/auth_tokens"),
        ("GET", "/v3/models"),
        ("GET", "/"),
    ],
)
def test_unknown_calls(http_method, path):
    """What is not emulated is not found."""
    assert find_call(http_method, path) is None
