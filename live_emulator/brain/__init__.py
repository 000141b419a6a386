"""What the emulated model says.

`RulesBrain` answers by built-in rules; `ScriptedBrain` gives prepared answers for
tests; `brain_from` finds a brain by a name such as ``script:talk.yaml``. Any class with
the method of `Brain` can take their place.
"""

from typing import TYPE_CHECKING

from live_emulator.brain.types import (
    Brain,
    BrainError,
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
    Wait,
)
from live_emulator.loaded_when_used import loaded_when_used

if TYPE_CHECKING:
    from live_emulator.brain.choose import brain_from
    from live_emulator.brain.rules.brain import RulesBrain
    from live_emulator.brain.script.brain import NoAnswer, ScriptedBrain

__all__ = [
    "Brain",
    "BrainError",
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
    "Wait",
    "brain_from",
]

__getattr__ = loaded_when_used(
    __name__,
    {
        "NoAnswer": "script.brain",
        "RulesBrain": "rules.brain",
        "ScriptedBrain": "script.brain",
        "brain_from": "choose",
    },
)
