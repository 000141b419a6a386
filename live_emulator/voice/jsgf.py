"""Read a JSGF grammar and lay it out as a small deterministic word network.

Pocketsphinx can read JSGF itself, but it expands it into a network that is some
ten times larger, refuses a whole grammar for one unknown word, and knows no open
slots. Read here: rules, weights (ignored: all ways are equally likely), tags
(ignored), groups, options, ``*``, ``+``, quotes, comments, ``<NULL>``, ``<VOID>``.
Rules must not refer to themselves. One extension: the token ``...`` is an open
slot, in which anything may be said.
"""

import random
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from live_emulator.voice.wording import spoken_words

__all__ = ["SLOT", "GrammarError", "Network", "read_grammar"]

SLOT = "..."
"""The word of a network that stands for any words at all."""

_MAX_STATES = 20_000

_COMMENT = re.compile(r"/\*.*?\*/|//[^\n]*", re.DOTALL)
_HEADER = re.compile(r"\s*#JSGF[^;\n]*;")
_TOKEN = re.compile(
    r"""\s*(?:
        (?P<rule><[^<>\s]+>)
      | (?P<quoted>"[^"]*")
      | (?P<tag>\{(?:[^{}\\]|\\.)*\})
      | (?P<weight>/[0-9.eE+-]+/)
      | (?P<mark>[()\[\]|*+;=])
      | (?P<word>[^\s()\[\]|*+;=<>{}/"]+)
    )""",
    re.VERBOSE,
)


class GrammarError(ValueError):
    """A grammar that cannot be used, with what is wrong about it."""


@dataclass(frozen=True)
class Network:
    """All sentences of a grammar: follow one arc per word, starting in state 0."""

    arcs: tuple[dict[str, int], ...]
    finals: frozenset[int]

    @property
    def words(self) -> frozenset[str]:
        """All words of the grammar, without `SLOT`."""
        return frozenset(word for arcs in self.arcs for word in arcs) - {SLOT}

    def accepts(self, words: Iterable[str]) -> bool:
        """Tell whether the words are a sentence; a slot takes one word or more."""
        states = {0}
        for word in words:
            following = set()
            for state in states:
                arcs = self.arcs[state]
                if word in arcs:
                    following.add(arcs[word])
                if SLOT in arcs:
                    following |= {state, arcs[SLOT]}
            states = following
        return bool(states & self.finals)

    def last_words(self, words: Sequence[str]) -> list[str]:
        """Return the words that make a sentence of some words when put behind."""
        state = 0
        for word in words:
            if word not in self.arcs[state]:
                return []
            state = self.arcs[state][word]
        return [w for w, target in self.arcs[state].items() if target in self.finals]

    def sentences(self, seed: int = 0) -> Iterator[list[str]]:
        """Yield one sentence through each arc, with chance for the rest of it."""
        chance = random.Random(seed)
        before: dict[int, tuple[int, str]] = {}
        queue = [0]
        for state in queue:
            for word, target in self.arcs[state].items():
                if target not in before and target != 0:
                    before[target] = (state, word)
                    queue.append(target)
        for state in queue:
            for word, target in self.arcs[state].items():
                sentence = [word]
                back = state
                while back != 0:
                    back, first = before[back]
                    sentence.insert(0, first)
                while True:
                    ways = list(self.arcs[target].items())
                    if target in self.finals and chance.random() * len(ways) < 1:
                        break
                    word, target = chance.choice(ways)
                    sentence.append(word)
                yield sentence


@dataclass(frozen=True)
class _Node:
    kind: str
    """``word``, ``rule``, ``all`` (in order), ``any`` (one of) or ``more``."""
    text: str = ""
    parts: tuple["_Node", ...] = ()


_NOTHING = _Node("all")


