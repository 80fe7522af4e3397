"""A small invented world on the real towns, so that every page shows something; the same on each run.

Towns keep their real names; what they say about themselves, all partners, companies, networks, projects and people are
invented and marked. The values stand in portal.site.demo_world.
"""

import time

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.conf import settings
from django.db import transaction

from cities.imports import load_network_towns
from matching import suggestions
from portal.accounts.models import Organisation, User
from portal.site.demo import (
    companies,
    introductions,
    networks,
    partners,
    people,
    projects,
    proposals,
    removal,
    rows,
    towns,
)
from portal.site.demo_world import OFFICE_EMAIL, OFFICE_SECRET
from portal.site.demo_world.companies import COMPANIES
from portal.site.demo_world.networks import NETWORKS
from portal.site.demo_world.partners import PARTNERS

TOTP_PERIOD = 30  # seconds


class DemoRefused(Exception):
    """Demo accounts have public passwords, so they are only made where the operator said DEMO=1."""


@transaction.atomic
def load() -> bool:
    """Make the demo world; false when it is there already. Raises DemoRefused outside of a demo machine."""
    _refuse_in_production()
    if User.objects.filter(email=OFFICE_EMAIL).exists():
        return False
    load_network_towns()
    office = people.make_office()
    all_partners = partners.write(office)
    networks.write(all_partners, office)
    cities = towns.describe()
    all_projects = projects.write(cities)
    located = companies.write(cities, all_partners, office)
    proposals.write(located, all_projects, cities)
    suggestions.refresh_all()
    rows.count_anew()
    introductions.play(all_partners[0], cities[0], office)
    rows.count_anew()
    return True


@transaction.atomic
def remove() -> None:
    """Take everything invented away; the towns stay, with their facts only."""
    _refuse_in_production()
    removal.remove()
    rows.count_anew()
    suggestions.refresh_all()


def logins() -> list[tuple[str, str]]:
    """Who can sign in, as (role, address); all with demo_world.PASSWORD."""
    town = Organisation.objects.filter(is_demo=True, kind=Organisation.Kind.CITY).order_by("city__code").first()
    coordinator = town.contact if town else None
    return [
        ("Geschäftsstelle", OFFICE_EMAIL),
        ("OM-Partner", PARTNERS[0].person.email),
        *([("Koordination einer Stadt", coordinator.email)] if coordinator else []),
        ("Unternehmen", COMPANIES[0].person.email),
        ("Koordination eines Netzwerks", PARTNERS[NETWORKS[0].coordinator].person.email),
    ]


def office_code() -> str:
    """The office's current second factor, as its app would show it."""
    return str(format_hotp_value(hotp_value(OFFICE_SECRET, int(time.time()) // TOTP_PERIOD)))


def _refuse_in_production() -> None:
    if not settings.DEMO:
        raise DemoRefused("Demodaten gibt es nur, wo DEMO=1 gesetzt ist: ihre Passwörter sind öffentlich.")
