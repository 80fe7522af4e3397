"""The invented companies, who advises them, and the links by which partners invite them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from django.utils import timezone

from cities.models import City, Municipality
from cities.place_names import search_key, slug
from partners.models import Affiliation, Company, CompanyInvitation, CompanyOffer, Partner
from portal.accounts.models import Organisation, User
from portal.site.demo import people, rows, towns
from portal.site.demo.networks import affiliation
from portal.site.demo_world.companies import (
    ADVICE,
    ADVISED_BY_LOGIN,
    ADVISED_EVERY,
    COMPANIES,
    INVITATIONS,
    NEAR,
    DemoCompany,
    DemoInvitation,
)
from portal.site.demo_world.partners import SEATS

DESCRIPTION = "Dieses Unternehmen ist erfunden. Es zeigt, wie ein Eintrag im Portal aussieht."
WEBSITE = "https://betrieb.example/"


@dataclass(frozen=True)
class Located:
    """A company and the town it is seated in or near; none for one that is elsewhere."""

    company: Company
    city: City | None


def write(cities: Sequence[City], partners: Sequence[Partner], office: User) -> list[Located]:
    """All of them, in the order of the values, with advisers and invitations."""
    organisations = Organisation.objects.bulk_create(
        rows.organisation(Organisation.Kind.COMPANY, values.name, standing=values.standing, office=office)
        for values in COMPANIES
    )
    seats = _seats(cities)
    companies = Company.objects.bulk_create(
        _entry(values, organisation, seat)
        for values, organisation, seat in zip(COMPANIES, organisations, seats, strict=True)
    )
    _relate(companies)
    _advise(companies, partners)
    now = timezone.now()
    CompanyInvitation.objects.bulk_create(
        _invitation(number, values, partners[values.partner], companies=companies, now=now)
        for number, values in enumerate(INVITATIONS)
    )
    return [
        Located(company, cities[number % len(cities)] if number < NEAR else None)
        for number, company in enumerate(companies)
    ]


def _entry(values: DemoCompany, organisation: Organisation, seat: str) -> Company:
    return Company(
        organisation=organisation,
        slug=slug(values.name),
        name_key=search_key(values.name),
        seat_id=seat,
        size_class=values.size_class,
        staff=values.staff,
        turnover=values.turnover,
        balance=values.balance,
        branch=values.trade.branch,
        description=DESCRIPTION,
        website=WEBSITE,
        listed_at=None if values.standing == "hidden" else timezone.now(),
    )


def _relate(companies: Sequence[Company]) -> None:
    told = list(zip(companies, COMPANIES, strict=True))
    rows.link("topics", [(company, values.trade.topics) for company, values in told])
    rows.link("skills", [(company, values.trade.skills) for company, values in told])
    offers = [(company, dict.fromkeys(values.trade.offers, "")) for company, values in told]
    rows.write_kinds(CompanyOffer, "company", offers)
    people.make_contacts([(company.organisation, values.person) for company, values in told])


def _advise(companies: Sequence[Company], partners: Sequence[Partner]) -> None:
    """The first by the partner of the login, the others by a partner of their Land."""
    public = [partner for partner in partners if partner.organisation.approved_at]
    advised: list[Affiliation] = []
    for turn, company in enumerate(companies[::ADVISED_EVERY]):
        near = [partner for partner in public if partner.seat_id[:2] == company.seat_id[:2]]
        adviser = partners[0] if turn < ADVISED_BY_LOGIN else near[turn % len(near)]
        advised.append(affiliation(adviser, company.organisation, ADVICE[turn % len(ADVICE)]))
    Affiliation.objects.bulk_create(advised)


def _invitation(
    number: int, values: DemoInvitation, partner: Partner, *, companies: Sequence[Company], now: datetime
) -> CompanyInvitation:
    """The hash is that of no link anybody could know."""
    begun = now - timedelta(days=70 if values.state == "expired" else 12)
    dates: dict[str, Any] = {
        "used_at": now - timedelta(days=7) if values.state == "used" else None,
        "withdrawn_at": now - timedelta(days=3) if values.state == "withdrawn" else None,
    }
    return CompanyInvitation(
        partner=partner,
        token_hash=sha256(f"Demo-Einladung {number}".encode()).hexdigest(),
        for_whom=values.for_whom,
        created_at=begun,
        created_by=partner.organisation.contact,
        expires_at=begun + timedelta(days=60),
        company=None if values.company is None else companies[values.company],
        **dates,
    )


def _seats(cities: Sequence[City]) -> list[str]:
    """Keys: for those near a town its municipality and the largest others of its Kreis in turn, else the capitals."""
    near = [_around(city) for city in cities]
    seats = []
    for number in range(len(COMPANIES)):
        turn, town = divmod(number, len(cities))
        seats.append(near[town][turn % len(near[town])] if number < NEAR else SEATS[number % len(SEATS)][0])
    return seats


def _around(city: City) -> list[str]:
    own = towns.seat_of(city).pk
    others = Municipality.objects.current().filter(district=city.district_id).exclude(pk=own)
    return [own, *others.order_by("-population", "pk").values_list("pk", flat=True)[:2]]
