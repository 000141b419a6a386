"""Servers of chapters: pages and guard as ASGI, in memory and on uvicorn."""

import argparse
import asyncio
import contextlib
import http.client
import json
import socket
import subprocess
import sys
import threading
import time

import pytest
from fastapi import FastAPI, Request, WebSocket
from starlette.testclient import TestClient, WebSocketDenialResponse
from starlette.websockets import WebSocketDisconnect
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from guide import servers
from guide.loopback import listen, port_number
from guide.pages import asgi
from guide.pages.asgi import guarded
from guide.pages.guard import security_headers
from guide.pages.reader import is_reader
from guide.pages.settings import RunningServer, Settings
from guide.servers import run_server, server_of

PASS = "the-pass"
PAGES = "http://localhost:8080"
TALK = "ws://localhost:8008/ws/talk"
HTML = {"Accept": "text/html"}

FOREIGN = ["https://evil.example", "null", "http://localhost:9999", "http://localhost"]


@pytest.fixture
def small_repository(tmp_path):
    """Files as a chapter has them, and some that nobody may see."""
    texts = {
        ".env": "secret",
        "outside.txt": "secret",
        "chapter_08/README.md": "# Eight\n\n[nb](bridge.ipynb)",
        "chapter_08/index.html": "<html>eight</html>",
        "chapter_08/main.js": "export {}",
        "chapter_08/server.py": "import os\n",
        "assets/a.svg": "<svg/>",
    }
    for name, text in texts.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    with contextlib.suppress(OSError):
        (tmp_path / "assets" / "link.txt").symlink_to(tmp_path / "outside.txt")
    return tmp_path


def make_app(settings):
    """Make a chapter's server, as small as it can be."""
    app = FastAPI()

    @app.get("/health")
    async def health():
        return {"name": "chapter_08"}

    @app.post("/api/talks")
    async def start():
        return {"started": True}

    @app.post("/api/size")
    async def size(request: Request):
        return len(await request.body())

    @app.get("/api/reader")
    async def reader(request: Request):
        return is_reader(request, settings)

    @app.get("/broken")
    async def broken():
        raise RuntimeError("a secret of the program")

    @app.websocket("/ws/talk")
    async def talk(line: WebSocket):
        await line.accept()
        with contextlib.suppress(WebSocketDisconnect):
            async for said in line.iter_bytes():
                await line.send_bytes(said[::-1])

    return app


@pytest.fixture
def settings(small_repository):
    """Say what guide.py says to a server."""
    return Settings(
        port=8008,
        repository=small_repository,
        pages_url=PAGES,
        notebooks_url="http://localhost:8888",
        reader_pass=PASS,
        servers=(RunningServer(8, "http://localhost:8008", "/health"),),
    )


@pytest.fixture
def client(settings):
    """Ask the application without a socket."""
    app = guarded(make_app(settings), settings)
    with TestClient(
        app,
        base_url="http://localhost:8008",
        follow_redirects=False,
        raise_server_exceptions=False,
    ) as client:
        yield client


@pytest.mark.parametrize(
    ("path", "kind", "words"),
    [
        ("/health", "application/json", "chapter_08"),
        ("/chapter_08/", "text/html", "<html>eight</html>"),
        ("/chapter_08/README.md", "text/html", "Eight"),
        ("/chapter_08/server.py", "text/html", 'id="L1"'),
        ("/chapter_08/main.js", "text/javascript", "export {}"),
        ("/assets/a.svg", "image/svg+xml", "<svg/>"),
    ],
)
def test_a_server_answers_itself_and_with_the_pages(client, path, kind, words):
    """Its own routes first, the files of the guide under all other paths."""
    answer = client.get(path, headers=HTML)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].split(";")[0] == kind
    assert words in answer.text


