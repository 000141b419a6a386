"""Say in words where a message first differs from the recorded one."""

import json
from typing import Any

from live_emulator.cassette.reading import kind_of
from live_emulator.cassette.scrubbing import pattern_of

__all__ = ["first_difference"]

_MOST_SHOWN = 40
_AROUND = 15
"""Characters shown around the place where long texts part."""


def first_difference(recorded: Any, sent: Any) -> str | None:
    """Return where two messages differ, as the end of a sentence, or None.

    Messages as `read_client_frame` reads them. What was scrubbed from the recording
    may have been anything.
    """
    if not (isinstance(recorded, dict) and isinstance(sent, dict)):
        if recorded == sent:
            return None
        if isinstance(recorded, bytes) and isinstance(sent, bytes):
            return "it is not JSON, and not what was recorded"
        return f"it is {kind_of(sent)}, recorded was {kind_of(recorded)}"
    if recorded.keys() != sent.keys() and not recorded.keys() & sent.keys():
        return f"it is {kind_of(sent)}, recorded was {kind_of(recorded)}"
    return _compare(recorded, sent, "")


def _compare(recorded: Any, sent: Any, path: str) -> str | None:
    if isinstance(recorded, dict) and isinstance(sent, dict):
        return _compare_objects(recorded, sent, path)
    if isinstance(recorded, list) and isinstance(sent, list):
        return _compare_lists(recorded, sent, path)
    if isinstance(recorded, str) and isinstance(sent, str):
        return _compare_texts(recorded, sent, path)
    same_type = isinstance(recorded, bool) == isinstance(sent, bool)
    if same_type and recorded == sent:
        return None
    return f"{path} is {_show(sent)}, recorded was {_show(recorded)}"


def _compare_objects(
    recorded: dict[str, Any], sent: dict[str, Any], path: str
) -> str | None:
    left = dict(sent)
    for name, value in recorded.items():
        spelling = _find(name, left)
        if spelling is None:
            return f"{_join(path, name)} is missing, recorded was {_show(value)}"
        difference = _compare(value, left.pop(spelling), _join(path, spelling))
        if difference is not None:
            return difference
    for name, value in left.items():
        return f"{_join(path, name)} is {_show(value)}, the recording has none"
    return None


def _find(name: str, names: dict[str, Any]) -> str | None:
    """Return the name itself, or one that it may have been before scrubbing."""
    if name in names:
        return name
    if pattern := pattern_of(name):
        return next((one for one in names if pattern.fullmatch(one)), None)
    return None


def _compare_lists(recorded: list[Any], sent: list[Any], path: str) -> str | None:
    for index, (one, other) in enumerate(zip(recorded, sent, strict=False)):
        if difference := _compare(one, other, f"{path}[{index}]"):
            return difference
    if len(recorded) == len(sent):
        return None
    return f"{path} has length {len(sent)}, recorded was {len(recorded)}"


def _compare_texts(recorded: str, sent: str, path: str) -> str | None:
    if recorded == sent:
        return None
    if (pattern := pattern_of(recorded)) and pattern.fullmatch(sent):
        return None
    if max(len(recorded), len(sent)) <= _MOST_SHOWN:
        return f"{path} is {_show(sent)}, recorded was {_show(recorded)}"
    place = _parting(recorded, sent)
    return (
        f"{path} has {_around(sent, place)} at character {place + 1}, "
        f"recorded was {_around(recorded, place)}"
    )


def _parting(one: str, other: str) -> int:
    """Return the index of the first character that is not the same in both."""
    pairs = zip(one, other, strict=False)
    shorter = min(len(one), len(other))
    return next((i for i, (a, b) in enumerate(pairs) if a != b), shorter)


def _around(text: str, place: int) -> str:
    start, end = max(0, place - _AROUND), place + _AROUND
    before, after = "..." * (start > 0), "..." * (end < len(text))
    return json.dumps(before + text[start:end] + after, ensure_ascii=False)


def _show(value: Any) -> str:
    if isinstance(value, bytes):
        return f"<{len(value)} bytes>"
    text = json.dumps(value, ensure_ascii=False, default=_show)
    return text if len(text) <= _MOST_SHOWN else text[: _MOST_SHOWN - 3] + "..."


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name
