"""The page server over real sockets, on a small repository of its own."""

import contextlib
import http.client
import json
import os
import re
import socket
import subprocess
import sys
from urllib.parse import quote

import pytest

from guide.pages import __main__ as page_server
from guide.pages.settings import Settings

PASS, TOKEN = "the-pass", "the-token"
NOTEBOOKS = "http://localhost:9"
HTML = {"Accept": "text/html"}


@pytest.fixture(scope="module")
def small_repository(tmp_path_factory, repository):
    """Files of every kind, wanted and unwanted."""
    root = tmp_path_factory.mktemp("repository")
    texts = {
        ".env": "GEMINI_API_KEY=secret",
        ".git/HEAD": "secret",
        "README.md": "# Top\n\n[one](chapter_01/README.md)",
        "LICENSE": "MIT",
        "guide/home/index.html": "<html><!-- chapters --></html>",
        "guide/pages/app.py": "secret",
        "chapter_01/README.md": "# One\n\n[nb](sdk-intro.ipynb)",
        "chapter_01/sdk-intro.ipynb": "{}",
        "chapter_01/ask.py": "import os\n",
        "chapter_01/.env": "secret",
        "chapter_01/recording.pcm": "secret",
        "chapter_03/README.md": "# Three",
        "chapter_03/index.html": "<html>three</html>",
        "chapter_03/main.js": "export {}",
        "assets/a.svg": "<svg/>",
        "outside.txt": "secret",
    }
    for name, text in texts.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    # Windows lets not everybody make links; then there is none to follow.
    with contextlib.suppress(OSError):
        (root / "assets" / "link.txt").symlink_to(root / "outside.txt")
        (root / "assets" / "circle.txt").symlink_to(root / "assets" / "circle.txt")
        (root / "assets" / "round").symlink_to(root / "assets" / "round")
    with contextlib.suppress(AttributeError):
        os.mkfifo(root / "assets" / "pipe.txt")
    for name in ("README.md", "latin.py", "latin.txt"):
        path = root / "chapter_04" / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"# caf\xe9\n")
    return root


@pytest.fixture(scope="module")
def port(small_repository, serve_pages):
    """Start a page server; returns its port."""
    return serve_pages(
        repository=small_repository,
        notebooks_url=NOTEBOOKS,
        notebook_token=TOKEN,
        reader_pass=PASS,
    )


@pytest.fixture
def get(port):
    """Ask for a path exactly as given; returns status, headers and text."""

    def ask(path, headers=None, method="GET", host="127.0.0.1"):
        connection = http.client.HTTPConnection(host, port, timeout=20)
        try:
            given = {"Host": f"localhost:{port}", **(headers or {})}
            connection.putrequest(method, path, skip_host=True)
            for name, value in given.items():
                connection.putheader(name, value)
            connection.endheaders()
            response = connection.getresponse()
            return response.status, response.headers, response.read().decode()
        finally:
            connection.close()

    return ask


@pytest.mark.parametrize(
    "path",
    [
        "/.env",
        "/.git/HEAD",
        "/../",
        "/../outside.txt",
        "/outside.txt",
        "/chapter_01/.env",
        "/chapter_01/../.env",
        "/chapter_01/..%2f.env",
        "/chapter_01/%2e%2e/.env",
        "/chapter_01/%252e%252e/.env",
        "/chapter_01/..%5c.env",
        "/chapter_01/recording.pcm",
        "/chapter_01/nothing.txt",
        "/assets/link.txt",
        "/assets/",
        "/guide/",
        "/guide/pages/app.py",
        "/notebook/../.env",
        "/notebook/chapter_01/ask.py",
        "/notebook/chapter_01/missing.ipynb",
        "/chapter_02/",
        "/chapter_02",
        "/%00",
        "/%ff",
        f"/assets/{'a' * 300}.txt",
        f"/assets/{'a' * 5000}.txt",
        f"/{'a' * 300}",
        f"/{'a' * 300}/",
        f"/chapter_01/{'b' * 300}/c.txt",
        f"/notebook/chapter_01/{'a' * 300}.ipynb",
        "/assets/circle.txt",
        "/assets/round/a.txt",
        "/assets/pipe.txt",
        "/chapter_01/ask.py/README.md",
    ],
)
def test_what_is_not_meant_to_be_served_is_not_there(get, path):
    """Secrets, ways out and links out of a folder all give 404."""
    status, _, text = get(path, HTML)
    assert status == 404
    assert "secret" not in text


