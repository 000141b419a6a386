"""Print a conversation in a terminal as it goes on. Chapter 5 uses this module."""

import sys

from chapter_05.turns import Conversation
from chapter_05.utterances import Answer, Utterance

__all__ = ["Told"]


class Told:
    """Prints each utterance once, when nothing can be added to it."""

    def __init__(self, conversation: Conversation) -> None:
        self._conversation = conversation
        self._count = 0

    def news(self) -> None:
        """Print what has become complete."""
        utterances = self._conversation.utterances
        while self._count < len(utterances) and self._is_complete(self._count):
            self._print(utterances[self._count])
            self._count += 1

    def asked(self) -> None:
        """Print the question that is being answered, whose words have all come."""
        utterances = self._conversation.utterances
        if self._count < len(utterances):
            question = utterances[self._count]
            if not isinstance(question, Answer) and question.text.strip():
                self._print(question)
                self._count += 1

    def rest(self) -> None:
        """Print what was under way when the conversation ended."""
        for utterance in self._conversation.utterances[self._count :]:
            self._print(utterance)

    def _is_complete(self, number: int) -> bool:
        utterances = self._conversation.utterances
        utterance = utterances[number]
        if isinstance(utterance, Answer):
            # What was heard of an interrupted answer is known a little later.
            return utterance.is_over and (
                not utterance.was_interrupted or utterance.heard_ms is not None
            )
        # The words of a question may come after the first of its answer.
        return any(
            isinstance(one, Answer) and one.is_over for one in utterances[number:]
        )

    def _print(self, utterance: Utterance) -> None:
        if not isinstance(utterance, Answer):
            if utterance.text.strip():
                print(f"you: {utterance.text.strip()}", flush=True)
            return
        heard, unheard = utterance.split()
        print(f"model: {heard.strip()}")
        if unheard.strip():
            print(f"  interrupted; not heard: {unheard.strip()}")
        if delay := utterance.delay():
            print(
                f"  {delay.total_ms:,.0f} ms after your last word: "
                f"{delay.noticing_ms:,.0f} to notice that you had finished, "
                f"{delay.answering_ms:,.0f} to find an answer, "
                f"{delay.playing_ms:,.0f} until it was heard"
            )
        sys.stdout.flush()
