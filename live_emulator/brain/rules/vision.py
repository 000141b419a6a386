"""Say what was measured in the pictures that the client sent."""

from collections.abc import Sequence

from live_emulator.brain.rules.context import Context, Reply, say
from live_emulator.brain.rules.heard import heard
from live_emulator.brain.types import Sight, TextLine, Turn
from live_emulator.brain.words.lexicon import COLORS
from live_emulator.brain.words.numbers import to_words
from live_emulator.brain.words.speech import joined, plural

__all__ = ["NO_IMAGE", "as_sentence", "describe", "newest_sight", "vision", "written"]

_MOST_READ = 24
_LIGHTS = (
    (0.12, "very dark"),
    (0.35, "rather dark"),
    (0.65, "neither bright nor dark"),
    (0.88, "rather bright"),
    (9.0, "very bright"),
)
_STILL, _LIVELY = 0.01, 0.1


NO_IMAGE = (
    "I have not received an image yet. Share your camera or screen, and ask me again."
)
_MEASURED = (
    "I am an emulator: I measure images and read text in them, and Gemini would "
    "recognize what is in them."
)


def _newest(turns: Sequence[Turn]) -> Sequence[Sight]:
    """Return the pictures of the last turn that had any, oldest first."""
    return next((turn.sights for turn in reversed(turns) if turn.sights), ())


def newest_sight(turns: Sequence[Turn]) -> Sight | None:
    """Return the last picture of a conversation."""
    return next(reversed(_newest(turns)), None)


def _light(sight: Sight) -> str:
    return next(name for limit, name in _LIGHTS if sight.brightness < limit)


def _colors(sight: Sight) -> str:
    if not sight.colours:
        return "I can not make out a color in it."
    verb = "color is" if len(sight.colours) == 1 else "colors are"
    return f"The main {verb} {joined(sight.colours[:3])}."


def _motion(sights: Sequence[Sight]) -> str:
    moved = max(sight.motion for sight in sights)
    if len(sights) == 1 and moved == 0:
        return "From a single image I can not tell. Nothing seems to be moving."
    if moved < _STILL:
        return "No, nothing is moving."
    return f"Yes, there is {'some' if moved < _LIVELY else 'a lot of'} motion."


def describe(sights: Sequence[Sight]) -> Reply:
    """Say everything that was measured in the newest of some images."""
    sight = sights[-1]
    if sight.lines:
        seen = f"I see text. It says: {written(sight.lines)}"
    else:
        seen = f"I see {joined(sight.shapes[:4]) or 'an image without large shapes'}."
    size = f"{to_words(sight.width)} by {to_words(sight.height)} pixels"
    moves = _motion([sight]).removeprefix("Yes, ").capitalize()
    return say(
        seen,
        _colors(sight),
        f"It is {_light(sight)}, {size}.",
        moves if sight.motion >= _STILL else "",
        _MEASURED,
    )


def vision(ctx: Context) -> Reply | None:
    """Answer questions about what the camera or screen shows."""
    sights = _newest(ctx.question.turns)
    if heard(ctx.said, "pictures"):
        total = sum(len(turn.sights) for turn in ctx.question.turns)
        count = f"{to_words(total) if total else 'no'} {plural(total, 'image')}"
        return say(f"I remember {count} of this conversation.")
    if heard(ctx.said, "see_me"):
        if not sights:
            return say("No, I do not receive any images. " + NO_IMAGE)
        return [*say("I receive your images."), *describe(sights)]
    if heard(ctx.said, "see") or (sights and heard(ctx.said, "see_this")):
        return describe(sights) if sights else say(NO_IMAGE)
    answer = _measured(ctx, sights) or _has(ctx, sights)
    return say(answer) if answer else None


def _measured(ctx: Context, sights: Sequence[Sight]) -> str:
    asked = ("color", "motion", "shape", "size", "bright")
    kind = next((one for one in asked if heard(ctx.said, one)), "")
    if not kind or not sights:
        return NO_IMAGE if kind else ""
    sight = sights[-1]
    match kind:
        case "color":
            return _colors(sight)
        case "motion":
            return _motion(sights)
        case "shape":
            if not sight.shapes:
                return "I can not make out a large shape."
            return f"I can make out {joined(sight.shapes[:4])}."
        case "size":
            wide, high = to_words(sight.width), to_words(sight.height)
            return f"The image is {wide} pixels wide and {high} high."
    light = _light(sight)
    if ctx.said.words[0] == "how" or light.startswith("neither"):
        return f"It is {light}."
    dark = ("dark" in ctx.said.words[:4]) == light.endswith("dark")
    return f"{'Yes' if dark else 'No'}, it is {light}."


def _has(ctx: Context, sights: Sequence[Sight]) -> str:
    """Tell whether a thing or a color is in the picture."""
    found = heard(ctx.said, "seen") or heard(ctx.said, "seen_color")
    if found is None:
        return ""
    what = found.text("what")
    if what not in COLORS and not heard(ctx.said, "seen"):
        return ""
    if not sights:
        return NO_IMAGE
    sight = sights[-1]
    for shape in sight.shapes:
        if set(what.split()) <= set(shape.lower().replace("grey", "gray").split()):
            return f"Yes, I can make out {shape}."
    if what in {color.replace("grey", "gray") for color in sight.colours}:
        return f"Yes. {_colors(sight)}"
    if what in COLORS:
        return f"No, I see no {what}. {_colors(sight)}"
    seen = joined(sight.shapes) or "no large shape"
    return (
        f"I can not tell whether there is a {what}. I can make out {seen}. {_MEASURED}"
    )


def written(lines: Sequence[TextLine]) -> str:
    """Return lines as they are read out, a sentence each."""
    said = " ".join(as_sentence(line.text) for line in lines[:_MOST_READ])
    more = len(lines) - _MOST_READ
    return f"{said} And {more} more lines." if more > 0 else said


def as_sentence(text: str) -> str:
    """Return a line of a picture with a full stop, and no blank behind a currency."""
    for sign in "$€£¥":
        text = text.replace(f"{sign} ", sign)
    text = text.strip()
    return text if text[-1:] in ".!?:" else f"{text}."
