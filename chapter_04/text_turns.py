"""Cut a text into turns that a model reads aloud well.

Long requests get answers that are cut short or made up, so a long text becomes many
turns: whole sentences, together no longer than a limit, none across two paragraphs.
Chapter 4 uses it; text-turns.js is its twin, and both are held to the same
vectors (tests/vectors/text_turns.json).
"""

import re

__all__ = ["INSTRUCTION", "LONGEST_TURN", "pieces_of", "sentences_of", "turns_of"]

INSTRUCTION = (
    "You are a reader. Read aloud what the user sends, word for word. "
    "Add nothing and leave nothing out."
)
"""A conversational model answers what it is told, unless it is told not to."""

LONGEST_TURN = 400
"""Characters; about 25 seconds of speech."""

SENTENCE_END = re.compile(r"[.!?…]+[\"'”’»)\]]*\s+|[。！？]+[”’」』）]*\s*")
ODD_BLANKS = re.compile("[\x1c-\x1f\x85\ufeff]")
"""Blanks to Python or to JavaScript alone."""
ABBREVIATIONS = set("dr mr mrs ms prof st vs e.g i.e etc no fig vol".split())


def sentences_of(paragraph: str) -> list[str]:
    """Cut a paragraph after each sentence, but not after "Dr." or an initial."""
    sentences, start = [], 0
    for end in SENTENCE_END.finditer(paragraph):
        word = paragraph[start : end.start()].split(" ")[-1].lower()
        if end[0] == ". " and (len(word) == 1 or word in ABBREVIATIONS):
            continue
        sentences.append(paragraph[start : end.end()].strip())
        start = end.end()
    return [*sentences, paragraph[start:].strip()]


def pieces_of(sentence: str, longest: int) -> list[str]:
    """Cut what is too long at a comma, or else at a blank, or else anywhere."""
    pieces = []
    while len(sentence) > longest:
        head = sentence[:longest]
        ends = (max(map(head.rfind, (", ", "; ", ": "))) + 1, head.rfind(" "))
        cut = next((end for end in ends if end > longest // 4), longest)
        pieces.append(sentence[:cut].strip())
        sentence = sentence[cut:].strip()
    return [*pieces, sentence]


def turns_of(text: str, longest: int = LONGEST_TURN) -> list[str]:
    """Return the text as turns of whole sentences, none across paragraphs."""
    turns: list[str] = []
    for paragraph in re.split(r"\n\s*\n", ODD_BLANKS.sub(" ", text)):
        turn = ""
        for sentence in sentences_of(" ".join(paragraph.split())):
            for piece in pieces_of(sentence, longest):
                if len(turn) + 1 + len(piece) > longest:
                    turns.append(turn)
                    turn = ""
                turn = f"{turn} {piece}".strip()
        turns.append(turn)
    return [turn for turn in turns if any(map(str.isalnum, turn))]
