"""The people of the introduction tests: Petra for the partner, Stefan for the town, Zoe for a centre, Kim in the
office."""

import re

from matching import introductions, suggestions, trio_release, trio_suggestions
from matching.models import Side, Suggestion
from partners.models import Offer
from portal.mail.models import OutgoingMail
from tests.factories import make_city, make_curator, make_partner

PETRA = "petra@kammer.example"
STEFAN = "stefan@telgte.example"
ZOE = "zoe@zentrum.example"


def make_pair(*, partner=PETRA, city=STEFAN):
    """A partner and a town that fit and may be introduced, with their contact persons."""
    return make_partner(contact=partner), make_city("Telgte", contact=city)


def make_suggestion(**people):
    partner, _city = make_pair(**people)
    suggestions.refresh_partner(partner)
    return Suggestion.objects.get()


def make_introduction(**people):
    """Released by the office, both sides asked."""
    return introductions.release(make_suggestion(**people), by=make_curator())


def sides(introduction):
    """The invitations of partner and town."""
    return introduction.invitations.get(side=Side.PARTNER), introduction.invitations.get(side=Side.CITY)


def token_for(address, *, kind="invitation"):
    """The token in the mail of this kind to this address."""
    mail = OutgoingMail.objects.get(to=address, key__startswith=f"{kind}:")
    return re.search(r"/antwort/([\w-]+)/", mail.body).group(1)


def mails_to(address):
    return list(OutgoingMail.objects.filter(to=address).order_by("pk").values_list("key", flat=True))


def make_trio():
    """A centre, a chamber and a town that looks for knowledge on their topic; all three may be introduced."""
    partner, city = make_pair()
    centre = make_partner("Zentrum Beispiel", category="research", contact=ZOE)
    Offer.objects.create(partner=centre, kind="knowledge")
    city.needs.create(kind="knowledge")
    suggestions.refresh_city(city)
    return centre, partner, city


def release_trio():
    """The introductions of the centre and of the chamber, linked."""
    _centre, _partner, city = make_trio()
    [trio] = trio_suggestions.of_city(city)
    return trio_release.release(trio_release.key_of(trio), by=make_curator())
