"""Talk with the model through the server of chapter 8, or put that server under load.

    python chapter_08/bridge-client.py --input assets/audio/capital-of-france.wav
    python chapter_08/bridge-client.py --upload assets/audio/browser-recording.webm
    python chapter_08/bridge-client.py --load 20 --seconds 10

The server has to run (python3 guide.py, or python chapter_08/server.py). The first
command prints what both sides say; the second sends a whole file; the third holds so
many conversations at a time and prints how long each step took. Ctrl-C ends it.
"""

import argparse
import asyncio
import json
import statistics
import sys
import urllib.error
import urllib.parse
import urllib.request
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

try:
    from chapter_08.page_client import PageClient, ServerRefused, get_cookie
    from guide.audio_files import check_output, read_speech, write_wav
    from guide.scripts import Problem, run
except ModuleNotFoundError as missing:
    sys.exit(
        f"The package {missing.name} is not installed here. Run python3 guide.py once, "
        "then run this script with the Python in .venv."
    )
except KeyboardInterrupt:
    sys.exit(130)

QUESTION = Path(__file__).resolve().parent.parent / "assets/audio/capital-of-france.wav"
ANSWER_WITHIN_S = 60.0
MOST_UPLOAD_S = 1_800.0


def parse_arguments(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description="Talk with the model through the server of chapter 8."
    )
    add, default = parser.add_argument, "(default: %(default)s)"
    add("--server", default="http://localhost:8008", help=f"its address {default}")
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--input", metavar="FILE", default=str(QUESTION), help=default)
    what.add_argument("--text", help="type this in place of speaking")
    what.add_argument("--upload", metavar="FILE", help="send this file as a whole")
    add("--output", metavar="WAV", help="write the answer's sound to this file")
    add("--model", default="", help="the model (default: the server's)")
    add("--keep", action="store_true", help="have the server keep the conversation")
    add("--chunk-ms", type=int, default=20, metavar="MS", help=f"10 to 1000 {default}")
    add("--load", type=int, metavar="N", help="hold so many conversations at a time")
    add("--seconds", type=float, default=30.0, help=f"so long, with --load {default}")
    add("--users", type=int, help="of so many users (default: as many as it takes)")
    options = parser.parse_args(arguments)
    if options.load and (options.text or options.upload):
        parser.error("--load speaks: leave out --text and --upload")
    options.server = options.server.rstrip("/")
    if not options.server.startswith(("http://", "https://")):
        parser.error(f"--server is an address such as {parser.get_default('server')}")
    if not 10 <= options.chunk_ms <= 1000:
        parser.error("--chunk-ms is a number from 10 to 1000")
    if options.load is not None and not 1 <= options.load <= 1000:
        parser.error("--load is a number from 1 to 1000")
    if options.users is not None and not 1 <= options.users <= 1000:
        parser.error("--users is a number from 1 to 1000")
    if not 1 <= options.seconds <= 86_400:
        parser.error("--seconds is a number from 1 to 86400")
    return options


async def main(options: argparse.Namespace) -> int:
    """Do what the command line asks, and return the exit code."""
    try:
        if options.load:
            return await load(options)
        cookie = await get_cookie(options.server)
        if options.upload:
            await upload(options, cookie)
        else:
            await talk(options, cookie)
    except ServerRefused as refused:
        raise Problem(str(refused)) from None
    return 0


async def talk(options: argparse.Namespace, cookie: str) -> None:
    """Ask one question, and print what both sides say."""
    if options.output:
        check_output(options.output, options.input)
    speech = b"" if options.text else read_speech(options.input)
    start = {"model": options.model, "keep": options.keep}
    async with PageClient.connect(options.server, cookie, **start) as client:
        print(f"({client.ready['model']} answers)")
        if options.text:
            await client.send(type="text", text=options.text)
        async with asyncio.TaskGroup() as tasks:
            if speech:
                tasks.create_task(speak(client, speech, options.chunk_ms))
            answer = await tasks.create_task(hear(client))
        heard = answer["heard"] or options.text or ""
        print(f"you: {heard.strip()}")
        print(f"model: {answer['said'].strip()}")
        if client.ready["kept"]:
            print(f"(kept as {client.ready['kept']})")
        await client.send(type="stop")
    if options.output:
        write_wav(options.output, answer["sound"], 24_000)
        print(f"(saved {options.output})")


async def speak(client: PageClient, speech: bytes, chunk_ms: int) -> float:
    """Speak in real time; returns when the last of it was sent."""
    clock = asyncio.get_running_loop().time
    began_s, size = clock(), chunk_ms * 32
    for number, at in enumerate(range(0, len(speech), size)):
        await asyncio.sleep(max(0.0, began_s + number * chunk_ms / 1000 - clock()))
        await client.send_audio(speech[at : at + size])
    await client.send(type="audio_end")
    return clock()


