"""Fill the arguments of a function from the words of a clause, by its schema.

What is surest comes first: values of an enum, what is said by its name, moments and
durations, numbers, and at last words, by the role that a parameter's name gives it.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from fractions import Fraction
from typing import Any

from live_emulator.brain.rules.tools.concepts import concept, concepts, stem
from live_emulator.brain.rules.tools.pieces import Amount, Pieces
from live_emulator.brain.rules.tools.schema import (
    Parameter,
    json_number,
    name_words,
    role_of,
)
from live_emulator.brain.words.clock import SECONDS
from live_emulator.brain.words.data import alternatives, data, words
from live_emulator.brain.words.lexicon import (
    COUNTRIES,
    FIRST_NAMES,
    FOODS,
    LANGUAGES,
    PLACES,
    ROOMS,
)
from live_emulator.brain.words.normalise import Utterance, proper, read
from live_emulator.brain.words.numbers import parse_number

__all__ = ["answer_for", "fill"]

_DATA = data("words", "words.yaml")
_BEHIND = {role: tuple(text.split()) for role, text in _DATA["behind"].items()}
_CLEARLY_BEHIND = _BEHIND | {
    role: tuple(text.split()) for role, text in _DATA["behind_if_optional"].items()
}
"""For a value that may be left out only these are clear enough."""
_SYNONYMS: dict[str, str] = _DATA["enum_values"]
_OPERATORS: dict[str, str] = _DATA["operators"]
_KINDS = {key: concepts(text.split()) for key, text in _DATA["kinds"].items()}
_PEOPLE = words("people") | FIRST_NAMES
_HERE, _NO_PLACES = words("here"), words("no_places")
_UNIT_SECONDS = {concept(unit): size for unit, size in SECONDS.items()}
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}|yyyy|iso", re.IGNORECASE)
_HOURS = re.compile(r"\d{1,2}:\d{2}|hh:mm|24[ -]?h", re.IGNORECASE)
_AND = re.compile(r"\s*(?:,|;)\s*(?:and\s+|or\s+)?|\s+(?:and|plus|as well as)\s+")
_MOST_WORDS = 60


def fill(
    said: Utterance,
    parameters: Sequence[Parameter],
    now: datetime,
    names: frozenset[str] = frozenset(),
    *,
    verb_words: int = 1,
    loose: bool = True,
) -> dict[str, Any]:
    """Return the arguments that a clause gives, by name.

    Args:
        said: The clause, without "could you please" in front.
        parameters: What the function takes.
        now: For "tomorrow" and the like.
        names: Concepts of the function's name, which are no values themselves.
        verb_words: How many words in front belong to the verb.
        loose: Take words that nothing else claims for a required string.

    """
    pieces = Pieces(said.slice(0, _MOST_WORDS), now.date(), verb_words)
    return _Filler(pieces, now, names, loose).fill(parameters)


class _Filler:
    """Fills the parameters of one call from the same pieces."""

    def __init__(
        self, pieces: Pieces, now: datetime, names: frozenset[str], loose: bool
    ) -> None:
        self.pieces, self.now, self.names, self.loose = pieces, now, names, loose

    def fill(self, parameters: Sequence[Parameter]) -> dict[str, Any]:
        """Return values by parameter name, for all that a value was found for."""
        values: dict[str, Any] = {}
        stages: tuple[Callable[[Parameter], Any], ...] = (
            self._literal,
            self._said_by_name,
            self._moment,
            self._quantity,
            self._words,
        )
        for stage in stages:
            # What takes all that the others leave comes last.
            for one in sorted(
                parameters, key=lambda p: role_of(p) in ("query", "text", "task")
            ):
                if one.name not in values and (value := stage(one)) is not None:
                    values[one.name] = value
        return {p.name: values[p.name] for p in parameters if p.name in values}

    # --- enums, booleans, objects

    def _literal(self, parameter: Parameter) -> Any:
        if parameter.enum:
            return self._enum(parameter)
        if parameter.properties:
            inner = self.fill(parameter.properties)
            needed = {p.name for p in parameter.properties if p.required}
            return inner if inner and needed <= inner.keys() else None
        if parameter.items and parameter.items.enum:
            found = []
            while (one := self._enum(parameter.items)) is not None:
                found.append(one)
            return found or None
        return None

    def _enum(self, parameter: Parameter) -> Any:
        """Take the value with most words, then a synonym of one."""
        places = [
            (*place, value)
            for value in parameter.enum
            if (place := self._place(value)) is not None
        ]
        if places:
            start, end, value = max(places, key=lambda place: place[1] - place[0])
            self.pieces.take(start, end)
            return value
        if len(parameter.enum) == 1 and parameter.required:
            return parameter.enum[0]
        for value in parameter.enum:
            synonyms = _SYNONYMS.get(str(value).lower(), "").split()
            for at, word in enumerate(self.pieces.words):
                if word in synonyms and not (self.pieces.used[at] and at):
                    return value
        return None

    def _place(self, value: Any) -> tuple[int, int] | None:
        """Return where a value of an enum stands among the words."""
        if isinstance(value, bool) or not isinstance(value, (str, int, float)):
            return None
        form = name_words(value) if isinstance(value, str) else (f"{value:g}",)
        if not form or form in (("a",), ("in",), ("to",)):
            return None
        if form == ("on",) and self._switched() != "on":
            return None
        wanted = [stem(word) for word in form]
        verb = form in (("on",), ("off",), ("open",), ("close",), ("start",))
        for at in range(len(self.pieces.words) - len(form) + 1):
            end = at + len(form)
            run = self.pieces.words[at:end]
            if (verb or self.pieces.free(at, end)) and (
                run == form or [stem(word) for word in run] == wanted
            ):
                return at, end
        return None

    def _switched(self) -> str:
        """Return "on" or "off" if the words switch something."""
        said = self.pieces.words
        while said[-1:] in (("please",), ("now",), ("again",)):
            said = said[:-1]
        first = said[:1] and said[0]
        if "off" in said or first in words("switching_off"):
            return "off"
        if first in words("switching_on") or "on" in (*said[:2], *said[-1:]):
            return "on"
        turned = first in ("turn", "switch", "put", "power", "make")
        return "on" if turned and "on" in said else ""

    def _boolean(self, parameter: Parameter) -> bool | None:
        said = self.pieces.words
        own = concepts(parameter.words) - concepts({"is", "be", "enable", "with"})
        for at, word in enumerate(said):
            if concept(word) in own and word not in ("on", "off"):
                self.pieces.used[at] = True
                return not {"not", "no", "without"} & set(said[max(0, at - 2) : at])
        states = set(parameter.words) & words("states")
        if (states or own <= _KINDS["state"]) and (switched := self._switched()):
            return switched == "on"
        if {"true", "yes"} & set(said):
            return True
        return False if "false" in said or (parameter.required and self.loose) else None

    # --- "with subject hello", "brightness to fifty"

    def _said_by_name(self, parameter: Parameter) -> Any:
        if parameter.type == "boolean":
            return self._boolean(parameter)
        own = concepts(word for word in parameter.words if len(word) > 2)
        said = self.pieces.words
        for at, word in enumerate(said[:-1]):
            if concept(word) not in own or self.pieces.used[at]:
                continue
            start = at + 1
            while said[start : start + 1] and said[start] in words("links"):
                start += 1
            if parameter.type in ("number", "integer"):
                for amount in self.pieces.amounts():
                    if amount.start == start:
                        return self._number(amount, parameter)
            elif (
                parameter.type == "string"
                and start == at + 1
                and concept(word) not in self.names
                and role_of(parameter) in ("topic", "text", "other")
                and said[start]
                not in ("in", "for", "with", "and", "that", "on", "from")
                and (end := self.pieces.run(start)) > start
            ):
                return self.pieces.take(at, end) and self.pieces.take(start, end)
        return None

    # --- dates, times and durations

    def _moment(self, parameter: Parameter) -> Any:
        role, form = role_of(parameter), parameter.format
        numeric = parameter.type in ("number", "integer")
        if role == "duration" or (role == "time" and numeric):
            return self._duration(parameter)
        if parameter.type != "string" or parameter.enum:
            return None
        iso = _ISO.search(parameter.description) is not None or form != ""
        hours = _HOURS.search(parameter.description) is not None or form == "time"
        is_date = role == "date" or form == "date"
        if role == "datetime" or form == "date-time" or (is_date and iso and hours):
            return self._when(iso)
        if is_date and (day := self.pieces.day()):
            return day.day.isoformat() if iso else _written(day.words)
        if role == "time" or form == "time":
            clock = self.pieces.clock(self.loose and len(self.pieces.words) < 4)
            if clock is None:
                return None
            written = _written(clock.words).removeprefix("at ")
            return f"{clock.hour:02d}:{clock.minute:02d}" if hours else written
        return None

    def _when(self, iso: bool) -> str | None:
        day, clock = self.pieces.day(), self.pieces.clock()
        if day is None and clock is None:
            span = self.pieces.span()
            return f"in {_written(span.words)}" if span else None
        if iso:
            date = (day.day if day else self.now.date()).isoformat()
            return f"{date}T{clock.hour:02d}:{clock.minute:02d}:00" if clock else date
        return _written([*(day.words if day else ()), *(clock.words if clock else ())])

    def _duration(self, parameter: Parameter) -> Any:
        span = self.pieces.span()
        if span is None or parameter.type == "string":
            return _written(span.words) if span else None
        hint = concepts(read(parameter.description[:200]).words)
        for source in (concepts(parameter.words), hint):
            for unit, size in _UNIT_SECONDS.items():
                if unit in source and size <= 3_600:
                    return json_number(span.seconds / size, parameter)
        units = [one for word in span.words if (one := concept(word)) in _UNIT_SECONDS]
        size = _UNIT_SECONDS[units[0]] if len(units) == 1 else 1
        return json_number(span.seconds / size, parameter)

    # --- numbers

    def _quantity(self, parameter: Parameter) -> Any:
        if parameter.enum or parameter.type not in ("number", "integer", "array"):
            return None
        amounts = self.pieces.amounts()
        if parameter.type == "array":
            items = parameter.items
            if items is None or items.type not in ("number", "integer"):
                return None
            return [
                n for a in amounts if (n := self._number(a, items)) is not None
            ] or (None)
        named = concepts(parameter.words)
        own = named | concepts(read(parameter.description[:120]).words)
        fitting = [one for one in amounts if one.unit and concept(one.unit) in own]
        if fitting:
            if concept(fitting[0].unit) in named:
                self.pieces.used[fitting[0].end] = True
            return self._number(fitting[0], parameter)
        if not parameter.required and not own & concepts(("percent", "degree")):
            bare = [one for one in amounts if one.unit in ("", "percent")]
            amounts = bare or amounts
        for amount in amounts:
            if (value := self._number(amount, parameter)) is not None:
                return value
        return self._extreme(parameter)

    def _number(self, amount: Amount, parameter: Parameter) -> int | float | None:
        value, high = amount.value, parameter.maximum
        if value == Fraction(1, 2) and (high is None or high > 1):
            value = Fraction((100 if high is None else high) + (parameter.minimum or 0))
            value /= 2
        result = json_number(value, parameter)
        if result is not None:
            unit = amount.unit in ("percent", "degrees", "degree")
            self.pieces.take(amount.start, amount.end + unit)
        return result

    def _extreme(self, parameter: Parameter) -> int | float | None:
        said = set(self.pieces.words)
        if said & {"full", "fully", "maximum", "max", "highest"}:
            high = 100 if parameter.maximum is None else parameter.maximum
            return json_number(Fraction(high), parameter)
        if said & {"minimum", "lowest", "min", "zero", "off"}:
            return json_number(Fraction(parameter.minimum or 0), parameter)
        counts = concept("quantity") in concepts(parameter.words)
        return (
            1 if parameter.required and counts and said & {"a", "an", "some"} else None
        )

    # --- words

    def _words(self, parameter: Parameter) -> Any:
        role, items = role_of(parameter), parameter.items
        if parameter.enum or parameter.type not in ("string", "array"):
            return None
        if parameter.type == "string":
            return self._text(parameter, role) or None
        if items is not None and items.type != "string":
            return None
        role = role if role != "other" else "things"
        return _split_items(self._text(parameter, role)) or None

    def _text(self, parameter: Parameter, role: str) -> str:
        """Return the words for a role, empty if there are none."""
        pieces = self.pieces
        if role in ("text", "topic", "query", "task") and (text := pieces.quoted()):
            return text
        found = self._by_role(parameter, role)
        needed = parameter.required and self.loose
        sure = (
            "origin",
            "destination",
            "room",
            "language",
            "expression",
            "unit",
            "list",
        )
        if found or not needed or role in sure:
            return found
        if role in ("person", "place"):
            found = pieces.head(self.names)
            return "" if role == "place" and found.lower() in _NO_PLACES else found
        return (
            pieces.quoted() or pieces.head(self.names) or pieces.left_over(self.names)
        )

    def _by_role(self, parameter: Parameter, role: str) -> str:
        pieces = self.pieces
        match role:
            case "room":
                return pieces.named(ROOMS) or self._behind("room", parameter)
            case "place" | "destination" | "origin":
                return self._where(parameter, role)
            case "person":
                return self._behind(role, parameter) or pieces.named(_PEOPLE, True)
            case "language":
                return pieces.named(LANGUAGES).capitalize()
            case "expression":
                return _expression(pieces.words)
            case "unit":
                return ""
            case "text":
                marks = ("saying that", "saying", "that says", "which says", "says")
                rest = pieces.rest_behind((*marks, "that"))
                return rest or self._behind(role, parameter)
            case "task":
                rest = pieces.rest_behind(("to", "that"))
                return rest or self._behind(role, parameter)
            case "query":
                return self._query()
            case "topic" | "list":
                return self._behind(role, parameter)
            case "things":
                found = pieces.behind(("with",)) or pieces.head(self.names)
                return found or self._behind("other", parameter)
        return self._other(parameter)

    def _behind(self, role: str, parameter: Parameter) -> str:
        table = _BEHIND if parameter.required else _CLEARLY_BEHIND
        return self.pieces.behind(table[role])

    def _where(self, parameter: Parameter, role: str) -> str:
        if role == "place" and (room := self.pieces.named(ROOMS)):
            return room
        found = self._behind(role, parameter)
        if role == "origin" or (found and found.lower() not in _HERE):
            return found
        return self.pieces.named(PLACES | COUNTRIES) or self.pieces.capitals()

    def _other(self, parameter: Parameter) -> str:
        pieces, own = self.pieces, concepts(parameter.words)
        if own & _KINDS["maker"]:
            return pieces.behind(("by",))
        if named := pieces.behind(("called", "named", "titled")):
            return named
        if not parameter.required:
            return pieces.before(self.names) if own & _KINDS["sort"] else ""
        if name := pieces.capitals():
            return name
        thing = own & _KINDS["thing"] and self.loose
        found = pieces.head(self.names) if thing else ""
        return found or self._behind("other", parameter)

    def _query(self) -> str:
        """Take all that is left behind the verb, with its prepositions."""
        pieces, start = self.pieces, self.pieces.verb_words
        skipped = ("for", "up", "me", "the", "web", "about", "internet")
        while start < len(pieces.words) and (
            pieces.words[start] in skipped or pieces.used[start]
        ):
            start += 1
        start, end = pieces.trimmed(start, pieces.run(start, ()))
        return pieces.take(start, end) if end > start else ""


def _written(said: Sequence[str]) -> str:
    """Return canonical words as they stood in the clause, for dates and times."""
    return proper(" ".join(said))


def _split_items(text: str) -> list[str]:
    """Return the items of "milk, eggs and bread"."""
    items: list[str] = []
    for item in _AND.split(text):
        said = item.strip(" .").split()
        while said and said[0].lower() in ("the", "a", "an", "some", "and"):
            said = said[1:]
        foods = len(said) > 1 and all(word.lower() in FOODS for word in said)
        items += said if foods else [" ".join(said)] if said else []
    return items


def _expression(said: Sequence[str]) -> str:
    """Return "2 + 3 * 4" for "two plus three times four"."""
    out: list[str] = []
    at = 0
    while at < len(said):
        number = parse_number(said, at)
        if said[at] in _OPERATORS and out:
            out.append(_OPERATORS[said[at]])
            at += 1 + (said[at + 1 : at + 2] == ("by",))
        elif number is not None:
            out.append(str(json_number(number[0], Parameter("n", "number"))))
            at = number[1]
        elif out:
            break
        else:
            at += 1
    return " ".join(out) if len(out) >= 3 or "**" in " ".join(out) else ""


_ANSWER_LEAD = re.compile(rf"(?:(?:{alternatives('before_an_answer')}) )+")
_ANSWERED: Mapping[str, bool] = {
    **dict.fromkeys(("yes", "yeah", "sure", "true", "on", "okay"), True),
    **dict.fromkeys(("no", "nope", "false", "off"), False),
}


def answer_for(said: Utterance, parameter: Parameter, now: datetime) -> Any:
    """Return the value an answer gives to one parameter, None if it gives none."""
    values = fill(said, (parameter,), now, verb_words=0, loose=False)
    if parameter.name in values:
        return values[parameter.name]
    if parameter.type == "boolean":
        return _ANSWERED.get(said.words[0])
    if parameter.type not in ("string", "array") or parameter.enum or said.is_long:
        return None
    lead = _ANSWER_LEAD.match(said.text + " ")
    rest = said.slice(len(lead.group().split()) if lead else 0)
    if rest.words[-1:] == ("please",):
        rest = rest.slice(0, -1)
    text = (rest or said).shown.strip(" .,;:!?\"'")
    if parameter.type == "string":
        return text or None
    kind = parameter.items.type if parameter.items else "string"
    return _split_items(text) or None if kind == "string" else None
