"""Where the office, a partner and a town see that three were thought of."""

import pytest
from allauth.mfa.totp.internal.auth import TOTP
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext

from matching import introductions, suggestions
from matching.models import Introduction, Invitation, Side, Suggestion
from partners.models import Offer
from portal.accounts.models import Organisation
from portal.site import desk
from tests.factories import TOTP_SECRET, make_curator, make_partner, make_user
from tests.matching.casts import PETRA, STEFAN, ZOE, make_trio, release_trio

pytestmark = pytest.mark.django_db
TRIOS = "/admin/matching/suggestion/zu-dritt/"
BUTTON = "Zu dritt vermitteln"


@pytest.fixture
def office(client):
    client.force_login(make_curator("buero@office.example"))
    return client


def text(response):
    return response.content.decode()


def key(response):
    [row] = response.context["trios"]
    return row["key"]


# --- The office -----------------------------------------------------------------------------------------------
def test_the_page_shows_why_with_a_way_to_correct_it_and_one_button(office):
    make_trio()
    page = text(office.get(TRIOS))
    assert "Telgte sucht Wissen zu „Klima und Nachhaltigkeit“." in page
    assert '<a href="/mein/partner/zentrum-beispiel/#id_offer_knowledge">Stimmt nicht</a>' in page
    assert page.count(BUTTON) == 1


def test_every_stimmt_nicht_leads_to_a_field_that_is_there(client):
    centre, chamber, city = make_trio()
    client.force_login(make_curator())
    links = [reason.correct_url for row in client.get(TRIOS).context["trios"] for reason in row["reasons"]]
    people = [city.organisation.contact, centre.organisation.contact, chamber.organisation.contact]
    for person, link in zip(people, links, strict=True):
        client.force_login(person)
        address, _hash, field = link.partition("#")
        assert f'id="{field}' in text(client.get(address))


def test_the_button_releases_both(office):
    make_trio()
    page = text(office.post(TRIOS, key(office.get(TRIOS)), follow=True))
    assert "Zentrum Beispiel – Telgte: erledigt." in page
    assert "Kammer Beispiel – Telgte: erledigt." in page
    assert "Gerade gibt es keinen Vorschlag zu dritt." in page
    assert Introduction.objects.filter(linked_to__isnull=False).count() == 2


def test_looking_changes_nothing(office):
    make_trio()
    office.get(TRIOS)
    assert not Introduction.objects.exists()


def test_where_something_is_missing_the_office_reads_what_and_has_no_button(office):
    centre, _chamber, _city = make_trio()
    before = key(office.get(TRIOS))
    Organisation.objects.filter(partner=centre).update(confirmed_at=None)
    page = text(office.get(TRIOS))
    assert "Zentrum Beispiel hat die eigenen Angaben noch nicht bestätigt." in page
    assert BUTTON not in page
    assert "noch nicht bestätigt" in text(office.post(TRIOS, before, follow=True))
    assert not Introduction.objects.exists()


@pytest.mark.parametrize("values", [{}, {"centre": "x"}, {"centre": -1, "relay": 1}, {"centre": 1, "relay": 2**80}])
def test_nonsense_is_refused(office, values):
    assert office.post(TRIOS, values).status_code == 403


def test_whoever_may_only_look_sees_no_button_and_cannot_press_it(client):
    make_trio()
    helper = make_user("hilfe@office.example", is_staff=True)
    TOTP.activate(helper, TOTP_SECRET)
    helper.user_permissions.add(Permission.objects.get(codename="view_suggestion"))
    client.force_login(helper)
    page = client.get(TRIOS)
    assert BUTTON not in text(page)
    assert client.post(TRIOS, key(page)).status_code == 403
    assert not Introduction.objects.exists()


def test_the_page_of_a_suggestion_shows_the_trio_it_belongs_to(office):
    _centre, chamber, city = make_trio()
    make_partner("Netz Beispiel", category="network")
    suggestions.refresh_city(city)
    for suggestion in Suggestion.objects.all():
        page = text(office.get(f"/admin/matching/suggestion/{suggestion.pk}/change/"))
        assert ("Oder zu dritt" in page) is (suggestion.partner.name != "Netz Beispiel")
    suggestions.reject(Suggestion.objects.get(partner=chamber), "Passt nicht", by=make_curator())
    assert "Oder zu dritt" not in text(
        office.get(f"/admin/matching/suggestion/{Suggestion.objects.first().pk}/change/")
    )


def test_the_list_of_suggestions_leads_to_the_page(office):
    assert f'href="{TRIOS}"' in text(office.get("/admin/matching/suggestion/"))


def test_the_desk_counts_those_that_can_go_out(office):
    curator = make_curator()
    make_trio()
    rows = {row.url: row.text for row in desk.waiting_for(curator)}
    assert rows[TRIOS] == "1 Vorschlag zu dritt kann vermittelt werden"
    Organisation.objects.filter(name="Telgte").update(confirmed_at=None)
    assert TRIOS not in {row.url for row in desk.waiting_for(curator)}


def test_the_page_makes_the_same_number_of_queries_however_many_there_are(office):
    _centre, _chamber, city = make_trio()
    office.get(TRIOS)
    with CaptureQueriesContext(connection) as few:
        office.get(TRIOS)
    for number in range(4):
        Offer.objects.create(partner=make_partner(f"Institut {number}", category="research"), kind="knowledge")
        make_partner(f"Verband {number}", category="social_partner")
    suggestions.refresh_city(city)
    with CaptureQueriesContext(connection) as many:
        office.get(TRIOS)
    assert len(many) == len(few)


# --- The sides ------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("email", "third"), [(PETRA, "Zentrum Beispiel"), (ZOE, "Kammer Beispiel"), (STEFAN, "Kammer Beispiel")]
)
def test_the_dashboard_names_the_third_party(client, email, third):
    release_trio()
    client.force_login(Organisation.objects.get(members__email=email).contact)
    page = text(client.get("/mein/"))
    assert f"Zu dritt mit {third}" in page
    assert f"zu dritt mit {third}" in page


def test_the_page_of_the_introduction_names_the_third_and_no_person_of_it(client):
    centre, chamber = release_trio()
    client.force_login(chamber.partner.organisation.contact)
    page = text(client.get(f"/mein/vermittlungen/{chamber.pk}/"))
    assert '<dt>Zu dritt mit</dt><dd><a href="/partner/zentrum-beispiel/">Zentrum Beispiel</a></dd>' in page
    assert "Zentrum Beispiel bringt es mit" in page
    assert ZOE not in page
    assert client.get(f"/mein/vermittlungen/{centre.pk}/").status_code == 404


def test_once_the_other_introduction_has_ended_nobody_is_named_any_more(client):
    centre, chamber = release_trio()
    introductions.answer(centre.invitations.get(side=Side.PARTNER), Invitation.Answer.NO)
    client.force_login(chamber.partner.organisation.contact)
    assert "Zentrum Beispiel" not in text(client.get("/mein/"))
    assert "Zentrum Beispiel" not in text(client.get(f"/mein/vermittlungen/{chamber.pk}/"))
