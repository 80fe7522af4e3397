"""A few towns and partners to be found."""

import pytest

from cities.models import Need
from partners.models import Offer, Partner
from tests.browser import browser, browser_type_launch_args, page, watch
from tests.factories import make_affiliation, make_city, make_network, make_partner

__all__ = ["browser", "browser_type_launch_args", "page", "watch"]


@pytest.fixture
def world(db):
    """Telgte (12 km from Münster), Bocholt, Köln; a chamber in Münster (50 km), an association in Köln (30 km)."""
    telgte = make_city("Telgte", topics=("climate",), contact="tina@telgte.example", host="Bürgerverein")
    Need.objects.create(city=telgte, kind="rooms", note="für Treffen")
    make_city("Bocholt", topics=("youth",))
    make_city("Köln", topics=())
    chamber = make_partner("Kammer Beispiel", contact="karl@kammer.example")
    Offer.objects.create(partner=chamber, kind="rooms")
    make_partner("Verband Muster", seat="Köln", topics=("youth",), radius_km=30, category="network")


@pytest.fixture
def network(world):
    """Kreis Warendorf with Telgte; the chamber of Petra coordinates it, Nora keeps its entry."""
    chamber = Partner.objects.get(slug="kammer-beispiel")
    found = make_network(coordinator=chamber, contact="nora@netz.example")
    make_affiliation(chamber, found)
    return found


@pytest.fixture
def guild(world):
    """A public partner that belongs to no network; Vera looks after it."""
    return make_partner("Innung Muster", contact="vera@verband.example")
