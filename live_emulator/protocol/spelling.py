"""Bring a client's message into one spelling, without judging it.

Clients write `responseModalities` or `response_modalities`, `AUDIO` or `audio`, one
object where a list is meant. For whoever reads what a client sent these are one.
"""

from collections.abc import Callable
from typing import Any

from live_emulator.protocol.wire_types import Field, Kind, MessageType

__all__ = ["normalised"]

ReadValue = Callable[[Field, Any], Any]


def _in_upper_case(field: Field, value: Any) -> Any:
    is_name = field.kind is Kind.ENUM and isinstance(value, str)
    return value.upper() if is_name else value


def normalised(
    kind: MessageType, value: Any, read_value: ReadValue = _in_upper_case
) -> Any:
    """Return a message with camelCase names, and lists as lists.

    What the message type does not know, or is not of the right type, stays as it is.

    Args:
        kind: The type of the message.
        value: What the client sent.
        read_value: Returns what a value that is no message becomes, None if its field
            is left out; by default enums are put in upper case.

    """
    if not isinstance(value, dict):
        return value
    result: dict[str, Any] = {}
    for spelling, item in value.items():
        found = kind.look_up(spelling)
        if found is None:
            result[spelling] = item
        elif item is not None:  # proto JSON: null means absent
            name, field = found
            read = _read_field(field, item, read_value)
            if read is not None:
                result[name] = read
    return result


def _read_field(field: Field, value: Any, read_value: ReadValue) -> Any:
    if not field.repeated:
        return _read(field, value, read_value)
    items = value if isinstance(value, list) else [value]
    return [_read(field, item, read_value) for item in items]


def _read(field: Field, value: Any, read_value: ReadValue) -> Any:
    message = field.message
    if field.kind is Kind.MESSAGE and message is not None:
        return normalised(message, value, read_value)
    if field.kind is Kind.MESSAGES and message is not None and isinstance(value, dict):
        return {
            key: normalised(message, item, read_value) for key, item in value.items()
        }
    return read_value(field, value)
