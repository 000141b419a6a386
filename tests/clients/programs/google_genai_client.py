"""One scenario with the Python SDK, any version; prints a report as JSON lines.

It knows nothing of the emulator: the environment says where the service is.

python google_genai_client.py SCENARIO SPEECH_FOLDER [--model MODEL]
"""

import argparse
import asyncio
import importlib.util
import inspect
import json
import os
import warnings
from pathlib import Path

from google import genai
from google.genai import types

TIME_LIMIT_S = 60
CHUNK_BYTES = 1280  # 40 ms at 16 kHz
WEATHER = {
    "name": "get_weather",
    "description": "Returns the weather of a city.",
    "parameters": {
        "type": "OBJECT",
        "properties": {"city": {"type": "STRING"}},
        "required": ["city"],
    },
}


def report(**values):
    """Tell the test that started this."""
    print(json.dumps(values), flush=True)


class Program:
    """The scenarios; each opens its own sessions."""

    def __init__(self, options):
        self.speech = Path(options.speech)
        self.model = options.model
        self.client = self.open_client()

    def open_client(self, **options):
        """Return a client as a reader would make it.

        The first versions read no base URL from the environment; for those the
        program does.
        """
        http_options = _missing_base_url() | options.pop("http_options", {})
        return genai.Client(http_options=http_options or None, **options)

    def connect(self, client=None, **changes):
        """Open a session with audio out and both transcripts."""
        config = {"response_modalities": ["AUDIO"], "output_audio_transcription": {}}
        if "input_audio_transcription" in types.LiveConnectConfig.model_fields:
            config["input_audio_transcription"] = {}
        live = (client or self.client).aio.live
        return live.connect(model=self.model, config=config | changes)

    async def say(self, session, name):
        """Stream a recording in chunks, as a microphone would but faster."""
        pcm = (self.speech / f"{name}.pcm").read_bytes()
        by_name = inspect.signature(session.send_realtime_input).parameters
        field = "audio" if "audio" in by_name else "media"
        for start in range(0, len(pcm), CHUNK_BYTES):
            chunk = pcm[start : start + CHUNK_BYTES]
            blob = types.Blob(data=chunk, mime_type="audio/pcm;rate=16000")
            await session.send_realtime_input(**{field: blob})

    async def type(self, session, text):
        """Send a typed turn."""
        turn = types.Content(role="user", parts=[types.Part(text=text)])
        await session.send_client_content(turns=turn, turn_complete=True)

    async def spoken_turn(self):
        """Ask by voice and hear the answer."""
        async with self.connect() as session:
            await self.say(session, "sum")
            report(**await receive_turn(session))

    async def barge_in(self):
        """Speak while a story is being told."""
        async with self.connect() as session:
            await self.type(session, "Tell me a long story.")
            await receive_turn(session, until="audio")
            await self.say(session, "sum")
            report(interrupted=await receive_turn(session))
            report(answer=await receive_turn(session))

    async def tool_call(self):
        """Answer a function call."""
        declaration = WEATHER
        if "behavior" in types.FunctionDeclaration.model_fields:
            declaration = WEATHER | {"behavior": "BLOCKING"}
        tools = [{"function_declarations": [declaration]}]
        async with self.connect(tools=tools) as session:
            await self.say(session, "weather")
            turn = await receive_turn(session, until="call")
            [call] = turn["calls"]
            report(call=call)
            response = types.FunctionResponse(
                id=call["id"], name=call["name"], response={"temperature": 21}
            )
            await session.send_tool_response(function_responses=[response])
            report(**await receive_turn(session))

    async def resumption(self):
        """Say a name, wait for GoAway, reconnect and ask for the name."""
        async with self.connect(session_resumption={}) as session:
            await self.type(session, "My name is Ada.")
            turn = await receive_turn(session, until="gone")
            report(time_left=turn["go_away"])
        async with self.connect(
            session_resumption={"handle": turn["handle"]}
        ) as session:
            await self.say(session, "name")
            report(**await receive_turn(session))

    async def token(self):
        """Make a token with the key and talk with nothing but the token."""
        warnings.simplefilter("ignore")
        server = self.open_client(http_options={"api_version": "v1alpha"})
        token = await server.aio.auth_tokens.create(
            config={
                "uses": 1,
                "live_connect_constraints": {
                    "model": self.model,
                    "config": {
                        "response_modalities": ["AUDIO"],
                        "output_audio_transcription": {},
                        "system_instruction": "Your name is Max.",
                    },
                },
            }
        )
        report(token=token.name.split("/")[0])
        page = self.open_client(
            api_key=token.name, http_options={"api_version": "v1alpha"}
        )
        async with self.connect(page) as session:
            await self.type(session, "What is your name?")
            report(**await receive_turn(session))
        try:
            async with self.connect(page):
                report(second="connected")
        except Exception as error:
            report(second=str(error))


async def receive_turn(session, until="turn_complete"):
    """Collect what comes, over as many `receive()` as it takes."""
    turn = {"heard": "", "said": "", "audio_bytes": 0, "order": [], "calls": []}
    turn |= {"handle": None, "go_away": None}
    while True:
        async for message in session.receive():
            if _note(message, turn, until):
                return turn


def _note(message, turn, until):
    """Add a message to a turn; return whether it is the awaited one."""
    if message.tool_call:
        for call in message.tool_call.function_calls:
            turn["calls"].append({"id": call.id, "name": call.name, "args": call.args})
        if until == "call":
            return True
    if update := getattr(message, "session_resumption_update", None):
        turn["handle"] = update.new_handle or turn["handle"]
    if go_away := getattr(message, "go_away", None):
        turn["go_away"] = str(go_away.time_left)
    if until == "gone" and turn["go_away"] and turn["handle"] and turn["order"]:
        return True
    content = message.server_content
    if content is None:
        return False
    for field, key in (("input", "heard"), ("output", "said")):
        transcription = getattr(content, f"{field}_transcription", None)
        if transcription and transcription.text:
            turn[key] += transcription.text
    for part in (content.model_turn.parts if content.model_turn else None) or ():
        if part.inline_data:
            turn["audio_bytes"] += len(part.inline_data.data)
    if until == "audio" and turn["audio_bytes"]:
        return True
    for name in ("interrupted", "generation_complete", "turn_complete"):
        if getattr(content, name, None):
            turn["order"].append(name)
    usage = getattr(message, "usage_metadata", None)
    if content.turn_complete:
        turn["handle"] = None  # the next one knows of this turn
    if content.turn_complete and usage:
        turn["tokens"] = usage.total_token_count
    return until == "turn_complete" and bool(content.turn_complete)


def _missing_base_url():
    """Return HTTP options for a version that reads no base URL by itself."""
    if importlib.util.find_spec("google.genai._base_url"):
        return {}
    return {"base_url": os.environ["GOOGLE_GEMINI_BASE_URL"]}


async def main():
    """Run the scenario that the command line names."""
    parser = argparse.ArgumentParser()
    parser.add_argument("scenario")
    parser.add_argument("speech")
    parser.add_argument("--model", default="gemini-3.8-live")
    options = parser.parse_args()
    report(version=genai.__version__)
    program = Program(options)
    await asyncio.wait_for(getattr(program, options.scenario)(), TIME_LIMIT_S)


if __name__ == "__main__":
    asyncio.run(main())
