"""How much of free speech is understood; ``free_speech.yaml`` has the sentences.

Run as a program, it lists what was not understood.
"""

import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from tests.live_emulator.brain.conversation import Conversation, tool

__all__ = ["TOOLS", "Case", "cases"]

S, N = "string", "number"


def _string(description: str, **more: Any) -> dict[str, Any]:
    return {"type": "string", "description": description, **more}


TOOLS = (
    tool("get_current_weather", "Returns the current weather in a given place.",
         ["place"], place=_string("City or town")),
    tool("control_light", "Sets brightness and colour of the lamps in the flat.", [],
         brightness={"type": "integer", "description": "0 to 100 percent"},
         color=_string("Colour of the light", enum=["red", "blue", "green", "white"]),
         room=S),
    tool("get_stock_quote", "Looks up how a company does on the stock market.",
         ["symbol"], symbol=_string("Company or ticker symbol")),
    tool("order_dish", "Orders food from the menu of the restaurant.", ["dish"],
         dish=S, portions={"type": "integer"}),
    tool("create_calendar_entry", "Puts an appointment into the calendar.",
         ["title", "date"], title=S, date=_string("ISO date, YYYY-MM-DD")),
    tool("send_email", "Sends an e-mail to somebody.", ["to", "body"], to=S,
         body=_string("Text of the mail")),
)  # fmt: skip


@dataclass(frozen=True)
class Case:
    """What was said in turn, and what must come of the last."""

    turns: tuple[str, ...]
    answer: str
    calls: list[dict[str, dict[str, Any]]]

    @property
    def understood(self) -> bool:
        """Whether the last turn gets the expected kind of answer."""
        talk = Conversation(tools=TOOLS)
        said = [talk.say(text) for text in self.turns][-1]
        made = [{call.name: dict(call.args)} for call in talk.turns[-1].calls]
        if self.calls or made:
            return made == self.calls
        if self.answer.startswith("unknown"):
            words = (*_UNKNOWN, *self.answer.split("|")[1:])
            return any(w in said for w in words) and "need a function" not in said
        known = not any(word in said for word in _UNKNOWN[:2])
        return known and re.search(self.answer, said) is not None


_UNKNOWN = ("beyond this emulator", "Gemini itself", "I hear you", "I see:", "So ")


def cases(name: str = "free_speech.yaml") -> list[Case]:
    """Return what a file beside this one expects."""
    found = yaml.safe_load(Path(__file__).with_name(name).read_text("utf-8"))
    return [
        Case(
            tuple([one["say"]] if isinstance(one["say"], str) else one["say"]),
            one.get("answer", ""),
            one.get("calls", []),
        )
        for one in found
    ]


if __name__ == "__main__":
    listed = cases(*sys.argv[1:])
    missed = [case for case in listed if not case.understood]
    for case in missed:
        talk = Conversation(tools=TOOLS)
        print("-", case.turns, "=>", [talk.say(one) for one in case.turns][-1][:140])
    print(len(listed) - len(missed), "of", len(listed))
