"""Whole recordings: progress, answers, and files that are none."""

import asyncio
import contextlib
import io
import json
import socket
import urllib.error
import urllib.request
import wave
import zipfile

import av
import numpy as np
import pytest

from chapter_08 import upload_routes
from chapter_08.limits import Limits
from chapter_08.page_client import get_cookie
from chapter_08.uploads import Progress, pcm_blocks
from guide import models
from guide.servers import REQUEST_WITHIN_S
from tests.chapter_08.conftest import AUDIO, running, speech
from tests.chapter_08.test_webm_audio import fragmented_mp4, whole_mp4

GAP = bytes(32_000)


def wav(pcm, rate_hz=16_000):
    file = io.BytesIO()
    with wave.open(file, "wb") as written:
        written.setnchannels(1)
        written.setsampwidth(2)
        written.setframerate(rate_hz)
        written.writeframes(pcm)
    return file.getvalue()


def ask(server, cookie, path, data=None, **headers):
    """Return status and answer of a request."""
    request = urllib.request.Request(
        server.url + path, data, headers={"Cookie": cookie, **headers}
    )
    try:
        with urllib.request.urlopen(request, timeout=100) as response:
            return response.status, json.loads(response.read())
    except urllib.error.HTTPError as error:
        return error.code, json.loads(error.read())


@pytest.fixture(scope="module")
def cookie(server):
    return asyncio.run(get_cookie(server.url))


@pytest.mark.parametrize(
    "recording",
    [
        pytest.param(lambda: (AUDIO / "capital-of-france.wav").read_bytes(), id="wav"),
        pytest.param(
            lambda: (AUDIO / "browser-recording.webm").read_bytes(), id="chromium"
        ),
        pytest.param(lambda: fragmented_mp4(speech("capital-of-france")), id="safari"),
        pytest.param(
            lambda: whole_mp4(speech("capital-of-france"), index_first=False),
            id="index-at-the-end",
        ),
    ],
)
def test_a_recording_in_any_format_is_heard_and_answered(server, cookie, recording):
    """Also MP4 with its index at the end, which can't be streamed."""
    status, answer = ask(server, cookie, "/audio-stream", recording())
    assert status == 200, answer
    assert "capital of France" in answer["transcript"]
    assert "Paris" in answer["answer"]
    assert 1 < answer["seconds"] < 4


def test_progress_is_told_while_it_is_heard(server, cookie):
    """Uploaded, decoded, heard, transcribed, done: at least twice a second."""
    pcm = (speech("my-name-is-ada") + GAP + speech("capital-of-france") + GAP) * 3
    events = urllib.request.Request(
        f"{server.url}/api/uploads/my-upload-1/events", headers={"Cookie": cookie}
    )
    with urllib.request.urlopen(events, timeout=60) as told:
        assert told.headers["Content-Type"].startswith("text/event-stream")
        path = f"/audio-stream?id=my-upload-1&model={models.TRANSCRIBE}"
        status, answer = ask(server, cookie, path, wav(pcm))
        lines = told.read().decode().splitlines()
    assert status == 200, answer
    assert answer["transcript"].count("Ada") + answer["transcript"].count("ADA") >= 2
    assert answer["answer"] == ""
    kinds = [line.removeprefix("event: ") for line in lines if line[:6] == "event:"]
    assert kinds[0] == "uploaded" and kinds[-1] == "done"
    assert {"decoded", "heard", "transcript"} <= set(kinds)
    seconds = [
        json.loads(one[6:]).get("seconds") for one in lines if '"decoded"' in one
    ]
    assert kinds.count("decoded") >= 2 and seconds == sorted(
        seconds, key=lambda s: s or 0
    )


def test_an_upload_is_kept_if_its_user_says_so(server, cookie):
    """With its words and its sound."""
    sound = (AUDIO / "capital-of-france.wav").read_bytes()
    _, answer = ask(server, cookie, "/audio-stream?keep=true", sound)
    _, whole = ask(server, cookie, f"/api/conversations/{answer['kept']}")
    assert whole["source"] == "upload" and whole["hasAudio"]
    assert "Paris" in whole["lines"][-1]["text"]


def bomb():
    """Return an hour and a half of silence as FLAC: small, and long."""
    file = io.BytesIO()
    with av.open(file, "w", format="flac") as container:
        stream = container.add_stream("flac", rate=8_000)
        stream.layout = "mono"
        silence = np.zeros((1, 8_000 * 60), np.int16)
        for minute in range(95):
            frame = av.AudioFrame.from_ndarray(silence, "s16", "mono")
            frame.sample_rate, frame.pts = 8_000, minute * 8_000 * 60
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return file.getvalue()


def zipped():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("zeros", bytes(10_000_000))
    return file.getvalue()


def slow_as_a_clock():
    """Return 65,535 samples in one frame, a second each: 2 GB at 16 kHz."""
    file = io.BytesIO()
    with av.open(file, "w", format="matroska") as container:
        stream = container.add_stream("pcm_s16le", rate=1)
        stream.layout = "mono"
        samples = np.zeros((1, 65_535), np.int16)
        frame = av.AudioFrame.from_ndarray(samples, "s16", "mono")
        frame.sample_rate = 1
        container.mux(stream.encode(frame))
    return file.getvalue()


NO_RECORDINGS = {
    "nothing": (b"", "The file is empty"),
    "a script": (b"#!/bin/sh\nrm -rf /\n", "no sound that can be decoded"),
    "a page": (b"<html><script>alert(1)</script>", "no sound that can be decoded"),
    "a playlist": (b"#EXTM3U\nfile:///etc/passwd\n", "no sound that can be decoded"),
    "a list of files": (b"ffconcat version 1.0\nfile /etc/passwd\n", "no sound"),
    "a zip bomb": (zipped(), "no sound that can be decoded"),
    "a sample a second": (slow_as_a_clock(), "no sound that can be decoded"),
    "only a header": (wav(b""), "no sound"),
    "a picture": ((AUDIO.parent / "pictures" / "menu.jpg").read_bytes(), "no sound"),
}


