"""Tell the model which of its words the user did not hear.

An answer arrives faster than it is spoken. When the user interrupts, the model takes
all that it sent for said, and goes on from there. No socket and no clock: a
conversation goes in, and messages come out. Chapter 7 builds a part of it; unheard.js
is its twin.
"""

from chapter_03.live_messages import Message, text_message
from chapter_05.turns import Conversation
from chapter_05.utterances import Answer

__all__ = ["UnheardNews", "unheard_in_words", "unheard_message"]


def unheard_in_words(answer: Answer) -> str:
    """Return what the model is to be told of an answer; "" if all was heard."""
    if not answer.was_interrupted or answer.heard_ms is None:
        return ""
    heard, unheard = (part.strip() for part in answer.split())
    if not unheard:
        return ""
    last = "I heard none of your answer."
    if heard:
        last = f'The last words that I heard were: "{heard[-80:]}".'
    return f'(You were interrupted. {last} I did not hear: "{unheard}")'


def unheard_message(answer: Answer) -> Message | None:
    """Return that as a message; None if all was heard.

    It joins the history without ending a turn, so the model answers whatever the user
    says next, and knows this by then.
    """
    words = unheard_in_words(answer)
    return text_message(words, turn_complete=False) if words else None


class UnheardNews:
    """Finds the answers of which the model has not been told yet."""

    def __init__(self, conversation: Conversation) -> None:
        self._conversation = conversation
        self._told = 0

    def messages(self) -> list[Message]:
        """Return the notes that are due; ask after each event."""
        found = []
        answers = [
            one for one in self._conversation.utterances if isinstance(one, Answer)
        ]
        while self._told < len(answers):
            answer = answers[self._told]
            is_settled = answer.heard_ms is not None or not answer.was_interrupted
            if not (answer.is_over and is_settled):
                break
            self._told += 1
            if message := unheard_message(answer):
                found.append(message)
        return found