@pytest.mark.parametrize(
    "path",
    [
        "/.env",
        "/outside.txt",
        "/chapter_08/..%2f.env",
        "/chapter_08/%2e%2e/.env",
        "/chapter_08/%252e%252e/.env",
        "/chapter_08%2fmain.js/",
        "/assets/link.txt",
        "/assets/",
        "/%00",
        "/%ff",
        f"/assets/{'a' * 300}.txt",
        f"/{'a' * 300}/",
    ],
)
def test_what_is_not_meant_to_be_served_is_not_there(client, path):
    """The rules for files are those of the page server."""
    answer = client.get(path, headers=HTML)
    assert answer.status_code == 404
    assert "secret" not in answer.text


def test_a_file_that_did_not_change_is_not_sent_again(client):
    """And a part of it can be asked for, as players do."""
    first = client.get("/chapter_08/main.js")
    again = {"If-None-Match": first.headers["ETag"]}
    assert client.get("/chapter_08/main.js", headers=again).status_code == 304
    part = client.get("/chapter_08/main.js", headers={"Range": "bytes=0-5"})
    assert (part.status_code, part.text) == (206, "export")
    head = client.head("/chapter_08/main.js")
    assert (head.status_code, head.text) == (200, "")


def test_what_only_the_page_server_has_is_looked_for_there(client, small_repository):
    """The home page and notebooks; a server that runs alone has neither."""
    for path in ("/", "/notebook/chapter_08/bridge.ipynb"):
        answer = client.get(path, headers=HTML)
        assert answer.status_code == 307
        assert answer.headers["Location"] == PAGES + path
    alone = Settings(port=8008, repository=small_repository)
    with TestClient(
        guarded(FastAPI(), alone), base_url="http://localhost:8008"
    ) as client:
        assert client.get("/", headers=HTML).status_code == 404


def test_nothing_can_be_written_into_the_pages(client):
    """Whatever the method."""
    for method in ("POST", "PUT", "DELETE", "PATCH"):
        assert client.request(method, "/chapter_08/main.js").status_code == 405


@pytest.mark.parametrize(
    "path", ["/health", "/chapter_08/", "/nothing", "/broken", "/ws/talk", "/notebook/"]
)
def test_every_answer_carries_the_policy(client, path):
    """Errors too, also those that the program did not foresee."""
    headers = client.get(path).headers
    for name, value in security_headers(
        "http://localhost:8888", ["http://localhost:8008"]
    ).items():
        assert headers[name] == value
    assert "a secret" not in client.get(path).text


def test_the_policy_of_a_picture_stays_its_own(client):
    """It may style itself, and nothing else."""
    policy = client.get("/assets/a.svg").headers["Content-Security-Policy"]
    assert policy == "default-src 'none'; style-src 'unsafe-inline'"


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost", "localhost:8080", "127.0.0.2:8008", ""]
)
def test_another_name_for_this_machine_is_refused(client, host):
    """A foreign domain may point here (DNS rebinding)."""
    assert client.get("/health", headers={"Host": host}).status_code == 421
    with (
        pytest.raises(WebSocketDenialResponse) as refused,
        client.websocket_connect(TALK, headers={"Host": host}),
    ):
        pass
    assert refused.value.status_code == 421


@pytest.mark.parametrize("origin", FOREIGN)
def test_another_website_is_refused(client, origin):
    """With requests, with WebSockets, and when it asks whether it may."""
    foreign = {"Origin": origin}
    assert client.post("/api/talks", headers=foreign).status_code == 403
    asks = foreign | {"Access-Control-Request-Method": "POST"}
    assert client.options("/api/talks", headers=asks).status_code == 403
    with (
        pytest.raises(WebSocketDenialResponse) as refused,
        client.websocket_connect(TALK, headers=foreign),
    ):
        pass
    assert refused.value.status_code == 403
    looked = client.get("/health", headers=foreign)
    assert "Access-Control-Allow-Origin" not in looked.headers