@pytest.mark.parametrize("name", NO_RECORDINGS)
def test_what_is_no_recording_is_refused_in_words(server, cookie, name):
    """With 415, and without a word of what is in it."""
    data, words = NO_RECORDINGS[name]
    status, answer = ask(server, cookie, "/audio-stream", data)
    assert status == 415 and words in answer["error"], answer
    assert "passwd" not in answer["error"]


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("/audio-stream?model=gpt", 400, "no model 'gpt'"),
        ("/audio-stream?id=short", 400, "8 to 40 letters"),
        ("/audio-stream?id=../../../etc/passwd", 400, "8 to 40 letters"),
        ("/api/uploads/short/events", 400, "8 to 40 letters"),
    ],
)
def test_requests_that_make_no_sense(server, cookie, path, status, words):
    """In words, under the status that fits."""
    found, answer = ask(server, cookie, path, b"x" if "stream" in path else None)
    assert found == status and words in str(answer)


def test_a_form_is_no_file(server, cookie):
    """What to do instead is said."""
    kind = "multipart/form-data; boundary=x"
    found, answer = ask(
        server, cookie, "/audio-stream", b"--x--", **{"Content-Type": kind}
    )
    assert found == 415 and "curl -T" in answer["error"]


def test_without_a_cookie_nothing_is_heard(server):
    """401, as for conversations."""
    assert ask(server, "", "/audio-stream", b"x")[0] == 401
    assert ask(server, "", "/api/uploads/my-upload-2/events")[0] == 401


def test_a_recording_that_unpacks_to_hours_ends_at_the_limit(live, tmp_path):
    """It is stopped while it is decoded, at the longest that the model takes."""
    with running(tmp_path, limits=Limits(max_audio_s=2.0, upload_s=3.0)) as server:
        cookie = asyncio.run(get_cookie(server.url))
        status, answer = ask(server, cookie, "/audio-stream", bomb())
        assert status == 413 and "longer than" in answer["error"]
        path = f"/audio-stream?model={models.TRANSCRIBE}"
        status, answer = ask(server, cookie, path, bomb())
        assert status == 413, answer


def test_a_file_that_is_too_large_is_refused_before_it_is_read(live, tmp_path):
    """By the length it announces, or when it is reached."""
    with running(tmp_path, limits=Limits(upload_bytes=10_000)) as server:
        cookie = asyncio.run(get_cookie(server.url))
        head = f"POST /audio-stream HTTP/1.1\r\nHost: localhost:{server.port}\r\n"
        head += f"Cookie: {cookie}\r\n"
        announced = talk(server, head + "Content-Length: 999999999\r\n\r\n")
        assert b" 413 " in announced.split(b"\r\n")[0]
        chunk = b"1000\r\n" + bytes(4096) + b"\r\n"
        chunked = talk(server, head + "Transfer-Encoding: chunked\r\n\r\n", chunk * 4)
        assert b" 413 " in chunked.split(b"\r\n")[0]


def talk(server, head, body=b""):
    with socket.create_connection(("127.0.0.1", server.port), 30) as line:
        line.sendall(head.encode())
        with contextlib.suppress(ConnectionError):
            line.sendall(body)
        return line.recv(65_536)


def test_an_upload_that_stops_leaves_nothing(server, cookie):
    """Cut off in the middle, and while it is being heard."""
    head = f"POST /audio-stream HTTP/1.1\r\nHost: localhost:{server.port}\r\n"
    head += f"Cookie: {cookie}\r\nContent-Length: "
    data = wav((speech("my-name-is-ada") + GAP) * 20)
    for sent in (data[:1_000], data):
        with socket.create_connection(("127.0.0.1", server.port), 30) as line:
            line.sendall(f"{head}{len(data)}\r\n\r\n".encode() + sent)
            while not server.board.upload_places.taken:
                pass
    asyncio.run(no_uploads(server))


@pytest.mark.parametrize("length", [1_000, Limits().upload_bytes])
def test_an_upload_that_stalls_is_told_so(server, cookie, monkeypatch, length):
    """However long it will be, before the server hangs up on it without a word."""
    assert upload_routes.STALLED_S < REQUEST_WITHIN_S
    monkeypatch.setattr(upload_routes, "STALLED_S", 0.1)
    head = f"POST /audio-stream HTTP/1.1\r\nHost: localhost:{server.port}\r\n"
    head += f"Cookie: {cookie}\r\nContent-Length: {length}\r\n\r\n"
    answer = talk(server, head, b"begun")
    assert b" 408 " in answer.split(b"\r\n")[0]


async def no_uploads(server):
    async with asyncio.timeout(30):
        while server.board.upload_places.taken:  # noqa: ASYNC110
            await asyncio.sleep(0.02)


async def test_progress_that_nobody_reads_does_not_grow():
    """The oldest goes; a reader who comes late still sees the end."""
    progress = Progress()
    for number in range(10_000):
        progress.tell("decoded", seconds=number)
    progress.end()
    events = [one async for one in progress.events()]
    assert len(events) == 2_000 and '"seconds": 9999' in events[-1]


def test_memory_is_flat_for_a_long_file(tmp_path):
    """Blocks of half a second come out of a file of ten minutes, one by one."""
    import tracemalloc

    file = io.BytesIO(wav(bytes(32_000 * 600)))
    tracemalloc.start()
    blocks = sum(1 for _ in pcm_blocks(file, 3_600))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert blocks == 1_200
    assert peak < 2_000_000
