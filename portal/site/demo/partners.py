"""The invented partners."""

from cities.place_names import slug
from partners.models import Offer, Partner, PartnerCategory, ServiceAreaPart
from portal.accounts.models import Organisation, User
from portal.site.demo import people, rows
from portal.site.demo_world.partners import PARTNERS, DemoPartner

DESCRIPTION = "Diese Organisation ist erfunden. Sie zeigt, wie ein Eintrag im Portal aussieht."
WEBSITE = "https://partner.example/"


def write(office: User) -> list[Partner]:
    """All of them, in the order of the values."""
    organisations = Organisation.objects.bulk_create(_organisation(values, office) for values in PARTNERS)
    categories = PartnerCategory.objects.in_bulk()
    entries = Partner.objects.bulk_create(
        _entry(values, organisation, categories[values.category])
        for values, organisation in zip(PARTNERS, organisations, strict=True)
    )
    told = list(zip(entries, PARTNERS, strict=True))
    rows.link("topics", [(entry, values.topics) for entry, values in told])
    rows.link("skills", [(entry, values.skills) for entry, values in told])
    rows.write_kinds(Offer, "partner", [(entry, dict.fromkeys(values.offers, "")) for entry, values in told])
    rows.write_areas(ServiceAreaPart, "partner", [(entry, values.area) for entry, values in told])
    for entry, values in told:
        for topic, area in values.topic_areas.items():
            rows.write_areas(ServiceAreaPart, "partner", [(entry, area)], topic_id=topic)
    people.make_contacts([(entry.organisation, values.person) for entry, values in told])
    return entries


def _organisation(values: DemoPartner, office: User) -> Organisation:
    return rows.organisation(
        Organisation.Kind.PARTNER, values.name, standing=values.standing, office=office, capacity=values.capacity
    )


def _entry(values: DemoPartner, organisation: Organisation, category: PartnerCategory) -> Partner:
    return Partner(
        organisation=organisation,
        slug=slug(values.name),
        category=category,
        sector=category.sector,
        seat_id=values.seat,
        description=DESCRIPTION,
        website=WEBSITE,
    )
