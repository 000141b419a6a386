"""What is said when nothing was understood, honestly and with a hint."""

import re

from live_emulator.brain.rules.context import Context, Reply, say
from live_emulator.brain.types import Say, Search
from live_emulator.brain.words.speech import flip_words, sentence, shortened, speakable

__all__ = ["fallback", "nothing_heard", "reflect"]

_HINTS = (
    "You could ask me to count, to tell a story, or to remember something.",
    "Ask me for the time, for a joke, or for a sum.",
    "I can calculate, spell, tell stories and read a text aloud.",
    "Say help, and I will tell you what I can do.",
)
_UNKNOWN = (
    "I heard: {what}. I am a small emulator and do not know that; Gemini itself would.",
    "You said: {what}. That is beyond this emulator; Gemini itself would know.",
    "I understood: {what}. For that you need Gemini itself; I am only its emulator.",
)
_NOTHING = (
    "I heard something, but no words. Could you say that again?",
    "I could hear you, but I did not make out any words. Please say it once more.",
    "That was sound without words for me. Would you say it again?",
)
_STATEMENT = re.compile(
    r"(?:i|we|my|our|he|she|they|it|this|that|there|yesterday|today|tomorrow|the) "
    r"(?!want|need|would like|am looking).+"
)
_QUESTION = re.compile(
    r"(?:what|who|whom|where|when|why|how|which|whose|is|are|was|were|do|does|did|can"
    r"|could|will|would|should|shall|am|tell me|explain|describe)\b"
)
_SEARCHED = (
    "Gemini would have looked that up with Google Search. I am an emulator, so no "
    "search was made."
)


def nothing_heard(ctx: Context) -> Reply:
    """Answer a turn in which no words were recognised."""
    if not ctx.turn.spoken:
        return say(
            ctx.pick(
                ("I am listening.", "Yes? I am here.", "Go ahead, please."), "empty"
            )
        )
    return say(ctx.pick(_NOTHING, "nothing"))


def reflect(ctx: Context) -> Reply | None:
    """Show that a plain statement was heard, and can be asked for later."""
    said = ctx.said
    if said.is_long or len(said.words) < 3 or ctx.turn.text.rstrip().endswith("?"):
        return None
    first = said.words[0]
    if first not in ("i", "we", "my", "our") or not said.match(_STATEMENT):
        return None
    return say(
        sentence(
            ctx.pick(
                ("I hear you: {0}", "So {0}. Tell me more, if you like", "I see: {0}"),
                "reflect",
            ).format(flip_words(said))
        )
    )


def fallback(ctx: Context) -> Reply:
    """Say what was heard, that Gemini would know, and what could be asked here."""
    heard = speakable(shortened(ctx.turn.text.strip()[:400])).strip(" .?!,;:\"'")
    if not heard:
        return say("I received a message that I can not read.", _HINTS[0])
    if ctx.question.search and _QUESTION.match(ctx.said.text):
        query = " ".join(ctx.turn.text.split())[:200].strip(" ?.!")
        return [
            Search((query,)),
            Say(f"You asked: {heard}."),
            Say(_SEARCHED),
        ]
    known = ctx.pick(_UNKNOWN, "unknown").format(what=heard)
    hint = ctx.pick(_HINTS, "hint")
    return say(known, hint)
