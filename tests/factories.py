"""Plain functions that make valid objects; a test names only what it is about."""

from allauth.mfa.totp.internal.auth import TOTP
from django.utils import timezone
from django.utils.text import slugify

from cities import place_index
from cities.models import City, Municipality, Project, ProjectNeed, Region, Topic
from cities.place_names import search_key
from partners.models import (
    Affiliation,
    Company,
    NetworkAreaPart,
    Partner,
    PartnerCategory,
    RegionalNetwork,
    ServiceAreaPart,
)
from portal.accounts.models import Consent, Membership, Organisation, Purpose, Role, User

TOTP_SECRET = "JBSWY3DPEHPK3PXP"
LAENDER = {"05": "Nordrhein-Westfalen", "11": "Berlin"}
PLACES = {
    "Münster": ("05515000", "Münster", 51.9624, 7.6256, 317_713),
    "Telgte": ("05570044", "Kreis Warendorf", 51.9819, 7.7856, 20_000),
    "Bocholt": ("05554008", "Kreis Borken", 51.8379, 6.6156, 71_930),
    "Köln": ("05315000", "Köln", 50.9413, 6.9583, 1_084_831),
    "Berlin": ("11000000", "Berlin", 52.5177, 13.4055, 3_755_251),
}


def make_municipality(name="Telgte"):
    ags, district, latitude, longitude, population = PLACES[name]
    land, _ = Region.objects.get_or_create(key=ags[:2], defaults={"kind": "land", "name": LAENDER[ags[:2]]})
    kreis, _ = Region.objects.get_or_create(key=ags[:5], defaults={"kind": "district", "name": district})
    municipality, is_new = Municipality.objects.get_or_create(
        ags=ags,
        defaults={
            "name": name,
            "land": land,
            "district": kreis,
            "population": population,
            "latitude": latitude,
            "longitude": longitude,
        },
    )
    if is_new:
        place_index.rebuild()
    return municipality


def make_user(email="alex@verein.example", **fields):
    defaults = {"first_name": "Alex", "last_name": "Beispiel", "phone": "+49 251 1234567"}
    user = User.objects.create_user(email, "ein langes Passwort", **defaults | fields)
    user.emailaddress_set.create(email=user.email, primary=True, verified=True)
    return user


def make_curator(email="kuratorin@office.example"):
    user = make_user(email, first_name="Kim", last_name="Kurator", is_staff=True, is_superuser=True)
    TOTP.activate(user, TOTP_SECRET)  # the office sees nothing without its second factor
    return user


def make_organisation(kind="partner", name="Kammer Beispiel", *, approved=True, confirmed=True, **fields):
    now = timezone.now()
    return Organisation.objects.create(
        kind=kind,
        name=name,
        approved_at=now if approved else None,
        confirmed_at=now if confirmed else None,
        **fields,
    )


def give_contact(organisation, email, *, consent=True, role=Role.MANAGER):
    """Give the organisation a contact person who may be written to."""
    user = User.objects.filter(email=email).first() or make_user(email)
    Membership.objects.create(user=user, organisation=organisation, role=role, is_contact=True)
    if consent:
        Consent.objects.get_or_create(
            user=user, purpose=Purpose.SUGGESTIONS, defaults={"text_version": "1", "confirmed_at": timezone.now()}
        )
    return user


def make_city(name="Telgte", *, topics=("climate",), contact=None, taking_part=True, organisation=None, **fields):
    municipality = make_municipality(name)
    city = City.objects.create(
        organisation=organisation or make_organisation("city", name),
        slug=slugify(name),
        code=f"ES{City.objects.count() + 1:03}",
        district=municipality.district,
        land=municipality.land,
        latitude=municipality.latitude,
        longitude=municipality.longitude,
        taking_part=taking_part,
        **fields,
    )
    city.municipalities.add(municipality)
    city.topics.set(Topic.objects.filter(code__in=topics))
    if contact:
        give_contact(city.organisation, contact)
    return city


def make_partner(name="Kammer Beispiel", *, seat="Münster", topics=("climate",), contact=None, radius_km=50, **fields):
    """A partner that works around its seat; `radius_km=None` leaves it without an area."""
    category = PartnerCategory.objects.get(code=fields.pop("category", "chamber_guild"))
    approved = fields.pop("approved", True)
    partner = Partner.objects.create(
        organisation=make_organisation("partner", name, approved=approved),
        slug=slugify(name),
        category=category,
        sector=fields.pop("sector", category.sector),
        seat=make_municipality(seat),
        **fields,
    )
    partner.topics.set(Topic.objects.filter(code__in=topics))
    if radius_km:
        ServiceAreaPart.objects.create(partner=partner, centre=partner.seat, radius_km=radius_km)
    if contact:
        give_contact(partner.organisation, contact)
    return partner


def make_project(
    city, title="Lastenräder für alle", *, state="published", topics=("climate",), needs=("rooms",), **fields
):
    """A project of the town, published unless another state is named."""
    now = timezone.now()
    times = {
        "draft": {},
        "review": {"submitted_at": now},
        "published": {"published_at": now, "confirmed_at": now},
        "ended": {"published_at": now, "confirmed_at": now, "ended_at": now, "end_reason": "done"},
        "withdrawn": {"withdrawn_at": now},
    }[state]
    place = fields.pop("place", None) or city.municipalities.first()
    values = {"description": "Wir bauen einen Verleih auf.", "slug": slugify(title), "place": place} | times | fields
    project = Project.objects.create(city=city, title=title, state=state, **values)
    project.topics.set(Topic.objects.filter(code__in=topics))
    ProjectNeed.objects.bulk_create(ProjectNeed(project=project, kind=kind) for kind in needs)
    return project


def make_company(name="Tischlerei Muster", *, seat="Telgte", approved=True, listed=True, contact=None, **fields):
    """A small company; `listed` shows it to the public."""
    values = {"size_class": "small", "staff": 20, "branch": "F"} | fields
    company = Company.objects.create(
        organisation=make_organisation("company", name, approved=approved),
        slug=slugify(name),
        name_key=search_key(name),
        seat=make_municipality(seat),
        listed_at=timezone.now() if listed else None,
        **values,
    )
    if contact:
        give_contact(company.organisation, contact)
    return company


def make_network(name="OM-Netzwerk Münsterland", *, coordinator=None, area=("05570",), approved=True, contact=None):
    """A regional network that covers these keys."""
    network = RegionalNetwork.objects.create(
        organisation=make_organisation("network", name, approved=approved),
        slug=slugify(name),
        coordinator=coordinator or make_partner("Kammer Koordination"),
    )
    NetworkAreaPart.objects.bulk_create(NetworkAreaPart(network=network, key=key) for key in area)
    if contact:
        give_contact(network.organisation, contact)
    return network


def make_affiliation(partner, entry, *, partner_agreed=True, organisation_agreed=True):
    """The partner belongs to a network or advises a company, as far as the sides have said so."""
    now = timezone.now()
    return Affiliation.objects.create(
        partner=partner,
        organisation=entry.organisation,
        partner_agreed_at=now if partner_agreed else None,
        organisation_agreed_at=now if organisation_agreed else None,
    )
