"""Read a script: YAML in, lines out, and one sentence for whatever is wrong."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from difflib import get_close_matches
from typing import Any

import yaml

from live_emulator.brain.script.brain import Lines
from live_emulator.brain.script.given import GIVEN
from live_emulator.brain.script.lines import Line, OneOf, Step, placeholders
from live_emulator.brain.script.nodes import (
    Wrong,
    compose,
    items,
    one_or_more,
    pairs,
    text,
    value,
)
from live_emulator.brain.script.phrases import Heard, Pattern, Tables, read_when
from live_emulator.brain.types import (
    Brain,
    BrainError,
    Call,
    Fail,
    Say,
    Search,
    Think,
    Wait,
)
from live_emulator.brain.words.normalise import canonical

__all__ = ["MakeBrain", "ScriptError", "read_script"]

_STEPS = ("say", "call", "wait", "fail", "think", "search")
_ENTRY = (
    *("when", "when_result", "otherwise", "once", "with", "if", "after", "do"),
    *_STEPS,
)
_WHOLE = ("tables", "lines", "in_order", "otherwise")
_LONGEST_WAIT_S = 3_600

MakeBrain = Callable[[str], Brain]


class ScriptError(BrainError):
    """A script is wrong: the file, the line, and what is wrong about it."""


def read_script(
    content: str, name: str, make_brain: MakeBrain, *, trusted: bool = False
) -> Lines:
    """Return the lines of a script.

    Args:
        content: The file's content.
        name: The file's name, for errors.
        make_brain: Makes the brain that `otherwise` names; raises BrainError.
        trusted: It is one of our own, and may be read the fast way.

    Raises:
        ScriptError: One sentence with file and line.

    """
    try:
        root = compose(content, trusted)
        if root is not None:
            return _Script(name, make_brain).lines(root)
    except Wrong as wrong:
        sentence = str(wrong)
        end = "?" if sentence.endswith("?") else "."
        where = f"{name}, line {wrong.line}"
        raise ScriptError(f"{where}: {sentence.rstrip('.?')}{end}") from None
    except yaml.MarkedYAMLError as error:
        raise ScriptError(_not_yaml(name, error)) from None
    except yaml.YAMLError as error:
        reason = str(error).splitlines()[0]
        raise ScriptError(f"{name} is not YAML: {reason}.") from None
    except RecursionError:
        raise ScriptError(f"{name} is not YAML: it is nested too deeply.") from None
    raise ScriptError(
        f"{name} is empty. A script is a list: - when: hello, and below it: say: Good "
        "day."
    )


def _not_yaml(name: str, error: yaml.MarkedYAMLError) -> str:
    mark = error.problem_mark or error.context_mark
    problem = (error.problem or error.context or "").rstrip(".")
    hint = ""
    if "\\t" in problem:
        hint = " Indent with spaces."
    elif "mapping values" in problem or problem.startswith("expected"):
        hint = " Put quotes around a text that has marks in it."
    line = mark.line + 1 if mark else 1
    return f"{name}, line {line}: This is not YAML: {problem}.{hint}"


@contextmanager
def _wrong_at(node: yaml.Node) -> Iterator[None]:
    """Blame a node for what can't be understood."""
    try:
        yield
    except Wrong:
        raise
    except ValueError as error:
        sentence = str(error)
        raise Wrong(node, sentence[:1].upper() + sentence[1:]) from None


