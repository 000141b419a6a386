"""Take a clause's courtesies off, and find where a new one begins."""

import re
from collections.abc import Iterator, Sequence

from live_emulator.brain.rules.context import Context
from live_emulator.brain.words.data import alternatives, words
from live_emulator.brain.words.normalise import Utterance

__all__ = [
    "forms_of",
    "is_greeting",
    "opening_greeting",
    "requests_in",
    "starts_in",
    "without_greeting",
]

_GREETING = re.compile(
    r"(?:hello|good (?:morning|afternoon|evening|day)|greetings|howdy|ahoy|bonjour|hola"
    r"|hello hello)(?: (?:there|again|everyone|emulator|gemini|my friend|friend|\w+$))*"
)
_HELLO = frozenset({"hello", "good", "greetings", "ahoy"})
_FILLERS, _ADVERBS = words("fillers"), words("adverbs")
_BEFORE_A_NAME = words("before_a_name")
_NO_NAMES = frozenset({"google", "computer", "assistant"})
_POLITE = re.compile(f"(?:{alternatives('polite')}) ")
_TAIL = re.compile(f"(?: (?:{alternatives('polite_behind')}))+$")
_STARTERS, _REQUESTS = words("starters"), words("requests")
_JOINTS = ("and", "then", "but")
_MOST_LEADS = 4


def is_greeting(text: str) -> bool:
    """Tell whether some canonical words are a greeting and nothing else."""
    return _GREETING.fullmatch(text) is not None


def opening_greeting(ctx: Context) -> str:
    """Return a greeting that fits the words and the time."""
    parts = (one for one in ("morning", "afternoon", "evening") if one in ctx.said.text)
    part = next(parts, "")
    return f"Good {part}{ctx.said_to}." if part else f"Hello{ctx.said_to}."


def without_greeting(
    said: Utterance, names: frozenset[str]
) -> tuple[Utterance, Utterance]:
    """Take fillers and the greeting off; return the greeting and the rest."""
    spoken = said.words

    def skip(start: int, skipped: frozenset[str]) -> int:
        while start < len(spoken) - 1 and spoken[start] in skipped:
            start += 1
        return start

    start = skip(0, _FILLERS | names)
    greeting = said.slice(0, 0)
    if spoken[start] in _HELLO:
        end = start + (2 if spoken[start] == "good" else 1)
        while end < len(spoken) and spoken[end] in names | {"there"}:
            end += 1
        whole = is_greeting(" ".join(spoken[start:]))
        if end < len(spoken) and not whole and is_greeting(" ".join(spoken[start:end])):
            greeting, start = said.slice(start, end), end
    start = skip(start, _FILLERS | names)
    end = len(spoken)
    while end > start + 1 and spoken[start] not in ("are", "is"):
        called = spoken[end - 1] in names - _NO_NAMES
        if not called or spoken[end - 2] in _BEFORE_A_NAME:
            break
        end -= 1
    return greeting, said.slice(start, end)


def forms_of(said: Utterance) -> Iterator[Utterance]:
    """Yield a clause as it was said, then with less and less of its courtesies."""
    yield from _forms(said)
    kept = [at for at, word in enumerate(said.words) if word not in _ADVERBS]
    if 0 < len(kept) < len(said.words):
        plain = tuple(said.words[at] for at in kept)
        yield from _forms(
            Utterance(said.raw, plain, tuple(said.spans[at] for at in kept))
        )


def _forms(said: Utterance) -> Iterator[Utterance]:
    end = len(said.words)
    tail = _TAIL.search(said.text[-60:])
    short = end - len(tail.group().split()) if tail else end
    start = 0
    for _ in range(_MOST_LEADS):
        yield from (
            said.slice(start, stop) for stop in {end: 1, short: 1} if stop > start
        )
        lead = _POLITE.match(" ".join(said.words[start : start + 9]) + " ")
        if lead is None:
            return
        start += len(lead.group().split())


def requests_in(spoken: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yield where a first request ends and a second begins, with "and" between them."""
    for at in range(1, len(spoken) - 2):
        if spoken[at] in ("and", "then"):
            start = at + (2 if spoken[at + 1] == "then" else 1)
            if spoken[start] in _REQUESTS or spoken[at : at + 2] == ("and", "then"):
                yield at, start


def starts_in(spoken: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yield where something new may begin in what runs on without punctuation."""
    for at in range(1, len(spoken) - 1):
        if spoken[at] in _STARTERS:
            start = at
            while start < len(spoken) - 1 and spoken[start] in _JOINTS:
                start += 1
            yield at, start
