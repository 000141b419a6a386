"""Say what the user wants said, word for word."""

import re

from live_emulator.brain.rules.context import Context, Reply, say
from live_emulator.brain.types import Say
from live_emulator.brain.words.normalise import canonical, proper
from live_emulator.brain.words.numbers import value_of
from live_emulator.brain.words.speech import chunks, sentence

__all__ = ["echo_everything", "read_aloud", "say_it"]

_HEAD_CHARACTERS = 160

_VERB = r"(?:read|say|speak|repeat|recite|narrate|echo|pronounce|dictate|announce|tts)"
_POLITE = (
    r"(?:(?:please|now|just|then|okay|hello|can you|could you|would you|will you"
    r"|i want you to|i would like you to|your task is to|you must|you should) )*"
)
_HEAD = re.compile(rf"{_POLITE}{_VERB}(?: [\w'-]+){{0,10}}")
_ALOUD = (
    r"(?: (?:aloud|out loud|exactly|verbatim|word for word|slowly|clearly|to me|for me"
    r"|back to me|please|after me))"
)
_READ_HEAD = re.compile(
    rf"{_POLITE}(?:read|narrate|recite|say|speak|repeat)(?: me| us| exactly| verbatim)?"
    r"(?: (?:(?:this|that|the following|the|my|a|some|these) (?:text|sentence|words"
    r"|message|paragraph|passage|lines?)|the following|what follows|what i send you"
    rf"|the next message|something|after me){_ALOUD}*"
    rf"| (?:this|something){_ALOUD}+)"
)
_NO_COLON = re.compile(
    r"\W*(?:(?:please|now|and|then|hello|hi|hey|okay|i want you to|can you|could you"
    r"|would you|will you)\W+)*"
    r"(?:repeat\s+(?:(?:this|the following|these words)\s+)?after\s+me"
    r"|(?:read|say|repeat|speak)\s+(?:(?:this|the\s+following|these)\s+)?"
    r"(?:(?:text|sentence|words|message|paragraph)\s+)?"
    r"(?:aloud|out\s+loud|word\s+for\s+word|verbatim|exactly)"
    r"|(?:read|say|repeat|speak)\s+the\s+following"
    r"(?:\s+(?:text|sentence|words|message|paragraph))?"
    r"|(?:say|repeat)\s+the\s+(?:words?|sentence|phrase))"
    r"(?:\s+(?:please|slowly|clearly|to\s+me|for\s+me)\b)?[\s,\u2013\u2014-]+",
    re.IGNORECASE,
)
_ASK = "Please send me the text, and I will read it word for word."

_QUOTES = {
    '"': '"',
    "'": "'",
    "\u201c": "\u201d",
    "\u2018": "\u2019",
    "\u00ab": "\u00bb",
}


def _without_quotes(text: str) -> str:
    text = text.strip()
    if (
        len(text) > 2
        and _QUOTES.get(text[0]) == text[-1]
        and text[-1] not in text[1:-1]
    ):
        return text[1:-1].strip()
    return text


def _verbatim(text: str, spoken: bool = False) -> Reply:
    clean = text
    if not text.isprintable():
        clean = "".join(c if c.isprintable() or c.isspace() else " " for c in text)
    if spoken:
        clean = sentence(proper(clean))
    return [Say(chunk) for chunk in chunks(clean, 25)]


def _after_head(text: str) -> str | None:
    """Return what stands behind "Read this aloud:", None without such a head."""
    start = text.lstrip()
    head = start[:_HEAD_CHARACTERS]
    for index, character in enumerate(head):
        if character in ":\n":
            if _HEAD.fullmatch(canonical(head[:index])):
                return start[index + 1 :].strip()
            if character == "\n":
                return None
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
    if after is None and (match := _NO_COLON.match(text[:_HEAD_CHARACTERS])):
        after = text[match.end() :].strip()
    if after:
        return _verbatim(_without_quotes(after), ctx.turn.spoken)
    whole = _READ_HEAD.fullmatch(canonical(text[:_HEAD_CHARACTERS]))
    if after == "" or whole:
        return say(_ASK)
    last = ctx.last_reply
    if last is not None and _ASK in last.text:
        return _verbatim(text, ctx.turn.spoken)
    return None


_SAY_TO = re.compile(
    r"say (?P<what>hello|good (?:morning|afternoon|evening|night)|goodbye|thank you"
    r"|thanks|sorry|happy birthday|welcome|congratulations) to (?P<whom>.+)"
)
_SAY = re.compile(
    r"(?:say|pronounce|repeat|how do you (?:say|pronounce)|please say|just say)"
    r"(?: the words?| exactly| after me)? (?P<what>.+)"
)
_READ = re.compile(r"read (?P<what>.+?) (?:aloud|out loud|to me)|read (?P<all>.+)")
_NOT_VERBATIM = re.compile(
    r"(?:something|anything|a|an|some|me|my|your|his|her|it|that|this|in|the time"
    r"|the date|hello in|more|nothing)\b.*"
)


def say_it(ctx: Context) -> Reply | None:
    """Say a few words on demand: "say cheese"."""
    said = ctx.said
    if found := said.match(_SAY_TO):
        whom = found.part("whom").shown
        if found.text("whom") in ("me", "us"):
            return say(sentence(found.text("what") + ctx.said_to))
        whom = {"my": "your"}.get(whom.split()[0].lower(), whom.split()[0]) + (
            whom[len(whom.split()[0]) :]
        )
        return say(sentence(f"{found.text('what')}, {whom}"))
    found = said.match(_SAY)
    if found is not None:
        part = found.part("what")
        number = value_of(part.text) is not None
        if part.match(_NOT_VERBATIM) and len(part.words) < 6 and not number:
            return None
        return say(sentence(part.shown))
    found = said.match(_READ)
    if found is not None:
        part = found.part("what" if found.has("what") else "all")
        if part.match(_NOT_VERBATIM):
            return say(_ASK)
        return say(sentence(part.shown))
    return None
