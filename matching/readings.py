"""What is read of either side: its organisation, whether somebody may be written to, and what hangs on it as lists."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef

from matching.facts import TrackRecord
from matching.gates import Standing
from matching.id_lists import among
from matching.track_records import Counts
from portal.accounts.models import Consent, Membership, Purpose


@dataclass(frozen=True, slots=True)
class Owner:
    """The organisation of an entry, as COLUMNS read it."""

    id: int
    name: str
    approved_at: datetime | None
    confirmed_at: datetime | None
    declined_at: datetime | None
    withdrawn_at: datetime | None
    capacity: int
    paused_until: date | None

    @property
    def is_listed(self) -> bool:
        return self.declined_at is None and self.withdrawn_at is None

    def record(self, counts: Counts) -> TrackRecord:
        return TrackRecord(counts.recent, self.capacity, counts.asked, counts.answered)

    def standing(self, counts: Counts, contacts: Mapping[int, bool], *, takes_part: bool) -> Standing:
        """`contacts` as the function of this name returns them."""
        return Standing(
            takes_part=takes_part and self.is_listed,
            approved=self.approved_at is not None,
            confirmed_at=self.confirmed_at,
            has_contact=self.id in contacts,
            consent=contacts.get(self.id, False),
            capacity=self.capacity,
            introductions=counts.this_month,
            paused_until=self.paused_until,
        )


COLUMNS = tuple(f"organisation__{field.name}" for field in fields(Owner))


def contacts(organisation_ids: Collection[int]) -> dict[int, bool]:
    """For organisations with a contact person: whether that person agreed to suggestions by mail. One query."""
    consents = Consent.objects.valid().filter(user=OuterRef("user"), purpose=Purpose.SUGGESTIONS)
    people = Membership.objects.filter(organisation__in=among(organisation_ids), is_contact=True, user__is_active=True)
    return dict(people.annotate(consent=Exists(consents)).values_list("organisation", "consent"))


def codes(model: Any, owner: str, column: str) -> ArraySubquery:
    """A column of the rows that hang on an entry, as one list; `owner` names the entry in them."""
    return ArraySubquery(model.objects.filter(**{owner: OuterRef("pk")}).values(column))
