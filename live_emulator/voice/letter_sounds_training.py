"""Learn from a pronouncing dictionary how letters sound; writes letter_sounds.txt.

Run ``python -m live_emulator.voice.letter_sounds_training`` to make the file anew
from the dictionary that pocketsphinx ships (CMU, BSD licence). Takes a minute.
Prints the share of sounds that come out wrong for words that were not learned.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path

from live_emulator.voice.letter_sounds import CONTEXTS, RULES_FILE, LetterSounds, key

Sounds = tuple[str, ...]
Aligned = list[tuple[str, Sounds]]

_ROUNDS = 4
_MOST_PER_LETTER = 2
_LEAST_GAIN = 4
"""A rule must be right for so many more words than the shorter rule it refines."""


def read_dictionary(path: Path) -> list[tuple[str, Sounds]]:
    """Return plain words of 3 to 14 letters with their first pronunciation."""
    entries = []
    for line in path.read_text(encoding="utf-8").splitlines():
        word, *sounds = line.split()
        if word.isascii() and word.isalpha() and 3 <= len(word) <= 14:
            entries.append((word.lower(), tuple(sounds)))
    return entries


def align(word: str, sounds: Sounds, cost: dict[tuple[str, Sounds], float]) -> Aligned:
    """Share out the sounds among the letters; empty if there are too many."""
    best: list[dict[int, tuple[float, int]]] = [{0: (0.0, 0)}]
    for letter in word:
        row: dict[int, tuple[float, int]] = {}
        for used, (total, _) in best[-1].items():
            for count in range(_MOST_PER_LETTER + 1):
                end = used + count
                if end > len(sounds):
                    break
                price = total + cost.get((letter, sounds[used:end]), 9.0 + 3 * count)
                if end not in row or price < row[end][0]:
                    row[end] = price, used
        best.append(row)
    if len(sounds) not in best[-1]:
        return []
    aligned: Aligned = []
    end = len(sounds)
    for index in range(len(word), 0, -1):
        start = best[index][end][1]
        aligned.insert(0, (word[index - 1], sounds[start:end]))
        end = start
    return aligned


def align_all(entries: Iterable[tuple[str, Sounds]]) -> list[Aligned]:
    """Align every word, learning from round to round what goes with what."""
    entries = list(entries)
    pairs: Counter[tuple[str, Sounds]] = Counter()
    letters: Counter[str] = Counter()
    for word, sounds in entries:
        for index, letter in enumerate(word):
            middle = index * len(sounds) / len(word)
            for start in range(max(0, int(middle) - 1), int(middle) + 2):
                pairs[letter, sounds[start : start + 1]] += 1
                letters[letter] += 1
    aligned: list[Aligned] = []
    for _ in range(_ROUNDS):
        cost = {pair: -math.log(n / letters[pair[0]]) for pair, n in pairs.items()}
        aligned = [result for entry in entries if (result := align(*entry, cost))]
        pairs = Counter(pair for result in aligned for pair in result)
        letters = Counter(letter for result in aligned for letter, _ in result)
    return aligned


def learn(aligned: Iterable[Aligned]) -> dict[str, Sounds]:
    """Return the sounds of letters by context, longer contexts where they pay."""
    counts: list[dict[str, Counter[Sounds]]] = [defaultdict(Counter) for _ in CONTEXTS]
    shorter: dict[str, str] = {}
    for result in aligned:
        word = "".join(letter for letter, _ in result)
        for index, (_, sounds) in enumerate(result):
            previous = ""
            for level in range(len(CONTEXTS)):
                context = key(word, index, level)
                counts[level][context][sounds] += 1
                shorter[context] = previous
                previous = context
    rules: dict[str, Sounds] = {}

    def answer(context: str) -> Sounds:
        while context not in rules:
            context = shorter[context]
        return rules[context]

    for level, contexts in enumerate(counts):
        for context, outcomes in contexts.items():
            sounds, count = outcomes.most_common(1)[0]
            if level == 0:
                rules[context] = sounds
                continue
            gain = count - outcomes[answer(shorter[context])]
            if gain >= _LEAST_GAIN:
                rules[context] = sounds
    return rules


def distance(first: Sounds, second: Sounds) -> int:
    """Return the number of sounds to change, add or drop."""
    row = list(range(len(second) + 1))
    for number, left in enumerate(first):
        above, row[0] = row[0], number + 1
        for index, right in enumerate(second):
            cost = min(row[index + 1] + 1, row[index] + 1, above + (left != right))
            above, row[index + 1] = row[index + 1], cost
    return row[-1]


def main() -> None:
    """Learn nine words of ten, test on the others, and write the rules."""
    import pocketsphinx

    path = Path(pocketsphinx.get_model_path("en-us/cmudict-en-us.dict"))
    entries = read_dictionary(path)
    held_out = entries[::10]
    learned = [entry for number, entry in enumerate(entries) if number % 10]
    rules = learn(align_all(learned))
    lines = [f"{context} {' '.join(sounds)}" for context, sounds in rules.items()]
    RULES_FILE.write_text("\n".join(sorted(lines)) + "\n", encoding="utf-8")
    guess = LetterSounds()
    wrong = sum(distance(guess(word), sounds) for word, sounds in held_out)
    total = sum(len(sounds) for _, sounds in held_out)
    right = sum(guess(word) == sounds for word, sounds in held_out)
    print(f"{len(rules)} rules, {RULES_FILE.stat().st_size // 1024} KB")
    print(f"sounds wrong: {wrong / total:.1%}")
    print(f"words right: {right / len(held_out):.1%}")


if __name__ == "__main__":
    main()
