"""Find the words that a text parameter means."""

import re

from live_emulator.brain.rules.tools.concepts import concept, concepts
from live_emulator.brain.rules.tools.phrases import Phrases
from live_emulator.brain.rules.tools.roles import OPTIONAL, PREPOSITIONS, role_of
from live_emulator.brain.rules.tools.schema import Parameter, json_number
from live_emulator.brain.words.lexicon import FOODS, LANGUAGES, ROOMS
from live_emulator.brain.words.numbers import parse_number

__all__ = ["Texts", "split_items"]


class Texts:
    """Finds texts among the words of a clause that nothing else has taken."""

    def __init__(self, phrases: Phrases, names: frozenset[str], loose: bool) -> None:
        self.phrases = phrases
        self.names = names
        self.loose = loose

    def items(self, parameter: Parameter) -> list[str]:
        """Return the items of a list such as "milk, eggs and bread"."""
        role = role_of(parameter)
        text = self.text(parameter, role if role != "other" else "things")
        return split_items(text)

    def text(self, parameter: Parameter, role: str) -> str:
        """Return the text for a parameter of some role, empty if there is none."""
        phrases = self.phrases
        if role in ("text", "topic", "query", "task") and (text := phrases.quoted()):
            return text
        if role == "room":
            return self._room() or self._behind("room", parameter)
        if role in ("place", "destination", "origin"):
            return self._where(parameter, role)
        if role == "person":
            found = self._behind("person", parameter) or phrases.known_person()
            if found or not (parameter.required and self.loose):
                return found
            return phrases.head(self.names)
        if role == "language":
            return self._language()
        if role == "expression":
            return _expression(phrases)
        if role == "unit":
            return ""
        if role == "text":
            marks = ("saying that", "saying", "that says", "which says", "says", "that")
            found = phrases.rest_behind(marks)
            if found:
                return found
            found = self._behind("text", parameter)
        elif role == "task":
            found = phrases.rest_behind(("to", "that")) or self._behind(role, parameter)
        elif role == "query":
            found = self._query()
        elif role == "topic":
            found = self._behind("topic", parameter)
        elif role == "list":
            return self._behind("list", parameter)
        elif role == "things":
            found = phrases.behind(("with",)) or phrases.head(self.names)
            found = found or self._behind("other", parameter)
        else:
            found = self._other(parameter)
        if found or not (parameter.required and self.loose):
            return found
        return phrases.quoted() or phrases.head(self.names) or self._left_over()

    def _behind(self, role: str, parameter: Parameter) -> str:
        table = PREPOSITIONS
        if not parameter.required and role in OPTIONAL:
            table = OPTIONAL
        return self.phrases.behind(table[role])

    def _other(self, parameter: Parameter) -> str:
        phrases = self.phrases
        own = concepts(parameter.words)
        by = ("by",) if own & concepts({"artist", "author", "singer", "band"}) else ()
        if by:
            return phrases.behind(by)
        named = phrases.behind(("called", "named", "titled"))
        if named:
            return named
        if parameter.required and (name := phrases.capitals()):
            return name
        if not parameter.required:
            kind = own & concepts(
                "genre kind type style category cuisine flavor".split()
            )
            return phrases.before(self.names) if kind else ""
        thing = own & concepts(
            "item product song title dish food name artist object word film movie book "
            "app device channel".split()
        )
        if thing and self.loose and (found := phrases.head(self.names)):
            return found
        return self._behind("other", parameter)

    def _query(self) -> str:
        """Take all that is left behind the verb, with its prepositions."""
        phrases = self.phrases
        start = phrases.verb_words
        words = phrases.words
        while start < len(words) and (
            words[start] in ("for", "up", "me", "the", "web", "about", "internet")
            or (phrases.used[start])
        ):
            start += 1
        end = start
        while end < len(words) and not phrases.used[end]:
            end += 1
        start, end = phrases.trimmed(start, end)
        return phrases.take(start, end) if end > start else ""

    def _room(self) -> str:
        words = self.phrases.words
        for size in (2, 1):
            for at in range(len(words) - size + 1):
                name = " ".join(words[at : at + size])
                if name in ROOMS and self.phrases.free(at, at + size):
                    return self.phrases.take(at, at + size)
        return ""

    def _where(self, parameter: Parameter, role: str) -> str:
        phrases = self.phrases
        room = self._room() if role == "place" else ""
        if room:
            return room
        found = self._behind(role, parameter)
        if found.lower() in _HERE:
            found = ""
        if found or role == "origin":
            return found
        found = phrases.known_place() or phrases.capitals()
        if found or not (parameter.required and self.loose) or role != "place":
            return found
        left = phrases.head(self.names)
        return "" if left.lower() in _NO_PLACES else left

    def _language(self) -> str:
        for at, word in enumerate(self.phrases.words):
            if word in LANGUAGES and not self.phrases.used[at]:
                start = at
                if at and self.phrases.words[at - 1] in ("to", "into", "in"):
                    start = at - 1
                self.phrases.take(start, at)
                return self.phrases.take(at, at + 1).capitalize()
        return ""

    def _left_over(self) -> str:
        """Take the longest run of words that nothing has claimed."""
        phrases = self.phrases
        best = (0, 0)
        at = 0
        while at < len(phrases.words):
            end = at
            while (
                end < len(phrases.words)
                and not phrases.used[end]
                and not (
                    concept(phrases.words[end]) in self.names
                    or phrases.words[end] in _EMPTY_WORDS
                )
            ):
                end += 1
            if end - at > best[1] - best[0]:
                best = (at, end)
            at = max(end, at + 1)
        start, end = phrases.trimmed(*best)
        return phrases.take(start, end) if end > start else ""


_EMPTY_WORDS = frozenset(
    "what is the a an in at for to of on off with how are do does like me you my it "
    "this that there who which when where why can could would will i want need "
    "get".split()
)

_HERE = frozenset({"me", "here", "us", "my area", "my location"})

_NO_PLACES = frozenset(
    "what is like it how today now tonight tomorrow outside outdoors temperature "
    "humidity hot cold warm cool good bad nice".split()
)

_SEPARATOR = re.compile(r"\s*(?:,|;)\s*(?:and\s+|or\s+)?|\s+(?:and|plus|as well as)\s+")


def split_items(text: str) -> list[str]:
    """Return the items of "milk, eggs and bread"."""
    items: list[str] = []
    for item in _SEPARATOR.split(text):
        words = item.strip(" .").split()
        while words and words[0].lower() in ("the", "a", "an", "some", "and"):
            words = words[1:]
        if len(words) > 1 and all(word.lower() in FOODS for word in words):
            items += words
        elif words:
            items.append(" ".join(words))
    return items


_OPERATORS = {
    "plus": "+",
    "minus": "-",
    "times": "*",
    "multiplied": "*",
    "x": "*",
    "divided": "/",
    "squared": "** 2",
    "cubed": "** 3",
}


def _expression(phrases: Phrases) -> str:
    """Return "2 + 3 * 4" for "two plus three times four"."""
    out: list[str] = []
    words = phrases.words
    at = 0
    while at < len(words):
        if words[at] in _OPERATORS and out:
            out.append(_OPERATORS[words[at]])
            at += 1
            if at < len(words) and words[at] == "by":
                at += 1
            continue
        number = parse_number(words, at)
        if number is not None:
            value = json_number(number[0], Parameter("n", "number"))
            out.append(str(value))
            at = number[1]
            continue
        if out:
            break
        at += 1
    return " ".join(out) if len(out) >= 3 or "** 2" in out or "** 3" in out else ""
