"""The entry of a partner: what its own people say about it, written in one piece."""

from dataclasses import dataclass, field

from django.db import connection, transaction

from cities.models import Municipality, Sector, Topic
from cities.place_names import slug
from partners.areas import AreaPart
from partners.models import Offer, Partner, PartnerCategory, ServiceAreaPart
from portal.accounts import organisations
from portal.accounts.models import Organisation, User

SLUG_LENGTH = 100


@dataclass(frozen=True)
class PartnerEntry:
    """Everything a partner says about itself; `offers` maps the kind to a note, `area` has no part twice."""

    name: str
    category: PartnerCategory
    sector: Sector
    seat: Municipality
    area: tuple[AreaPart, ...]
    topics: tuple[Topic, ...]
    offers: dict[str, str] = field(default_factory=dict)
    description: str = ""
    website: str = ""
    capacity: int = 2


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
    partner = Partner(organisation=organisation, slug=_free_slug(entry.name))
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
    _write_area(partner, entry.area)
    _write_offers(partner, entry.offers)


def _write_area(partner: Partner, area: tuple[AreaPart, ...]) -> None:
    """Parts that stay keep their row, so that the history shows what changed."""
    rows = {AreaPart.of(row): row for row in partner.area_parts.select_related("centre")}
    partner.area_parts.filter(pk__in=[row.pk for part, row in rows.items() if part not in area]).delete()
    ServiceAreaPart.objects.bulk_create(
        ServiceAreaPart(
            partner=partner, key=part.key, centre=part.centre, radius_km=part.radius_km, nationwide=part.nationwide
        )
        for part in area
        if part not in rows
    )


def _write_offers(partner: Partner, offers: dict[str, str]) -> None:
    partner.offers.exclude(kind__in=offers).delete()
    for kind, note in offers.items():
        Offer.objects.update_or_create(partner=partner, kind=kind, defaults={"note": note})


def _free_slug(name: str) -> str:
    """A slug nobody has; whoever asks at the same time waits until this transaction ends."""
    base = slug(name)[:SLUG_LENGTH].strip("-") or "partner"
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", ["partner slug"])
    taken = set(Partner.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    numbered = (f"{base}-{number}" for number in range(2, len(taken) + 3))
    return base if base not in taken else next(free for free in numbered if free not in taken)
