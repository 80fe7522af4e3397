"""What companies propose to towns, as a member of either sees it on the dashboard: what waits for the person first."""

from dataclasses import dataclass

from django.db.models import Q

from matching.models import Proposal
from portal.accounts.models import Organisation, User

MOST_CLOSED = 10


@dataclass(frozen=True)
class OwnProposals:
    """Those to answer, with the least time left first; those that wait for the other side; the last ones closed."""

    to_answer: list[Proposal]
    waiting: list[Proposal]
    closed: list[Proposal]

    @property
    def all(self) -> list[Proposal]:
        return [*self.to_answer, *self.waiting, *self.closed]

    def __bool__(self) -> bool:
        return bool(self.all)


def of(person: User) -> OwnProposals:
    own = Organisation.objects.of(person)
    mine = Proposal.objects.filter(Q(company__organisation__in=own) | Q(city__organisation__in=own))
    rows = mine.select_related("company__organisation", "city__organisation")
    to_answer = set(Proposal.objects.waiting_for(person).values_list("pk", flat=True))
    still_open = list(rows.open().order_by("expires_at", "pk"))
    return OwnProposals(
        to_answer=[row for row in still_open if row.pk in to_answer],
        waiting=[row for row in still_open if row.pk not in to_answer],
        closed=list(rows.filter(closed_at__isnull=False).order_by("-closed_at", "-pk")[:MOST_CLOSED]),
    )
