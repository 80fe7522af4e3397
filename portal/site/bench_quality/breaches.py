"""Suggestions that somebody did not want, as far as the entries say it; in per cent of all suggestions."""

from collections import Counter
from collections.abc import Hashable

from matching.gates import MONTHS_OF_CONFIRMATION, MONTHS_OF_QUIET, Standing, fit, months_before
from portal.site.bench_quality.diary import Asked, Diary, month
from portal.site.bench_quality.entries import World, moment
from portal.site.bench_quality.partners import SECOND_ENTRY


def measured(diary: Diary) -> dict[str, float]:
    """By name; of consent, absence and capacity only the sides that were asked count."""
    world, asked = diary.world, diary.asked
    counts = {
        "beyond area or reach, %": sum(_leaves_bounds(world, one) for one in asked),
        "beyond capacity, %": _beyond_capacity(diary),
        "without consent, %": sum(not all(side.consent for side in _standings(world, one)) for one in asked),
        "stale or paused, %": sum(any(_is_away(side, one.week) for side in _standings(world, one)) for one in asked),
        "to a second entry, %": sum(world.partners[one.suggestion.partner].planted == SECOND_ENTRY for one in asked),
        "said no before, %": sum(_was_refused(diary, one) for one in asked),
    }
    return {name: percent(count, of=len(asked)) for name, count in counts.items()}


def percent(part: int, *, of: int) -> float:
    return round(100 * part / max(1, of), 1)


def _standings(world: World, one: Asked) -> list[Standing]:
    partner, town = world.partners[one.suggestion.partner], world.towns[one.suggestion.town]
    return [partner.standing, town.standing] if one.town_was_asked else [partner.standing]


def _leaves_bounds(world: World, one: Asked) -> bool:
    partner, town = world.partners[one.suggestion.partner], world.towns[one.suggestion.town]
    gates = fit(partner.facts, town.facts)
    return not (gates["area"] and gates["reach"])


def _is_away(side: Standing, week: int) -> bool:
    """Paused, or not confirmed within twelve months."""
    now = moment(week)
    is_stale = side.confirmed_at is None or side.confirmed_at < months_before(now, MONTHS_OF_CONFIRMATION)
    return is_stale or (side.paused_until is not None and now.date() <= side.paused_until)


def _was_refused(diary: Diary, one: Asked) -> bool:
    """By the same pair of entries within twelve months, in the half-year or before it."""
    pair, now = one.suggestion.pair, moment(one.week)
    refusals = [moment(other.week) for other in diary.of_pair[pair] if other.is_refused]
    if pair in diary.world.declined:
        refusals.append(diary.world.declined[pair])
    return any(months_before(now, MONTHS_OF_QUIET) < refusal < now for refusal in refusals)


def _beyond_capacity(diary: Diary) -> int:
    """Suggestions that come when one of the persons asked has had as many in the month as it takes."""
    had: Counter[Hashable] = Counter()
    beyond = 0
    for one in diary.asked:
        persons: tuple[Hashable, ...] = (
            ("partner", diary.world.organisation(one.suggestion.partner), month(one.week)),
            ("town", one.suggestion.town, month(one.week)),
        )
        sides = list(zip(persons, _standings(diary.world, one), strict=False))
        beyond += any(had[person] >= standing.capacity for person, standing in sides)
        had.update(person for person, _ in sides)
    return beyond
