"""Fill parameters: enums, switches, dates, durations and numbers."""

import re
from collections.abc import Sequence
from datetime import datetime
from fractions import Fraction
from typing import Any

from live_emulator.brain.rules.tools.concepts import concept, concepts, stem
from live_emulator.brain.rules.tools.phrases import Amount, Phrases
from live_emulator.brain.rules.tools.roles import greedy, role_of
from live_emulator.brain.rules.tools.schema import Parameter, json_number, name_words
from live_emulator.brain.rules.tools.texts import Texts
from live_emulator.brain.words.data import data
from live_emulator.brain.words.normalise import proper, read

__all__ = ["Filler"]


class Filler:
    """Fills the parameters of one call, the surest kinds of values first."""

    def __init__(
        self, phrases: Phrases, now: datetime, names: frozenset[str], loose: bool
    ) -> None:
        self.phrases = phrases
        self.now = now
        self.names = names
        """Concepts of the function's own name."""
        self.loose = loose
        """Take what is left over, where nothing else was found."""

    def fill(self, parameters: Sequence[Parameter]) -> dict[str, Any]:
        """Return values by parameter name, for all that a value was found for."""
        values: dict[str, Any] = {}
        for stage in (
            self._literal,
            self._said_by_name,
            self._moment,
            self._quantity,
            self._words,
        ):
            for parameter in sorted(parameters, key=greedy):
                if parameter.name in values:
                    continue
                value = stage(parameter)
                if value is not None:
                    values[parameter.name] = value
        return {p.name: values[p.name] for p in parameters if p.name in values}

    # --- enums, booleans, objects

    def _literal(self, parameter: Parameter) -> Any:
        if parameter.enum:
            return self._enum(parameter)
        if parameter.type == "object" and parameter.properties:
            inner = self.fill(parameter.properties)
            needed = {p.name for p in parameter.properties if p.required}
            return inner if inner and needed <= inner.keys() else None
        if parameter.type == "array" and parameter.items and parameter.items.enum:
            found = []
            while (one := self._enum(parameter.items)) is not None:
                found.append(one)
            return found or None
        return None

    def _enum(self, parameter: Parameter) -> Any:
        words = self.phrases.words
        best: tuple[int, int, int] | None = None
        choice: Any = None
        for value in parameter.enum:
            forms = [name_words(value)] if isinstance(value, str) else []
            if isinstance(value, (int, float)) and not isinstance(value, bool):
                forms = [(f"{value:g}",)]
            for form in forms:
                place = self._place(form)
                if place is None:
                    continue
                length = place[1] - place[0]
                if best is None or length > best[0]:
                    best, choice = (length, *place), value
        if best is not None:
            self.phrases.take(best[1], best[2])
            return choice
        if len(parameter.enum) == 1 and parameter.required:
            return parameter.enum[0]
        for value in parameter.enum:
            synonyms = _ENUM_SYNONYMS.get(str(value).lower(), "").split()
            for at, word in enumerate(words):
                if word in synonyms and not (self.phrases.used[at] and at):
                    return value
        return None

    def _place(self, form: tuple[str, ...]) -> tuple[int, int] | None:
        """Find a value among the words; all of its words, in order."""
        words, size = self.phrases.words, len(form)
        wanted = [stem(word) for word in form]
        if not size:
            return None
        for at in range(len(words) - size + 1):
            run = words[at : at + size]
            particle = size == 1 and form[0] in ("on", "off", "open", "close", "start")
            if not particle and not self.phrases.free(at, at + size):
                continue
            same = run == form or [stem(word) for word in run] == wanted
            if particle and form[0] == "on":
                same = run == form and self._switched() == "on"
            if same and (size > 1 or form[0] not in ("a", "in", "to")):
                return at, at + size
        return None

    def _switched(self) -> str:
        words = self.phrases.words
        while words[-1:] in (("please",), ("now",), ("again",)):
            words = words[:-1]
        if "off" in words:
            return "off"
        if words[:1] and words[0] in _SWITCHING_ON:
            return "on"
        if words[:1] and words[0] in _SWITCHING_OFF:
            return "off"
        if "on" in words[:2] or words[-1:] == ("on",):
            return "on"
        if "on" in words and words[0] in ("turn", "switch", "put", "power", "make"):
            return "on"
        return ""

    def _boolean(self, parameter: Parameter) -> bool | None:
        words = self.phrases.words
        own = concepts(parameter.words) - concepts({"is", "be", "enable", "with"})
        for at, word in enumerate(words):
            if concept(word) in own and word not in ("on", "off"):
                before = words[max(0, at - 2) : at]
                self.phrases.used[at] = True
                return not {"not", "no", "without"} & set(before)
        if set(parameter.words) & _STATE_NAMES or not own - _STATE_CONCEPTS:
            switched = self._switched()
            if switched:
                return switched == "on"
        if {"true", "yes"} & set(words):
            return True
        if "false" in words:
            return False
        return False if parameter.required and self.loose else None

    # --- "with subject hello", "brightness to fifty"

    def _said_by_name(self, parameter: Parameter) -> Any:
        if parameter.type == "boolean":
            return self._boolean(parameter)
        own = concepts(w for w in parameter.words if len(w) > 2)
        words = self.phrases.words
        for at, word in enumerate(words[:-1]):
            if concept(word) not in own or self.phrases.used[at]:
                continue
            start = at + 1
            while start < len(words) and words[start] in ("to", "of", "is", "at", "by"):
                start += 1
            if parameter.type in ("number", "integer"):
                for amount in self.phrases.amounts():
                    if amount.start == start:
                        return self._take_amount(amount, parameter)
                continue
            direct = start == at + 1 and concept(word) not in self.names
            if parameter.type != "string" or not direct or parameter.enum:
                continue
            if words[start] in _NO_VALUE_STARTS:
                continue
            if role_of(parameter) not in ("topic", "text", "other"):
                continue
            end = self.phrases.run(start)
            if end > start:
                self.phrases.used[at] = True
                return self.phrases.take(start, end)
        return None

    # --- dates, times and durations

    def _moment(self, parameter: Parameter) -> Any:
        role = role_of(parameter)
        numeric = parameter.type in ("number", "integer")
        if role == "duration" or (role == "time" and numeric):
            return self._duration(parameter)
        if parameter.type != "string" or parameter.enum:
            return None
        iso = _ISO_HINT.search(parameter.description) is not None
        hours = _TIME_HINT.search(parameter.description) is not None
        if parameter.format in ("date-time", "datetime") or (role == "datetime"):
            return self._when(iso or parameter.format != "")
        if role == "date" or parameter.format == "date":
            if iso and hours:
                return self._when(True)
            day = self.phrases.day()
            if day is None:
                return None
            if iso or parameter.format == "date":
                return day.day.isoformat()
            return " ".join(_written(day.words))
        if role == "time" or parameter.format == "time":
            clock = self.phrases.clock(bare=self.loose and len(self.phrases.words) < 4)
            if clock is None:
                return None
            if hours or parameter.format == "time":
                return f"{clock.hour:02d}:{clock.minute:02d}"
            words = clock.words[1:] if clock.words[0] == "at" else clock.words
            return " ".join(_written(words))
        return None

    def _when(self, iso: bool) -> str | None:
        day, clock = self.phrases.day(), self.phrases.clock()
        if day is None and clock is None:
            span = self.phrases.span()
            if span is None:
                return None
            return "in " + " ".join(_written(span.words))
        if iso:
            date = (day.day if day else self.now.date()).isoformat()
            if clock is None:
                return date
            return f"{date}T{clock.hour:02d}:{clock.minute:02d}:00"
        said = [*(day.words if day else ()), *(clock.words if clock else ())]
        return " ".join(_written(said))

    def _duration(self, parameter: Parameter) -> Any:
        span = self.phrases.span()
        if span is None:
            return None
        if parameter.type == "string":
            return " ".join(_written(span.words))
        words = {concept(word) for word in parameter.words}
        hint = words | concepts(read(parameter.description[:200]).words)
        for source in (words, hint):
            for unit, size in (("second", 1), ("minute", 60), ("hour", 3600)):
                if concept(unit) in source:
                    return json_number(span.seconds / size, parameter)
        units = [w for w in span.words if concept(w) in _UNIT_SECONDS]
        size = _UNIT_SECONDS[concept(units[0])] if len(units) == 1 else 1
        return json_number(span.seconds / size, parameter)

    # --- numbers

    def _quantity(self, parameter: Parameter) -> Any:
        if parameter.enum or parameter.type not in ("number", "integer", "array"):
            return None
        if parameter.type == "array":
            items = parameter.items
            if items is None or items.type not in ("number", "integer"):
                return None
            numbers = [self._take_amount(a, items) for a in self.phrases.amounts()]
            return [n for n in numbers if n is not None] or None
        amounts = self.phrases.amounts()
        own = concepts(parameter.words) | concepts(
            read(parameter.description[:120]).words
        )
        for amount in amounts:
            if amount.unit and concept(amount.unit) in own:
                if concept(amount.unit) in concepts(parameter.words):
                    self.phrases.used[amount.end] = True
                return self._take_amount(amount, parameter)
        own_unit = own & {concept(word) for word in ("percent", "degree")}
        if not parameter.required and amounts and not own_unit:
            amounts = [
                a for a in amounts if not a.unit or a.unit == "percent"
            ] or amounts
        for amount in amounts:
            value = self._take_amount(amount, parameter)
            if value is not None:
                return value
        return self._extreme(parameter)

    def _take_amount(self, amount: Amount, parameter: Parameter) -> int | float | None:
        value = amount.value
        high = parameter.maximum
        if value == Fraction(1, 2) and (high is None or high > 1):
            low = parameter.minimum or 0
            value = Fraction((high if high is not None else 100) + low) / 2
        result = json_number(value, parameter)
        if result is not None:
            end = amount.end + (amount.unit in ("percent", "degrees", "degree"))
            self.phrases.take(amount.start, end)
        return result

    def _extreme(self, parameter: Parameter) -> int | float | None:
        words = set(self.phrases.words)
        if words & {"full", "fully", "maximum", "max", "highest"}:
            high = parameter.maximum
            return json_number(Fraction(100 if high is None else high), parameter)
        if words & {"minimum", "lowest", "min", "zero", "off"}:
            return json_number(Fraction(parameter.minimum or 0), parameter)
        if parameter.required and concept("quantity") in concepts(parameter.words):
            return 1 if words & {"a", "an", "one", "some"} else None
        return None

    # --- words

    def _words(self, parameter: Parameter) -> Any:
        if parameter.enum:
            return None
        texts = Texts(self.phrases, self.names, self.loose)
        if parameter.type == "array":
            items = parameter.items
            if items is not None and items.type != "string":
                return None
            return texts.items(parameter) or None
        if parameter.type != "string":
            return None
        return texts.text(parameter, role_of(parameter)) or None


_STATE_NAMES = frozenset(
    "on enabled power powered active state status open locked".split()
)

_SWITCHING_ON = frozenset("enable activate start open power lock".split())
_SWITCHING_OFF = frozenset("disable deactivate stop close unlock mute".split())
_STATE_CONCEPTS = concepts("on state power enabled active value turn status".split())

_UNIT_SECONDS = {
    concept("second"): 1,
    concept("minute"): 60,
    concept("hour"): 3_600,
    concept("day"): 86_400,
    concept("week"): 604_800,
}

_NO_VALUE_STARTS = frozenset("in for with and that on from".split())

_ISO_HINT = re.compile(r"\d{4}-\d{2}-\d{2}|yyyy|iso", re.IGNORECASE)

_TIME_HINT = re.compile(r"\d{1,2}:\d{2}|hh:mm|24[ -]?h", re.IGNORECASE)

_ENUM_SYNONYMS: dict[str, str] = data("words", "words.yaml")["enum_values"]


def _written(words: Sequence[str]) -> list[str]:
    """Return canonical words as they stood in the clause, for dates and times."""
    return proper(" ".join(words)).split()
