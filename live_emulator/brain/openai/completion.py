"""What a model server answers: chunks of a completion become parts. No I/O."""

from dataclasses import dataclass
from typing import Any

import orjson

from live_emulator.brain.openai.messages import Names
from live_emulator.brain.openai.sentences import Sentences
from live_emulator.brain.openai.trouble import Nonsense, shortened
from live_emulator.brain.types import Call, ReplyPart, Say, Think

__all__ = ["Completion"]

_THINKS, _THOUGHT = "<think>", "</think>"
_LONGEST_THOUGHT = 20_000
_LONGEST_ARGUMENTS = 200_000
_MOST_CALLS = 32


@dataclass
class _Calling:
    """A call whose pieces are still coming."""

    name: str = ""
    arguments: str = ""


class Completion:
    """Puts the chunks of one answer together.

    Args:
        names: Names of the functions as they were sent.
        declared: The functions that may be called.

    """

    def __init__(self, names: Names, declared: frozenset[str]) -> None:
        self._names, self._declared = names, declared
        self._sentences = Sentences()
        self._held = ""
        """What may be the beginning of a mark around a thought."""
        self._begun, self._inside = False, False
        self._thought = ""
        self._calls: dict[int | str, _Calling] = {}
        self._size = 0
        self.is_empty = True
        """Nothing was said, thought or called so far."""

    def feed(self, data: str | bytes) -> list[ReplyPart]:
        """Take one event of the stream, or a whole completion.

        Raises:
            Nonsense: It is nothing that a completion can be, or an error.

        """
        try:
            chunk = orjson.loads(data)
        except orjson.JSONDecodeError:
            raise Nonsense("what it sent is not JSON") from None
        error = chunk.get("error") if isinstance(chunk, dict) else None
        if error:
            message = error.get("message") if isinstance(error, dict) else error
            raise Nonsense(f"it reports an error: {shortened(str(message))}")
        if not isinstance(chunk, dict) or chunk.get("choices") is None:
            raise Nonsense("what it sent is no completion")
        choices = chunk["choices"]
        choice = choices[0] if isinstance(choices, list) and choices else None
        if not isinstance(choice, dict):
            return []  # usage comes without choices
        delta = choice.get("delta") or choice.get("message")
        return self._take(delta) if isinstance(delta, dict) else []

    def end(self) -> list[ReplyPart]:
        """Return what is left of the words; the calls come after it."""
        rest, self._held = self._held, ""
        if self._inside:
            self._think(rest)
            rest = ""
        said = self._said(self._sentences.feed(rest) + self._sentences.end())
        return self._thoughts() + said

    def calls(self) -> list[Call]:
        """Return all calls, once the answer is complete.

        Raises:
            Nonsense: One of them can't be made.

        """
        made: list[Call] = []
        for call in self._calls.values():
            name = self._names.own(call.name)
            if name not in self._declared:
                what = shortened(name)
                raise Nonsense(f"the model calls what is no function here: {what}")
            try:
                args = orjson.loads(call.arguments.strip() or "{}")
            except orjson.JSONDecodeError:
                args = None
            if not isinstance(args, dict):
                given = shortened(call.arguments)
                raise Nonsense(
                    f"the model calls {name} with arguments that are not JSON: {given}"
                )
            made.append(Call(name, args))
            self.is_empty = False
        return made

    def _take(self, delta: dict[str, Any]) -> list[ReplyPart]:
        thoughts = (delta.get(key) for key in ("reasoning_content", "reasoning"))
        self._think(next((one for one in thoughts if isinstance(one, str)), ""))
        text = self._outside_thoughts(_text(delta.get("content")))
        sentences = self._sentences.feed(text) if text else []
        calls = delta.get("tool_calls")
        for piece in calls if isinstance(calls, list) else ():
            if isinstance(piece, dict):
                self._take_call(piece)
        return self._thoughts() + self._said(sentences) if sentences else []

    def _said(self, sentences: list[str]) -> list[ReplyPart]:
        self.is_empty = self.is_empty and not sentences
        return [Say(sentence) for sentence in sentences]

    # --- thoughts

    def _think(self, text: str) -> None:
        self._thought += text[: _LONGEST_THOUGHT - len(self._thought)]

    def _thoughts(self) -> list[ReplyPart]:
        thought, self._thought = self._thought.strip(), ""
        return [Think(thought)] if thought else []

    def _outside_thoughts(self, text: str) -> str:
        """Return what is to be spoken; some models begin with a marked thought."""
        text = self._held + text
        self._held = ""
        if not self._begun:
            start = text.lstrip()
            if len(start) < len(_THINKS) and _THINKS.startswith(start):
                self._held = start
                return ""
            self._begun, self._inside = True, start.startswith(_THINKS)
            text = start.removeprefix(_THINKS)
        if not self._inside:
            return text
        inside, found, behind = text.partition(_THOUGHT)
        if found:
            self._inside = False
            self._think(inside)
            return behind.lstrip()
        kept = max(len(text) - len(_THOUGHT), 0)
        self._think(text[:kept])
        self._held = text[kept:]
        return ""

    # --- calls

    def _take_call(self, piece: dict[str, Any]) -> None:
        """Add a piece; servers name the call by an index, by an id, or not at all."""
        function = piece.get("function")
        function = function if isinstance(function, dict) else {}
        index, call_id = piece.get("index"), piece.get("id")
        name, arguments = function.get("name"), function.get("arguments")
        key: int | str = f"new {len(self._calls)}"
        if isinstance(index, int):
            key = index
        elif isinstance(call_id, str) and call_id:
            key = call_id
        elif self._calls and not name:
            key = list(self._calls)[-1]
        call = self._calls.setdefault(key, _Calling())
        if len(self._calls) > _MOST_CALLS:
            raise Nonsense(f"it makes more than {_MOST_CALLS} calls at once")
        if isinstance(name, str) and name and not call.name:
            call.name = name
        if isinstance(arguments, dict):
            arguments = orjson.dumps(arguments).decode()
        if isinstance(arguments, str):
            call.arguments += arguments
            self._size += len(arguments)
        if self._size > _LONGEST_ARGUMENTS:
            raise Nonsense("the arguments of its calls have no end")


def _text(content: Any) -> str:
    """Return text that came as such, or as a list of parts."""
    parts = content if isinstance(content, list) else [{"text": content}]
    texts = (part.get("text") for part in parts if isinstance(part, dict))
    return "".join(text for text in texts if isinstance(text, str))
