"""Read plain YAML as nodes that know their lines, and values out of them.

Only texts, numbers, true and false are read. What YAML 1.1 would take for a date, a
time or a truth (``12:30``, ``yes``, ``off``) stays the text that it looks like.
"""

import re
from collections.abc import Callable, Sequence
from difflib import get_close_matches
from typing import Any

import yaml

__all__ = ["Wrong", "compose", "items", "one_or_more", "pairs", "text", "value"]

_DEEPEST = 20
_MOST_NODES = 100_000
"""What anchors and aliases blow up beyond this is refused."""
_TAG = "tag:yaml.org,2002:"
_NUMBERS = list("-+.0123456789")
_FLOAT = re.compile(r"[-+]?(?:[0-9]+\.[0-9]*|\.[0-9]+)(?:e[-+]?[0-9]+)?\Z")
_READ: dict[str, Callable[[str], Any]] = {
    f"{_TAG}null": lambda text: None,
    f"{_TAG}bool": lambda text: text == "true",
    f"{_TAG}int": int,
    f"{_TAG}float": float,
    f"{_TAG}str": str,
}


class Wrong(ValueError):
    """What is wrong with a node: one sentence without the file and the line."""

    def __init__(self, node: yaml.Node, sentence: str) -> None:
        super().__init__(sentence)
        self.line = node.start_mark.line + 1


class _Loader(yaml.SafeLoader):
    """Knows no tags and only the plain values of YAML 1.2."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}


for _name, _pattern, _starts in (
    ("null", re.compile(r"(?:null|~|)\Z"), ["n", "~", ""]),
    ("bool", re.compile(r"(?:true|false)\Z"), ["t", "f"]),
    ("int", re.compile(r"[-+]?(?:0|[1-9][0-9]*)\Z"), _NUMBERS),
    ("float", _FLOAT, _NUMBERS),
):
    _Loader.add_implicit_resolver(_TAG + _name, _pattern, _starts)
_FastLoader: Any = type(
    "_FastLoader",
    (getattr(yaml, "CSafeLoader", yaml.SafeLoader),),
    {"yaml_implicit_resolvers": _Loader.yaml_implicit_resolvers},
)
"""LibYAML's, ten times as fast; its errors are less clear, and it recurses in C."""


def compose(content: str, trusted: bool) -> yaml.Node | None:
    """Return the root of a text, None if there is nothing in it.

    Args:
        content: YAML.
        trusted: It is one of our own, and may be read the fast way.

    Raises:
        yaml.YAMLError: It is none.
        RecursionError: It is nested too deeply.

    """
    root = yaml.compose(content, _FastLoader if trusted else _Loader)
    return None if root is None or root.tag == f"{_TAG}null" else root


def text(node: yaml.Node) -> str:
    """Return the text of a scalar."""
    if isinstance(node, yaml.ScalarNode) and node.tag != f"{_TAG}null":
        return str(node.value)
    is_list = isinstance(node, yaml.SequenceNode)
    what = "a mapping" if isinstance(node, yaml.MappingNode) else "nothing"
    what = "a list" if is_list else what
    raise Wrong(node, f"A text is needed here, and this is {what}")


def items(node: yaml.Node) -> list[yaml.Node]:
    """Return the items of a list."""
    if not isinstance(node, yaml.SequenceNode):
        raise Wrong(node, "A list is needed here: lines that begin with -")
    return list(node.value)


def one_or_more(node: yaml.Node) -> list[yaml.Node]:
    """Return the items of a list that has any, or what is not a list alone."""
    if not isinstance(node, yaml.SequenceNode):
        return [node]
    if not node.value:
        raise Wrong(node, "This list is empty")
    return list(node.value)


def pairs(
    node: yaml.Node, wanted: str = "", known: Sequence[str] = ()
) -> dict[str, yaml.Node]:
    """Return the values of a mapping, each key of which stands in it once.

    Args:
        node: What should be a mapping.
        wanted: What it would be, for the error.
        known: The keys that it may have, if not any.

    """
    if not isinstance(node, yaml.MappingNode):
        some = f"(known are {', '.join(known)})" if known else ""
        raise Wrong(node, f"{wanted} {some}".strip())
    found: dict[str, yaml.Node] = {}
    for key_node, one in node.value:
        key = text(key_node)
        if known and key not in known:
            near = get_close_matches(key, known, n=1)
            hint = f"did you mean {near[0]!r}?" if near else ""
            hint = hint or f"known are {', '.join(known)}"
            raise Wrong(key_node, f"There is no {key!r} here; {hint}")
        if key in found:
            hint = "; put the steps into the list of do" if key == "say" else ""
            raise Wrong(key_node, f"{key} stands here twice{hint}")
        found[key] = one
    return found


def value(node: yaml.Node, _left: list[int] | None = None, _depth: int = 0) -> Any:
    """Return plain values; aliases are written out, within limits."""
    left = [_MOST_NODES] if _left is None else _left
    left[0] -= 1
    if _depth > _DEEPEST or left[0] < 0:
        raise Wrong(node, "This is too large, or nested too deeply")
    if isinstance(node, yaml.SequenceNode):
        return [value(one, left, _depth + 1) for one in node.value]
    if isinstance(node, yaml.MappingNode):
        return {key: value(one, left, _depth + 1) for key, one in pairs(node).items()}
    read = _READ.get(node.tag)
    if read is None:
        raise Wrong(node, f"The tag {node.tag} is not known here")
    try:
        return read(node.value)
    except ValueError:
        raise Wrong(node, f"{node.value} is no value") from None
