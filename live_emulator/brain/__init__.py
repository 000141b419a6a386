"""What the emulated model says.

`RulesBrain` answers by built-in rules; `ScriptedBrain` gives prepared answers for
tests. Any class with the two methods of `Brain` can take their place.
"""

from live_emulator.brain.rules import RulesBrain
from live_emulator.brain.script import NoAnswer, ScriptedBrain
from live_emulator.brain.types import (
    Brain,
    Call,
    Fail,
    Question,
    ReplyPart,
    Result,
    Say,
    Search,
    Sight,
    Think,
    Tool,
    Turn,
)

__all__ = [
    "Brain",
    "Call",
    "Fail",
    "NoAnswer",
    "Question",
    "ReplyPart",
    "Result",
    "RulesBrain",
    "Say",
    "ScriptedBrain",
    "Search",
    "Sight",
    "Think",
    "Tool",
    "Turn",
]
