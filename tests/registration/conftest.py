"""A partner as it is typed, and what a person gets by mail."""

import re

import pytest

from cities import place_index
from cities.models import Municipality
from portal.mail.models import OutgoingMail
from tests.factories import make_city, make_municipality

PASSWORD = "ein langes Passwort"
EMAIL = "robin@kammer.example"


@pytest.fixture(autouse=True)
def quick_passwords(settings):
    """Argon2 takes a third of a second each time, by design."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def towns(db):
    """Münster and Berlin are only places; Telgte lies 12 km from Münster, Köln 123 km, Bocholt 70 km."""
    make_municipality("Münster")
    make_municipality("Berlin")
    return {name: make_city(name) for name in ("Telgte", "Bocholt", "Köln")}


@pytest.fixture
def two_neustadts(towns):
    """Two municipalities of the same name, in different Kreise."""
    telgte, koeln = make_municipality("Telgte"), make_municipality("Köln")
    for ags, twin, latitude in (("05570099", telgte, 51.98), ("05315099", koeln, 50.94)):
        Municipality.objects.create(
            ags=ags,
            name="Neustadt",
            land=twin.land,
            district=twin.district,
            population=1000,
            latitude=latitude,
            longitude=7.0,
        )
    place_index.rebuild()


@pytest.fixture
def partner_form():
    def form(**changes):
        typed = {
            "form_id": "a" * 32,
            "name": "Kammer Münsterland",
            "category": "chamber_guild",
            "sector": "",
            "description": "Wir beraten Betriebe.",
            "website": "kammer.example",
            "seat": "Münster",
            "radius_km": "50",
            "area": "",
            "topics": ["climate", "digital"],
            "capacity": "2",
            "offer_knowledge": "on",
            "offer_knowledge_note": "Sprechstunden",
            "salutation": "ms",
            "first_name": "Robin",
            "last_name": "Beispiel",
            "phone": "+49 251 1234",
            "email": EMAIL,
            "password1": PASSWORD,
            "consent_suggestions": "on",
            "consent_suggestions_version": "1",
            "consent_newsletter_version": "1",
        }
        return {name: value for name, value in (typed | changes).items() if value is not None}

    return form


def mails_to(address):
    return list(OutgoingMail.objects.filter(to=address).order_by("pk"))


def code_for(address):
    """The code in the latest mail to the address."""
    return re.search(r"^\s*([A-Z0-9]{4}-[A-Z0-9]{4}|[0-9]{6})\s*$", mails_to(address)[-1].body, re.MULTILINE)[1]