@pytest.mark.parametrize(
    ("path", "kind", "words"),
    [
        ("/", "text/html", "First words"),
        ("/README.md", "text/html", '<h1 id="top">Top</h1>'),
        ("/chapter_01/", "text/html", "/notebook/chapter_01/sdk-intro.ipynb"),
        ("/chapter_01/ask.py", "text/html", 'id="L1"'),
        ("/chapter_03/", "text/html", "<html>three</html>"),
        ("/chapter_03/README.md", "text/html", "Three"),
        ("/chapter_03/main.js", "text/javascript", "export {}"),
        ("/assets/a.svg", "image/svg+xml", "<svg/>"),
        ("/LICENSE", "text/plain", "MIT"),
    ],
)
def test_pages_and_files_are_served(get, path, kind, words):
    """A browser gets pages for documents and sources, and files as they are."""
    status, headers, text = get(path, HTML)
    assert status == 200
    assert headers["Content-Type"].split(";")[0] == kind
    assert words in text


@pytest.mark.parametrize("path", ["/chapter_04/", "/chapter_04/latin.py"])
def test_a_text_in_another_encoding_is_shown_all_the_same(get, path):
    """What is no UTF-8 becomes a question mark."""
    status, _, text = get(path, HTML)
    assert status == 200
    assert "caf\N{REPLACEMENT CHARACTER}" in text


def test_programs_get_documents_as_they_are(get):
    """What does not ask for HTML gets the file."""
    status, headers, text = get("/chapter_01/ask.py")
    assert (status, text) == (200, "import os\n")
    assert headers["Content-Type"].startswith("text/x-python")


def test_a_folder_without_its_slash_is_redirected(get):
    """Relative links in its page would otherwise lead nowhere."""
    status, headers, _ = get("/chapter_01", HTML)
    assert (status, headers["Location"]) == (301, "/chapter_01/")


@pytest.mark.parametrize("path", ["/", "/assets/a.svg", "/nothing", "/api/status"])
def test_every_answer_is_guarded(get, path):
    """Also errors carry the policy, and nothing is kept without asking again."""
    _, headers, _ = get(path)
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "no-cache"
    assert "Access-Control-Allow-Origin" not in headers


def test_other_hosts_and_websites_are_refused(get):
    """The guard stands in front of every route."""
    assert get("/", {"Host": "evil.example"})[0] == 421
    assert get("/api/status", {"Origin": "https://evil.example"})[0] == 403
    assert get("/%61pi/status", {"Origin": "https://evil.example"})[0] == 403
    assert get("/", {"Origin": "https://evil.example"}, method="POST")[0] == 403


def test_only_looking_is_allowed(get, port):
    """Nothing can be written through this server."""
    own = {"Origin": f"http://localhost:{port}"}
    for method in ("POST", "PUT", "DELETE", "PATCH"):
        assert get("/", own, method=method)[0] == 405


def test_it_answers_on_both_addresses_of_this_machine_and_no_other(port):
    """Browsers try either for localhost; the network reaches neither."""
    for address in ("127.0.0.1", "::1"):
        if address == "::1" and not _has_ipv6():
            continue
        socket.create_connection((address, port), timeout=20).close()
    with pytest.raises(OSError):
        socket.create_connection(("127.0.0.2", port), timeout=20)


def test_a_second_server_on_the_port_is_refused(port):
    """One sentence and exit code 2."""
    second = subprocess.run(
        [sys.executable, "-m", "guide.pages", "--port", str(port)],
        capture_output=True,
        text=True,
    )
    assert second.returncode == 2
    assert second.stderr.strip() == (
        f"Port {port} is taken or not allowed. Stop the program that has it, or choose "
        "another with --port."
    )


