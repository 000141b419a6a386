"""Read a script: YAML in, lines out, and one sentence for whatever is wrong.

Only plain YAML is read: texts, numbers, true and false. What YAML 1.1 would take
for a date, a time or a truth (``12:30``, ``yes``, ``off``) stays the text that it
looks like.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from difflib import get_close_matches
from typing import Any

import yaml

from live_emulator.brain.script.brain import Lines
from live_emulator.brain.script.given import GIVEN
from live_emulator.brain.script.lines import Line, OneOf, Step, placeholders
from live_emulator.brain.script.phrases import Heard, Pattern, WhenError, read_when
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

__all__ = ["ScriptError", "read_script"]

_CONDITIONS = ("when", "when_result", "otherwise")
_MODIFIERS = ("once", "with", "if", "after")
_STEPS = ("say", "call", "wait", "fail", "think", "search")
_ENTRY = (*_CONDITIONS, *_MODIFIERS, "do", *_STEPS)
_WHOLE = ("tables", "lines", "in_order", "otherwise")

_LONGEST_WAIT_S = 3_600
_DEEPEST = 20
_MOST_NODES = 100_000
"""What anchors and aliases blow up beyond this is refused."""

MakeBrain = Callable[[str], Brain]


class ScriptError(BrainError):
    """A script is wrong: the file, the line, and what is wrong about it."""


class _Loader(yaml.SafeLoader):
    """Knows no tags and only the plain values of YAML 1.2."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}


_FastLoader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""LibYAML's, ten times as fast; its errors are less clear, and it recurses in C."""

_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:null", re.compile(r"(?:null|~|)\Z"), ["n", "~", ""]
)
_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:bool", re.compile(r"(?:true|false)\Z"), ["t", "f"]
)
_NUMBER_STARTS = list("-+.0123456789")
_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:int", re.compile(r"[-+]?(?:0|[1-9][0-9]*)\Z"), _NUMBER_STARTS
)
_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:float",
    re.compile(r"[-+]?(?:[0-9]+\.[0-9]*|\.[0-9]+)(?:e[-+]?[0-9]+)?\Z"),
    _NUMBER_STARTS,
)
_FastLoader = type(
    "_FastLoader",
    (_FastLoader,),
    {"yaml_implicit_resolvers": _Loader.yaml_implicit_resolvers},
)
_NULL = "tag:yaml.org,2002:null"
_READ: dict[str, Callable[[str], Any]] = {
    _NULL: lambda text: None,
    "tag:yaml.org,2002:bool": lambda text: text == "true",
    "tag:yaml.org,2002:int": int,
    "tag:yaml.org,2002:float": float,
    "tag:yaml.org,2002:str": str,
}


def read_script(
    text: str, name: str, make_brain: MakeBrain, *, trusted: bool = False
) -> Lines:
    """Return the lines of a script.

    Args:
        text: The file's content.
        name: The file's name, for errors.
        make_brain: Makes the brain that `otherwise` names; raises BrainError.
        trusted: It is one of our own, and may be read the fast way.

    Raises:
        ScriptError: One sentence with file and line.

    """
    loader = _FastLoader if trusted else _Loader
    return _Script(name, make_brain).read(text, loader)


