"""The demo world: the same on each run, recognisable as invented, removable, and never where it could do harm."""

from collections import Counter

import pytest
from django.core.management import CommandError, call_command

from cities.models import City
from matching.models import Introduction, Suggestion
from partners.models import Partner
from portal.accounts.models import Organisation, User
from portal.mail.models import OutgoingMail
from portal.site import demo
from portal.site.demo_world import OFFICE_EMAIL, PARTNERS, PASSWORD

pytestmark = pytest.mark.django_db


def test_the_demo_world_comes_and_goes(settings):
    settings.DEMO = True
    call_command("load_reference", verbosity=0)
    assert demo.load()
    assert Counter(Introduction.objects.values_list("state", flat=True)) == {"asked": 2, "connected": 1, "declined": 1}
    assert Partner.objects.public().count() == len(PARTNERS)
    assert not User.objects.exclude(email__endswith=".example").exists()
    assert Suggestion.objects.open().exists()
    for _role, email in demo.logins():
        assert User.objects.get(email=email).check_password(PASSWORD)

    before = Suggestion.objects.count(), OutgoingMail.objects.count(), User.objects.count()
    assert not demo.load()
    assert (Suggestion.objects.count(), OutgoingMail.objects.count(), User.objects.count()) == before

    demo.remove()
    assert City.objects.count() == 108
    assert not City.objects.exclude(description="").exists()
    for model in (Partner, User, Suggestion, Introduction, OutgoingMail):
        assert not model.objects.exists()
    assert not Organisation.objects.filter(is_demo=True).exists()


def test_there_is_no_demo_where_the_operator_did_not_ask_for_one(settings):
    settings.DEMO = False
    with pytest.raises(CommandError, match="DEMO=1"):
        call_command("demo")
    assert not User.objects.filter(email=OFFICE_EMAIL).exists()
