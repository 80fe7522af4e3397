"""Invented people and cases for previews: never stored, and marked as invented in their names."""

from datetime import datetime, timedelta

from django.utils import timezone

from cities.models import City, Project
from matching.models import Introduction, Proposal, Side
from partners.models import Affiliation, Company, Partner, RegionalNetwork
from portal.accounts.models import Organisation, User

Kind = Organisation.Kind
NUMBER = 0  # stands in addresses of pages that do not exist


def now() -> datetime:
    return timezone.now()


def alex() -> User:
    """Of the partner; the recipient where nobody else is."""
    return User(pk=NUMBER, first_name="Alex", last_name="Erfunden", email="alex@kammer.example", phone="0251 000000")


def kim() -> User:
    """Of the town."""
    return User(pk=NUMBER + 1, first_name="Kim", last_name="Erfunden", email="kim@stadt.example", phone="02504 000000")


def organisation(kind: str, name: str, **fields: str) -> Organisation:
    return Organisation(kind=kind, name=f"{name} (erfunden)", **fields)


def partner() -> Partner:
    return Partner(organisation=organisation(Kind.PARTNER, "Kammer Beispiel"), slug="kammer-beispiel")


def city() -> City:
    return City(organisation=organisation(Kind.CITY, "Musterstadt"), slug="musterstadt")


def company(*, listed: bool = True) -> Company:
    listed_at = now() if listed else None
    return Company(
        organisation=organisation(Kind.COMPANY, "Tischlerei Muster"), slug="tischlerei-muster", listed_at=listed_at
    )


def network() -> RegionalNetwork:
    return RegionalNetwork(organisation=organisation(Kind.NETWORK, "Netzwerk Musterland"), slug="netzwerk-musterland")


def project(**fields: object) -> Project:
    defaults = {"title": "Lastenräder für alle (erfunden)", "slug": "lastenraeder", "confirmed_at": now()}
    return Project(**{"city": city(), "state": Project.State.PUBLISHED} | defaults | fields)


def introduction(**fields: object) -> Introduction:
    """Asked, with two reasons."""
    of_partner, of_city = partner(), city()
    names = {"partner": of_partner.name, "city": of_city.name}
    source = {"entry": "partner", "slug": "kammer-beispiel"}
    place = {"kind": "distance_from_seat", "origin": "Münster", "km": 11.2, "sources": [source | {"field": "seat"}]}
    topics = {
        "kind": "topics",
        "topics": [{"code": "climate", "name": "Klimaschutz"}],
        "sources": [source | {"field": "topics"}],
    }
    facts = {"reasons": [place | names, topics | names], "expires_at": now() + timedelta(days=21)}
    return Introduction(pk=NUMBER, **{"partner": of_partner, "city": of_city} | facts | fields)


def asked_by_partner(**fields: object) -> Introduction:
    message = "Wir beraten Betriebe und suchen Räume für eine Sprechstunde."
    return introduction(initiated_by=Side.PARTNER, message=message, **fields)


def proposal(kind: str, **fields: object) -> Proposal:
    """Sent by the company to the town."""
    return Proposal(
        pk=NUMBER,
        kind=kind,
        company=company(),
        city=city(),
        title="Lastenräder für alle (erfunden)",
        kinds=["rooms", "time"],
        message="Unsere Werkstatt steht samstags leer.",
        expires_at=now() + timedelta(days=21),
        **fields,
    )


def membership(*, agreed: bool) -> Affiliation:
    """The partner wants to belong to the network."""
    return Affiliation(
        partner=partner(),
        organisation=network().organisation,
        partner_agreed_at=now(),
        organisation_agreed_at=now() if agreed else None,
    )


def advice() -> Affiliation:
    """A company names the partner as its adviser."""
    return Affiliation(partner=partner(), organisation=company().organisation, organisation_agreed_at=now())
