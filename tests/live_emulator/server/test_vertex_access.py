"""Vertex AI's way in: google-auth does its real work, and the SDK goes nowhere else."""

import asyncio
import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

import google.auth
import pytest
from google.auth import exceptions
from google.auth.transport.requests import Request
from google.oauth2 import credentials as user_credentials
from google.oauth2 import service_account
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from live_emulator import Vertex, client_changes
from live_emulator.__main__ import main
from live_emulator.emulator import Emulator
from live_emulator.loopback.credentials import service_account as account_of
from live_emulator.loopback.google_key import GoogleKey
from live_emulator.loopback.oauth import CLOUD_SCOPE
from live_emulator.protocol.sources import documented, guessed, observed
from tests.live_emulator.rules import rule

VERTEX = "/ws/google.cloud.aiplatform.v1beta1.LlmBidiService/BidiGenerateContent"
SETUP = {"setup": {"model": "projects/p/locations/l/publishers/google/models/{}"}}
MODEL = "gemini-3.8-live"


@pytest.fixture(scope="module")
def brief():
    """Run an emulator whose tokens live so short that each connection needs its own.

    google-auth takes a token for stale 225 seconds before its end.
    """
    with Emulator(speed=10, token_lifetime_s=2) as emulator:
        yield emulator


def account(live: Emulator, scopes=(CLOUD_SCOPE,), key=None):
    """Return google-auth's credentials for a service account of an emulator."""
    content = account_of(live.url, project="p", key=key)
    return service_account.Credentials.from_service_account_info(content, scopes=scopes)


def fresh(credentials):
    """Have google-auth fetch a token, and return it."""
    credentials.refresh(Request())
    return credentials.token


def live_socket(live: Emulator, token: str | None, query: str = ""):
    """Open a plain socket to Vertex AI's method, with a bearer token."""
    headers = {} if token is None else {"Authorization": f"Bearer {token}"}
    url = live.url.replace("http", "ws") + VERTEX + query
    return connect(url, additional_headers=headers)


async def begun(socket) -> bool:
    """Send a setup; return whether it was accepted."""
    setup = {"setup": {"model": f"publishers/google/models/{MODEL}"}}
    await socket.send(json.dumps(setup))
    return "setupComplete" in json.loads(await socket.recv())


@rule(documented("RFC 7523, as google-auth does it"), "oauth.token")
async def test_a_service_account_gets_a_token(live):
    """A signed assertion is answered with a token that is good for an hour."""
    credentials = account(live)
    token = await asyncio.to_thread(fresh, credentials)
    assert token.startswith("ya29.")
    left_s = (credentials.expiry - google.auth._helpers.utcnow()).total_seconds()
    assert 3500 < left_s <= 3600
    async with live_socket(live, token) as socket:
        assert await begun(socket)


@rule(documented("RFC 6749, section 6"), "oauth.token")
async def test_a_user_gets_a_token_for_a_refresh_token(live, tmp_path):
    """A user who has logged in has a refresh token; the quota project is theirs."""
    file = live.write_credentials(tmp_path / "user.json", kind="user", project="p")
    known = json.loads(file.read_text("utf-8"))
    assert (known.pop("type"), known["quota_project_id"]) == ("authorized_user", "p")
    credentials = user_credentials.Credentials(None, **known)
    token = await asyncio.to_thread(fresh, credentials)
    async with live_socket(live, token) as socket:
        assert await begun(socket)


@rule(documented("RFC 6749, section 5.2; Google's words"), "oauth.token")
def test_another_key_signs_nothing(live):
    """An assertion with a foreign signature is an invalid grant."""
    with pytest.raises(exceptions.RefreshError, match="Invalid JWT Signature") as no:
        fresh(account(live, key=GoogleKey.make()))
    assert no.value.args[1]["error"] == "invalid_grant"


def post(live: Emulator, path: str, form: str = "", **headers: str):
    """Send a form; return the status and the JSON of the answer."""
    request = urllib.request.Request(
        live.url + path, form.encode(), headers, method="POST"
    )
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


@rule(documented("RFC 6749, section 5.2"), "oauth.token")
def test_requests_that_are_none(live):
    """What is no request for a token is refused with the code of the standard."""
    assert post(live, "/token")[1]["error"] == "invalid_request"
    status, answer = post(live, "/token", "grant_type=password")
    assert (status, answer["error"]) == (400, "unsupported_grant_type")
    status, answer = post(live, "/token", "grant_type=refresh_token&refresh_token=x")
    assert (status, answer["error"]) == (401, "invalid_client")
    form = "grant_type=refresh_token&refresh_token=x&client_id=c&client_secret=s"
    assert post(live, "/token", form)[1]["error"] == "invalid_grant"


