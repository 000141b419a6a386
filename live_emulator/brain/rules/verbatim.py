"""Say what the user wants said, word for word."""

import re

from live_emulator.brain.rules.context import Context, Reply, say
from live_emulator.brain.rules.heard import heard
from live_emulator.brain.types import Say
from live_emulator.brain.words.data import patterns, words
from live_emulator.brain.words.normalise import proper, read
from live_emulator.brain.words.numbers import value_of
from live_emulator.brain.words.speech import chunks, sentence

__all__ = ["echo_everything", "read_aloud", "say_it"]

_HEAD_CHARACTERS = 160
_QUOTES = {
    '"': '"',
    "'": "'",
    "\u201c": "\u201d",
    "\u2018": "\u2019",
    "\u00ab": "\u00bb",
}
_ASK = "Please send me the text, and I will read it word for word."
_NOT_VERBATIM = words("not_verbatim")
_MOST_HEAD_WORDS = 10


def _without_quotes(text: str) -> str:
    text = text.strip()
    quoted = len(text) > 2 and _QUOTES.get(text[0]) == text[-1]
    return text[1:-1].strip() if quoted and text[-1] not in text[1:-1] else text


def _verbatim(text: str, spoken: bool = False) -> Reply:
    if not text.isprintable():
        text = "".join(c if c.isprintable() or c.isspace() else " " for c in text)
    return [Say(one) for one in chunks(sentence(proper(text)) if spoken else text, 25)]


def _after_head(text: str) -> str | None:
    """Return what stands behind "Read this aloud:", None without such a head."""
    start = text.lstrip()
    for found in re.finditer(r"[:\n]", start[:_HEAD_CHARACTERS]):
        head = heard(read(start[: found.start()]), "read_head")
        if head and len(head.text("rest").split()) <= _MOST_HEAD_WORDS:
            return start[found.end() :].strip()
        if found.group() == "\n":
            break
    return None


def echo_everything(ctx: Context) -> Reply | None:
    """Read the whole message if the instruction makes this a speech engine."""
    if not ctx.persona.verbatim:
        return None
    text = _after_head(ctx.turn.text)
    return _verbatim(_without_quotes(text) if text else ctx.turn.text)


def read_aloud(ctx: Context) -> Reply | None:
    """Read the text of a request such as "Read this aloud: ..."."""
    text = ctx.turn.text
    after = _after_head(text)
    if after is None and (
        match := patterns("read_this")[0].match(text[:_HEAD_CHARACTERS])
    ):
        after = text[match.end() :].strip()
    if after:
        return _verbatim(_without_quotes(after), ctx.turn.spoken)
    if after == "" or heard(read(text[:_HEAD_CHARACTERS]), "read_what_follows"):
        return say(_ASK)
    if ctx.last_reply is not None and _ASK in ctx.last_reply.text:
        return _verbatim(text, ctx.turn.spoken)
    return None


def say_it(ctx: Context) -> Reply | None:
    """Say a few words on demand: "say cheese"."""
    if found := heard(ctx.said, "say_to"):
        if found.text("whom") in ("me", "us"):
            return say(sentence(found.text("what") + ctx.said_to))
        first, space, rest = found.part("whom").shown.partition(" ")
        first = "your" if first.lower() == "my" else first
        return say(sentence(f"{found.text('what')}, {first}{space}{rest}"))
    if found := heard(ctx.said, "say"):
        part = found.part("what")
        vague = part.words[0] in _NOT_VERBATIM and len(part.words) < 6
        if vague and value_of(part.text) is None:
            return None
        return say(sentence(part.shown))
    if found := heard(ctx.said, "read"):
        part = found.part("what")
        return say(_ASK if part.words[0] in _NOT_VERBATIM else sentence(part.shown))
    return None
