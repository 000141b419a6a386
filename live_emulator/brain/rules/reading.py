"""Answer what is written in a picture: all of it, a price, a total, a line."""

import re
from collections.abc import Sequence
from difflib import SequenceMatcher

from live_emulator.brain.rules.context import Context, Reply, say
from live_emulator.brain.types import Question, Sight, TextLine, Turn
from live_emulator.brain.words.normalise import Found, read

__all__ = ["finding", "newest_sight", "reading", "wants_text"]

_THING = (
    r"(?:sign|street sign|menu|menu card|bill|receipt|check|invoice|ticket|label|poster"
    r"|page|letter|note|card|screen|window|message|error message|error|dialog|book"
    r"|title|headline|heading|paper|text|image|picture|photo|photograph|camera|display"
    r"|notice|sheet|document|slide|board|whiteboard|shirt|package|box|bottle|plate)"
)
_IT = rf"(?:it|this|that|these|those|they|(?:the|this|that|my|your) {_THING})"
_ALL = re.compile(
    rf"(?:read|read out|read aloud)(?: me| to me)?(?: out| aloud)? {_IT}"
    r"(?: out| aloud| to me| for me| out loud)*"
    r"|(?:read|tell me)(?: me)? what (?:it|this|that|is written|the \w+)"
    r" ?(?:says|say|there)?"
    rf"|what (?:does|do) {_IT} say(?: there| here| exactly)?"
    rf"|what is (?:written|printed)(?: (?:there|here|on it|(?:in|on) {_IT}))?"
    rf"|what (?:is|are) on {_IT}|(?:what|which) (?:text|words?) (?:is|are|do|can)"
    rf"(?: you)?(?: see| read)?(?: (?:there|here|in|on)(?: {_IT})?)?"
    rf"|can you read {_IT}(?: out| aloud| to me| for me)*"
    rf"|(?:is|are) there (?:any )?(?:text|words|writing)(?: (?:in|on) {_IT})?"
    r"|what (?:do|can) (?:i|we|you) (?:get|eat|drink|have|order)"
    rf"(?: here| there| on {_IT})?"
)
_ARTICLE = r"(?:the |an? |one |that |this |your |some )?"
_ON = rf"(?: (?:on|in|from|at|according to) {_IT})?(?: (?:here|there|please))?"
_PRICE = re.compile(
    rf"(?:and )?what (?:does|do|would|will|did) {_ARTICLE}(?P<what>[\w ]+?)"
    rf" cost(?: me)?{_ON}"
    rf"|(?:and )?how much (?:is|are|does|do|for|would|was) {_ARTICLE}(?P<what2>[\w ]+?)"
    rf"(?: cost| costs| be)?{_ON}"
    r"|(?:and )?what (?:is|are) the (?:price|prices|cost) (?:of|for)"
    rf" {_ARTICLE}(?P<what3>[\w ]+?){_ON}"
    r"|(?:and|what about|and what about|how about)"
    rf" {_ARTICLE}(?P<what4>[\w ]+?){_ON}"
)
_TOTAL = re.compile(
    rf"(?:and )?(?:what is|tell me|how much is|what was) (?:the )?(?:grand )?"
    rf"(?:total|sum|total amount|amount|amount due|end sum)"
    rf"(?: (?:of|on|for|in) {_IT})?(?: please)?"
    rf"|how much (?:is|was) (?:it|{_IT}|everything|all of it)"
    r"(?: in total| altogether| all together)?"
    r"|how much (?:do|must|should|did) (?:i|we) (?:have to )?(?:pay|owe)(?: in total)?"
    r"|what (?:do|must) (?:i|we) (?:have to )?(?:pay|owe)"
)
_TITLE = re.compile(
    r"(?:and )?what is the (?:title|headline|heading|caption)"
    rf"(?: (?:of|in|on) {_IT})?(?: please)?|what is {_IT} called"
)
_CLOSE_SIGN = re.compile(r"\s*[×✕✖]\s*$")
"""Windows have one beside their title."""
_TOTAL_LINE = re.compile(
    r"\b(?:grand total|total|amount due|to pay|balance|sum)\b", re.IGNORECASE
)
_SUBTOTAL_LINE = re.compile(r"\bsub[- ]?total\b|\btax\b|\bvat\b", re.IGNORECASE)
_AMOUNT = re.compile(
    r"(?:[$€£¥]|EUR|USD|GBP|CHF)? ?\d{1,6}(?:[.,]\d{3})*[.,]\d{2}"
    r"(?: ?(?:[$€£¥]|EUR|USD|GBP|CHF))?|[$€£¥] ?\d{1,6}|\d{1,6} ?[$€£¥]",
    re.IGNORECASE,
)
_ASKS = re.compile(
    r"(?:and )?(?:what|which|when|where|who|whose|how (?:many|long|much|late|far)|is"
    r"|are|does|do|until when|at what|on what|in what)\b.*"
)
_SMALL = frozenset(
    "a an and are at be can could do does for from have how i in is it its long many me"
    " much my of on or our please say says see show shown tell that the there these"
    " they this those to was we what when where which who whose will with would you"
    " your here picture image sign menu bill code late far until".split()
)
_NEAR = {
    "when": ("open", "closed", "hours", "daily"),
    "hours": ("open",),
    "opening": ("open",),
    "close": ("open",),
    "closing": ("open",),
    "wrong": ("error", "full", "failed"),
    "park": ("parking",),
    "address": ("street", "road", "avenue"),
    "where": ("street", "road", "avenue"),
    "problem": ("error", "full", "failed"),
}
_ALIKE = 0.8
_MOST_READ = 24
_UNREAD = (
    "I can not read this picture any more. Show it to me again, and ask once more."
)
_NO_TEXT = "I see no text in the picture."
_NO_IMAGE = (
    "I have not received an image yet. Share your camera or screen, and ask me again."
)


