"""What a function's hints and docstring become, and what is refused."""

import datetime
import enum
import socket
from dataclasses import dataclass
from typing import Annotated, Any, Literal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chapter_07.declarations import InvalidArguments, NotDeclarable, declare, inlined


class Heat(enum.Enum):
    LOW = "low"
    HIGH = "high"


@dataclass
class Step:
    text: str
    minutes: int = 3


async def cook(  # noqa: D417
    dish: str,
    heat: Heat,
    steps: list[Step],
    day: datetime.date | None = None,
    size: Literal["small", "large"] = "small",
    people: Annotated[int, "How many eat."] = 1,
) -> None:
    """Cook a dish.

    It takes a while.

    Args:
        dish: What to cook.
        heat: How hot.
        steps: In order.

    Returns:
        Nothing.

    """


def test_a_declaration_says_what_the_function_says():
    """Name and description come from the function, parameters from its hints."""
    message = declare(cook).message
    properties = message["parametersJsonSchema"]["properties"]
    assert message["name"] == "cook"
    assert message["description"] == "Cook a dish.\n\nIt takes a while."
    assert message["parametersJsonSchema"]["required"] == ["dish", "heat", "steps"]
    assert properties["dish"] == {"type": "string", "description": "What to cook."}
    assert properties["heat"]["enum"] == ["low", "high"]
    assert properties["heat"]["description"] == "How hot."
    assert properties["steps"]["items"]["required"] == ["text"]
    assert {"type": "string", "format": "date"} in properties["day"]["anyOf"]
    assert properties["size"]["enum"] == ["small", "large"]
    assert properties["people"]["description"] == "How many eat."
    assert "$ref" not in repr(message) and "$defs" not in repr(message)


def test_a_function_without_parameters_declares_none():
    """No schema is better than an empty one."""

    def ring() -> None:
        """Ring the bell."""

    assert declare(ring).message == {"name": "ring", "description": "Ring the bell."}


def test_arguments_arrive_as_the_function_wants_them():
    """Text becomes enums, numbers, dates; objects become dataclasses."""
    sent = {
        "dish": "soup",
        "heat": "low",
        "steps": [{"text": "stir", "minutes": "4"}],
        "day": "2026-11-30",
        "people": 2.0,
    }
    assert declare(cook).arguments(sent) == {
        "dish": "soup",
        "heat": Heat.LOW,
        "steps": [Step("stir", 4)],
        "day": datetime.date(2026, 11, 30),
        "size": "small",
        "people": 2,
    }


def test_what_does_not_fit_is_named():
    """The model is told of every argument that is wrong."""
    sent = {"dish": 3, "heat": "warm", "steps": "all", "salt": 1}
    with pytest.raises(InvalidArguments) as raised:
        declare(cook).arguments(sent)
    words = str(raised.value)
    assert "dish should be a valid string, but was 3" in words
    assert "heat should be 'low' or 'high', but was 'warm'" in words
    assert "steps should be a valid list" in words
    assert "there is no parameter salt" in words


def test_a_missing_argument_is_named():
    """What is missing is said by name."""
    with pytest.raises(InvalidArguments, match="dish is missing"):
        declare(cook).arguments({"heat": "low", "steps": []})


def test_parameters_may_have_names_of_pydantic():
    """A parameter named like a method of a model is only a parameter."""

    def put(copy: int, json: str, model_config: bool, title: str) -> None:
        """Put it."""

    sent = {"copy": 1, "json": "x", "model_config": True, "title": "y"}
    declaration = declare(put)
    assert declaration.arguments(sent) == sent
    assert list(declaration.schema["properties"]) == list(sent)


@dataclass
class Tree:
    branches: list["Tree"]


def without_hint(town):
    """Do it."""


def with_socket(line: socket.socket):
    """Do it."""


def with_many(*towns: str):
    """Do it."""


def with_tree(tree: Tree):
    """Do it."""


def positional(town: str, /):
    """Do it."""


def unknown_hint(town: "Town"):  # noqa: F821
    """Do it."""


@pytest.mark.parametrize(
    ("function", "words"),
    [
        (without_hint, "town of without_hint has no type hint"),
        (with_socket, "line of with_socket has a type that JSON can't express"),
        (with_many, "towns of with_many takes any number of values"),
        (with_tree, r"A type of with_tree contains itself \(Tree\)"),
        (positional, "town of positional has to be one that can be given by name"),
        (unknown_hint, "hints of unknown_hint can't be read"),
        (lambda: None, "without a name"),
    ],
)
def test_what_cannot_be_declared_is_refused_by_name(function, words):
    """The error comes at registration, and names the parameter."""
    with pytest.raises(NotDeclarable, match=words):
        declare(function)


@pytest.mark.parametrize(
    "schema",
    [
        {"$ref": "#/$defs/Town"},
        {"properties": {"town": {"$ref": "#"}}},
        {"items": [{"$ref": "town.json"}]},
    ],
)
def test_a_type_that_is_defined_nowhere_is_refused(schema):
    """Schemas of other programs may refer to anything."""
    with pytest.raises(NotDeclarable, match="parameters of go refer to"):
        inlined(schema, "go")


@pytest.mark.parametrize("name", ["", "2nd", "a b", "größe", "x" * 65])
def test_names_that_the_service_refuses(name):
    """A name has up to 64 ASCII letters, digits and _ - . : in it."""

    def ring() -> None:
        """Ring."""

    ring.__name__ = name
    with pytest.raises(NotDeclarable):
        declare(ring)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(st.sampled_from(["dish", "heat", "steps", "people", "x"]), JSON))
def test_any_arguments_fit_or_are_refused(sent: dict[str, Any]):
    """Whatever the model sends, nothing but a sentence comes of it."""
    try:
        arguments = declare(cook).arguments(sent)
    except InvalidArguments as invalid:
        assert str(invalid).startswith("The arguments do not fit: ")
    else:
        assert isinstance(arguments["heat"], Heat)