@pytest.mark.parametrize(
    "origin",
    ["http://localhost:8008", "http://127.0.0.1:8008", PAGES, "http://127.0.0.1:8080"],
)
def test_our_own_pages_may_ask(client, origin):
    """Those of this server and those of the page server."""
    own = {"Origin": origin}
    # To a browser another port is another origin of the same site.
    site = "same-site" if "8080" in origin else "same-origin"
    answer = client.post("/api/talks", headers=own | {"Sec-Fetch-Site": site})
    assert answer.json() == {"started": True}
    if "8080" in origin:
        assert answer.headers["Access-Control-Allow-Origin"] == origin
        asks = own | {"Access-Control-Request-Method": "POST"}
        assert client.options("/api/talks", headers=asks).status_code == 200
    with client.websocket_connect(TALK, headers=own) as line:
        line.send_bytes(b"abc")
        assert line.receive_bytes() == b"cba"


def test_a_program_needs_no_origin(client):
    """Only browsers send one."""
    assert client.post("/api/talks").status_code == 200
    with client.websocket_connect(TALK) as line:
        line.send_bytes(b"abc")
        assert line.receive_bytes() == b"cba"


def test_a_second_origin_does_not_hide_the_first(client):
    """Repeated headers count together."""
    both = [("Origin", "http://localhost:8008"), ("Origin", "https://evil.example")]
    assert client.post("/api/talks", headers=both).status_code == 403


@pytest.mark.parametrize(
    ("cookie", "expected"), [(PASS, True), ("wrong", False), ("", False)]
)
def test_the_link_from_the_terminal_counts_here_too(client, cookie, expected):
    """The page server's cookie reaches every port of this machine."""
    answer = client.get("/api/reader", headers={"Cookie": f"live-guide-8080={cookie}"})
    assert answer.json() is expected


@pytest.fixture
def run(small_repository):
    """Run a server on uvicorn as chapters do; yields its port."""
    stack = contextlib.ExitStack()

    @contextlib.contextmanager
    def running(**options):
        sockets = listen(0)
        port = sockets[0].getsockname()[1]
        settings = Settings(port=port, repository=small_repository, pages_url=PAGES)
        ready = threading.Event()
        server = server_of(make_app(settings), settings, **options)
        startup = server.startup

        async def start(sockets=None):
            await startup(sockets)
            ready.set()

        server.startup = start
        # Python's own loop notices what is never closed.
        thread = threading.Thread(
            target=lambda: asyncio.run(server.serve(sockets=sockets))
        )
        thread.start()
        try:
            assert ready.wait(60)
            yield port
        finally:
            server.should_exit = True
            thread.join()
            for one in sockets:
                one.close()

    with stack:
        yield lambda **options: stack.enter_context(running(**options))


def test_a_real_server_speaks_to_our_pages_and_refuses_others(run):
    """The refusal is the answer to the handshake, and nothing is compressed."""
    port = run()
    address = f"ws://localhost:{port}/ws/talk"
    for origin in (None, f"http://localhost:{port}", PAGES):
        with connect(address, origin=origin, proxy=None) as line:
            assert "Sec-WebSocket-Extensions" not in line.response.headers
            line.send(b"abc")
            assert line.recv(timeout=20) == b"cba"
    for origin in FOREIGN:
        with pytest.raises(InvalidStatus) as refused:
            connect(address, origin=origin, proxy=None)
        response = refused.value.response
        assert response.status_code == 403
        assert b"Another website may not use this server." in response.body
        assert "default-src 'none'" in response.headers["Content-Security-Policy"]


def test_a_path_reaches_a_real_server_as_it_was_sent(run):
    """Escaped slashes stay what they are."""
    port = run()
    for path, status in (
        ("/chapter_08/main.js?a=/b", 200),
        ("/chapter_08/m%61in.js", 200),
        ("/chapter_08/..%2f.env", 404),
        ("/chapter_08/../.env", 404),
        ("//chapter_08/main.js", 404),
        (f"/assets/{'a' * 5000}", 404),
    ):
        connection = http.client.HTTPConnection("localhost", port, timeout=20)
        connection.putrequest("GET", path)
        connection.endheaders()
        assert connection.getresponse().status == status, path
        connection.close()


