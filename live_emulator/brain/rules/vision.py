"""Say what was measured in the images the client sent."""

import re
from collections.abc import Sequence

from live_emulator.brain.rules.context import Context, Reply, say
from live_emulator.brain.rules.reading import written
from live_emulator.brain.types import Say, Sight
from live_emulator.brain.words.lexicon import COLORS
from live_emulator.brain.words.numbers import to_words
from live_emulator.brain.words.speech import joined, plural

__all__ = ["describe", "vision"]

_IMAGE = (
    r"(?:the |this |that |my )?(?:image|picture|photo|photograph|video|frame|camera"
    r"|screen|camera image|scene|drawing)"
)
_IN = rf"(?: (?:in|on|through|from|with) {_IMAGE})?(?: (?:now|right now|there|here))?"
_WHAT = re.compile(
    rf"(?:what|tell me what|can you tell me what) (?:do|can) you see{_IN}"
    rf"|(?:tell me )?what you (?:can )?see{_IN}|what (?:is|are) (?:this|that|these"
    rf"|those|it)(?: here| thing)?|(?:what is|what can be seen) (?:in|on) {_IMAGE}"
    rf"|(?:describe|explain|look at) (?:{_IMAGE}|this|that|it|what you see{_IN})"
    r"|what am i (?:holding|showing(?: you)?|pointing at|doing|wearing)"
    rf"|what is (?:in front of (?:me|you|the camera)|there)|what does {_IMAGE} show"
    rf"|do you see (?:this|that|it|anything|something){_IN}|can you (?:see"
    rf"|describe) (?:this|that|it|anything|something|{_IMAGE}){_IN}"
    rf"|can you see what i see|look|look here|look at {_IMAGE}|and what do you see now"
    rf"|what about now|and now|what do you see{_IN}|what (?:has|is) changed"
)
_SEE_ME = re.compile(r"(?:can|do) you see(?: me| us| my face)?(?: now| yet)?")
_COLOR = re.compile(
    r"(?:and )?(?:what|which) colors? (?:is|are|has|do|can|does) (?:it|this|that|they"
    rf"|these|those|you see|{_IMAGE}|the (?:thing|object|wall|background"
    rf"|shape))(?: have){_IN}|(?:and )?(?:what|which) colors? (?:is|are) (?:it|this"
    rf"|that|they|these|those|there|{_IMAGE}|the (?:thing|object|wall|background|shape"
    r"|main colors?))|(?:and )?(?:what|which) colors? (?:do|can) you see|what (?:is"
    rf"|are) the (?:main |dominant )?colors?(?: of it)?{_IN}|(?:what"
    rf"|which) colors? (?:does it|do they|does {_IMAGE}) have"
)
_BRIGHT = re.compile(
    rf"is (?:it|this|that|{_IMAGE}|the room) (?:very |too |rather )?"
    r"(?P<what>bright|dark|light)(?: (?:or|and) (?:bright|dark|light))?(?: enough)?"
    rf"(?: in here| here| now)?|how (?:bright|dark) is (?:it|this|{_IMAGE})"
    r"|is the light (?P<lamp>on|off)"
)
_MOTION = re.compile(
    r"(?:is|are) (?:anything|something|it|this|that|there|anybody|anyone"
    rf"|things?)(?: there)?(?: any)? (?:moving|motion|movement){_IN}|is there (?:any"
    r"|some) (?:motion|movement)|does (?:anything|something|it) move|(?:do"
    r"|can) you see (?:any )?(?:motion|movement)|did (?:anything|something|it) move"
    r"|am i moving|is anything happening"
)
_SHAPE = re.compile(
    r"(?:what|which) shapes? (?:is|are|do|can|has|does) (?:it|this|that|you see|there"
    rf"|they|{_IMAGE})(?: have)?{_IN}|(?:what|which) shapes? (?:do|can) you see{_IN}"
    r"|what is the shape(?: of (?:it|this|that))?|describe the shapes?"
)
_SIZE = re.compile(
    rf"how (?:large|big|wide|high|tall) is (?:it|{_IMAGE})"
    rf"|what (?:is the )?(?:size|resolution|dimensions?)(?: is| has)?(?: of)?(?: it|"
    rf" {_IMAGE})?|how many pixels (?:has|does|are in|is) (?:it|{_IMAGE})(?: have)?"
    rf"|what are the dimensions(?: of {_IMAGE})?"
)
_COUNT = re.compile(
    r"how many (?:images|pictures|frames|photos) (?:have you|did you|do you)"
    r" (?:seen|see|get|got|received?|have)(?: so far)?"
)
_HAVE = re.compile(
    r"(?:do|can) you see an? (?P<what>[\w ]+?)"
    rf"{_IN}|is there an? (?P<what2>[\w ]+?) (?:in|on) {_IMAGE}"
    rf"|is (?:it|this|that) (?:an? )?(?P<what3>{'|'.join(sorted(COLORS))})"
    rf"|(?:do|can) you see (?:anything |something "
    rf")?(?P<what4>{'|'.join(sorted(COLORS))})"
)
_NO_IMAGE = (
    "I have not received an image yet. Share your camera or screen, and ask me again."
)
_MEASURED = (
    "I am an emulator: I measure images and read text in them, and Gemini would "
    "recognize what is in them."
)


