"""The entry of a town: what its own coordinators say about it; imports never touch it."""

from dataclasses import dataclass, field

from django.db import transaction

from cities import kinds
from cities.models import City, Topic
from portal.accounts import organisations
from portal.accounts.models import User


@dataclass(frozen=True)
class CityEntry:
    """Everything the coordinators say; `needs` maps the kind to a note, `reach_km` is None for „no limit“."""

    topics: tuple[Topic, ...] = ()
    needs: dict[str, str] = field(default_factory=dict)
    sectors_present: tuple[str, ...] = ()
    sectors_missing: tuple[str, ...] = ()
    reach_km: int | None = None
    description: str = ""
    website: str = ""
    capacity: int = 2


@transaction.atomic
def update(city: City, entry: CityEntry, *, by: User) -> City:
    """Replace the entry and confirm it; a question of the office counts as answered."""
    organisation = organisations.confirm(city.organisation, by=by)
    organisation.capacity = entry.capacity
    organisation.save(update_fields=["capacity"])
    city.organisation = organisation
    city.description, city.website, city.reach_km = entry.description, entry.website, entry.reach_km
    city.sectors_present, city.sectors_missing = list(entry.sectors_present), list(entry.sectors_missing)
    city.save(update_fields=["description", "website", "reach_km", "sectors_present", "sectors_missing"])
    city.topics.set(entry.topics)
    kinds.write(city.needs, entry.needs)
    return city
