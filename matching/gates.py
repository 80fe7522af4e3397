"""Whether a pair fits, and whether an introduction may go out now. Pure: knows no Django.

Fit decides what is suggested and shown, sendable what may be released. Both sides count alike: what holds for one of
them only does not hold. The rules in prose: docs/matching.md.
"""

from dataclasses import dataclass
from datetime import date, datetime

from matching import pairs
from matching.facts import CityFacts, PartnerFacts
from matching.worlds import world_of

FIT = ("area", "reach", "topics")
SENDABLE = ("approved", "confirmed", "consent", "capacity", "pause", "history")
MONTHS_OF_CONFIRMATION = 12
MONTHS_OF_QUIET = 12  # what the office's rules start with


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one organisation stands: `introductions` are those begun in this calendar month."""

    takes_part: bool = True
    approved: bool = True
    confirmed_at: datetime | None = None
    has_contact: bool = True
    consent: bool = True
    capacity: int = 2
    introductions: int = 0
    paused_until: date | None = None


@dataclass(frozen=True, slots=True)
class PairHistory:
    """What happened between the two: an introduction under way, the last refusal, the office's last rejection."""

    ongoing: bool = False
    refused_at: datetime | None = None
    rejected_at: datetime | None = None


def fit(partner: PartnerFacts, city: CityFacts) -> dict[str, bool]:
    """Area: the town lies in the partner's; reach: the partner in the town's; topics: they have something to do."""
    only = pairs.only_pair(world_of([partner], [city]))
    return {gate: bool(getattr(only, gate)[0]) for gate in FIT}


def sendable(
    partner: Standing, city: Standing, history: PairHistory, *, now: datetime, months_of_quiet: int = MONTHS_OF_QUIET
) -> dict[str, bool]:
    """What holds of both sides; `now` in the wall clock of the portal, since a pause ends with a day."""
    one, other = of_one_side(partner, now=now), of_one_side(city, now=now)
    both = {gate: one[gate] and other[gate] for gate in one}
    return both | {"history": not is_quiet(history, now=now, months_of_quiet=months_of_quiet)}


def of_one_side(standing: Standing, *, now: datetime) -> dict[str, bool]:
    """The gates one side can close alone: all of SENDABLE but `history`, which is the pair's."""
    confirmed_at, paused_until = standing.confirmed_at, standing.paused_until
    return {
        "approved": standing.approved and standing.takes_part,
        "confirmed": confirmed_at is not None and confirmed_at >= months_before(now, MONTHS_OF_CONFIRMATION),
        "consent": standing.has_contact and standing.consent,
        "capacity": standing.introductions < standing.capacity,
        "pause": paused_until is None or paused_until < now.date(),
    }


def is_quiet(history: PairHistory, *, now: datetime, months_of_quiet: int = MONTHS_OF_QUIET) -> bool:
    """The pair is in touch already, or one side or the office said no within the months of quiet."""
    until = quiet_until(history, months_of_quiet=months_of_quiet)
    return history.ongoing or (until is not None and now < until)


def quiet_until(history: PairHistory, *, months_of_quiet: int = MONTHS_OF_QUIET) -> datetime | None:
    """When the last no is long enough ago; None where nobody said no."""
    refusals = [moment for moment in (history.refused_at, history.rejected_at) if moment]
    return months_before(max(refusals), -months_of_quiet) if refusals else None


def months_before(moment: datetime, months: int) -> datetime:
    """The same day and time of an earlier month (a later one, if negative), or its last day where it is shorter.

    31 May less three months is 28 (or 29) February; a time zone keeps its wall clock.
    """
    year, month = divmod(moment.year * 12 + moment.month - 1 - months, 12)
    return moment.replace(year=year, month=month + 1, day=min(moment.day, _days_in(year, month + 1)))


def _days_in(year: int, month: int) -> int:
    following = date(year + month // 12, month % 12 + 1, 1)
    return (following - date(year, month, 1)).days