def _sights(ctx: Context) -> list[Sight]:
    """Return the images of the last turns that had any, oldest first."""
    for turn in reversed(ctx.question.turns):
        if turn.sights:
            return list(turn.sights)
    return []


def _light(sight: Sight) -> str:
    if sight.brightness < 0.12:
        return "very dark"
    if sight.brightness < 0.35:
        return "rather dark"
    if sight.brightness < 0.65:
        return "neither bright nor dark"
    return "rather bright" if sight.brightness < 0.88 else "very bright"


def _colors(sight: Sight) -> str:
    colors = joined(list(sight.colours[:3]))
    if not colors:
        return "I can not make out a color in it."
    verb = "color is" if len(sight.colours) == 1 else "colors are"
    return f"The main {verb} {colors}."


def _motion(sights: Sequence[Sight]) -> str:
    moved = max(sight.motion for sight in sights)
    if len(sights) == 1 and moved == 0:
        return "From a single image I can not tell. Nothing seems to be moving."
    if moved < 0.01:
        return "No, nothing is moving."
    return f"Yes, there is {'some' if moved < 0.1 else 'a lot of'} motion."


def _size(sight: Sight) -> str:
    return (
        f"The image is {to_words(sight.width)} pixels wide and "
        f"{to_words(sight.height)} high."
    )


def describe(sights: Sequence[Sight]) -> Reply:
    """Say everything that was measured in the newest of some images."""
    sight = sights[-1]
    lines = []
    if sight.lines:
        lines.append(f"I see text. It says: {written(sight.lines)}")
    elif sight.shapes:
        lines.append(f"I see {joined(list(sight.shapes[:4]))}.")
    else:
        lines.append("I see an image without large shapes.")
    lines.append(_colors(sight))
    lines.append(
        f"It is {_light(sight)}, {to_words(sight.width)} by "
        f"{to_words(sight.height)} pixels."
    )
    if sight.motion >= 0.01:
        lines.append(_motion([sight]).removeprefix("Yes, ").capitalize())
    lines.append(_MEASURED)
    return say(*lines)


def vision(ctx: Context) -> Reply | None:
    """Answer questions about what the camera or screen shows."""
    said = ctx.said
    sights = _sights(ctx)
    what = said.match(_WHAT)
    if what and not sights and said.words[0] == "what" and "see" not in said.words:
        vague = said.text in ("what about now", "what is there") or len(said.words) == 3
        if vague:
            return None
    if what and not sights and said.text in ("and now", "look"):
        return None
    if what:
        return describe(sights) if sights else say(_NO_IMAGE)
    if said.match(_SEE_ME):
        if not sights:
            return say("No, I do not receive any images. " + _NO_IMAGE)
        return [Say("I receive your images."), *describe(sights)]
    if said.match(_COUNT):
        total = sum(len(turn.sights) for turn in ctx.question.turns)
        count = to_words(total) if total else "no"
        return say(f"I remember {count} {plural(total, 'image')} of this conversation.")
    return _measured(ctx, sights) or _has(ctx, sights)


def _measured(ctx: Context, sights: Sequence[Sight]) -> Reply | None:
    said = ctx.said
    patterns = (_COLOR, _MOTION, _SHAPE, _SIZE, _BRIGHT)
    asked = next((p for p in patterns if said.match(p)), None)
    if asked is None:
        return None
    if not sights:
        return say(_NO_IMAGE)
    sight = sights[-1]
    if asked is _COLOR:
        return say(_colors(sight))
    if asked is _MOTION:
        return say(_motion(sights))
    if asked is _SHAPE:
        return say(_shapes(sight))
    if asked is _SIZE:
        return say(_size(sight))
    found = said.match(_BRIGHT)
    return say(_bright(found.text("what") if found else "", sight))


def _shapes(sight: Sight) -> str:
    if not sight.shapes:
        return "I can not make out a large shape."
    return f"I can make out {joined(list(sight.shapes[:4]))}."


def _bright(asked: str, sight: Sight) -> str:
    light = _light(sight)
    if not asked or light.startswith("neither"):
        return f"It is {light}."
    word = "dark" if asked == "dark" else "bright"
    return f"{'Yes' if word in light else 'No'}, it is {light}."


def _has(ctx: Context, sights: Sequence[Sight]) -> Reply | None:
    found = ctx.said.match(_HAVE)
    if found is None:
        return None
    if not sights:
        return say(_NO_IMAGE)
    what = next(
        found.text(group)
        for group in ("what", "what2", "what3", "what4")
        if found.has(group)
    )
    sight = sights[-1]
    colors = {"grey" if c == "gray" else c for c in sight.colours} | set(sight.colours)
    for shape in sight.shapes:
        wanted = set(what.split())
        if wanted <= set(shape.lower().replace("grey", "gray").split()):
            return say(f"Yes, I can make out {shape}.")
    if what in colors:
        return say(f"Yes. {_colors(sight)}")
    if what in COLORS:
        return say(f"No, I see no {what}. {_colors(sight)}")
    seen = joined(list(sight.shapes)) or "no large shape"
    return say(
        f"I can not tell whether there is a {what}. I can make out {seen}. {_MEASURED}"
    )