def test_a_frame_of_more_than_a_megabyte_ends_the_connection(run):
    """With the close code that says so."""
    with connect(f"ws://localhost:{run()}/ws/talk", proxy=None) as line:
        line.send(bytes(2**20 + 1))
        with pytest.raises(ConnectionClosed) as closed:
            line.recv(timeout=20)
    assert closed.value.rcvd.code == 1009


@pytest.mark.parametrize("before", [b"", b"GET /health HTTP/1.1\r\nHost: %b\r\n\r\n"])
@pytest.mark.parametrize("sent", [b"GET /", b"GET / HTTP/1.1\r\nHost: localh"])
def test_a_request_that_never_ends_is_hung_up_on(run, monkeypatch, before, sent):
    """The first of a connection or a later one."""
    monkeypatch.setattr(servers, "REQUEST_WITHIN_S", 0.3)
    port = run()
    with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
        if before:
            connection.sendall(before % f"localhost:{port}".encode())
            assert connection.recv(65_536).startswith(b"HTTP/1.1 200")
        connection.sendall(sent)
        assert b"" in iter(lambda: connection.recv(65_536), None)


@pytest.mark.parametrize(
    "sent",
    [
        "Content-Length: 9\r\n\r\nhalf",
        "Transfer-Encoding: chunked\r\n\r\n9\r\nhalf",
        "Content-Length: 99999999999999999999\r\n\r\nhalf",
    ],
)
def test_a_body_that_never_ends_is_hung_up_on(run, monkeypatch, caplog, sent):
    """And nothing is said of it: that is no mistake of the program."""
    monkeypatch.setattr(servers, "REQUEST_WITHIN_S", 0.3)
    port = run()
    head = f"POST /api/size HTTP/1.1\r\nHost: localhost:{port}\r\n"
    with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
        connection.sendall((head + sent).encode())
        for _ in iter(lambda: connection.recv(65_536), b""):
            pass
    assert "Traceback" not in caplog.text


def test_a_body_that_goes_on_is_waited_for(run, monkeypatch):
    """Though all of it takes longer than the deadline: it is one for each part."""
    monkeypatch.setattr(servers, "REQUEST_WITHIN_S", 1.5)
    port = run()
    head = (
        f"POST /api/size HTTP/1.1\r\nHost: localhost:{port}\r\nContent-Length: 12\r\n"
    )
    with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
        connection.sendall(f"{head}\r\n".encode())
        for _ in range(12):
            time.sleep(0.3)
            connection.sendall(b"x")
        assert connection.recv(65_536).startswith(b"HTTP/1.1 200")


def test_a_body_has_a_size(settings, monkeypatch):
    """Whatever route it is for; and the refusal carries the policy."""
    monkeypatch.setattr(asgi, "MAX_BODY_BYTES", 2**20)
    app = guarded(make_app(settings), settings)
    client = TestClient(app, base_url="http://localhost:8008")
    for size, status in ((2**20, 200), (2**20 + 1, 413)):
        answer = client.post("/api/size", content=bytes(size))
        assert answer.status_code == status
        assert "Content-Security-Policy" in answer.headers


def test_what_clients_do_is_no_error(run, caplog):
    """A refused WebSocket and text that is none leave no line in the log."""
    port = run()
    address = f"ws://localhost:{port}/ws/talk"
    with pytest.raises(InvalidStatus):
        connect(address, origin="https://evil.example", proxy=None)
    with connect(address, proxy=None) as line:
        line.send(b"\xff\xfe", text=True)
        with pytest.raises(ConnectionClosed) as closed:
            line.recv(timeout=20)
    assert closed.value.rcvd.code == 1007
    with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
        connection.sendall(b"GET /\xff HTTP/1.1\r\n\r\n")
        assert connection.recv(65_536).startswith(b"HTTP/1.1 400")
    assert [record.getMessage() for record in caplog.records] == []


