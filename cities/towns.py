"""The entry of a town: what its own coordinators say about it; imports never touch it."""

from dataclasses import dataclass, field

from django.db import transaction

from cities import further_links, kinds, sectors
from cities.further_links import Link
from cities.models import City, Skill, Topic
from portal.accounts import organisations
from portal.accounts.models import User


@dataclass(frozen=True)
class CityEntry:
    """Everything the coordinators say: `network` maps a sector that is there to the names of who it is, `needs` and
    `offers` a kind to a note; `reach_km` is None for „no limit“.
    """

    topics: tuple[Topic, ...] = ()
    needs: dict[str, str] = field(default_factory=dict)
    offers: dict[str, str] = field(default_factory=dict)
    network: dict[str, str] = field(default_factory=dict)
    sectors_missing: tuple[str, ...] = ()
    skills_missing: tuple[Skill, ...] = ()
    reach_km: int | None = None
    description: str = ""
    host: str = ""
    host_kind: str = ""
    website: str = ""
    links: tuple[Link, ...] = ()
    capacity: int = 2


@transaction.atomic
def update(city: City, entry: CityEntry, *, by: User) -> City:
    """Replace the entry and confirm it; a question of the office counts as answered."""
    organisation = organisations.confirm(city.organisation, by=by)
    organisation.capacity = entry.capacity
    organisation.save(update_fields=["capacity"])
    city.organisation = organisation
    _write(city, entry)
    return city


def _write(city: City, entry: CityEntry) -> None:
    for name in _OWN_COLUMNS:
        setattr(city, name, getattr(entry, name))
    city.sectors_missing = list(entry.sectors_missing)
    sectors.write(city, entry.network)
    city.save(update_fields=[*_OWN_COLUMNS, "sectors_present", "sectors_missing"])
    city.topics.set(entry.topics)
    city.skills_missing.set(entry.skills_missing)
    kinds.write(city.needs, entry.needs)
    kinds.write(city.offers, entry.offers)
    further_links.write(city, entry.links)


_OWN_COLUMNS = ("description", "host", "host_kind", "website", "reach_km")