async def hear(client: PageClient) -> dict[str, Any]:
    """Take in one answer: words, sound, and when the first of it came."""
    clock = asyncio.get_running_loop().time
    answer: dict[str, Any] = {"heard": "", "said": "", "sound": b"", "first_s": 0.0}
    try:
        async with asyncio.timeout(ANSWER_WITHIN_S):
            async for message in client:
                if isinstance(message, bytes):
                    answer["first_s"] = answer["first_s"] or clock()
                    answer["sound"] += message
                elif message["type"] == "inputTranscript":
                    answer["heard"] += message["text"]
                elif message["type"] in ("outputTranscript", "text"):
                    answer["said"] += message["text"]
                elif message["type"] == "warning":
                    print(f"({message['message']})")
                elif message["type"] in ("turnComplete", "generationComplete"):
                    if message["type"] == "turnComplete" or not answer["sound"]:
                        return answer
    except TimeoutError:
        raise Problem(f"No answer came within {ANSWER_WITHIN_S:g} s.") from None
    raise Problem("The server ended the conversation before the answer.")


async def upload(options: argparse.Namespace, cookie: str) -> None:
    """Send a file, and print what was heard and answered."""
    try:
        data = await asyncio.to_thread(Path(options.upload).read_bytes)
    except OSError as error:
        reason = error.strerror or error
        raise Problem(f"{options.upload} can't be read: {reason}.") from None
    wishes = {"model": options.model, "keep": str(options.keep).lower()}
    query = f"?{urllib.parse.urlencode(wishes)}"
    request = urllib.request.Request(
        f"{options.server}/audio-stream{query}", data, {"Cookie": cookie}
    )
    answer = await asyncio.to_thread(_post, request)
    print(f"({answer['model']} heard {answer['seconds']:.1f} s)")
    print(f"you: {answer['transcript']}")
    if answer["answer"]:
        print(f"model: {answer['answer']}")
    if answer["kept"]:
        print(f"(kept as {answer['kept']})")


def _post(request: urllib.request.Request) -> dict[str, Any]:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=MOST_UPLOAD_S) as response:
            answer: dict[str, Any] = json.load(response)
            return answer
    except urllib.error.HTTPError as refused:
        raise Problem(_sentence_of(refused)) from None
    except OSError as error:
        raise Problem(f"The connection to the server broke: {error}.") from None


def _sentence_of(refused: urllib.error.HTTPError) -> str:
    try:
        return str(json.load(refused)["error"])
    except (ValueError, LookupError, TypeError):
        return f"The server refused the recording ({refused.code} {refused.reason})."


async def load(options: argparse.Namespace) -> int:
    """Hold many conversations, each asking again and again; print what they took."""
    users = options.users or -(-options.load // 3)
    cookies = [await get_cookie(options.server) for _ in range(users)]
    speech = read_speech(options.input)
    tally = Tally()
    ends_s = asyncio.get_running_loop().time() + options.seconds
    async with asyncio.TaskGroup() as tasks:
        for number in range(options.load):
            cookie = cookies[number % users]
            tasks.create_task(ask_on(options, cookie, speech, tally, ends_s))
            await asyncio.sleep(min(0.05, 1 / options.load))
    print(tally.as_text(options.load))
    return 1 if tally.refused and not tally.answers_ms else 0


async def ask_on(
    options: argparse.Namespace,
    cookie: str,
    speech: bytes,
    tally: "Tally",
    ends_s: float,
) -> None:
    """Ask the same question in new conversations until the time is over."""
    clock = asyncio.get_running_loop().time
    while clock() < ends_s:
        began_s = clock()
        try:
            async with PageClient.connect(
                options.server, cookie, model=options.model, keep=options.keep
            ) as client:
                tally.ready_ms.append((clock() - began_s) * 1000)
                async with asyncio.TaskGroup() as tasks:
                    hearing = tasks.create_task(hear(client))
                    spoken_s = await speak(client, speech, options.chunk_ms)
                answer = hearing.result()
                if answer["first_s"]:
                    tally.answers_ms.append((answer["first_s"] - spoken_s) * 1000)
                await client.send(type="stop")
        except* (ServerRefused, Problem) as refused:
            tally.refused[str(refused.exceptions[0])] += 1
            await asyncio.sleep(0.5)


class Tally:
    """What many conversations took."""

    def __init__(self) -> None:
        self.ready_ms: list[float] = []
        self.answers_ms: list[float] = []
        self.refused: Counter[str] = Counter()

    def as_text(self, count: int) -> str:
        """Return all figures, a line each."""
        lines = [f"{count} at a time, {len(self.answers_ms)} answers"]
        steps = {
            "until ready": self.ready_ms,
            "last chunk to first sound": self.answers_ms,
        }
        for name, times in steps.items():
            if len(times) > 1:
                cuts = statistics.quantiles(times, n=100, method="inclusive")
                lines.append(f"{name}: {cuts[49]:,.0f} ms p50, {cuts[94]:,.0f} ms p95")
        lines += [f"refused {many} times: {why}" for why, many in self.refused.items()]
        return "\n".join(lines)


if __name__ == "__main__":
    raise SystemExit(run(main(parse_arguments())))