def test_a_websocket_outlives_the_deadline_of_its_request(run, monkeypatch):
    """Only what is no whole request is hung up on."""
    monkeypatch.setattr(servers, "REQUEST_WITHIN_S", 0.1)
    with connect(f"ws://localhost:{run()}/ws/talk", proxy=None) as line:
        with pytest.raises(TimeoutError):
            line.recv(timeout=0.5)
        line.send(b"abc")
        assert line.recv(timeout=20) == b"cba"


PROGRAM = """
from fastapi import FastAPI
from guide.servers import run_server

app = FastAPI()

@app.get("/health")
async def health():
    return {"name": "chapter_08"}

if __name__ == "__main__":
    raise SystemExit(run_server(app, chapter=8))
"""


@pytest.fixture
def program(tmp_path):
    """Write a chapter's server.py."""
    path = tmp_path / "server.py"
    path.write_text(PROGRAM)
    return path


def test_a_server_runs_alone_by_its_own_script(program, repository):
    """It says where it is, answers on both addresses, and ends at Ctrl-C."""
    from guide.commands.processes import group_options, interrupt, kill_group

    process = subprocess.Popen(
        [sys.executable, str(program), "--port", "0"],
        cwd=repository,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **group_options(),
    )
    try:
        line = process.stdout.readline()
        assert line.startswith("Ready: http://localhost:"), process.stderr.read()
        port = int(line.split(":")[3].split("/")[0])
        connection = http.client.HTTPConnection("localhost", port, timeout=20)
        connection.request("GET", "/health")
        assert json.load(connection.getresponse()) == {"name": "chapter_08"}
        connection.close()
        interrupt(process)
        assert process.wait(30) == 0
        assert process.stderr.read() == ""
    finally:
        kill_group(process)
        process.stdout.close()
        process.stderr.close()


def test_a_taken_port_is_one_sentence(program, repository, free_port):
    """It is never exchanged for another in silence."""
    with socket.create_server(("127.0.0.1", free_port)):
        done = subprocess.run(
            [sys.executable, str(program), "--port", str(free_port)],
            cwd=repository,
            capture_output=True,
            text=True,
        )
    assert done.returncode == 2
    assert done.stderr.strip() == (
        f"Port {free_port} is taken or not allowed. Stop the program that has it, or "
        "choose another with --port."
    )


def test_a_chapter_without_a_server_is_a_mistake_of_the_chapter():
    """It says where servers are announced."""
    with pytest.raises(
        ValueError, match=r"Chapter 1 announces no server in guide/chap"
    ):
        run_server(FastAPI(), chapter=1, arguments=[])


def test_settings_are_read_as_guide_py_writes_them():
    """Addresses, the pass, and the servers there are."""
    environment = {
        "LIVE_GUIDE_PAGES": "http://localhost:8081",
        "LIVE_GUIDE_PASS": PASS,
        "LIVE_GUIDE_SERVERS": json.dumps(
            [{"chapter": 8, "url": "http://localhost:8008", "health": "/health"}]
        ),
    }
    settings = Settings.from_environment(8008, environment)
    assert settings.pages_port == 8081
    assert settings.servers == (RunningServer(8, "http://localhost:8008", "/health"),)
    assert Settings.from_environment(8080, {}).servers == ()
    assert Settings.from_environment(8080, {}).pages_port == 8080


@pytest.mark.parametrize("text", ["", "-1", "65536", "70000", "8080.0", "９", "1e3"])
def test_what_is_not_a_port_is_refused(text):
    """Before a socket is asked for it, which would raise something else."""
    with pytest.raises(argparse.ArgumentTypeError, match="0 to 65535"):
        port_number(text)
    assert port_number("65535") == 65_535
