"""What the user is likely to say next, as a JSGF grammar for the recogniser.

The static part, ``likely.jsgf``, covers what the rules understand, as it is
spoken. To it come the declared functions, what was told in this conversation,
and the answers to what was just asked. The smaller a grammar, the better it is
heard, so only likely words are in it.
"""

import re
from collections.abc import Iterable, Sequence
from importlib.resources import files

from live_emulator.brain.rules.instruction import read_instruction
from live_emulator.brain.rules.memory import Memory, memory_of
from live_emulator.brain.rules.tools.concepts import verb_group
from live_emulator.brain.rules.tools.roles import role_of
from live_emulator.brain.rules.tools.schema import (
    Parameter,
    name_words,
    read_parameters,
)
from live_emulator.brain.types import Question, Tool, Turn
from live_emulator.brain.words.normalise import read
from live_emulator.brain.words.numbers import to_words

__all__ = ["STATIC_RULES", "grammar", "grammar_words", "static_grammar"]

_FILE = files("live_emulator.brain").joinpath("likely.jsgf").read_text("utf-8")
_COMMENT = re.compile(r"//[^\n]*")

STATIC_RULES = _COMMENT.sub("", _FILE).split(";", 2)[2].strip()
"""The rules of ``likely.jsgf``, without its header and comments."""

_HEADER = "#JSGF V1.0;\ngrammar likely;\n"

_MOST_TOOLS = 32
_MOST_OPTIONS = 24
_MOST_FACTS = 20
_WORD = re.compile(r"[a-z]+(?:'[a-z]+)*")


def static_grammar() -> str:
    """Return the grammar of a conversation of which nothing is known yet."""
    return f"{_HEADER}public <likely> = <utterance>;\n{STATIC_RULES}\n"


def grammar_words(grammar: str) -> frozenset[str]:
    """Return all words of a grammar; a recogniser must know how each one sounds."""
    body = _COMMENT.sub("", grammar.partition(";")[2])
    body = re.sub(r"\bgrammar [^;]*;", "", body)
    body = re.sub(r"<[^>]*>|\bpublic\b|/[0-9.]+/", " ", body)
    return frozenset(_WORD.findall(body))


def grammar(question: Question) -> str:
    """Return a JSGF grammar of what the user is likely to say now."""
    last = _last_reply(question)
    memory = memory_of(question.turns, question.instruction)
    ways = ["<utterance>"]
    rules: list[str] = []
    functions = _functions(question.tools)
    if functions:
        rules += functions
        ways += ["[<lead>] <function> [please]", "<function> and <function>"]
        if any(turn.calls for turn in question.turns[-12:]):
            ways.append("(and | what about) [in | for] (<city> | <color> | tomorrow)")
    ways += _remembered(memory)
    ways += _named(question)
    ways += _answers(question, last)
    ways += _after_sum(question)
    body = "\n  | ".join(dict.fromkeys(way for way in ways if way))
    return "\n".join([_HEADER, f"public <likely> = {body};", *rules, STATIC_RULES, ""])


def _last_reply(question: Question) -> Turn | None:
    for turn in reversed(question.turns):
        if turn.role == "model" and turn.text:
            return turn
        if turn.role == "user":
            # What is being said now answers the reply before this turn.
            continue
    return None


def _spoken(text: str) -> str:
    """Return the words of a text as they are spoken, empty if there are none."""
    words: list[str] = []
    for word in read(text).words[:8]:
        if word.isascii() and word.isdigit() and len(word) < 7:
            words += to_words(int(word)).replace("-", " ").split()
        elif _WORD.fullmatch(word):
            words.append(word)
        else:
            return ""
    return " ".join(words)


def _any(options: Iterable[str]) -> str:
    """Return a group of alternatives, empty if there are none."""
    unique = list(dict.fromkeys(option for option in options if option))
    if not unique:
        return ""
    return f"({' | '.join(unique[:_MOST_OPTIONS])})"


# --- functions

_VERBS = {
    "on": "turn on | switch on",
    "off": "turn off | switch off",
    "info": "what is | what's | tell me",
}
_SYNONYMS = {
    "lights": ("lights", "light"),
    "light": ("light", "lights"),
    "weather": ("weather", "weather like", "temperature"),
    "alarm": ("alarm",),
    "timer": ("timer",),
}
_ROOM = "[kitchen | bedroom | living room | office | bathroom | garden]"
_SPANS = (
    "(<below_hundred> (seconds | minutes | hours) | a minute | an hour | half an hour)"
)
_CLOCK = "at (<one_to_nine> | <teen> | noon) [thirty | am | pm]"
_DAY = "(today | tomorrow | [on | next] <weekday> | on <date>)"


def _functions(tools: Sequence[Tool]) -> list[str]:
    """Return one rule per function and one for all of them."""
    rules: list[str] = []
    names: list[str] = []
    for number, tool in enumerate(tools[:_MOST_TOOLS], 1):
        text = _function(tool)
        if text:
            names.append(f"<function_{number}>")
            rules.append(f"<function_{number}> = {text};")
    if names:
        rules.append(f"<function> = {' | '.join(names)};")
    return rules