class _Script:
    def __init__(self, name: str, make_brain: MakeBrain) -> None:
        self._name, self._make_brain = name, make_brain
        self._tables: Tables = {}

    # --- the whole

    def lines(self, root: yaml.Node) -> Lines:
        """Return the lines in any of the three forms of a script."""
        if isinstance(root, yaml.SequenceNode):
            return self._listed(items(root))
        parts = pairs(root, "A script is a list, or has in_order:", _WHOLE)
        keys = set(parts)
        if "lines" in keys and keys <= {"lines", "tables"}:
            self._tables = _read_tables(parts["tables"]) if "tables" in parts else {}
            return self._listed(items(parts["lines"]))
        if "in_order" not in keys or keys & {"tables", "lines"}:
            message = "A script is a list, or has in_order: or lines: with a list"
            raise Wrong(root, message)
        ordered = [
            Line(tuple(_steps(one)), once=True, results_too=True)
            for one in items(parts["in_order"])
        ]
        if "otherwise" not in parts:
            return Lines(tuple(ordered), self._name)
        last, brain = self._otherwise(parts["otherwise"])
        return Lines((*ordered, *last), self._name, brain)

    def _listed(self, entries: Sequence[yaml.Node]) -> Lines:
        lines: list[Line] = []
        brain: Brain | None = None
        for entry in entries:
            parts = pairs(entry, "An entry begins with when:", _ENTRY)
            if "otherwise" not in parts:
                lines.append(self._entry(entry, parts))
                continue
            if others := [key for key in parts if key != "otherwise"]:
                message = (
                    f"otherwise stands alone in its entry, put {others[0]} into it"
                )
                raise Wrong(entry, message)
            if entry is not entries[-1]:
                message = "Nothing behind otherwise is ever reached: put it last"
                raise Wrong(entry, message)
            last, brain = self._otherwise(parts["otherwise"])
            lines += last
        return Lines(tuple(lines), self._name, brain)

    def _otherwise(self, node: yaml.Node) -> tuple[list[Line], Brain | None]:
        """Return the last line, or the brain that answers instead."""
        words = node.value if isinstance(node, yaml.ScalarNode) else ""
        if words.startswith("script:"):
            raise Wrong(node, "A script can't go on with another script")
        if words == "rules" or words.startswith("openai:"):
            with _wrong_at(node):
                return [], self._make_brain(words)
        if words != "nothing" and get_close_matches(words, ["rules", "nothing"]):
            raise Wrong(node, f"Is {words!r} meant to be rules or nothing?")
        steps = _steps(node)
        _check_names(node, steps, set(GIVEN))
        return [Line(tuple(steps))], None

    # --- entries

    def _entry(self, entry: yaml.Node, parts: Mapping[str, yaml.Node]) -> Line:
        if ("when" in parts) == ("when_result" in parts):
            raise Wrong(entry, "An entry has either when or when_result")
        if "with" in parts and "when_result" not in parts:
            raise Wrong(parts["with"], "Only a when_result can have a with")
        heard = [self._when(one) for one in _many(parts, "when")]
        steps = _entry_steps(entry, parts)
        if heard:
            _check_names(entry, steps, set(GIVEN).union(*(h.names for h in heard)))
        once = value(parts["once"]) if "once" in parts else False
        if not isinstance(once, bool):
            raise Wrong(parts["once"], "once is true or false")
        return Line(
            tuple(steps),
            tuple(heard),
            tuple(text(one) for one in _many(parts, "when_result")),
            _having(parts["with"]) if "with" in parts else {},
            once,
            conditions=tuple(_condition(one) for one in _many(parts, "if")),
            after=_after(parts["after"]) if "after" in parts else None,
        )

    def _when(self, node: yaml.Node) -> Heard:
        with _wrong_at(node):
            return read_when(text(node), self._tables)


def _many(parts: Mapping[str, yaml.Node], key: str) -> list[yaml.Node]:
    return one_or_more(parts[key]) if key in parts else []


def _read_tables(node: yaml.Node) -> Tables:
    tables: dict[str, dict[str, str]] = {}
    for name, table in pairs(node, "tables: needs names").items():
        rows = pairs(table, "A table has entries: france: Paris")
        entries = {canonical(key): text(one) for key, one in rows.items()}
        if not entries or "" in entries or not name.isidentifier():
            raise Wrong(table, "A table has a name, and entries with words")
        tables[name] = entries
    return tables


def _condition(node: yaml.Node) -> str:
    name = text(node)
    if name.removeprefix("no ") not in GIVEN:
        known = ", ".join(sorted(GIVEN))
        raise Wrong(node, f"If: {name} is not known; there is {known}")
    return name