def test_pages_get_no_token(live):
    """A page can't ask for a token, not even one of this machine."""
    status, answer = post(live, "/token", Origin=live.url)
    assert (status, answer["error"]) == (403, "access_denied")
    status, _ = post(live, "/control/expire-tokens", Origin="http://evil.example")
    assert status == 403
    with pytest.raises(urllib.error.HTTPError, match="405"):
        urllib.request.urlopen(f"{live.url}/token", timeout=20)
    with pytest.raises(urllib.error.HTTPError, match="405"):
        urllib.request.urlopen(f"{live.url}/control/expire-tokens", timeout=20)


@rule(observed("a bad token at the upgrade: HTTP 401"), "method.vertex oauth.bearer")
@pytest.mark.parametrize("token", ["made-up", "ya29.a.b.c", ""])
async def test_an_unknown_bearer_is_refused_at_the_upgrade(live, token):
    """Who shows a token that was never given out gets HTTP 401, and no socket."""
    shown = {"query": f"?access_token={token}"} if token == "made-up" else {}
    with pytest.raises(InvalidStatus) as no:
        async with live_socket(live, token or "x", **shown):
            pass
    response = no.value.response
    assert response.status_code == 401
    assert json.loads(response.body)["error"]["status"] == "UNAUTHENTICATED"
    assert "invalid_token" in response.headers["WWW-Authenticate"]


@rule(guessed("as other Google Cloud APIs"), "oauth.bearer")
async def test_a_token_of_another_scope_is_refused(live):
    """A token that is not for the cloud platform gets HTTP 403."""
    scopes = ["https://www.googleapis.com/auth/devstorage.read_only"]
    token = await asyncio.to_thread(fresh, account(live, scopes))
    with pytest.raises(InvalidStatus) as no:
        async with live_socket(live, token):
            pass
    assert no.value.response.status_code == 403


async def test_any_bearer_if_asked_for():
    """With the option, clients with made-up tokens are let in."""
    async with Emulator(speed=10, any_bearer=True) as live:
        async with live_socket(live, "made-up") as socket:
            assert await begun(socket)


@rule(observed("a token that expires ends no session"), "oauth.bearer")
async def test_an_open_session_outlives_its_token(live):
    """Expired on command: the session goes on, and a new one needs a new token."""
    credentials = account(live)
    token = await asyncio.to_thread(fresh, credentials)
    async with live_socket(live, token) as open_one:
        assert await begun(open_one)
        await asyncio.to_thread(live.expire_tokens)
        with pytest.raises(InvalidStatus) as no:
            async with live_socket(live, token):
                pass
        assert no.value.response.status_code == 401
        turns = [{"role": "user", "parts": [{"text": "hello"}]}]
        await open_one.send(
            json.dumps({"clientContent": {"turns": turns, "turnComplete": True}})
        )
        while "turnComplete" not in json.loads(await open_one.recv()).get(
            "serverContent", {}
        ):
            pass
    token = await asyncio.to_thread(fresh, credentials)
    async with live_socket(live, token) as socket:
        assert await begun(socket)


async def test_a_token_expires_by_itself(brief):
    """Tokens live as long as the option says, on the wall clock."""
    credentials = account(brief)
    token = await asyncio.to_thread(fresh, credentials)
    until = time.time() + 2
    async with live_socket(brief, token) as socket:
        assert await begun(socket)
        await asyncio.sleep(max(0.0, until - time.time()))
        with pytest.raises(InvalidStatus):
            async with live_socket(brief, token):
                pass
        await socket.ping()


# --- the metadata server


