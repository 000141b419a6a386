"""Take a clause's courtesies off, and find where a new one begins."""

import re
from collections.abc import Iterator

from live_emulator.brain.rules.context import Context
from live_emulator.brain.words.normalise import Utterance

__all__ = [
    "REQUESTS",
    "STARTERS",
    "forms_of",
    "is_greeting",
    "opening_greeting",
    "without_greeting",
]

_GREETING = re.compile(
    r"(?:hello|good (?:morning|afternoon|evening|day)|greetings|howdy|ahoy|bonjour|hola"
    r"|hello hello)(?: (?:there|again|everyone|emulator|gemini|my friend|friend|\w+$))*"
)


def is_greeting(text: str) -> bool:
    """Tell whether some canonical words are a greeting and nothing else."""
    return _GREETING.fullmatch(text) is not None


def opening_greeting(ctx: Context) -> str:
    """Return a greeting that fits the words and the time."""
    for part in ("morning", "afternoon", "evening"):
        if part in ctx.said.text:
            return f"Good {part}{ctx.said_to}."
    return f"Hello{ctx.said_to}."


_FILLERS = frozenset("um uh er erm please well so okay now hmm oh".split())

_HELLO = frozenset({"hello", "good", "greetings", "ahoy"})

_BEFORE_A_NAME = frozenset(
    "of about to is are a an the for with in on from by as my your real call am and "
    "say spell name".split()
)

_POLITE = re.compile(
    r"(?:please|(?:would|do) you mind telling me|do you happen to know|i wonder"
    r"|i would like to know|any idea|can you|could you|would you|will you"
    r"|can we|could we|i want you to"
    r"|i would like you to|i want to|i would like to|may i|let us|do me a favor and"
    r"|i need you to|do you think you could|would you mind|just|try to|you should|now"
    r"|and then|and|but|then|so|do you mind|if you please|do you know|can you tell me"
    r"|tell me) "
)

_TAIL = re.compile(
    r"(?: (?:please|thank you|thanks|now|for me|if you can|if you please|if you like"
    r"|right now|my friend|dear|quickly|then|would you|will you|can you|could you))+$"
)


def without_greeting(
    said: Utterance, names: frozenset[str]
) -> tuple[Utterance, Utterance]:
    """Take fillers and the greeting off; return the greeting and the rest."""
    words = said.words
    start = 0
    greeting = said.slice(0, 0)
    while start < len(words) - 1 and (
        words[start] in _FILLERS or words[start] in names
    ):
        start += 1
    if words[start : start + 1] and words[start] in _HELLO:
        end = start + (2 if words[start] == "good" else 1)
        while end < len(words) and (words[end] in names or words[end] in ("there",)):
            end += 1
        if is_greeting(" ".join(words[start:end])) and end < len(words):
            if not is_greeting(" ".join(words[start:])):
                greeting = said.slice(start, end)
                start = end
    while start < len(words) - 1 and (
        words[start] in _FILLERS or words[start] in names
    ):
        start += 1
    end = len(words)
    called = names - {"google", "computer", "assistant"}
    asked = words[start] in ("are", "is")
    while (
        end > start + 1
        and not asked
        and words[end - 1] in called
        and words[end - 2] not in _BEFORE_A_NAME
    ):
        end -= 1
    return greeting, said.slice(start, end)


_ADVERBS = frozenset("exactly really actually maybe perhaps simply kindly".split())


def forms_of(said: Utterance) -> Iterator[Utterance]:
    """Yield a clause as it was said, then with less and less of its courtesies."""
    yield from _forms(said)
    kept = [at for at, word in enumerate(said.words) if word not in _ADVERBS]
    if 0 < len(kept) < len(said.words):
        words = tuple(said.words[at] for at in kept)
        yield from _forms(
            Utterance(said.raw, words, tuple(said.spans[at] for at in kept))
        )


def _forms(said: Utterance) -> Iterator[Utterance]:
    end = len(said.words)
    tail = _TAIL.search(said.text[-60:])
    short = end - len(tail.group().split()) if tail else end
    start = 0
    for _ in range(4):
        for stop in dict.fromkeys((end, short)):
            if stop > start:
                yield said.slice(start, stop)
        lead = _POLITE.match(" ".join(said.words[start : start + 9]) + " ")
        if lead is None:
            return
        start += len(lead.group().split())


STARTERS = frozenset(
    "what who where when how which tell can could would please spell count sing say "
    "read repeat remember give my i is do does did calculate turn set play and then "
    "but flip roll name list".split()
)

REQUESTS = frozenset(
    "what who where when how tell count spell sing name list flip roll "
    "calculate".split()
)
"""Words that begin a request of its own behind an "and"."""
