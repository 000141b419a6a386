"""Tell the model which of its words nobody heard. Chapter 7 builds this module.

An answer arrives faster than it is spoken. When the user interrupts, the model takes
all that it sent for said, and goes on from there. No socket and no clock: a
conversation goes in, and messages come out.
"""

from chapter_03.live_messages import Message, text_message
from chapter_05.turns import Conversation
from chapter_05.utterances import Answer

__all__ = ["UnheardNews", "unheard_message"]


def unheard_message(answer: Answer) -> Message | None:
    """Return a note for the model; None if all of the answer was heard.

    It joins the history without ending a turn, so the model answers whatever
    the user says next, and knows this by then.
    """
    heard, unheard = (part.strip() for part in answer.split())
    if not answer.was_interrupted or answer.heard_ms is None or not unheard:
        return None
    last = f"The last words heard are: {heard[-80:]}" if heard else ""
    note = (
        "(A note of the program, not of the user: the answer was interrupted. "
        f'"{unheard}" was not heard. {last}'
    )
    return text_message(f"{note.strip()})", turn_complete=False)


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
