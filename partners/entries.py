"""The entry of a partner: what its own people say about it, written in one piece."""

from dataclasses import dataclass, field

from django.db import transaction

from cities import kinds
from cities.models import Municipality, Sector, Skill, Topic
from cities.slugs import free_slug
from partners import areas
from partners.areas import AreaPart
from partners.models import Partner, PartnerCategory
from portal.accounts import organisations
from portal.accounts.models import Organisation, User


@dataclass(frozen=True)
class PartnerEntry:
    """Everything a partner says about itself; `offers` maps the kind to a note, `area` has no part twice.

    `topic_areas` maps a topic of the partner to the other area it works in on that topic.
    """

    name: str
    category: PartnerCategory
    sector: Sector
    seat: Municipality
    area: tuple[AreaPart, ...]
    topics: tuple[Topic, ...]
    skills: tuple[Skill, ...] = ()
    offers: dict[str, str] = field(default_factory=dict)
    description: str = ""
    website: str = ""
    capacity: int = 2
    topic_areas: dict[str, tuple[AreaPart, ...]] = field(default_factory=dict)


@transaction.atomic
def register(entry: PartnerEntry, *, by: User) -> Partner:
    """A new partner that waits for the office. The same person sending the same name again gets the first one."""
    User.objects.select_for_update().get(pk=by.pk)
    earlier = Partner.objects.filter(
        organisation__in=Organisation.objects.waiting().of(by), organisation__name=entry.name
    ).first()
    if earlier:
        return earlier
    organisation = organisations.found(Organisation.Kind.PARTNER, entry.name, by=by, capacity=entry.capacity)
    partner = Partner(organisation=organisation, slug=free_slug(Partner, entry.name))
    _write(partner, entry)
    return partner


@transaction.atomic
def update(partner: Partner, entry: PartnerEntry, *, by: User) -> Partner:
    """Replace the entry and confirm it; a question of the office counts as answered."""
    organisation = organisations.confirm(partner.organisation, by=by)
    organisation.name, organisation.capacity = entry.name, entry.capacity
    organisation.save(update_fields=["name", "capacity"])
    partner.organisation = organisation
    _write(partner, entry)
    return partner


def _write(partner: Partner, entry: PartnerEntry) -> None:
    partner.category, partner.sector, partner.seat = entry.category, entry.sector, entry.seat
    partner.description, partner.website = entry.description, entry.website
    partner.save()
    partner.topics.set(entry.topics)
    partner.skills.set(entry.skills)
    areas.write(partner, entry.area)
    areas.write_topics(partner, entry.topic_areas)
    kinds.write(partner.offers, entry.offers)
