"""Conversations with the Python SDK that fail, and how the program sees it.

python faults_client.py QUESTIONS    as JSON: those asked one after another, then
                                     those asked side by side

Each question has a session of its own. Prints one JSON object: for each question
what came and how it ended.
"""

import asyncio
import json
import sys

from google import genai

TIME_LIMIT_S = 60

client = genai.Client()
impatient = genai.Client(
    http_options={"async_client_args": {"ping_interval": 0.2, "ping_timeout": 0.5}}
)


def name_of(message):
    """Return what a message is about."""
    if message.go_away:
        return "goAway"
    content = message.server_content
    if content is None:
        return "other"
    for name in ("interrupted", "generation_complete", "turn_complete"):
        if getattr(content, name):
            first, _, second = name.partition("_")
            return first + second.title()
    data = content.model_turn.parts[0].inline_data.data
    return "chunk" if len(data) % 2 == 0 else "odd chunk"


async def talk(question, client=client):
    """Ask, and read until the connection ends."""
    seen = {"messages": [], "setUp": False}
    try:
        async with client.aio.live.connect(
            model="gemini-3.8-live", config={"response_modalities": ["AUDIO"]}
        ) as session:
            seen["setUp"] = True
            turn = {"role": "user", "parts": [{"text": question}]}
            await session.send_client_content(turns=turn)
            while True:
                async for message in session.receive():
                    seen["messages"].append(name_of(message))
    except Exception as error:
        seen["error"] = type(error).__name__
        seen["code"] = getattr(error, "code", None)
        seen["text"] = str(error)
    return seen


async def main():
    """Ask everything."""
    one_by_one, beside = json.loads(sys.argv[1])
    async with asyncio.timeout(TIME_LIMIT_S):
        seen = [await talk(question) for question in one_by_one]
        work = [
            talk(question, impatient if "slow-pongs" in question else client)
            for question in beside
        ]
        seen += await asyncio.gather(*work)
    print(json.dumps(dict(zip(one_by_one + beside, seen, strict=True))))


asyncio.run(main())
