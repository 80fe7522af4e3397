"""The office's start page says what waits, the most urgent first, and leads there."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from matching import suggestions
from portal.accounts import office
from portal.accounts.models import AccessRequest, OfficeTask
from portal.mail.models import OutgoingMail
from portal.mail.outbox import queue_mail
from portal.site import desk
from tests.factories import make_city, make_curator, make_organisation, make_partner, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def curator():
    return make_curator()


@pytest.fixture
def everything():
    """One of each; of every kind there is also one that does not wait."""
    telgte = make_city("Telgte", contact="tina@telgte.example")
    make_partner("Kammer Beispiel", contact="karl@kammer.example")
    make_partner("Kasse ohne Ansprechperson")
    suggestions.refresh_all()
    make_organisation(name="Neuer Verband", approved=False)
    make_organisation(name="Verband mit Rückfrage", approved=False, question="Wo ist Ihr Sitz?")
    AccessRequest.objects.create(user=make_user("neu@telgte.example"), organisation=telgte.organisation)
    late = office.open_task("spät", OfficeTask.Kind.CONTACT, organisation=None, text="Anrufen")
    OfficeTask.objects.filter(pk=late.pk).update(due_on=timezone.localdate() - timedelta(days=1))
    office.open_task("bald", OfficeTask.Kind.CONTACT, organisation=None, text="Brief schreiben")
    for kind, status in (("notice", "failed"), ("account", "failed"), ("notice", "expired")):
        mail = queue_mail(f"{kind}:{status}", "wer@ort.example", subject="Betreff", body="Text", kind=kind)
        OutgoingMail.objects.filter(pk=mail.pk).update(status=status)


def test_the_desk_says_what_waits_the_most_urgent_first(everything, curator):
    assert [row.text for row in desk.waiting_for(curator)] == [
        "1 Mail ist nicht zustellbar",
        "2 Aufgaben sind offen, davon 1 überfällig",
        "1 Person fragt nach Zugang",
        "1 Organisation wartet auf die Freigabe",
        "1 Vorschlag kann vermittelt werden",
    ]


def test_each_line_leads_to_the_rows_it_counts(everything, curator, client):
    client.force_login(curator)
    page = client.get("/admin/").content.decode()
    for row in desk.waiting_for(curator):
        assert f'<a href="{row.url}">{row.text}</a>' in page
        shown = client.get(row.url).context["cl"]
        assert shown.result_count == int(re.match(r"\d+", row.text)[0]), row.text


def test_a_desk_without_work_says_so(curator, client):
    client.force_login(curator)
    assert "Gerade wartet nichts." in client.get("/admin/").content.decode()


def test_the_desk_names_only_what_a_person_may_see(everything):
    helper = make_user("hilfe@office.example", is_staff=True)
    helper.user_permissions.add(Permission.objects.get(codename="view_officetask"))
    assert [row.text for row in desk.waiting_for(helper)] == ["2 Aufgaben sind offen, davon 1 überfällig"]


def test_the_desk_makes_the_same_number_of_queries_however_much_waits(everything, curator):
    desk.waiting_for(curator)
    before = _queries(curator)
    for number in range(5):
        make_partner(f"Verband {number}", contact=f"{number}@verband.example")
    suggestions.refresh_all()
    assert desk.waiting_for(curator)[-1].text == "6 Vorschläge können vermittelt werden"
    assert _queries(curator) == before


def _queries(person):
    with CaptureQueriesContext(connection) as queries:
        desk.waiting_for(person)
    return len(queries)