def _after(node: yaml.Node) -> Pattern:
    words = text(node)
    with _wrong_at(node):
        found = read_when(words if words[:1] == "/" else f"/{re.escape(words)}/")
    assert isinstance(found, Pattern)
    return found


def _having(node: yaml.Node) -> dict[str, Any]:
    values = value(node)
    if not isinstance(values, dict):
        raise Wrong(node, "with needs names and values: with: {ok: false}")
    with _wrong_at(node):
        return {
            key: read_when(one) if isinstance(one, str) and one[:1] == "/" else one
            for key, one in values.items()
        }


def _check_names(node: yaml.Node, steps: Sequence[Step], names: set[str]) -> None:
    """Check that something fills every placeholder."""
    for name in (name for step in steps for name in placeholders(vars(step))):
        if name.split(".")[0] not in names:
            own = sorted((names - GIVEN.keys()) | {"heard"})
            known = " and ".join("{" + one + "}" for one in own)
            raise Wrong(node, f"Nothing fills {{{name}}} here: there is {known}")


# --- steps


def _entry_steps(entry: yaml.Node, parts: Mapping[str, yaml.Node]) -> list[Step]:
    steps = {key: node for key, node in parts.items() if key in _STEPS}
    if "do" in parts:
        if steps:
            message = f"Put {next(iter(steps))} into the list of do, or do without do"
            raise Wrong(entry, message)
        return _steps(parts["do"])
    if not steps:
        raise Wrong(
            entry, "This entry does nothing: give it a say, or write do: nothing"
        )
    return [part for key, node in steps.items() for part in _step(key, node)]


def _steps(node: yaml.Node) -> list[Step]:
    """Return the steps of a list, a mapping, or a text, which is said."""
    if isinstance(node, yaml.ScalarNode):
        return [] if node.value == "nothing" else _step("say", node)
    if isinstance(node, yaml.MappingNode):
        parts = pairs(node, known=_STEPS)
        return [part for key, one in parts.items() for part in _step(key, one)]
    for one in items(node):
        if isinstance(one, yaml.SequenceNode):
            raise Wrong(one, "A list of steps can't have a list in it")
    return [part for one in items(node) for part in _steps(one)]


def _step(key: str, node: yaml.Node) -> list[Step]:
    match key:
        case "say" if isinstance(node, yaml.SequenceNode):
            return [OneOf(tuple(_words(key, one) for one in one_or_more(node)))]
        case "say":
            return [Say(_words(key, node))]
        case "think":
            return [Think(_words(key, node))]
        case "search":
            return [Search(tuple(_words(key, one) for one in one_or_more(node)))]
        case "wait":
            return [Wait(_seconds(node))]
        case "fail":
            with _wrong_at(node):
                return [Fail(text(node))]
    return _calls(node)


def _words(key: str, node: yaml.Node) -> str:
    if not text(node).strip():
        raise Wrong(node, f"{key} needs some words; to stay silent, write do: nothing")
    return text(node)


def _seconds(node: yaml.Node) -> float:
    seconds = value(node)
    if isinstance(seconds, bool) or not isinstance(seconds, (int, float)):
        raise Wrong(node, "wait needs a number of seconds: wait: 1.5")
    if not 0 <= seconds <= _LONGEST_WAIT_S:
        raise Wrong(node, f"wait is between 0 and {_LONGEST_WAIT_S} seconds")
    return float(seconds)


def _calls(node: yaml.Node) -> list[Step]:
    if isinstance(node, yaml.ScalarNode):
        return [Call(_words("call", node))]
    wanted = "call needs a function with its arguments: {order: {dish: soup}}"
    calls: list[Step] = []
    for name, arguments in pairs(node, wanted).items():
        args = value(arguments)
        if args is not None and not isinstance(args, dict):
            raise Wrong(
                arguments, f"The arguments of {name} need names: {name}: {{dish: soup}}"
            )
        calls.append(Call(name, args or {}))
    return calls