def test_the_link_from_the_terminal_opens_jupyterlab(get, port):
    """The pass becomes a cookie, and with it notebooks open with the token."""
    status, headers, _ = get(f"/?pass={PASS}", HTML)
    assert (status, headers["Location"]) == (303, "/")
    cookie = headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    with_cookie = {**HTML, "Cookie": cookie.split(";")[0]}
    status, headers, _ = get("/notebook/chapter_01/sdk-intro.ipynb", with_cookie)
    assert status == 302
    assert headers["Location"] == (
        f"{NOTEBOOKS}/lab/tree/chapter_01/sdk-intro.ipynb?token={TOKEN}"
    )
    assert headers["Cache-Control"] == "no-store"
    status, headers, _ = get("/notebook/", with_cookie)
    assert headers["Location"] == f"{NOTEBOOKS}/lab?token={TOKEN}"


@pytest.mark.parametrize(
    "given", ["", "wrong", "the-pass2", "%C3%BC", "%FF", "\xff", "\xc3\xbc", "a\xe9b"]
)
def test_without_the_pass_nobody_gets_the_token(get, port, given):
    """Another user of the machine can reach the port, but not JupyterLab."""
    _, headers, _ = get(f"/?pass={quote(given, safe='%')}", HTML)
    assert "Set-Cookie" not in headers
    cookie = {**HTML, "Cookie": f"live-guide-{port}={given}"}
    status, headers, text = get("/notebook/chapter_01/sdk-intro.ipynb", cookie)
    assert status == 403
    assert "Location" not in headers
    assert TOKEN not in text


def test_the_status_holds_what_pages_need_and_no_secrets(get, monkeypatch):
    """It names backend, model, versions and JupyterLab."""
    status, headers, text = get("/api/status")
    said = json.loads(text)
    assert status == 200
    assert headers["Content-Type"].startswith("application/json")
    assert said["name"] == "live_guide"
    assert said["backend"] == "emulator"
    assert said["model"]
    assert re.match(r"3\.\d+", said["versions"]["python"])
    assert said["notebooks"] == {"url": NOTEBOOKS, "reachable": False}
    assert said["emulator"]["reachable"] is False
    assert TOKEN not in text
    assert PASS not in text


def test_settings_hide_their_secrets():
    """Printing them shows neither token nor pass."""
    settings = Settings(notebook_token=TOKEN, reader_pass=PASS)
    assert TOKEN not in repr(settings)
    assert PASS not in repr(settings)


@pytest.mark.parametrize(
    "head",
    [
        b"x-goog-api-key: the-\x01secret\r\n",
        b"Authorization: Bearer secret" + 20_000 * b"a" + b"\r\n",
        b"Cookie: a=secret\x00\r\n",
        b"the-secret-without-a-colon\r\n",
    ],
)
def test_what_a_malformed_request_holds_is_not_logged(
    serve_pages, small_repository, caplog, capfd, head
):
    """Keys and cookies may be among it; the logs are read by others."""
    port = serve_pages(repository=small_repository)
    with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n" + head + b"\r\n")
        assert b" 400 " in connection.recv(65_536).split(b"\r\n", 1)[0]
    assert "secret" not in caplog.text
    assert not any("secret" in text for text in capfd.readouterr())


@pytest.mark.parametrize("sent", [b"", b"GET /", b"GET / HTTP/1.1\r\nHost: localh"])
def test_a_request_that_never_ends_is_hung_up_on(
    serve_pages, small_repository, monkeypatch, sent
):
    """Otherwise a few hundred of them use up what the system allows."""
    monkeypatch.setattr(page_server, "REQUEST_WITHIN_S", 0.2)
    port = serve_pages(repository=small_repository)
    with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
        connection.sendall(sent)
        assert connection.recv(1) == b""


def test_a_second_request_that_never_ends_is_hung_up_on(
    serve_pages, small_repository, monkeypatch
):
    """Also after one that was answered."""
    monkeypatch.setattr(page_server, "REQUEST_WITHIN_S", 0.2)
    port = serve_pages(repository=small_repository)
    with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
        connection.sendall(
            b"GET /LICENSE HTTP/1.1\r\nHost: localhost:%d\r\n\r\nGET /LIC" % port
        )
        received = b"".join(iter(lambda: connection.recv(65_536), b""))
    assert received.startswith(b"HTTP/1.1 200")
    assert received.endswith(b"MIT")


def _has_ipv6():
    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(("::1", 0))
    except OSError:
        return False
    return True
