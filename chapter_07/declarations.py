"""Describe a Python function to the model, and check the arguments it sends back.

The hints and the docstring of a function say everything that a declaration needs.
pydantic turns the hints into JSON Schema, and checks arguments against them. No
socket, no session, no clock. Chapter 7 builds its heart.
"""

import functools
import inspect
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, get_args, get_origin, get_type_hints

import docstring_parser
from pydantic import BaseModel, ConfigDict, Field, ValidationError, create_model
from pydantic.errors import PydanticUserError

__all__ = [
    "Declaration",
    "InvalidArguments",
    "NotDeclarable",
    "Progress",
    "check_name",
    "declare",
    "inlined",
]

MOST_NAME_LETTERS = 64
"""The longest name that the service takes for a function (documented)."""

Progress = Callable[[Any], Awaitable[None]]
"""A parameter with this hint is not the model's: through it a function says how far
it is (``await progress("half")``)."""

_ALLOWED_IN_NAMES = set("_-.:")


class NotDeclarable(Exception):
    """A function can't be described to the model: one sentence that says why."""


class InvalidArguments(Exception):
    """The model sent arguments that do not fit: a sentence for the model."""


@dataclass(frozen=True)
class Declaration:
    """One function as the model knows it."""

    name: str
    description: str
    schema: Mapping[str, Any]
    """JSON Schema of an object with the parameters as properties, nothing in it
    referring to anything else (``$ref``)."""
    arguments: Callable[[Mapping[str, Any]], dict[str, Any]]
    """Returns arguments as the function wants them, or raises `InvalidArguments`."""
    progress: str | None = None
    """Name of the parameter through which the function reports, if it has one."""

    @property
    def message(self) -> dict[str, Any]:
        """The declaration for ``functionDeclarations`` in a setup.

        The schema goes to ``parametersJsonSchema``, which takes JSON Schema as it
        is. The older field ``parameters`` knows fewer words, and a session that
        uses others there is closed with 1007.
        """
        message: dict[str, Any] = {"name": self.name}
        if self.description:
            message["description"] = self.description
        if self.schema["properties"]:
            message["parametersJsonSchema"] = dict(self.schema)
        return message


def declare(function: Callable[..., Any], *, name: str | None = None) -> Declaration:
    """Read a function's declaration from its hints and its docstring.

    The description is the docstring without its sections. A parameter is described
    by the docstring's ``Args:``, or by text in its hint: ``Annotated[str, "A town"]``.

    Args:
        function: Plain or async. Bound methods are fine.
        name: What the model calls it by; the function's own name if left out.

    Raises:
        NotDeclarable: A parameter has no hint, or one that JSON can't express; or
            the name is not one for a function of a model.

    """
    called = name or str(getattr(function, "__name__", ""))
    check_name(called)
    documentation = docstring_parser.parse(inspect.getdoc(function) or "")
    described = {each.arg_name: each.description for each in documentation.params}
    try:
        signature = inspect.signature(function)
        hints = get_type_hints(function, include_extras=True)
    except (NameError, TypeError, ValueError) as error:
        raise NotDeclarable(f"The hints of {called} can't be read: {error}.") from None
    # pydantic has names of its own (`copy`, `json`) that a parameter may have too:
    # fields are numbered, and the parameters' names are their aliases.
    fields: dict[str, Any] = {}
    progress = None
    for number, parameter in enumerate(signature.parameters.values()):
        if hints.get(parameter.name) == Progress:
            progress = parameter.name
            continue
        text = described.get(parameter.name)
        fields[f"parameter_{number}"] = _field(called, parameter, hints, text)
    schema, model = _schema(called, fields)
    parts = (documentation.short_description, documentation.long_description)
    description = "\n\n".join(filter(None, parts))
    check = functools.partial(_checked, model)
    return Declaration(called, description, schema, check, progress)


def check_name(name: str) -> None:
    """Raise `NotDeclarable` unless the service takes this name for a function."""
    if not name or name == "<lambda>":
        raise NotDeclarable("A function without a name needs one: name=...")
    allowed = all(letter.isalnum() or letter in _ALLOWED_IN_NAMES for letter in name)
    starts_well = name[0].isalpha() or name[0] == "_"
    if not (name.isascii() and allowed and starts_well):
        raise NotDeclarable(
            f"{name!r} can't be the name of a function: it takes ASCII letters, digits "
            "and _ - . : and begins with a letter or an underscore."
        )
    if len(name) > MOST_NAME_LETTERS:
        raise NotDeclarable(f"The name {name!r} has over {MOST_NAME_LETTERS} letters.")