def _function(tool: Tool) -> str:
    words = [word for word in name_words(tool.name)[:8] if _WORD.fullmatch(word)]
    if not words:
        return ""
    groups = verb_group(tuple(words))
    rest = words[1:] if groups else list(words)
    while rest and rest[0] in ("on", "off", "up", "down", "the", "current", "to", "a"):
        rest.pop(0)
    thing = _thing(rest)
    arguments = " ".join(
        f"[{one}]" for one in (_argument(p) for p in read_parameters(tool)[:8]) if one
    )
    verb = _verb(words, groups)
    room = any(role_of(p) in ("room", "place") for p in read_parameters(tool))
    front = _ROOM if room and groups & {"on", "off"} else ""
    parts = [
        verb,
        f"[the | a | an | my | some] {front} {thing}" if thing else "",
        arguments,
    ]
    text = " ".join(" ".join(parts).split())
    if groups & {"on", "off"} and thing:
        particle = "on" if "on" in groups else "off"
        text += f" | (turn | switch) the {front} {thing} {particle}"
    described = _description(tool.description)
    return f"{text} | {described}" if described else text


def _thing(words: Sequence[str]) -> str:
    if not words:
        return ""
    *front, last = words
    return " ".join([*front, _any(_SYNONYMS.get(last, (last,)))])


def _verb(words: Sequence[str], groups: frozenset[str]) -> str:
    own = words[0] if groups else ""
    if own in ("turn", "switch") and words[1:2] in (["on"], ["off"]):
        return f"({_VERBS[words[1]]})"
    if "info" in groups:
        return f"({_VERBS['info']} | {own})" if own != "get" else f"({_VERBS['info']})"
    if groups & {"on", "off"}:
        return f"({own} | {_VERBS['on' if 'on' in groups else 'off']})"
    if groups & {"create", "set", "start"}:
        return f"({own} | set | start | make)"
    return own


def _argument(parameter: Parameter) -> str:
    """Return how an argument is likely to be said."""
    options = parameter.enum or (parameter.items.enum if parameter.items else ())
    if options:
        spoken = _any(
            _spoken(" ".join(name_words(value)))
            for value in options
            if isinstance(value, str)
        )
        return f"[to | in | with] {spoken}" if spoken else ""
    role = role_of(parameter)
    if parameter.type == "boolean":
        return "on | off" if role == "other" else ""
    if role == "duration":
        return f"(for | of) {_SPANS}"
    if parameter.type in ("number", "integer"):
        return "(to | for) <number> [percent | degrees | people]"
    return _BY_ROLE.get(role, "")


_BY_ROLE = {
    "place": "(in | for) <city> [and [in] <city>]",
    "origin": "from <city>",
    "destination": "to <city>",
    "room": "in the (kitchen | bedroom | living room | office | bathroom | garden)",
    "person": "(with | to) <name> [and <name>]",
    "date": _DAY,
    "datetime": f"{_DAY} [{_CLOCK}]",
    "time": _CLOCK,
    "language": "(to | into) (german | french | spanish | italian | english)",
}


def _description(text: str) -> str:
    """Return the first words of a description, if they can be said as an order."""
    first = text.strip().split(".")[0]
    words = _spoken(first).split()
    if not 2 <= len(words) <= 7 or len(first.split()) > 8:
        return ""
    words[0] = words[0] if verb_group((words[0],)) else words[0].removesuffix("s")
    if not verb_group(tuple(words)) or words[0] in ("is", "what"):
        return ""
    return " ".join(words)


# --- the conversation


def _remembered(memory: Memory) -> list[str]:
    """Return questions about what was told."""
    ways: list[str] = []
    for fact in memory.facts[-_MOST_FACTS:]:
        if fact.kind != "is" or not (key := _spoken(fact.key)):
            continue
        whose = "my" if fact.mine else "the"
        ways.append(f"(what is | what's | what did i tell you about) {whose} {key}")
        if value := _spoken(fact.value):
            ways.append(f"{whose} {key} is {value}")
    return ways


def _named(question: Question) -> list[str]:
    name = _spoken(read_instruction(question.instruction).name)
    return [f"[<greeting>] {name}", f"[<greeting>] {name} <question>"] if name else []


def _answers(question: Question, last: Turn | None) -> list[str]:
    """Return short answers, if the last reply asked for one."""
    if last is None:
        return []
    ways: list[str] = []
    if "I still need the" in last.text:
        ways += [
            "[for] <number> [minutes | seconds | hours | percent | degrees]",
            "[in | to] <city>",
            "<name> [and <name>]",
            f"[{_DAY}] [{_CLOCK}]",
        ]
        for tool in question.tools[:_MOST_TOOLS]:
            for parameter in read_parameters(tool):
                values = [v for v in parameter.enum if isinstance(v, str)]
                spoken = _any(_spoken(" ".join(name_words(value))) for value in values)
                ways.append(spoken)
    if last.text.endswith("?") and " times " in last.text:
        ways.append("[it is] <number>")
    return ways


def _after_sum(question: Question) -> list[str]:
    last = next(
        (turn for turn in reversed(question.turns) if turn.role == "model"), None
    )
    if last is None or not re.search(r" (?:is|is about) [a-z -]+\.$", last.text[-60:]):
        return []
    return ["[and] (plus | minus | times | divided by) <number>", "half of that"]
