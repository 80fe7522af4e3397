"""What towns look for and nobody brings."""

from hypothesis import given
from hypothesis import strategies as st

from matching.gaps import KINDS, Brought, Gaps, Wanted, gaps

CODES = st.frozensets(st.sampled_from("abcdef"))
SIDES = st.fixed_dictionaries(dict.fromkeys(KINDS, CODES))


def test_only_what_nobody_brings_is_missing():
    towns = [
        Wanted(sectors=frozenset(["science"]), needs=frozenset(["rooms", "time"])),
        Wanted(topics=frozenset(["climate"])),
    ]
    partners = [Brought(needs=frozenset(["rooms"])), Brought(topics=frozenset(["climate", "youth"]))]
    assert gaps(towns, partners) == Gaps(sectors=frozenset(["science"]), needs=frozenset(["time"]))


def test_a_town_that_has_said_nothing_is_counted_and_lacks_nothing():
    assert gaps([Wanted(), Wanted()], []) == Gaps(silent=2)


@given(st.lists(SIDES, max_size=4), st.lists(SIDES, max_size=4), SIDES)
def test_another_partner_never_makes_more_missing_and_what_is_missing_is_wanted(towns, partners, another):
    wanted, brought = [Wanted(**town) for town in towns], [Brought(**partner) for partner in partners]
    before, after = gaps(wanted, brought), gaps(wanted, [*brought, Brought(**another)])
    for kind in KINDS:
        assert getattr(after, kind) == getattr(before, kind) - another[kind]
        assert getattr(before, kind) <= frozenset().union(*(town[kind] for town in towns))
