"""Bring a client's message into one spelling, without judging it.

Clients write `responseModalities` or `response_modalities`, `AUDIO` or `audio`, one
object where a list is meant. For whoever reads what a client sent these are one.
"""

from typing import Any

from live_emulator.protocol.wire_types import Field, Kind, MessageType

__all__ = ["normalised"]


def normalised(kind: MessageType, value: Any) -> Any:
    """Return a message with camelCase names, enums in upper case, lists as lists.

    What the message type does not know, or is not of the right type, stays as it is.
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
            result[name] = _normalised_field(field, item)
    return result


def _normalised_field(field: Field, value: Any) -> Any:
    if not field.repeated:
        return _normalised_value(field, value)
    items = value if isinstance(value, list) else [value]
    return [_normalised_value(field, item) for item in items]


def _normalised_value(field: Field, value: Any) -> Any:
    match field.kind:
        case Kind.ENUM if isinstance(value, str):
            return value.upper()
        case Kind.MESSAGE if field.message is not None:
            return normalised(field.message, value)
        case Kind.MESSAGES if field.message is not None and isinstance(value, dict):
            return {key: normalised(field.message, item) for key, item in value.items()}
    return value
