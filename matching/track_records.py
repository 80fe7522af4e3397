"""What happened so far, counted for many organisations at once: introductions, questions and answers, refusals.

Every function makes a number of queries that does not depend on how many organisations it is asked about.
"""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import Count, F, Q

from matching.gates import PairHistory, months_before
from matching.id_lists import among
from matching.models import Introduction, Invitation, Side, Suggestion
from matching.scoring import MONTHS_OF_FAIRNESS

MONTHS_OF_ANSWERS = 24  # a habit of years ago says little about who answers today
REFUSED = (Introduction.State.DECLINED, Introduction.State.NO_COOPERATION)


@dataclass(frozen=True, slots=True)
class Counts:
    """Of one organisation: introductions begun in six months and in this calendar month; questions and answers."""

    recent: int = 0
    this_month: int = 0
    asked: int = 0
    answered: int = 0


def counts(side: Side, ids: Collection[int], *, now: datetime) -> defaultdict[int, Counts]:
    """By id of partner or city; `now` in the wall clock of the portal, by which months begin. Two queries."""
    found: defaultdict[int, Counts] = defaultdict(Counts)
    for key, recent, this_month in _introductions(side, ids, now=now):
        found[key] = Counts(recent=recent, this_month=this_month)
    for key, asked, answered in _invitations(side, ids, now=now):
        found[key] = replace(found[key], asked=asked, answered=answered)
    return found


def histories(
    partner_ids: Collection[int], city_ids: Collection[int], *, now: datetime, months_of_quiet: int
) -> defaultdict[tuple[int, int], PairHistory]:
    """By partner and city; what lies before the months of quiet is not read. Two queries."""
    found: defaultdict[tuple[int, int], PairHistory] = defaultdict(PairHistory)
    since = months_before(now, months_of_quiet)
    pairs = Q(partner__in=among(partner_ids), city__in=among(city_ids))
    ongoing_or_refused = Q(state__in=Introduction.ONGOING) | Q(state__in=REFUSED, closed_at__gt=since)
    introductions = Introduction.objects.filter(pairs, ongoing_or_refused).order_by("closed_at")
    for *pair, state, closed_at in introductions.values_list("partner", "city", "state", "closed_at"):
        change = {"ongoing": True} if state in Introduction.ONGOING else {"refused_at": closed_at}
        found[pair[0], pair[1]] = replace(found[pair[0], pair[1]], **change)
    rejected = Suggestion.objects.filter(pairs, state=Suggestion.State.REJECTED, decided_at__gt=since)
    for *pair, decided_at in rejected.order_by("decided_at").values_list("partner", "city", "decided_at"):
        found[pair[0], pair[1]] = replace(found[pair[0], pair[1]], rejected_at=decided_at)
    return found


def _introductions(side: Side, ids: Collection[int], *, now: datetime) -> list[tuple[int, int, int]]:
    month = now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    since = months_before(now, MONTHS_OF_FAIRNESS)
    recent = Introduction.objects.filter(**{f"{side}__in": among(ids)}, asked_at__gte=since)
    numbers = recent.values(side).annotate(recent=Count("pk"), this_month=Count("pk", filter=Q(asked_at__gte=month)))
    return list(numbers.values_list(side, "recent", "this_month"))


def _invitations(side: Side, ids: Collection[int], *, now: datetime) -> list[tuple[int, int, int]]:
    """Questions that were answered, or ran out unanswered.

    One that still waits, or ended because the other side or the office ended it, is no silence; one's own request is
    no answer.
    """
    organisation = f"introduction__{side}"
    answered = ~Q(answer="")
    settled = answered | Q(introduction__state=Introduction.State.EXPIRED)
    asked = Invitation.objects.filter(settled, side=side, asked_at__gte=months_before(now, MONTHS_OF_ANSWERS))
    asked = asked.filter(**{f"{organisation}__in": among(ids)}).exclude(introduction__initiated_by=F("side"))
    numbers = asked.values(organisation).annotate(asked=Count("pk"), answered=Count("pk", filter=answered))
    return list(numbers.values_list(organisation, "asked", "answered"))
