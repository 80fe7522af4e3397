"""Tells whether two words differ by one typing error. Pure: knows no Django.

An error is one letter too many, too few or wrong, or two neighbours in the wrong order (optimal string alignment
distance 1). Whichever it is, one half of the word is intact, unless the neighbours stand on both sides of the middle.
"""

from dataclasses import dataclass

SHORTEST = 4  # letters; of shorter words too many are alike


@dataclass(frozen=True)
class Halves:
    """What a word with one error has in common with the right one: its beginning, its end, or all but the middle."""

    beginning: str
    end: str
    swapped: str

    @classmethod
    def of(cls, word: str) -> "Halves":
        middle = len(word) // 2
        swapped = word[: middle - 1] + word[middle] + word[middle - 1] + word[middle + 1 :]
        return cls(word[:middle], word[middle:], swapped)


def one_apart(typed: str, word: str) -> bool:
    """True if exactly one typing error makes one out of the other."""
    if typed == word or abs(len(typed) - len(word)) > 1:
        return False
    start = _common_beginning(typed, word)
    left, right = typed[start:], word[start:]
    if len(left) == len(right):
        return left[1:] == right[1:] or (left[:2] == right[1::-1] and left[2:] == right[2:])
    longer, shorter = (left, right) if len(left) > len(right) else (right, left)
    return longer[1:] == shorter


def _common_beginning(one: str, other: str) -> int:
    pairs = enumerate(zip(one, other, strict=False))
    return next((index for index, (a, b) in pairs if a != b), min(len(one), len(other)))