@rule(documented("Compute Engine: metadata server"), "oauth.metadata")
def test_the_metadata_server(live, monkeypatch, tmp_path):
    """A program in the cloud finds project, account and token without a file."""
    host = live.url.removeprefix("http://")
    program = (
        "import google.auth; from google.auth.transport.requests import Request\n"
        f"credentials, project = google.auth.default(scopes=['{CLOUD_SCOPE}'])\n"
        "credentials.refresh(Request())\n"
        "print(project, credentials.service_account_email, credentials.token[:5])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={k: v for k, v in os.environ.items() if not k.startswith("GOOGLE_")}
        | {
            "GCE_METADATA_HOST": host,
            "GCE_METADATA_IP": host,
            "CLOUDSDK_CONFIG": str(tmp_path),
        },
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.stdout.split() == [
        "live-emulator",
        "live-emulator@live-emulator.iam.gserviceaccount.com",
        "ya29.",
    ], done.stderr


def test_the_metadata_server_has_no_other_paths(live):
    """What is not emulated is not found."""
    request = urllib.request.Request(
        f"{live.url}/computeMetadata/v1/instance/zone",
        headers={"Metadata-Flavor": "Google"},
    )
    with pytest.raises(urllib.error.HTTPError, match="404"):
        urllib.request.urlopen(request, timeout=20)


# --- the SDK, by its environment alone

GUARD = """
import socket

def look_only_here(name):
    real = getattr(socket, name)
    def guarded(host, *rest, **options):
        if host not in ("127.0.0.1", "localhost", "::1", None):
            raise AssertionError(f"reached out for {host}")
        return real(host, *rest, **options)
    setattr(socket, name, guarded)

look_only_here("getaddrinfo")
look_only_here("gethostbyname")
real_connect = socket.socket.connect
def connect(self, address):
    if isinstance(address, tuple) and address[0] not in ("127.0.0.1", "::1"):
        raise AssertionError(f"reached out to {address}")
    return real_connect(self, address)
socket.socket.connect = connect
"""

ASK = """
import asyncio, sys
from google import genai

async def ask():
    client = genai.Client()
    assert client._api_client.vertexai
    config = {"response_modalities": ["AUDIO"], "output_audio_transcription": {}}
    for question in ("What is two plus three?", "What is six plus three?"):
        connecting = client.aio.live.connect(model="gemini-3.8-live", config=config)
        async with connecting as session:
            await session.send_client_content(
                turns={"role": "user", "parts": [{"text": question}]}
            )
            said = ""
            async for message in session.receive():
                content = message.server_content
                if content and content.output_transcription:
                    said += content.output_transcription.text or ""
            print(said.strip())
    asked = {"model": "gemini-3.8-flash", "contents": "What is four plus four?"}
    print((await client.aio.models.generate_content(**asked)).text)
    print(client.models.generate_content(**asked).text)

asyncio.run(ask())
"""
ANSWERS = [
    "Two plus three is five.",
    "Six plus three is nine.",
    "Four plus four is eight.",
    "Four plus four is eight.",
]


def run_pointed_at(live: Emulator, program: str, vertex: Vertex):
    """Run a program that can reach nothing but this machine."""
    environment = dict(os.environ)
    for name, value in client_changes(live.url, vertex=vertex).items():
        environment.pop(name, None)
        if value is not None:
            environment[name] = value
    return subprocess.run(
        [sys.executable, "-c", GUARD + program],
        env=environment,
        capture_output=True,
        text=True,
        timeout=110,
    )


@pytest.mark.parametrize("kind", ["service-account", "user"])
def test_the_sdk_reaches_nothing_but_the_emulator(live, tmp_path, kind):
    """Vertex AI chosen by environment: live and unary calls stay on this machine."""
    file = live.write_credentials(tmp_path / "key.json", kind=kind, project="acme")
    vertex = Vertex("acme", "europe-west4", file)
    done = run_pointed_at(live, ASK, vertex)
    assert done.stdout.splitlines() == ANSWERS, done.stderr
    setup = live.sessions[-1].frames[0].message["setup"]
    assert setup["model"] == (
        "projects/acme/locations/europe-west4/publishers/google/models/gemini-3.8-live"
    )


def test_express_mode(live):
    """With a key and no project, the SDK takes the other API's address."""
    done = run_pointed_at(live, ASK, Vertex(key="emulator"))
    assert done.stdout.splitlines() == ANSWERS, done.stderr
    setup = live.sessions[-1].frames[0].message["setup"]
    assert setup["model"] == "publishers/google/models/gemini-3.8-live"


def test_short_lived_tokens_are_renewed_by_the_sdk(brief):
    """Each connection has its own token, which google-auth fetches by itself."""
    done = run_pointed_at(brief, ASK, Vertex("acme"))
    assert done.stdout.splitlines() == ANSWERS, done.stderr


def test_the_guard_guards(live):
    """The block is real: pointed nowhere, the SDK tries to reach Google."""
    program = GUARD + (
        "import urllib.request\n"
        "urllib.request.urlopen('https://us-central1-aiplatform.googleapis.com')\n"
    )
    proxies = ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy")
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={name: v for name, v in os.environ.items() if name not in proxies},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert "reached out for us-central1-aiplatform.googleapis.com" in done.stderr


def tunnel_to(live: Emulator, target: str) -> bytes:
    """Ask for a tunnel; return all that is answered."""
    port = int(live.url.rsplit(":", 1)[1])
    with socket.create_connection(("127.0.0.1", port), timeout=20) as raw:
        raw.sendall(f"CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n\r\n".encode())
        raw.shutdown(socket.SHUT_WR)
        answer = b""
        while more := raw.recv(4096):
            answer += more
        return answer


def test_there_is_no_tunnel_to_anywhere_else(live):
    """The emulator is no way out of this machine, and says so."""
    for target in ("example.com:443", "aiplatform.googleapis.com:80", "127.0.0.1:22"):
        answer = tunnel_to(live, target)
        assert answer.startswith(b"HTTP/1.1 403")
        assert b"Unset HTTPS_PROXY" in answer
    assert tunnel_to(live, "us-central1-aiplatform.googleapis.com:443").startswith(
        b"HTTP/1.1 200"
    )


def test_half_a_request_for_a_tunnel(live):
    """A client that goes away in the middle costs nothing."""
    port = int(live.url.rsplit(":", 1)[1])
    with socket.create_connection(("127.0.0.1", port), timeout=20) as raw:
        raw.sendall(b"CONN")
        raw.shutdown(socket.SHUT_WR)
        assert raw.recv(100) == b""


# --- the variables


def test_what_has_to_be_unset(live):
    """Every variable that would lead elsewhere is named, with nothing as its value."""
    before = {"NO_PROXY": "a.example,.googleapis.com", "HTTPS_PROXY": live.url}
    gemini = client_changes(live.url, environment=before)
    assert gemini["GOOGLE_GENAI_USE_VERTEXAI"] is None
    assert gemini["GOOGLE_API_KEY"] is None
    assert gemini["HTTPS_PROXY"] is None
    assert gemini["NO_PROXY"] == "a.example,.googleapis.com,127.0.0.1,localhost"
    vertex = client_changes(live.url, vertex=Vertex("p"), environment=before)
    assert vertex["GOOGLE_GEMINI_BASE_URL"] is None
    assert vertex["GOOGLE_VERTEX_BASE_URL"] is None
    assert vertex["GEMINI_API_KEY"] is None
    assert vertex["HTTPS_PROXY"] == live.url
    assert vertex["NO_PROXY"] == "a.example,127.0.0.1,localhost"


def test_a_location_that_is_none():
    """A name that the certificate does not cover is refused at once."""
    with pytest.raises(ValueError, match="us-central1"):
        Vertex(location="moon-1")


@pytest.mark.parametrize(
    ("shell", "lines"),
    [
        ("sh", ["unset GEMINI_API_KEY", "export GOOGLE_CLOUD_PROJECT='p'"]),
        (
            "powershell",
            [
                "Remove-Item Env:GEMINI_API_KEY -ErrorAction SilentlyContinue",
                "$env:GOOGLE_CLOUD_PROJECT = 'p'",
            ],
        ),
        ("cmd", ['set "GEMINI_API_KEY="', 'set "GOOGLE_CLOUD_PROJECT=p"']),
    ],
)
def test_env_for_vertex(shell, lines, capsys):
    """`env --vertex` prints what is to be set and unset, in the shell's syntax."""
    arguments = ["env", "--vertex", "--project", "p", "--port", "9123"]
    assert main([*arguments, "--shell", shell]) == 0
    printed = capsys.readouterr().out.splitlines()
    assert set(lines) <= set(printed)


def test_credentials_by_command(tmp_path, capsys):
    """The command writes a file that only its owner can read, and names it."""
    file = tmp_path / "key.json"
    assert main(["credentials", str(file), "--project", "acme"]) == 0
    assert capsys.readouterr().out == f"GOOGLE_APPLICATION_CREDENTIALS={file}\n"
    content = json.loads(file.read_text("utf-8"))
    assert content["project_id"] == "acme"
    assert content["token_uri"] == "http://127.0.0.1:9099/token"
    assert os.name == "nt" or file.stat().st_mode & 0o777 == 0o600
    assert main(["credentials", str(file), "--user"]) == 0
    assert json.loads(file.read_text("utf-8"))["type"] == "authorized_user"
    assert main(["credentials", str(tmp_path / "no" / "key.json")]) == 2
    with pytest.raises(SystemExit):
        main(["credentials"])


def test_tokens_expire_by_command(live, capsys):
    """The command ends the tokens of the emulator on a port."""
    port = live.url.rsplit(":", 1)[1]
    assert main(["expire-tokens", "--port", port]) == 0
    assert "expired" in capsys.readouterr().out
    assert main(["expire-tokens", "--port", "9"]) == 2


@pytest.mark.parametrize("text", ["0", "-1", "soon", "inf"])
def test_a_lifetime_that_is_none(text):
    """The lifetime of tokens is a number of seconds."""
    with pytest.raises(SystemExit):
        main(["--token-lifetime", text])