class _Reader:
    """A recursive-descent reader of the rules of one grammar."""

    def __init__(self, source: str) -> None:
        self.tokens: list[tuple[str, str]] = []
        position = 0
        source = source.rstrip()
        while position < len(source):
            match = _TOKEN.match(source, position)
            if match is None or match.lastgroup is None:
                raise GrammarError(f"unexpected {source[position:].strip()[:20]!r}")
            if match.lastgroup not in ("tag", "weight"):
                text = match.group(match.lastgroup)
                self.tokens.append((match.lastgroup, text))
            position = match.end()
        self.at = 0
        self.rules: dict[str, _Node] = {}
        self.public: list[str] = []

    def peek(self) -> tuple[str, str]:
        return self.tokens[self.at] if self.at < len(self.tokens) else ("end", "end")

    def next(self) -> tuple[str, str]:
        token = self.peek()
        self.at += 1
        return token

    def expect(self, text: str) -> None:
        found = self.next()[1]
        if found != text:
            raise GrammarError(f"expected {text!r} where {found!r} stands")

    def read(self) -> None:
        while self.peek()[0] != "end":
            kind, text = self.next()
            if (kind, text) in (("word", "grammar"), ("word", "import")):
                while self.next()[1] not in (";", "end"):
                    pass
                continue
            is_public = (kind, text) == ("word", "public")
            if is_public:
                kind, text = self.next()
            if kind != "rule":
                raise GrammarError(f"expected a rule where {text!r} stands")
            self.expect("=")
            self.rules[text] = self.alternatives()
            self.expect(";")
            if is_public:
                self.public.append(text)
        if not self.public:
            raise GrammarError("it has no public rule")

    def alternatives(self) -> _Node:
        ways = [self.sequence()]
        while self.peek() == ("mark", "|"):
            self.next()
            ways.append(self.sequence())
        return ways[0] if len(ways) == 1 else _Node("any", parts=tuple(ways))

    def sequence(self) -> _Node:
        parts: list[_Node] = []
        while True:
            kind, text = self.peek()
            if kind in ("word", "quoted"):
                self.next()
                part = _words_node(text)
            elif kind == "rule":
                self.next()
                part = _Node("rule", text)
            elif text == "(":
                self.next()
                part = self.alternatives()
                self.expect(")")
            elif text == "[":
                self.next()
                part = _Node("any", parts=(self.alternatives(), _NOTHING))
                self.expect("]")
            else:
                break
            while self.peek() in (("mark", "*"), ("mark", "+")):
                part = _Node("more", parts=(part,))
                if self.next()[1] == "*":
                    part = _Node("any", parts=(part, _NOTHING))
            parts.append(part)
        return parts[0] if len(parts) == 1 else _Node("all", parts=tuple(parts))


def _words_node(text: str) -> _Node:
    if text == SLOT:
        return _Node("word", SLOT)
    words = spoken_words(text.strip('"').replace("\\", ""))
    return _Node("all", parts=tuple(_Node("word", word) for word in words))


class _Sketch:
    """The network while it is built, with arcs that take no word."""

    def __init__(self, rules: dict[str, _Node]) -> None:
        self.rules = rules
        self.free: list[list[int]] = []
        self.arcs: list[list[tuple[str, int]]] = []
        self.inside: list[str] = []

    def state(self) -> int:
        if len(self.arcs) >= 4 * _MAX_STATES:
            raise GrammarError("it is too large when its rules are written out")
        self.free.append([])
        self.arcs.append([])
        return len(self.arcs) - 1

    def draw(self, node: _Node, start: int) -> int:
        """Draw what a node says from a state on; return the state behind it."""
        if node.kind == "word":
            end = self.state()
            self.arcs[start].append((node.text, end))
            return end
        if node.kind == "rule":
            return self.draw_rule(node.text, start)
        if node.kind == "any":
            end = self.state()
            for part in node.parts:
                self.free[self.draw(part, start)].append(end)
            return end
        if node.kind == "more":
            first = self.state()
            self.free[start].append(first)
            end = self.draw(node.parts[0], first)
            self.free[end].append(first)
            return end
        for part in node.parts:
            # A loop at the start of a part must not lead back into this one.
            start = self.draw(part, start)
        return start

    def draw_rule(self, name: str, start: int) -> int:
        if name == "<NULL>":
            return start
        if name == "<VOID>":
            return self.state()
        if name in self.inside:
            raise GrammarError(f"rule {name} refers to itself")
        if name not in self.rules:
            raise GrammarError(f"rule {name} is not defined")
        self.inside.append(name)
        end = self.draw(self.rules[name], start)
        self.inside.pop()
        return end

    def reach(self, states: Iterable[int]) -> frozenset[int]:
        found = set(states)
        stack = list(found)
        while stack:
            for state in self.free[stack.pop()]:
                if state not in found:
                    found.add(state)
                    stack.append(state)
        return frozenset(found)


