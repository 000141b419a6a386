"""Tokens for pages: what is asked of the backend, and what pages are told."""

import json
import threading
import urllib.error
import urllib.request
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from guide import backend
from guide.pages.tokens import Allowance, token_request, why_refused

PASS = "the-pass"
KEY = "the-key"


def test_a_token_opens_one_session_soon_with_one_model():
    """Uses, times and model are limited; the rest is the page's to choose."""
    now = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
    assert token_request("gemini-x", now) == {
        "uses": 1,
        "newSessionExpireTime": "2026-11-21T12:01:00Z",
        "expireTime": "2026-11-21T12:30:00Z",
        "bidiGenerateContentSetup": {
            "model": "models/gemini-x",
            "generationConfig": {"responseModalities": ["AUDIO"]},
        },
        "fieldMask": "model,generationConfig.responseModalities",
    }


def test_a_loop_of_requests_runs_dry_and_recovers():
    """So many at once, then one each few seconds."""
    allowance = Allowance(at_once=3, each_s=2.0)
    assert [allowance.take(0.0) for _ in range(4)] == [True, True, True, False]
    assert not allowance.take(1.0)
    assert allowance.take(3.1)
    assert not allowance.take(3.2)
    assert [allowance.take(1000.0) for _ in range(4)] == [True, True, True, False]


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (400, ".env"),
        (403, ".env"),
        (429, "quota"),
        (500, "HTTP 500"),
        (404, "HTTP 404"),
    ],
)
def test_a_refusal_is_told_in_our_words(status, words):
    """What the service answered may name the key, so it is not passed on."""
    assert words in why_refused(status)


class Upstream:
    """Pretends to be a backend that makes tokens."""

    def __init__(self):
        self.status, self.answer = 200, {"name": "auth_tokens/abc"}
        self.requests = []
        upstream = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                upstream.requests.append((self.path, self.headers, json.loads(body)))
                text = json.dumps(upstream.answer).encode()
                self.send_response(upstream.status)
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever)
        self.thread.start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


@pytest.fixture
def upstream():
    """Start a pretended backend."""
    started = Upstream()
    yield started
    started.close()


@pytest.fixture(scope="module")
def port(serve_pages):
    """Start a page server; returns its port."""
    return serve_pages(reader_pass=PASS)


@pytest.fixture
def ask(port):
    """Ask for a token; returns status and answer."""

    def post(**headers):
        request = urllib.request.Request(
            f"http://localhost:{port}/api/token", method="POST", headers=headers
        )
        try:
            with urllib.request.urlopen(request) as response:
                return response.status, json.load(response)
        except urllib.error.HTTPError as error:
            return error.code, json.load(error)

    return post


def test_a_page_gets_a_token_and_the_address_for_it(ask, port, upstream, monkeypatch):
    """The key goes to the backend in a header and to nobody else."""
    monkeypatch.setenv("LIVE_EMULATOR_URL", upstream.url)
    status, answer = ask(Origin=f"http://localhost:{port}")
    assert status == 200
    assert answer["token"] == "auth_tokens/abc"
    assert answer["websocket_url"] == (
        upstream.url.replace("http", "ws")
        + "/ws/google.ai.generativelanguage.v1alpha.GenerativeService."
        "BidiGenerateContentConstrained"
    )
    [(path, headers, body)] = upstream.requests
    assert path == "/v1alpha/auth_tokens"
    assert headers["x-goog-api-key"] == "emulator"
    assert body["bidiGenerateContentSetup"]["model"] == answer["model"]


@pytest.fixture
def service(upstream, monkeypatch):
    """Let a gateway of the reader's stand for the service."""
    monkeypatch.setenv("LIVE_BACKEND", "service")
    monkeypatch.setenv("GEMINI_API_KEY", KEY)
    monkeypatch.setattr(backend, "SERVICE_URL", upstream.url)
    return upstream


def test_with_a_key_only_the_reader_gets_tokens(ask, port, service):
    """Another user of the machine can't spend the reader's money."""
    status, answer = ask()
    assert status == 403
    assert "terminal" in answer["error"]
    assert not service.requests
    status, answer = ask(Cookie=f"live-guide-{port}={PASS}")
    assert status == 200
    [(_, headers, _)] = service.requests
    assert headers["x-goog-api-key"] == KEY
    assert KEY not in json.dumps(answer)


def test_others_cannot_use_up_what_the_reader_may_have(serve_pages, service):
    """However often they ask without the pass."""
    port = serve_pages(reader_pass=PASS)

    def ask(**headers):
        request = urllib.request.Request(
            f"http://localhost:{port}/api/token", method="POST", headers=headers
        )
        try:
            with urllib.request.urlopen(request) as response:
                return response.status
        except urllib.error.HTTPError as error:
            return error.code

    assert {ask() for _ in range(30)} == {403, 429}
    assert ask(Cookie=f"live-guide-{port}={PASS}") == 200


def test_what_the_service_says_of_a_key_is_not_passed_on(ask, port, service):
    """The page shows a sentence of ours."""
    service.status, service.answer = 400, {"error": {"message": f"bad key {KEY}"}}
    status, answer = ask(Cookie=f"live-guide-{port}={PASS}")
    assert status == 502
    assert ".env" in answer["error"]
    assert KEY not in json.dumps(answer)


def test_an_answer_without_a_token_is_an_error(ask, port, service):
    """Whatever it is, the page is not left with nothing."""
    for service.answer in ({}, [], {"name": 3}):
        status, answer = ask(Cookie=f"live-guide-{port}={PASS}")
        assert status == 502
        assert answer["error"]


def test_an_emulator_that_is_gone_is_explained(ask, monkeypatch, free_port):
    """With the command that starts it."""
    monkeypatch.setenv("LIVE_EMULATOR_URL", f"http://127.0.0.1:{free_port}")
    status, answer = ask()
    assert status == 502
    assert "python3 guide.py" in answer["error"]


def test_without_credentials_vertex_opens_nothing(ask, port, monkeypatch, tmp_path):
    """The page says what to do, and only the reader may open sessions."""
    monkeypatch.setenv("LIVE_BACKEND", "service")
    monkeypatch.setenv("GOOGLE_GENAI_USE_VERTEXAI", "true")
    monkeypatch.setenv("GOOGLE_CLOUD_PROJECT", "p")
    monkeypatch.setenv("CLOUDSDK_CONFIG", str(tmp_path))
    monkeypatch.setenv("NO_GCE_CHECK", "true")  # there is no metadata server here
    assert ask()[0] == 403
    status, answer = ask(Cookie=f"live-guide-{port}={PASS}")
    assert status == 502
    assert "gcloud auth application-default login" in answer["error"]


def test_other_websites_get_no_token(port):
    """A page anywhere else can't open sessions."""
    for headers in (
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
    ):
        request = urllib.request.Request(
            f"http://localhost:{port}/api/token", method="POST", headers=headers
        )
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(request)
        assert refused.value.code == 403


def test_a_page_that_asks_in_a_loop_is_stopped(serve_pages, upstream, monkeypatch):
    """The limit belongs to the server, not to the page."""
    monkeypatch.setenv("LIVE_EMULATOR_URL", upstream.url)
    port = serve_pages()
    codes = []
    for _ in range(30):
        request = urllib.request.Request(
            f"http://localhost:{port}/api/token", method="POST"
        )
        try:
            with urllib.request.urlopen(request) as response:
                codes.append(response.status)
        except urllib.error.HTTPError as error:
            codes.append(error.code)
    assert codes[:20] == [200] * 20
    assert 429 in codes