class _Script:
    def __init__(self, name: str, make_brain: MakeBrain) -> None:
        self._name = name
        self._make_brain = make_brain
        self._nodes_left = _MOST_NODES
        self._tables: dict[str, dict[str, str]] = {}

    # --- the whole

    def read(self, text: str, loader: Any) -> Lines:
        try:
            root = yaml.compose(text, loader)
        except yaml.MarkedYAMLError as error:
            raise self._not_yaml(error) from None
        except yaml.YAMLError as error:
            reason = str(error).splitlines()[0]
            raise ScriptError(f"{self._name} is not YAML: {reason}.") from None
        except RecursionError:
            message = f"{self._name} is not YAML: it is nested too deeply."
            raise ScriptError(message) from None
        if root is None or _is_null(root):
            raise ScriptError(
                f"{self._name} is empty. A script is a list: - when: hello, and below "
                "it: say: Good day."
            )
        if isinstance(root, yaml.SequenceNode):
            return self._lines(self._items(root))
        pairs = self._pairs(root, _WHOLE, "A script is a list, or has in_order:")
        if "lines" in pairs and not {"in_order", "otherwise"} & set(pairs):
            if "tables" in pairs:
                self._tables = self._read_tables(pairs["tables"])
            return self._lines(self._items(pairs["lines"]))
        if "in_order" not in pairs or "tables" in pairs or "lines" in pairs:
            message = "A script is a list, or has in_order: or lines: with a list"
            raise self._wrong(root, message)
        ordered = [
            Line(tuple(self._steps(one)), once=True, results_too=True)
            for one in self._items(pairs["in_order"])
        ]
        if "otherwise" not in pairs:
            return Lines(tuple(ordered), self._name)
        last, brain = self._otherwise(pairs["otherwise"])
        return Lines((*ordered, *last), self._name, brain)

    def _read_tables(self, node: yaml.Node) -> dict[str, dict[str, str]]:
        tables: dict[str, dict[str, str]] = {}
        for name, table in self._pairs(node, None, "tables: needs names").items():
            pairs = self._pairs(table, None, "A table has entries: france: Paris")
            entries = {canonical(k): self._text(one) for k, one in pairs.items()}
            if not entries or "" in entries or not name.isidentifier():
                raise self._wrong(table, "A table has a name, and entries with words")
            tables[name] = entries
        return tables

    def _lines(self, entries: Sequence[yaml.Node]) -> Lines:
        lines: list[Line] = []
        brain: Brain | None = None
        for number, entry in enumerate(entries):
            pairs = self._pairs(entry, _ENTRY, "An entry begins with when:")
            if "otherwise" in pairs:
                self._alone("otherwise", entry, pairs)
                if number + 1 < len(entries):
                    message = "Nothing behind otherwise is ever reached: put it last"
                    raise self._wrong(entry, message)
                last, brain = self._otherwise(pairs["otherwise"])
                lines += last
            else:
                lines.append(self._entry(entry, pairs))
        return Lines(tuple(lines), self._name, brain)

    def _alone(self, key: str, entry: yaml.Node, pairs: dict[str, yaml.Node]) -> None:
        others = [other for other in pairs if other != key]
        if others:
            message = f"{key} stands alone in its entry, put {others[0]} into it"
            raise self._wrong(entry, message)

    def _otherwise(self, node: yaml.Node) -> tuple[list[Line], Brain | None]:
        """Return the last line, or the brain that answers instead."""
        text = node.value if isinstance(node, yaml.ScalarNode) else ""
        if text.startswith("script:"):
            raise self._wrong(node, "A script can't go on with another script")
        if text == "rules" or text.startswith("openai:"):
            try:
                return [], self._make_brain(text)
            except BrainError as error:
                raise self._wrong(node, str(error)) from None
        if get_close_matches(text, ["rules", "nothing"]) and text != "nothing":
            raise self._wrong(node, f"Is {text!r} meant to be rules or nothing?")
        steps = self._steps(node)
        self._check_names(node, steps, set(GIVEN))
        return [Line(tuple(steps))], None

    # --- entries

    def _entry(self, entry: yaml.Node, pairs: dict[str, yaml.Node]) -> Line:
        if ("when" in pairs) == ("when_result" in pairs):
            raise self._wrong(entry, "An entry has either when or when_result")
        if "with" in pairs and "when_result" not in pairs:
            raise self._wrong(pairs["with"], "Only a when_result can have a with")
        heard = self._heard(pairs["when"]) if "when" in pairs else []
        results = (
            [self._text(one) for one in self._one_or_more(pairs["when_result"])]
            if "when_result" in pairs
            else []
        )
        having = self._having(pairs["with"]) if "with" in pairs else {}
        once = self._flag(pairs["once"]) if "once" in pairs else False
        steps = self._entry_steps(entry, pairs)
        if heard:
            names = set(GIVEN).union(*(one.names for one in heard))
            self._check_names(entry, steps, names)
        conditions = self._conditions(pairs["if"]) if "if" in pairs else ()
        after = self._after(pairs["after"]) if "after" in pairs else None
        return Line(
            tuple(steps),
            tuple(heard),
            tuple(results),
            having,
            once,
            conditions=conditions,
            after=after,
        )

    def _conditions(self, node: yaml.Node) -> tuple[str, ...]:
        found = tuple(self._text(one) for one in self._one_or_more(node))
        for one in found:
            if one.removeprefix("no ") not in GIVEN:
                known = ", ".join(sorted(GIVEN))
                raise self._wrong(node, f"If: {one} is not known; there is {known}")
        return found

    def _after(self, node: yaml.Node) -> Pattern:
        text = self._text(node)
        source = text if text.startswith("/") else f"/{re.escape(text)}/"
        try:
            found = read_when(source)
        except WhenError as error:
            raise self._wrong(node, _capital(str(error))) from None
        assert isinstance(found, Pattern)
        return found

    def _heard(self, node: yaml.Node) -> list[Heard]:
        heard = []
        for one in self._one_or_more(node):
            try:
                heard.append(read_when(self._text(one), self._tables))
            except WhenError as error:
                raise self._wrong(one, _capital(str(error))) from None
        return heard

    def _having(self, node: yaml.Node) -> dict[str, Any]:
        values = self._value(node)
        if not isinstance(values, dict):
            raise self._wrong(node, "with needs names and values: with: {ok: false}")
        having: dict[str, Any] = {}
        for key, value in values.items():
            is_pattern = isinstance(value, str) and value.startswith("/")
            try:
                having[key] = read_when(value) if is_pattern else value
            except WhenError as error:
                raise self._wrong(node, _capital(str(error))) from None
        return having

    def _entry_steps(self, entry: yaml.Node, pairs: dict[str, yaml.Node]) -> list[Step]:
        steps = [(key, node) for key, node in pairs.items() if key in _STEPS]
        if "do" in pairs:
            if steps:
                message = f"Put {steps[0][0]} into the list of do, or do without do"
                raise self._wrong(entry, message)
            return self._steps(pairs["do"])
        if not steps:
            raise self._wrong(
                entry, "This entry does nothing: give it a say, or write do: nothing"
            )
        return [part for key, node in steps for part in self._step(key, node)]

    def _steps(self, node: yaml.Node) -> list[Step]:
        """Return the steps of a list, a mapping, or a text, which is said."""
        if isinstance(node, yaml.ScalarNode):
            return [] if node.value == "nothing" else self._step("say", node)
        if isinstance(node, yaml.SequenceNode):
            return [
                part
                for one in self._items(node)
                for part in (
                    self._steps(one)
                    if not isinstance(one, yaml.SequenceNode)
                    else self._no_step(one)
                )
            ]
        pairs = self._pairs(node, _STEPS, "A step is")
        return [part for key, one in pairs.items() for part in self._step(key, one)]

    def _no_step(self, node: yaml.Node) -> list[Step]:
        raise self._wrong(node, "A list of steps can't have a list in it")

    def _step(self, key: str, node: yaml.Node) -> list[Step]:
        match key:
            case "say":
                if isinstance(node, yaml.SequenceNode):
                    texts = [self._words(key, one) for one in self._one_or_more(node)]
                    return [OneOf(tuple(texts))]
                return [Say(self._words(key, node))]
            case "think":
                return [Think(self._words(key, node))]
            case "search":
                queries = [self._words(key, one) for one in self._one_or_more(node)]
                return [Search(tuple(queries))]
            case "wait":
                return [Wait(self._seconds(node))]
            case "fail":
                return [self._fault(node)]
        return list(self._calls(node))

    def _words(self, key: str, node: yaml.Node) -> str:
        text = self._text(node)
        if not text.strip():
            message = f"{key} needs some words; to stay silent, write do: nothing"
            raise self._wrong(node, message)
        return text

    def _fault(self, node: yaml.Node) -> Fail:
        try:
            return Fail(self._text(node))
        except ScriptError:
            raise
        except ValueError as error:
            raise self._wrong(node, str(error)) from None

    def _seconds(self, node: yaml.Node) -> float:
        value = self._value(node)
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise self._wrong(node, "wait needs a number of seconds: wait: 1.5")
        if not 0 <= value <= _LONGEST_WAIT_S:
            raise self._wrong(node, f"wait is between 0 and {_LONGEST_WAIT_S} seconds")
        return float(value)

    def _calls(self, node: yaml.Node) -> Iterable[Call]:
        if isinstance(node, yaml.ScalarNode):
            yield Call(self._words("call", node))
            return
        if not isinstance(node, yaml.MappingNode):
            raise self._wrong(
                node, "call needs a function with its arguments: {order: {dish: soup}}"
            )
        for name, arguments in self._pairs(node, None, "").items():
            args = self._value(arguments)
            if args is not None and not isinstance(args, dict):
                raise self._wrong(
                    arguments,
                    f"The arguments of {name} need names: {name}: {{dish: soup}}",
                )
            yield Call(name, args or {})

    def _check_names(
        self, node: yaml.Node, steps: Sequence[Step], names: set[str]
    ) -> None:
        for step in steps:
            match step:
                case OneOf(texts):
                    used = placeholders(texts)
                case Say(text) | Think(text):
                    used = placeholders(text)
                case Search(queries):
                    used = placeholders(list(queries))
                case Call(_, args):
                    used = placeholders(dict(args))
                case _:
                    used = []
            for name in used:
                if name.split(".")[0] not in names:
                    own = sorted((names - GIVEN.keys()) | {"heard"})
                    known = " and ".join("{" + one + "}" for one in own)
                    message = f"Nothing fills {{{name}}} here: there is {known}"
                    raise self._wrong(node, message)

    # --- values

    def _value(self, node: yaml.Node, depth: int = 0) -> Any:
        """Return plain values; aliases are written out, within limits."""
        self._nodes_left -= 1
        if depth > _DEEPEST or self._nodes_left < 0:
            raise self._wrong(node, "This is too large, or nested too deeply")
        if isinstance(node, yaml.ScalarNode):
            read = _READ.get(node.tag)
            if read is None:
                raise self._wrong(node, f"The tag {node.tag} is not known here")
            try:
                return read(node.value)
            except ValueError:
                raise self._wrong(node, f"{node.value} is no value") from None
        if isinstance(node, yaml.SequenceNode):
            return [self._value(one, depth + 1) for one in node.value]
        pairs = self._pairs(node, None, "")
        return {key: self._value(one, depth + 1) for key, one in pairs.items()}

    def _text(self, node: yaml.Node) -> str:
        if not isinstance(node, yaml.ScalarNode) or _is_null(node):
            what = (
                "nothing"
                if isinstance(node, yaml.ScalarNode)
                else "a list"
                if isinstance(node, yaml.SequenceNode)
                else "a mapping"
            )
            raise self._wrong(node, f"A text is needed here, and this is {what}")
        return str(node.value)

    def _flag(self, node: yaml.Node) -> bool:
        value = self._value(node)
        if not isinstance(value, bool):
            raise self._wrong(node, "once is true or false")
        return value

    def _items(self, node: yaml.Node) -> list[yaml.Node]:
        if not isinstance(node, yaml.SequenceNode):
            raise self._wrong(node, "A list is needed here: lines that begin with -")
        return list(node.value)

    def _one_or_more(self, node: yaml.Node) -> list[yaml.Node]:
        if not isinstance(node, yaml.SequenceNode):
            return [node]
        if not node.value:
            raise self._wrong(node, "This list is empty")
        return list(node.value)

    def _pairs(
        self, node: yaml.Node, known: tuple[str, ...] | None, wanted: str
    ) -> dict[str, yaml.Node]:
        """Return the keys of a mapping, which must be known, each of them once."""
        if not isinstance(node, yaml.MappingNode):
            raise self._wrong(node, f"{wanted} {_some(known)}".strip())
        pairs: dict[str, yaml.Node] = {}
        for key_node, value in node.value:
            key = self._text(key_node)
            if known is not None and key not in known:
                raise self._wrong(
                    key_node, f"There is no {key!r} here; {_near(key, known)}"
                )
            if key in pairs:
                hint = "; put the steps into the list of do" if key in _STEPS else ""
                raise self._wrong(key_node, f"{key} stands here twice{hint}")
            pairs[key] = value
        return pairs

    # --- errors

    def _wrong(self, node: yaml.Node, sentence: str) -> ScriptError:
        line = node.start_mark.line + 1
        end = "?" if sentence.endswith("?") else "."
        return ScriptError(f"{self._name}, line {line}: {sentence.rstrip('.?')}{end}")

    def _not_yaml(self, error: yaml.MarkedYAMLError) -> ScriptError:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        problem = (error.problem or error.context or "").rstrip(".")
        hint = ""
        if "\\t" in problem:
            hint = " Indent with spaces."
        elif "mapping values" in problem or problem.startswith("expected"):
            hint = " Put quotes around a text that has marks in it."
        return ScriptError(
            f"{self._name}, line {line}: This is not YAML: {problem}.{hint}"
        )


def _is_null(node: yaml.Node) -> bool:
    return node.tag == _NULL


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _some(known: tuple[str, ...] | None) -> str:
    return f"(known are {', '.join(known)})" if known else ""


def _near(key: str, known: Sequence[str]) -> str:
    near = get_close_matches(key, known, n=1)
    if near:
        return f"did you mean {near[0]!r}?"
    return f"known are {', '.join(known)}"
