"""The page of a town and of a partner: what everybody sees, what only members see, and what nobody sees."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cities.models import City, Skill
from partners.models import Partner, ServiceAreaPart
from portal.accounts.models import User
from tests.factories import give_contact, make_city, make_curator, make_organisation, make_partner, make_user


def text(response):
    return response.content.decode()


def sign_in(client, email):
    client.force_login(User.objects.get(email=email))
    return client


def test_a_town_shows_what_it_says_and_needs(client, world):
    City.objects.filter(slug="telgte").update(description="Wir verbinden Menschen.", source="Presse 2024")
    page = text(client.get("/staedte/telgte/"))
    for expected in (
        "Wir verbinden Menschen.",
        "Klima und Nachhaltigkeit",
        "für Treffen",
        "Bürgerverein",
        "Presse 2024",
    ):
        assert expected in page


def test_a_town_shows_its_network_and_what_it_lacks_offers_and_links_to(client, world):
    town = City.objects.get(slug="telgte")
    town.sectors_present, town.sectors_missing, town.host_kind = ["science", "business"], ["administration"], "Verein"
    town.save()
    town.skills_missing.add(Skill.objects.get(code="facilitation"))
    town.actors.create(sector="science", names="Hochschule Telgte")
    town.offers.create(kind="contacts", note="zu Vereinen")
    town.links.create(label="Programm", url="https://programm.example")
    page = text(client.get("/staedte/telgte/"))
    for expected in (
        *("Das Netzwerk", "Hochschule Telgte", "Wirtschaft", "Das fehlt noch", "Verwaltung", "(Verein)"),
        *(Skill.objects.get(code="facilitation").name, "Das bietet die Stadt", "zu Vereinen"),
        '<a href="https://programm.example" rel="noopener nofollow">Programm</a>',
    ):
        assert expected in page


def test_a_town_that_says_little_has_no_empty_sections(client, world):
    page = text(client.get("/staedte/bocholt/"))
    for heading in ("Das Netzwerk", "Das fehlt noch", "Das wird gesucht", "Das bietet die Stadt", "Mehr im Internet"):
        assert heading not in page


def test_what_a_town_says_is_text_not_markup(client, world):
    town = City.objects.get(slug="telgte")
    town.actors.create(sector="science", names="<script>alert(1)</script>")
    town.links.create(label="<b>fett</b>", url="https://x.example/?a=%22%3E")
    page = text(client.get("/staedte/telgte/"))
    assert "<script>alert" not in page
    assert "<b>fett" not in page


def test_a_partner_shows_what_it_can_do(client, world):
    assert "Fähigkeiten" not in text(client.get("/partner/kammer-beispiel/"))
    skill = Skill.objects.first()
    Partner.objects.get(slug="kammer-beispiel").skills.add(skill)
    assert skill.name in text(client.get("/partner/kammer-beispiel/"))


def test_a_town_lists_the_partners_that_fit_with_reasons(client, world):
    page = client.get("/staedte/telgte/")
    assert [pair.partner.name for pair in page.context["near"]] == ["Kammer Beispiel"]
    assert page.context["near"][0].reasons[0].text in text(page)


def test_a_partner_lists_the_towns_that_fit(client, world):
    page = client.get("/partner/kammer-beispiel/")
    assert "Telgte" in [pair.city.name for pair in page.context["near"]]


def test_a_partner_shows_its_area_in_words(client, world):
    chamber = Partner.objects.get(slug="kammer-beispiel")
    ServiceAreaPart.objects.create(partner=chamber, key="05554")
    assert "Kreis Borken, 50\u00a0km um Münster" in text(client.get("/partner/kammer-beispiel/"))


def test_towns_nobody_checked_are_marked(client, world):
    assert "ungeprüft" in text(client.get("/staedte/telgte/"))
    City.objects.filter(slug="telgte").update(verified_on=timezone.localdate())
    assert "ungeprüft" not in text(client.get("/staedte/telgte/"))


@pytest.mark.parametrize("path", ["/staedte/telgte/", "/partner/kammer-beispiel/"])
def test_invented_entries_are_marked(client, world, path):
    assert "Beispielangaben" not in text(client.get(path))
    for organisation in (City.objects.get(slug="telgte"), Partner.objects.get(slug="kammer-beispiel")):
        organisation.organisation.is_demo = True
        organisation.organisation.save()
    assert "Beispielangaben" in text(client.get(path))


@pytest.mark.parametrize("path", ["/staedte/telgte/", "/partner/kammer-beispiel/", "/staedte/", "/partner/"])
@pytest.mark.parametrize("email", [None, "karl@kammer.example", "tina@telgte.example"])
def test_no_page_shows_how_to_reach_a_person(client, world, path, email):
    if email:
        sign_in(client, email)
    page = text(client.get(path))
    for secret in ("tina@telgte.example", "karl@kammer.example", "1234567"):
        assert secret not in page


def test_a_member_of_a_partner_may_ask_a_town(client, world):
    page = text(sign_in(client, "karl@kammer.example").get("/staedte/telgte/"))
    assert 'href="/mein/anfragen/kammer-beispiel/telgte/"' in page


def test_a_coordinator_may_ask_a_partner(client, world):
    page = text(sign_in(client, "tina@telgte.example").get("/partner/kammer-beispiel/"))
    assert 'href="/mein/anfragen/kammer-beispiel/telgte/"' in page


def test_a_visitor_is_told_what_to_do_instead(client, world):
    page = text(client.get("/staedte/telgte/"))
    assert "/mein/anfragen/" not in page
    assert 'href="/mitmachen/"' in page


@pytest.mark.parametrize("email", ["karl@kammer.example", "fremd@andere.example"])
def test_nobody_but_its_own_side_and_the_office_sees_points(client, world, email):
    if not User.objects.filter(email=email).exists():
        make_user(email)
    assert "Punkte" not in text(sign_in(client, email).get("/staedte/telgte/"))


def test_coordinators_and_the_office_see_points(client, world):
    assert "Punkte" in text(sign_in(client, "tina@telgte.example").get("/staedte/telgte/"))


def test_a_partner_waiting_for_approval_is_there_for_its_own_people_only(client, world):
    waiting = make_partner("Noch nicht geprüft", approved=False)
    give_contact(waiting.organisation, "nina@neu.example")
    path = "/partner/noch-nicht-gepruft/"
    assert client.get(path).status_code == 404
    assert sign_in(client, "karl@kammer.example").get(path).status_code == 404
    own = sign_in(client, "nina@neu.example").get(path)
    assert own.status_code == 200
    assert "Noch nicht öffentlich" in text(own)


def test_a_town_that_left_is_there_for_the_office_only(client, world):
    make_city("Berlin", taking_part=False)
    assert client.get("/staedte/berlin/").status_code == 404
    client.force_login(make_curator())
    assert client.get("/staedte/berlin/").status_code == 200


@pytest.mark.parametrize("path", ["/staedte/gibt-es-nicht/", "/partner/gibt-es-nicht/", "/partner/" + "x" * 500 + "/"])
def test_unknown_names_are_a_clear_page(client, world, path):
    response = client.get(path)
    assert response.status_code == 404
    assert "Diese Seite gibt es nicht" in text(response)


def test_the_number_of_queries_does_not_grow_with_the_counterparts(client, world):
    before = [queries_for(client, path) for path in ("/staedte/telgte/", "/partner/kammer-beispiel/")]
    chamber, telgte = Partner.objects.get(slug="kammer-beispiel"), City.objects.get(slug="telgte")
    for number in range(10):
        make_partner(f"Partner {number}")
        add_town_beside(telgte, number)
    assert [queries_for(client, path) for path in ("/staedte/telgte/", f"/partner/{chamber.slug}/")] == before


def add_town_beside(town, number):
    place, topics = list(town.municipalities.all()), list(town.topics.all())
    copy = City.objects.get(pk=town.pk)
    copy.pk, copy.code, copy.slug = None, None, f"ort-{number}"
    copy.organisation = make_organisation("city", f"Ort {number}")
    copy.save(force_insert=True)
    copy.municipalities.set(place)
    copy.topics.set(topics)


def test_the_number_of_queries_does_not_grow_with_what_a_town_says(client, world):
    town = City.objects.get(slug="telgte")

    def say(sectors, kinds, links):
        for sector in sectors:
            town.actors.create(sector=sector, names="Verein")
        for kind in kinds:
            town.offers.create(kind=kind)
        for number in links:
            town.links.create(label=f"Seite {number}", url=f"https://s{number}.example")

    say(["science"], ["time"], [1])
    before = queries_for(client, "/staedte/telgte/")
    say(["business", "administration"], ["rooms", "contacts"], [2, 3, 4])
    assert queries_for(client, "/staedte/telgte/") == before


def queries_for(client, path):
    with CaptureQueriesContext(connection) as captured:
        assert client.get(path).status_code == 200
    return len(captured)
