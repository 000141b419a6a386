"""The switch, with an emulator that is only pretended: see test_backend_real.py."""

import json
import os
import re
import threading

import pytest

from chapter_03.live_socket import vertex_url
from guide import backend, models
from guide.backend_choice import BackendError
from guide.vertex import host
from live_emulator.loopback import certificates, credentials, google_key
from live_emulator.protocol import endpoints

SDK_VARIABLES = ("GOOGLE_GEMINI_BASE_URL", "GEMINI_API_KEY", "SSL_CERT_FILE")


class PretendedEmulator:
    """Counts how often it is started and stopped."""

    started = 0
    stopped = 0

    def __init__(self, port=0, seed=0):
        self.seed = seed
        self.url = ""

    def start(self):
        type(self).started += 1
        self.url = f"http://127.0.0.1:{40000 + type(self).started}"

    def stop(self):
        type(self).stopped += 1


@pytest.fixture
def emulators(monkeypatch, tmp_path):
    """Replace the emulator's package and the reader's .env."""
    import live_emulator

    class Emulator(PretendedEmulator):
        started = stopped = 0

    monkeypatch.setattr(live_emulator, "Emulator", Emulator, raising=False)
    monkeypatch.setattr(certificates, "cache_folder", lambda: tmp_path)
    monkeypatch.setattr(certificates, "whose_emulator", lambda _url: "own")
    monkeypatch.setattr(credentials, "cache_folder", lambda: tmp_path)
    monkeypatch.setattr(google_key, "cache_folder", lambda: tmp_path)
    monkeypatch.setenv("CLOUDSDK_CONFIG", str(tmp_path / "no-gcloud"))
    monkeypatch.setenv("NO_GCE_CHECK", "true")  # there is no metadata server here
    for name in ("HTTPS_PROXY", "https_proxy", "GOOGLE_APPLICATION_CREDENTIALS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(backend, "DOTENV", tmp_path / ".env")
    for name in ("LIVE_BACKEND", "NO_PROXY", "no_proxy", *SDK_VARIABLES):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LIVE_EMULATOR_URL", "none")
    backend.stop()  # one of another test
    yield Emulator
    backend.stop()


@pytest.fixture
def dotenv(emulators, tmp_path):
    """Write the reader's .env."""
    return lambda text: (tmp_path / ".env").write_text(text, "utf-8")


@pytest.fixture
def running(request, answer_with):
    """Serve an answer under /emulator; returns the address."""
    answer = getattr(request, "param", {"name": "live_emulator", "version": "1"})
    return answer_with({"/emulator": answer})


def test_without_a_key_an_emulator_is_started_once(emulators):
    """However often ensure() is called, there is one emulator."""
    first = backend.ensure()
    assert backend.ensure() == first
    assert emulators.started == 1
    assert first.kind == "emulator"
    assert os.environ["GOOGLE_GEMINI_BASE_URL"] == first.url
    assert os.environ["GEMINI_API_KEY"] == "emulator"


def test_threads_share_one_emulator(emulators):
    """Calls at the same time start no second one."""
    threads = [threading.Thread(target=backend.ensure) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert emulators.started == 1


def test_stop_restores_everything_and_ensure_works_again(emulators):
    """After stop() the variables are as before, and a new emulator can start."""
    before = dict(os.environ)
    backend.ensure()
    assert dict(os.environ) != before
    backend.stop()
    assert emulators.stopped == 1
    assert dict(os.environ) == before
    backend.ensure()
    assert emulators.started == 2


def test_an_emulator_never_gets_the_key_of_the_reader(emulators, monkeypatch):
    """Forced to the emulator, the SDK finds no real key."""
    monkeypatch.setenv("GOOGLE_API_KEY", "real")
    monkeypatch.setenv("GEMINI_API_KEY", "real")
    backend.ensure("emulator")
    assert "real" not in os.environ.values()


def test_one_may_go_from_emulator_to_service_and_back(emulators, monkeypatch):
    """Each call sets exactly what its backend needs."""
    monkeypatch.setenv("GEMINI_API_KEY", "real")
    assert backend.ensure("emulator").kind == "emulator"
    assert backend.ensure("service").kind == "service"
    assert os.environ["GEMINI_API_KEY"] == "real"
    assert "GOOGLE_GEMINI_BASE_URL" not in os.environ
    assert backend.ensure("emulator").kind == "emulator"
    assert emulators.started == 1


def test_a_key_that_was_set_after_ensure_counts(emulators):
    """Setting a key in a later cell is not undone."""
    backend.ensure()
    os.environ["GEMINI_API_KEY"] = "late"
    try:
        assert backend.ensure().kind == "service"
        assert os.environ["GEMINI_API_KEY"] == "late"
    finally:
        del os.environ["GEMINI_API_KEY"]


def test_dotenv_supplies_a_key(dotenv):
    """A key in .env reaches the SDK's variable."""
    dotenv("GEMINI_API_KEY=from-file\nLIVE_MODEL=my-model\n")
    found = backend.ensure()
    assert found.kind == "service"
    assert os.environ["GEMINI_API_KEY"] == "from-file"
    assert found.live_model == "my-model"


@pytest.mark.parametrize("value", ["from-shell", ""])
def test_dotenv_overrides_nothing_that_is_set(dotenv, monkeypatch, value):
    """What is set in the shell stays, even if it is set to nothing."""
    dotenv("GEMINI_API_KEY=from-file\n")
    monkeypatch.setenv("GEMINI_API_KEY", value)
    found = backend.ensure()
    assert found.kind == ("service" if value else "emulator")
    if value:
        assert os.environ["GEMINI_API_KEY"] == value


def test_a_key_added_to_dotenv_later_is_found(dotenv):
    """Editing .env and running the first cell again is enough."""
    assert backend.ensure().kind == "emulator"
    dotenv("GEMINI_API_KEY=from-file\n")
    assert backend.ensure().kind == "service"


def test_a_running_emulator_is_used(emulators, monkeypatch, running):
    """No second one is started when one answers at the named address."""
    monkeypatch.setenv("LIVE_EMULATOR_URL", running)
    assert backend.ensure().url == running
    assert emulators.started == 0


def test_an_emulator_the_variables_point_at_is_respected(
    emulators, monkeypatch, running
):
    """A child of a program that called ensure() talks to the same emulator."""
    monkeypatch.delenv("LIVE_EMULATOR_URL")
    monkeypatch.setenv("GOOGLE_GEMINI_BASE_URL", running)
    monkeypatch.setenv("GEMINI_API_KEY", "emulator")
    assert backend.ensure().url == running
    assert emulators.started == 0


def test_a_named_emulator_that_is_not_there_is_an_error(
    emulators, monkeypatch, free_port
):
    """Another emulator would not be what the reader asked for."""
    monkeypatch.setenv("LIVE_EMULATOR_URL", f"http://127.0.0.1:{free_port}")
    with pytest.raises(BackendError, match=r"No emulator answers .* python3 guide\.py"):
        backend.ensure()
    assert emulators.started == 0


@pytest.mark.parametrize("running", [{"name": "other"}, [], "x"], indirect=True)
def test_other_servers_are_not_taken_for_an_emulator(running):
    """Only the name counts."""
    assert backend.find_emulator(running) is None


def test_an_emulator_that_fails_to_start_is_explained(emulators, monkeypatch):
    """The error is one sentence, not one of sockets."""

    def fail(self):
        raise OSError("no sockets left")

    monkeypatch.setattr(emulators, "start", fail)
    with pytest.raises(BackendError, match="could not be started: no sockets left"):
        backend.ensure()


def test_no_proxy_stands_between_client_and_emulator(emulators, monkeypatch):
    """Hosts that were excluded before stay excluded."""
    monkeypatch.setenv("NO_PROXY", "intranet.example")
    backend.ensure()
    assert os.environ["NO_PROXY"] == "intranet.example,127.0.0.1,localhost"


def test_raw_sockets_get_address_and_key(emulators):
    """The emulator is reached without TLS, with the key in a header."""
    found = backend.ensure()
    port = found.url.rsplit(":", 1)[1]
    assert found.websocket_url() == (
        f"ws://127.0.0.1:{port}/ws/google.ai.generativelanguage.v1beta."
        "GenerativeService.BidiGenerateContent"
    )
    assert found.headers()["x-goog-api-key"] == "emulator"
    assert found.ssl_context() is None


def test_raw_sockets_to_the_service_are_encrypted(emulators, monkeypatch):
    """The key is in no address, and the certificate is checked."""
    monkeypatch.setenv("GEMINI_API_KEY", "secret")
    found = backend.ensure()
    url = found.websocket_url("BidiGenerateContentConstrained", "v1alpha")
    assert url.startswith("wss://generativelanguage.googleapis.com/ws/")
    assert "secret" not in url
    context = found.ssl_context()
    assert context is not None
    assert context.check_hostname


@pytest.fixture
def vertex(emulators, monkeypatch):
    """Choose Vertex AI, with no credentials."""
    monkeypatch.setenv("GOOGLE_GENAI_USE_VERTEXAI", "true")
    monkeypatch.setenv("GOOGLE_CLOUD_PROJECT", "acme")
    monkeypatch.setenv("GOOGLE_CLOUD_LOCATION", "europe-west4")


def test_without_credentials_the_emulator_is_vertex(vertex, monkeypatch):
    """The SDK gets project, location, credentials and a way; a key is taken away."""
    monkeypatch.setenv("GEMINI_API_KEY", "real")
    monkeypatch.setenv("GOOGLE_GEMINI_BASE_URL", "http://127.0.0.1:9")
    before = dict(os.environ)
    found = backend.ensure("emulator")
    assert found.kind == "emulator"
    assert "as Vertex AI" in found.description
    assert "real" not in os.environ.values()
    assert "GOOGLE_GEMINI_BASE_URL" not in os.environ
    assert os.environ["GOOGLE_GENAI_USE_VERTEXAI"] == "true"
    assert os.environ["GOOGLE_CLOUD_PROJECT"] == "acme"
    assert os.environ["HTTPS_PROXY"] == found.url
    file = os.environ["GOOGLE_APPLICATION_CREDENTIALS"]
    assert credentials.leads_to(file, found.url)
    backend.stop()
    assert dict(os.environ) == before


def test_an_emulator_never_gets_real_credentials(vertex, monkeypatch, tmp_path):
    """The reader's own service account is put aside; one made for it is used."""
    own = tmp_path / "own.json"
    own.write_text('{"token_uri": "https://oauth2.googleapis.com/token"}', "ascii")
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(own))
    assert backend.ensure().provider == "vertex"
    found = backend.ensure("emulator")
    file = os.environ["GOOGLE_APPLICATION_CREDENTIALS"]
    assert file != str(own)
    mine = credentials.write_credentials(tmp_path / "mine.json", found.url)
    os.environ["GOOGLE_APPLICATION_CREDENTIALS"] = str(mine)
    backend.ensure("emulator")
    assert os.environ["GOOGLE_APPLICATION_CREDENTIALS"] == str(mine)
    del os.environ["GOOGLE_APPLICATION_CREDENTIALS"]


def test_a_location_that_is_none_is_explained(vertex, monkeypatch):
    """The certificate would not cover it."""
    monkeypatch.setenv("GOOGLE_CLOUD_LOCATION", "moon-1")
    with pytest.raises(BackendError, match="GOOGLE_CLOUD_LOCATION.*moon-1"):
        backend.ensure()


def test_raw_sockets_to_vertex(vertex, monkeypatch):
    """The address names the location, the model the project; there are no tokens."""
    found = backend.ensure("service")
    assert found.websocket_url() == (
        "wss://europe-west4-aiplatform.googleapis.com/ws/google.cloud.aiplatform."
        "v1beta1.LlmBidiService/BidiGenerateContent"
    )
    assert found.model_name("m") == (
        "projects/acme/locations/europe-west4/publishers/google/models/m"
    )
    assert found.model_name("publishers/x/models/m") == "publishers/x/models/m"
    with pytest.raises(BackendError, match="Constrained"):
        found.websocket_url("BidiGenerateContentConstrained")
    with pytest.raises(BackendError, match="gcloud auth application-default login"):
        found.headers()


def test_express_mode(emulators, monkeypatch):
    """A key and neither project nor location: the global host, and short names."""
    monkeypatch.setenv("GOOGLE_GENAI_USE_VERTEXAI", "true")
    monkeypatch.setenv("GOOGLE_API_KEY", "express")
    found = backend.ensure()
    assert found.url == "https://aiplatform.googleapis.com"
    assert found.headers()["x-goog-api-key"] == "express"
    assert found.model_name("models/m") == "publishers/google/models/m"


def test_the_hosts_of_vertex_are_known_alike():
    """Guide, chapter and emulator name the same hosts."""
    for location in endpoints.LOCATIONS:
        assert host(location) == endpoints.vertex_host(location)
        assert vertex_url(location).startswith(f"wss://{host(location)}/ws/")


def test_nothing_prints_the_key(emulators, monkeypatch):
    """Neither the backend nor its headers show it."""
    monkeypatch.setenv("GEMINI_API_KEY", "secret")
    found = backend.ensure()
    headers = found.headers()
    assert headers["x-goog-api-key"] == "secret"
    for shown in (repr(found), str(found), repr(headers), str(headers), f"{headers}"):
        assert "secret" not in shown


def test_a_backend_prints_the_same_everywhere(emulators):
    """A notebook may end a cell with it."""
    assert repr(backend.ensure()) == (
        "Backend(kind='emulator', description='Emulator on this machine. Set "
        "GEMINI_API_KEY to talk to the service.', "
        f"live_model='{models.LIVE}')"
    )


def test_looking_changes_nothing(emulators, monkeypatch):
    """Pages may ask at any time, whether an emulator runs or not."""
    before = dict(os.environ)
    found = backend.look()
    assert (found.kind, found.url) == ("emulator", "http://127.0.0.1:9099")
    assert found.headers()["x-goog-api-key"] == "emulator"
    monkeypatch.setenv("GEMINI_API_KEY", "real")
    found = backend.look()
    assert (found.kind, found.url) == ("service", backend.SERVICE_URL)
    assert found.headers()["x-goog-api-key"] == "real"
    monkeypatch.delenv("GEMINI_API_KEY")
    assert dict(os.environ) == before
    assert emulators.started == 0


def test_the_command_says_what_would_be_used(emulators, monkeypatch, capsys):
    """It starts nothing, and prints JSON for guide.py."""
    monkeypatch.setenv("GEMINI_API_KEY", "secret")
    assert backend.main() == 0
    said = json.loads(capsys.readouterr().out)
    assert said["kind"] == "service"
    assert "secret" not in said["description"]
    monkeypatch.setenv("LIVE_BACKEND", "nonsense")
    assert backend.main() == 1
    assert "LIVE_BACKEND" in capsys.readouterr().err
    assert emulators.started == 0


# --- files and keys that are no good


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be"])
def test_dotenv_as_windows_saves_it(emulators, tmp_path, encoding):
    """PowerShell's > writes UTF-16, editors write a byte order mark."""
    mark = "\ufeff" if encoding == "utf-16-be" else ""
    text = f"{mark}# für später\r\nGEMINI_API_KEY=from-file\r\n"
    (tmp_path / ".env").write_bytes(text.encode(encoding))
    assert backend.ensure().headers() == {"x-goog-api-key": "from-file"}


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"\n# f\xfcr sp\xe4ter\nGEMINI_API_KEY=k\n", "is not UTF-8: line 2"),
        (b"\xff\xfeG\0E", "is not UTF-8: line 1"),
        (b"GEMINI_API_KEY=SECRET\0\n", "NUL character in line 1"),
        (b"GOOGLE_GEMINI_BASE_URL=http://[\n", "GOOGLE_GEMINI_BASE_URL is 'http://['"),
        (b"GOOGLE_GEMINI_BASE_URL=localhost:80\n", "which is no address"),
        (b"GOOGLE_GEMINI_BASE_URL=http://localhost:99999\n", "which is no address"),
    ],
)
def test_a_dotenv_that_is_no_good(emulators, tmp_path, data, told):
    """It is named in one sentence, by all that read it, and nothing is shown of it."""
    (tmp_path / ".env").write_bytes(data)
    for look in (backend.ensure, backend.load, backend.look):
        with pytest.raises(BackendError, match=re.escape(told)) as error:
            look()
        assert ".env" in str(error.value)
        assert "SECRET" not in str(error.value)


@pytest.mark.parametrize(
    "key", ["“SECRET”", '"SECRET"', "SEC\nRET", "SEC\x01RET", "SEC RET", "SÉCRET"]
)
@pytest.mark.parametrize("name", ["GEMINI_API_KEY", "GOOGLE_API_KEY"])
def test_a_key_that_is_none(emulators, monkeypatch, name, key):
    """It is refused before it reaches anything that would print it."""
    monkeypatch.setenv(name, key)
    with pytest.raises(BackendError, match=name) as error:
        backend.ensure()
    assert not any(part in str(error.value) for part in ("SEC", "RET"))


def test_an_emulator_of_another_user_is_left_alone(emulators, monkeypatch, running):
    """One is started instead; where its address was given, that is an error."""
    monkeypatch.setattr(certificates, "whose_emulator", lambda _url: "foreign")
    monkeypatch.delenv("LIVE_EMULATOR_URL")
    monkeypatch.setattr("guide.backend_choice.DEFAULT_EMULATOR_URL", running)
    assert backend.ensure().url != running
    monkeypatch.setenv("LIVE_EMULATOR_URL", running)
    backend.stop()
    with pytest.raises(BackendError, match="belongs to another user"):
        backend.ensure()
