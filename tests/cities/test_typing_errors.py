import pytest
from hypothesis import given
from hypothesis import strategies as st

from cities.typing_errors import Halves, one_apart

words = st.text("abcd", min_size=4, max_size=9)


@pytest.mark.parametrize("typed", ["bohcolt", "bochlt", "bochholt", "bochalt", "ochbolt"[1:], "bocholx"])
def test_one_error_is_seen_and_two_are_not(typed):
    assert one_apart(typed, "bocholt") == (typed != "chbolt")


@given(words, st.data())
def test_one_half_is_intact_whatever_the_error(word, data):
    typed = data.draw(mistyped(word))
    if typed == word:
        return
    assert one_apart(typed, word)
    assert one_apart(word, typed)
    halves = Halves.of(typed)
    assert word.startswith(halves.beginning) or word.endswith(halves.end) or word == halves.swapped


@st.composite
def mistyped(draw, word):
    at, letter = draw(st.integers(0, len(word) - 1)), draw(st.sampled_from("abcde"))
    rest = word[at + 1 :]
    return draw(
        st.sampled_from(
            [word[:at] + rest, word[:at] + letter + rest, word[:at] + letter + word[at:]]
            + ([word[:at] + rest[0] + word[at] + rest[1:]] if rest else [])
        )
    )
