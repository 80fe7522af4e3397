"""What came of half a year under a rule, in figures."""

from collections import Counter
from collections.abc import Iterable, Sequence
from statistics import fmean, median

from portal.site.bench_quality import breaches
from portal.site.bench_quality.breaches import percent
from portal.site.bench_quality.diary import Diary, month
from portal.site.bench_quality.entries import Pair, World

ENOUGH_PARTNERS = 3
_FIRST_WEEKS = 4


def measured(diary: Diary) -> dict[str, float]:
    """By name of the figure."""
    return (
        covered(diary.world, {one.suggestion.pair for one in diary.asked})
        | _found(diary)
        | breaches.measured(diary)
        | _loads(diary)
        | contacts(diary)
    )


def covered(world: World, pairs: Iterable[Pair]) -> dict[str, float]:
    """How much of what suits is among the pairs; two entries of one organisation are one partner."""
    found = {_real_pair(world, pair) for pair in pairs} & world.suitable
    possible = _well_served(world.suitable)
    return {
        f"towns with 3 suitable of {possible}": _well_served(found),
        "suitable pairs, %": percent(len(found), of=len(world.suitable)),
    }


def contacts(diary: Diary) -> dict[str, float]:
    """A town gets one mail for all partners of a week, a partner one for each suggestion."""
    both_agreed = [one for one in diary.asked if one.is_contact]
    mails = len(diary.asked) + len({(one.week, one.suggestion.town) for one in diary.asked if one.town_was_asked})
    first: dict[int, int] = {}
    for one in both_agreed:
        first.setdefault(one.suggestion.town, one.week + 1)
    return {
        "contacts": len(both_agreed),
        "contacts of 4 weeks": sum(one.week < _FIRST_WEEKS for one in both_agreed),
        "suitable contacts": sum(
            _real_pair(diary.world, one.suggestion.pair) in diary.world.suitable for one in both_agreed
        ),
        "mails per contact": round(mails / max(1, len(both_agreed)), 1),
        "towns with a contact": len(first),
        "weeks to the first": float(median(first.values() or [0])),
    }


def gini(shares: Sequence[float]) -> float:
    """0 where all have the same or nobody has anything, near 1 where one has everything; rounded to 3 places."""
    total = sum(shares)
    if not total:
        return 0.0
    ranked = enumerate(sorted(shares), start=1)
    return round(sum((2 * rank - len(shares) - 1) * share for rank, share in ranked) / (len(shares) * total), 3)


def _found(diary: Diary) -> dict[str, float]:
    suitable = diary.world.suitable
    suggested = {one.suggestion.pair for one in diary.asked}
    return {
        "towns with none": len(diary.world.towns) - len({town for _, town in suggested}),
        "suggestions": len(diary.asked),
        "suitable, %": percent(
            sum(_real_pair(diary.world, one.suggestion.pair) in suitable for one in diary.asked), of=len(diary.asked)
        ),
    }


def _loads(diary: Diary) -> dict[str, float]:
    """Gini: introductions per capacity, of those whom somebody suits; a person's months: those with a question."""
    world = diary.world
    partners = Counter(world.organisation(one.suggestion.partner) for one in diary.asked)
    towns = Counter(one.suggestion.town for one in diary.asked)
    room = {one.truth.organisation: one.standing.capacity for one in world.partners}
    per_month = Counter((world.organisation(one.suggestion.partner), month(one.week)) for one in diary.asked)
    return {
        "Gini of partners": gini([partners[one] / room[one] for one in {partner for partner, _ in world.suitable}]),
        "Gini of towns": gini(
            [towns[one] / world.towns[one].standing.capacity for one in {town for _, town in world.suitable}]
        ),
        "a person's month, mean": round(fmean(per_month.values() or [0]), 2),
        "a person's month, most": max(per_month.values(), default=0),
    }


def _well_served(pairs: Iterable[Pair]) -> int:
    return sum(count >= ENOUGH_PARTNERS for count in Counter(town for _, town in pairs).values())


def _real_pair(world: World, pair: Pair) -> Pair:
    partner, town = pair
    return world.organisation(partner), town
