"""What a model server is asked: a question as a chat completion. No I/O."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from live_emulator.brain.openai.sentences import INTERRUPTED
from live_emulator.brain.types import Call, Question, Sight, Tool, Turn

__all__ = ["STYLE", "Names", "is_gap", "request_body"]

STYLE = (
    "You are in a spoken conversation: your words are read aloud. Answer as people "
    "speak, in a few short sentences, without markup, lists, links or emoji."
)
_CUT_OFF = (
    f"An answer of yours that ends in {INTERRUPTED} was cut off there by the user; "
    "never write that mark yourself."
)
_RUNNING = "Started. The result comes later; go on without it."
_CANCELLED = "Cancelled. There is no result."

_MOST_TEXT = 2_000
"""Characters of the text in a picture."""

_MOST_CHARACTERS = 60_000
"""Of the conversation; what is older is left out, at the start of a user turn."""

_NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9_-]")
_LONGEST_NAME = 64

Message = dict[str, Any]


class Names:
    """Names of functions as OpenAI allows them, and back."""

    def __init__(self, tools: Sequence[Tool]) -> None:
        self._sent: dict[str, str] = {}
        self._own: dict[str, str] = {}
        for tool in tools:
            self._add(tool.name)

    def _add(self, name: str) -> str:
        plain = _NOT_IN_NAMES.sub("_", name)[:_LONGEST_NAME] or "function"
        sent, number = plain, 1
        while sent in self._own:
            number += 1
            sent = f"{plain[: _LONGEST_NAME - 5]}_{number}"
        self._sent[name], self._own[sent] = sent, name
        return sent

    def sent(self, name: str) -> str:
        """Return a function's name as it is sent."""
        return self._sent.get(name) or self._add(name)

    def own(self, sent: str) -> str:
        """Return the name that was declared, or what came if there is none."""
        return self._own.get(sent, sent)


def is_gap(question: Question) -> bool:
    """Tell whether calls are pending, and the model only says something meanwhile."""
    return bool(question.turns) and question.turns[-1].role == "model"


def request_body(question: Question, model: str, names: Names) -> Message:
    """Return the body of POST /chat/completions."""
    turns = _latest(question.turns)
    system = [question.instruction.strip(), STYLE]
    if any(turn.interrupted for turn in turns):
        system.append(_CUT_OFF)
    body: Message = {
        "model": model,
        "stream": True,
        "messages": [
            {"role": "system", "content": "\n\n".join(filter(None, system))},
            *_messages(turns, question.pending, names),
        ],
        "seed": question.seed,
    }
    if question.tools:
        body["tools"] = [_tool(tool, names) for tool in question.tools]
        if is_gap(question):
            body["tool_choice"] = "none"
    if question.max_words is not None:
        body["max_tokens"] = question.max_words * 4 // 3 + 1
    return body


def _tool(tool: Tool, names: Names) -> Message:
    parameters = dict(tool.parameters) or {"type": "object", "properties": {}}
    function = {"name": names.sent(tool.name), "parameters": parameters}
    if tool.description:
        function["description"] = tool.description
    return {"type": "function", "function": function}


def _latest(turns: Sequence[Turn]) -> Sequence[Turn]:
    """Return as many of the last turns as a small model may have room for."""
    start = len(turns)
    left = _MOST_CHARACTERS
    for index in range(len(turns) - 1, -1, -1):
        turn = turns[index]
        left -= len(turn.text) + _size(turn)
        if left < 0 and start < len(turns):
            return turns[start:]
        if turn.role == "user":
            start = index
    return turns


def _size(turn: Turn) -> int:
    size = sum(len(_json(call.args)) for call in turn.calls)
    return size + sum(len(_json(result.response)) for result in turn.results)


def _messages(
    turns: Sequence[Turn], pending: Sequence[Call], names: Names
) -> list[Message]:
    messages: list[Message] = []
    waits = {call.id for call in pending}
    answered: set[str] = set()
    """Calls whose first result stands right behind them, where it has to."""
    for index, turn in enumerate(turns):
        if turn.role in ("user", "note"):
            _add_user(messages, _user_text(turn))
        elif turn.role == "model":
            later = turns[index + 1 :]
            messages += _model_messages(turn, later, waits, answered, names)
        for result in turn.results:
            if result.id not in answered:
                text = f"(The function {result.name} returned: "
                _add_user(messages, f"{text}{_json(result.response)})")
            answered.discard(result.id)
    return messages


def _add_user(messages: list[Message], text: str) -> None:
    """Add to what the user said: some models refuse two user turns in a row."""
    if messages and messages[-1]["role"] == "user":
        messages[-1]["content"] += f"\n{text}"
    else:
        messages.append({"role": "user", "content": text})


def _model_messages(
    turn: Turn,
    later: Sequence[Turn],
    waits: set[str],
    answered: set[str],
    names: Names,
) -> list[Message]:
    text = f"{turn.text} {INTERRUPTED}".strip() if turn.interrupted else turn.text
    said: Message = {"role": "assistant", "content": text or None}
    if not turn.calls:
        return [said] if text else []
    said["tool_calls"] = calls = []
    messages = [said]
    direct = _direct_results(later)
    answered.update(call.id for call in turn.calls if call.id in direct)
    for call in turn.calls:
        function = {"name": names.sent(call.name), "arguments": _json(call.args)}
        calls.append({"id": call.id, "type": "function", "function": function})
        is_open = call.id in waits or any(
            result.id == call.id for turn in later for result in turn.results
        )
        content = _RUNNING if is_open else _CANCELLED
        if call.id in direct:
            content = _json(direct[call.id])
        messages.append({"role": "tool", "tool_call_id": call.id, "content": content})
    return messages


def _direct_results(later: Sequence[Turn]) -> dict[str, Mapping[str, Any]]:
    """Return the results that came before anybody said anything."""
    direct: dict[str, Mapping[str, Any]] = {}
    for turn in later:
        if turn.role == "model" and turn.calls and not turn.text:
            continue  # more calls of the same reply
        if turn.role != "tool":
            break
        for result in turn.results:
            direct.setdefault(result.id, result.response)
    return direct


def _user_text(turn: Turn) -> str:
    texts = [turn.text.strip()]
    if turn.sights:
        texts.append(_seen(turn.sights))
    said = "\n".join(filter(None, texts))
    if said:
        return said
    return "(The user said something that could not be understood.)"


def _seen(sights: Sequence[Sight]) -> str:
    """Return what was measured in the newest image, for a model that sees none."""
    sight = sights[-1]
    facts = [f"{sight.width} by {sight.height} pixels"]
    if sight.colours:
        facts.append(f"mainly {' and '.join(sight.colours[:3])}")
    if sight.shapes:
        facts.append(f"with {' and '.join(sight.shapes[:4])}")
    facts.append(f"brightness {sight.brightness:.0%}")
    if sight.motion >= 0.01:
        facts.append("moving")
    if sight.lines:
        text = " / ".join(line.text for line in sight.lines)
        facts.append(f"with the text: {text[:_MOST_TEXT]}")
    count = f"{len(sights)} images, the newest: " if len(sights) > 1 else "an image: "
    return f"(From the camera or screen came {count}{', '.join(facts)}.)"


def _json(value: Mapping[str, Any]) -> str:
    return orjson.dumps(dict(value)).decode()