def newest_sight(turns: Sequence[Turn]) -> Sight | None:
    """Return the last picture of a conversation."""
    for turn in reversed(turns):
        if turn.sights:
            return turn.sights[-1]
    return None


def wants_text(question: Question) -> bool:
    """Tell whether the words of the last turn are about what is written somewhere."""
    text = question.turns[-1].text
    if not text.strip():
        return bool(question.turns[-1].sights)
    said = read(text)
    return any(said.match(one) for one in (_ALL, _TOTAL, _PRICE, _TITLE)) or bool(
        re.search(r"\b(?:written|text|see|describe)\b", said.text)
    )


def reading(ctx: Context) -> Reply | None:
    """Answer questions for all text, for a price, a total, and a title."""
    said = ctx.said
    sight = newest_sight(ctx.question.turns)
    if said.match(_TOTAL) and sight is not None and sight.lines:
        return _total(sight.lines)
    if said.match(_TITLE) and sight is not None and sight.lines:
        # What is written at the top of a window, a page or a poster.
        return say(f"The title is {_CLOSE_SIGN.sub('', sight.lines[0].text)}.")
    price = said.match(_PRICE)
    if price and sight is not None and sight.lines:
        found = _price(sight.lines, _asked_for(price))
        if found is not None:
            return found
    if not said.match(_ALL):
        return None
    if sight is None:
        about_text = re.search(rf"\b{_THING}\b|written|printed", said.text)
        return say(_NO_IMAGE) if about_text else None
    if sight.lines is None:
        # "What is this" and the like have an answer without words, too.
        return say(_UNREAD)
    if not sight.lines:
        return say(_NO_TEXT)
    return say(f"It says: {written(sight.lines)}")


def finding(ctx: Context) -> Reply | None:
    """Answer another question with the line of the picture that fits it best."""
    sight = newest_sight(ctx.question.turns)
    if sight is None or not sight.lines:
        return None
    price = ctx.said.match(_PRICE)
    if price and not price.has("what4") and any(map(_priced, sight.lines)):
        return say(f"I find no {_asked_for(price)} with a price in the picture.")
    if not ctx.said.match(_ASKS):
        return None
    words = [word for word in ctx.said.words if word not in _SMALL]
    words += [near for word in ctx.said.words for near in _NEAR.get(word, ())]
    best = _best(sight.lines, words)
    return say(f"It says: {_sentence(best.text)}") if best else None


def written(lines: Sequence[TextLine]) -> str:
    """Return lines as they are read out, a sentence each."""
    said = " ".join(_sentence(line.text) for line in lines[:_MOST_READ])
    more = len(lines) - _MOST_READ
    return f"{said} And {more} more lines." if more > 0 else said


def _sentence(text: str) -> str:
    text = re.sub(r"([$€£¥]) (?=\d)", r"\1", text.strip())
    return text if text[-1:] in ".!?:" else f"{text}."


def _total(lines: Sequence[TextLine]) -> Reply | None:
    totals = [
        amount
        for line in lines
        if _TOTAL_LINE.search(line.text) and not _SUBTOTAL_LINE.search(line.text)
        if (amount := _amount(line.text))
    ]
    if totals:
        return say(f"The total is {totals[-1]}.")
    return say(f"I find no total in it. It says: {written(lines)}")


def _price(lines: Sequence[TextLine], what: str) -> Reply | None:
    words = [word for word in what.split() if word not in _SMALL]
    fitting = _fitting([line for line in lines if _priced(line)], words)
    if not fitting:
        return None
    costs = [f"{_name(line.text)} costs {_amount(line.text)}" for line in fitting[:4]]
    return say(*(f"{one[0].upper()}{one[1:]}." for one in costs))


def _asked_for(price: Found) -> str:
    names = ("what", "what2", "what3", "what4")
    return next(price.text(name) for name in names if price.has(name))


def _priced(line: TextLine) -> bool:
    return bool(_AMOUNT.search(line.text))


def _amount(text: str) -> str:
    """Return the last amount of money in a line, its sign in front; empty if none."""
    found = [match.group().strip() for match in _AMOUNT.finditer(text)]
    if not found:
        return ""
    amount = re.sub(r"(?<=[$€£¥]) (?=\d)", "", found[-1])
    behind = re.fullmatch(r"([\d.,]+) ?([$€£¥])", amount)
    amount = behind[2] + behind[1] if behind else amount
    return re.sub(r",(?=\d\d$)", ".", amount)


def _name(text: str) -> str:
    """Return what stands before the amount in a line."""
    at = [match.start() for match in _AMOUNT.finditer(text)][-1]
    return re.sub(r"[\s.·…_-]+$", "", text[:at]) or "It"


def _fitting(lines: Sequence[TextLine], words: Sequence[str]) -> list[TextLine]:
    """Return the lines that hold most of the words, if any does."""
    scores = [_score(line.text, words) for line in lines]
    best = max(scores, default=0.0)
    if best < _ALIKE:
        return []
    return [
        line for line, score in zip(lines, scores, strict=True) if score > best - 0.05
    ]


def _best(lines: Sequence[TextLine], words: Sequence[str]) -> TextLine | None:
    fitting = _fitting(lines, [word for word in words if len(word) > 2])
    return fitting[0] if fitting else None


def _score(text: str, words: Sequence[str]) -> float:
    """Count the words that are in a text, nearly alike ones for a little less."""
    there = read(text).words
    total = 0.0
    for word in words:
        alike = max(
            (SequenceMatcher(None, word, other).ratio() for other in there), default=0
        )
        if alike >= _ALIKE:
            total += alike
    return total