def _field(
    function: str, parameter: inspect.Parameter, hints: Mapping[str, Any], text: Any
) -> tuple[Any, Any]:
    """Return hint and default of a parameter, as pydantic wants them."""
    where = f"The parameter {parameter.name} of {function}"
    if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
        raise NotDeclarable(f"{where} takes any number of values; name each one.")
    if parameter.kind is parameter.POSITIONAL_ONLY:
        raise NotDeclarable(f"{where} has to be one that can be given by name.")
    if parameter.name not in hints:
        raise NotDeclarable(
            f"{where} has no type hint; the model can't know what to send."
        )
    hint = hints[parameter.name]
    if get_origin(hint) is Annotated and not text:
        text = next((one for one in get_args(hint)[1:] if isinstance(one, str)), None)
    default = ... if parameter.default is parameter.empty else parameter.default
    return hint, Field(default, alias=parameter.name, description=text or None)


def _schema(
    name: str, fields: dict[str, Any]
) -> tuple[dict[str, Any], type[BaseModel]]:
    for at, (hint, field) in fields.items():
        # One at a time, so that the error can name the parameter.
        try:
            one: dict[str, Any] = {at: (hint, field)}
            create_model(name, **one).model_json_schema()
        except (PydanticUserError, TypeError, NameError) as error:
            reason = str(error).splitlines()[0].partition(". ")[0].rstrip(".")
            raise NotDeclarable(
                f"The parameter {field.alias} of {name} has a type that JSON can't "
                f"express ({reason})."
            ) from None
    model = create_model(name, __config__=ConfigDict(extra="forbid"), **fields)
    schema = inlined(model.model_json_schema(), name)
    schema.pop("description", None)  # of the object: the function has its own
    schema.setdefault("properties", {})
    return schema, model


def _checked(model: type[BaseModel], sent: Mapping[str, Any]) -> dict[str, Any]:
    """Return arguments as the function wants them.

    Numbers that come as text become numbers, texts become members of an enum, objects
    become dataclasses; what was left out gets its default.
    """
    try:
        checked = model.model_validate(dict(sent))
    except ValidationError as error:
        raise InvalidArguments(_in_words(error)) from None
    fields = model.model_fields
    return {str(field.alias): getattr(checked, at) for at, field in fields.items()}


def inlined(schema: Mapping[str, Any], name: str) -> dict[str, Any]:
    """Return a JSON Schema in which nothing refers to anything else, without titles.

    Args:
        schema: Its definitions are under ``$defs`` or ``definitions``.
        name: Of the function, for the message.

    Raises:
        NotDeclarable: A type contains itself, or is defined nowhere.

    """
    places = ("$defs", "definitions")
    definitions = {
        f"#/{place}/{each}": found
        for place in places
        for each, found in schema.get(place, {}).items()
    }
    bare = {key: value for key, value in schema.items() if key not in places}
    whole: dict[str, Any] = _inlined(bare, definitions, (), name)
    return whole


def _inlined(
    node: Any, definitions: Mapping[str, Any], inside: tuple[str, ...], name: str
) -> Any:
    """Return a schema with definitions in place of references, without titles."""
    if isinstance(node, list):
        return [_inlined(each, definitions, inside, name) for each in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        target = node["$ref"]
        short = str(target).rpartition("/")[2]
        if target in inside:
            raise NotDeclarable(
                f"A type of {name} contains itself ({short}), which the model can't "
                "be told."
            )
        if target not in definitions:
            raise NotDeclarable(
                f"The parameters of {name} refer to {target}, which is not among them."
            )
        beside = {key: value for key, value in node.items() if key != "$ref"}
        found = definitions[target] | beside
        return _inlined(found, definitions, (*inside, target), name)
    schema = {}
    for key, value in node.items():
        if key == "properties":
            # Here the keys are names of parameters, and one may be "title".
            schema[key] = {
                each: _inlined(under, definitions, inside, name)
                for each, under in value.items()
            }
        elif key != "title":
            schema[key] = _inlined(value, definitions, inside, name)
    return schema


def _in_words(error: ValidationError) -> str:
    """Say what is wrong with each argument, for the model to correct."""
    sentences = []
    for each in error.errors(include_url=False):
        place = ".".join(str(part) for part in each["loc"]) or "the arguments"
        if each["type"] == "missing":
            sentences.append(f"{place} is missing")
        elif each["type"] == "extra_forbidden":
            sentences.append(f"there is no parameter {place}")
        else:
            sent = repr(each["input"])
            sent = sent if len(sent) <= 80 else f"{sent[:77]}..."
            message = each["msg"].removeprefix("Input ").removeprefix("Value error, ")
            sentences.append(f"{place} {message}, but was {sent}")
    return "The arguments do not fit: " + "; ".join(sentences) + "."
