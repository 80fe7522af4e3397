"""The invented people as rows of the database, for a transaction that is rolled back."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import timezone

from cities.models import City, SchoolHoliday
from matching.models import Introduction, MatchingRound
from matching.open_days import Break
from partners.models import Partner
from portal.accounts.models import Organisation, User
from portal.mail.models import OutgoingMail
from portal.site import bench_rows
from portal.site.simulation import invention, people
from portal.site.simulation.people import Temperament


@dataclass(frozen=True, slots=True)
class Member:
    """An organisation with its contact person; `name` is the same in every run, unlike the keys of rows."""

    name: str
    organisation: Organisation
    user: User
    land: str
    temperament: Temperament


@dataclass(frozen=True)
class World:
    """`mails_before`: the key of the last mail that was there before."""

    seed: int
    office: User
    members: Mapping[str, Member]  # by address
    holidays: Mapping[str, list[Break]]  # by Land
    mails_before: int

    def of(self, organisation_id: int) -> Member | None:
        return next((each for each in self.members.values() if each.organisation.pk == organisation_id), None)

    def is_break(self, land: str, day: date) -> bool:
        return any(each.first <= day <= each.last for each in self.holidays.get(land, ()))

    def after_holidays(self, land: str, day: date) -> date:
        while self.is_break(land, day):
            day += timedelta(days=1)
        return day


def create(seed: int, partners: int, towns: int) -> World:
    """Whoever is in the database already is put aside, so that the invented ones are among themselves."""
    mails_before = OutgoingMail.objects.order_by("pk").values_list("pk", flat=True).last() or 0
    _put_aside()
    stored = bench_rows.store_invented(*invention.invent(seed, partners, towns))
    _name_evenly(stored[0])
    members = [_member(seed, f"p{number}", row, row.seat.land_id) for number, row in enumerate(stored[0])]
    members += [_member(seed, f"t{number}", row, row.land_id) for number, row in enumerate(stored[1])]
    holidays = invention.school_holidays({member.land for member in members})
    SchoolHoliday.objects.all().delete()
    SchoolHoliday.objects.bulk_create(
        SchoolHoliday(land_id=land, name="Ferien", first_day=each.first, last_day=each.last)
        for land, breaks in holidays.items()
        for each in breaks
    )
    office = User.objects.create(email="simulation@office.example", is_staff=True)
    return World(seed, office, {member.user.email: member for member in members}, holidays, mails_before)


def _put_aside() -> None:
    now = timezone.now()
    Organisation.objects.filter(withdrawn_at=None).update(withdrawn_at=now)
    City.objects.update(taking_part=False)
    ended = {"state": Introduction.State.WITHDRAWN, "closed_at": now, "next_step": "", "next_step_at": None}
    Introduction.objects.open().update(**ended)
    states = (*MatchingRound.UNFINISHED, MatchingRound.State.PREPARED)
    MatchingRound.objects.filter(state__in=states).update(state=MatchingRound.State.DISCARDED, closed_at=now)


def _name_evenly(rows: list[Partner]) -> None:
    """Where points are equal the name decides, and it shall not depend on the keys of rows."""
    for number, row in enumerate(rows):
        row.slug = f"simulation-{number:05}"
    Partner.objects.bulk_update(rows, ["slug"])


def _member(seed: int, name: str, row: Partner | City, land: str) -> Member:
    organisation = row.organisation
    contact = organisation.contact
    if contact is None:
        raise ValueError(f"{organisation} has no contact person")
    return Member(name, organisation, contact, land, people.temperament_of(seed, name))