def read_grammar(source: str) -> Network:
    """Return the network of all public rules.

    Raises:
        GrammarError: The grammar is not JSGF, refers to rules it does not define
            or to themselves, says nothing, or is very large.

    """
    match = _HEADER.match(source)
    if match is None:
        raise GrammarError("it does not begin with '#JSGF V1.0;'")
    reader = _Reader(_COMMENT.sub(" ", source[match.end() :]))
    try:
        reader.read()
        sketch = _Sketch(reader.rules)
        start = sketch.state()
        publics = tuple(_Node("rule", name) for name in reader.public)
        end = sketch.draw(_Node("any", parts=publics), start)
    except RecursionError:
        raise GrammarError("its rules are nested too deeply") from None
    network = _smallest(*_one_way_per_word(sketch, start, end))
    if not network.words and not any(SLOT in arcs for arcs in network.arcs):
        raise GrammarError("no sentence comes out of it")
    return network


_Draft = tuple[list[dict[str, int]], set[int]]


def _one_way_per_word(sketch: _Sketch, start: int, end: int) -> _Draft:
    """Merge states so that no state has two arcs with the same word."""
    first = sketch.reach([start])
    numbers = {first: 0}
    queue = [first]
    arcs: list[dict[str, int]] = []
    for group in queue:
        ways: dict[str, set[int]] = {}
        for state in group:
            for word, target in sketch.arcs[state]:
                ways.setdefault(word, set()).add(target)
        row: dict[str, int] = {}
        for word, targets in ways.items():
            reached = sketch.reach(targets)
            if reached not in numbers:
                if len(numbers) >= _MAX_STATES:
                    raise GrammarError("it is too large when its rules are written out")
                numbers[reached] = len(numbers)
                queue.append(reached)
            row[word] = numbers[reached]
        arcs.append(row)
    return arcs, {number for group, number in numbers.items() if end in group}


def _smallest(arcs: list[dict[str, int]], finals: set[int]) -> Network:
    """Drop states that lead nowhere and merge those that say the same."""
    alive = set(finals)
    grew = True
    while grew:
        more = {s for s, row in enumerate(arcs) if alive.intersection(row.values())}
        grew = not more <= alive
        alive |= more
    arcs = [{w: t for w, t in row.items() if t in alive} for row in arcs]
    classes = [int(state in finals) for state in range(len(arcs))]
    count = len(set(classes))
    while True:
        seen: dict[tuple[int, frozenset[tuple[str, int]]], int] = {}
        classes = [
            seen.setdefault(
                (classes[s], frozenset((w, classes[t]) for w, t in row.items())),
                len(seen),
            )
            for s, row in enumerate(arcs)
        ]
        if len(seen) == count:
            break
        count = len(seen)
    # State 0 is looked at first, so its class is 0 as well.
    merged: list[dict[str, int]] = [{} for _ in range(count)]
    for state, row in enumerate(arcs):
        merged[classes[state]] = {word: classes[t] for word, t in row.items()}
    return Network(tuple(merged), frozenset(classes[state] for state in finals))
