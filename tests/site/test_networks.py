"""Regional networks on the portal: found by everybody, kept by their people, joined by partners."""

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from playwright.sync_api import expect

from partners import networks
from partners.models import Affiliation, RegionalNetwork
from portal.accounts.models import Organisation
from portal.mail.models import OutgoingMail
from portal.site import curation
from tests.browser import accessibility_problems, overflow
from tests.factories import (
    make_affiliation,
    make_curator,
    make_municipality,
    make_network,
    make_partner,
)

PETRA, NORA = "petra@kammer.example", "nora@netz.example"
HTMX = {"HX-Request": "true"}
NONSENSE = [
    *("seite=1000000000", "seite=%00", "land=xx", "land=%00", "land='; drop table", "ort=%00", "ort=" + "x" * 10_000),
    *("suche=%00", "suche=%25%25", "suche=" + "ä" * 10_000, "umkreis=-5", "thema=climate", "ort=0000"),
]


@pytest.fixture
def nora(client, network):
    client.force_login(network.organisation.contact)
    return network.organisation.contact


def names(response):
    return [row.name for row in response.context["page"]]


def queries_for(client, path):
    with CaptureQueriesContext(connection) as captured:
        assert client.get(path).status_code == 200
    return len(captured)


def members_url(network):
    return reverse("network_members", args=[network.slug])


def founding(**changes):
    typed = {"coordinator": "innung-muster", "name": "OM-Netzwerk Rheinland", "area": "Köln\nKreis Borken"}
    return typed | {"description": "Wir treffen uns.", "website": "netz.example"} | changes


# --- The public list and page


def test_the_list_has_public_networks_with_area_and_coordinator(client, network):
    make_network("Noch nicht geprüft", coordinator=network.coordinator, approved=False)
    page = client.get("/netzwerke/")
    assert names(page) == ["OM-Netzwerk Münsterland"]
    for expected in ("Kreis Warendorf", "Koordination: Kammer Beispiel", "1 Mitglied"):
        assert expected in page.text


def test_networks_are_narrowed_by_name_land_and_place(client, network):
    make_municipality("Berlin")
    make_network("OM-Netzwerk Berlin", coordinator=network.coordinator, area=("11",))
    cases = [
        ("suche=MÜNSTER", ["OM-Netzwerk Münsterland"]),
        ("land=11", ["OM-Netzwerk Berlin"]),
        ("land=05", ["OM-Netzwerk Münsterland"]),
        ("ort=Telgte", ["OM-Netzwerk Münsterland"]),
        ("ort=Köln", []),
        ("ort=Nordrhein-Westfalen", ["OM-Netzwerk Münsterland"]),
        ("ort=Berlin&suche=netz", ["OM-Netzwerk Berlin"]),
    ]
    for query, found in cases:
        assert names(client.get(f"/netzwerke/?{query}")) == found, query


def test_a_circle_is_found_at_places_within(client, network):
    circle = make_network("OM-Netzwerk Kreis", coordinator=network.coordinator, area=())
    circle.area_parts.create(centre=make_municipality("Münster"), radius_km=80)
    assert names(client.get("/netzwerke/?ort=Bocholt")) == ["OM-Netzwerk Kreis"]
    assert "80\u00a0km um Münster" in client.get("/netzwerke/").text


def test_nonsense_is_a_clear_page(client, network):
    for query in NONSENSE:
        response = client.get(f"/netzwerke/?{query}")
        assert response.status_code in {200, 400}, query
        assert 'lang="de"' in response.text, query


def test_htmx_gets_the_results_alone(client, network):
    page = client.get("/netzwerke/", headers=HTMX).text
    assert "Münsterland" in page
    assert "<html" not in page


def test_the_page_shows_members_towns_area_and_coordinator(client, network, guild):
    make_affiliation(guild, network)
    make_affiliation(make_partner("Fragt noch"), network, organisation_agreed=False)
    make_affiliation(make_partner("Noch nicht geprüft", approved=False), network)
    page = client.get("/netzwerke/om-netzwerk-munsterland/")
    assert [member.name for member in page.context["members"]] == ["Innung Muster", "Kammer Beispiel"]
    assert [city.name for city in page.context["towns"]] == ["Telgte"]
    assert "Kreis Warendorf" in page.text
    assert "Fragt noch" not in page.text
    assert NORA not in page.text


def test_a_network_waiting_for_approval_is_there_for_its_own_people_only(client, network):
    make_network("Netz wartet", coordinator=network.coordinator, approved=False, contact=PETRA)
    path = "/netzwerke/netz-wartet/"
    assert client.get(path).status_code == 404
    client.force_login(network.organisation.contact)
    assert client.get(path).status_code == 404
    client.force_login(Organisation.objects.get(name="Netz wartet").contact)
    assert "Noch nicht öffentlich" in client.get(path).text


def test_a_partner_names_its_public_networks_and_a_town_those_that_cover_it(client, network):
    for path in ("/partner/kammer-beispiel/", "/staedte/telgte/"):
        assert "OM-Netzwerk Münsterland" in client.get(path).text
    for path in ("/partner/verband-muster/", "/staedte/bocholt/"):
        assert "OM-Netzwerk Münsterland" not in client.get(path).text
    Organisation.objects.filter(pk=network.organisation_id).update(approved_at=None)
    for path in ("/partner/kammer-beispiel/", "/staedte/telgte/"):
        assert "OM-Netzwerk Münsterland" not in client.get(path).text


def test_queries_do_not_grow_with_networks_members_or_parts(client, network, nora):
    paths = ["/netzwerke/", "/netzwerke/?ort=Telgte", "/netzwerke/om-netzwerk-munsterland/", "/staedte/telgte/"]
    paths += ["/partner/kammer-beispiel/", "/mein/", members_url(network)]
    second = make_network("Netz zwei", coordinator=network.coordinator)
    second.organisation.memberships.create(user=nora, role="manager")
    make_affiliation(make_partner("Partner zwei"), network)
    make_affiliation(make_partner("Fragt zwei"), network, organisation_agreed=False)
    before = [queries_for(client, path) for path in paths]
    for number in range(12):
        more = make_network(f"Netz {number}", coordinator=network.coordinator, area=("05570", "05515000"))
        more.organisation.memberships.create(user=nora, role="manager")
        make_affiliation(network.coordinator, more)
        make_affiliation(make_partner(f"Partner {number}"), network)
        make_affiliation(make_partner(f"Fragt {number}"), network, organisation_agreed=False)
    assert [queries_for(client, path) for path in paths] == before
    assert max(before) <= 40


# --- Founding and keeping


def test_people_of_a_partner_found_a_network(client, guild):
    client.force_login(guild.organisation.contact)
    assert "Innung Muster" in client.get(reverse("found_network")).text
    for _ in range(2):
        assert client.post(reverse("found_network"), founding()).url == reverse("dashboard")
    network = RegionalNetwork.objects.get()
    assert (network.coordinator, network.website) == (guild, "https://netz.example")
    assert [part.key for part in network.area_parts.order_by("pk")] == ["05315000", "05554"]
    page = client.get(reverse("dashboard")).text
    assert "OM-Netzwerk Rheinland" in page
    assert "wartet auf die Freigabe" in page


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"area": ""}, "Gebiet: "),
        ({"area": ";\n;"}, "Region Ihres Netzwerks"),
        ({"area": "bundesweit"}, "nicht bundesweit"),
        ({"area": "Köln\nganz Deutschland"}, "nicht bundesweit"),
        ({"area": "Quxhausen"}, "haben wir nicht gefunden"),
        ({"area": "\n".join(f"Quxhausen {number}x" for number in range(40))}, "Quxhausen 39x"),
        ({"area": "\n".join(f"Ort {number}" for number in range(101))}, "höchstens 100 Orte"),
        ({"area": "x" * 10_000}, "höchstens 3000"),
        ({"name": ""}, "Name des Netzwerks"),
        ({"name": "N" * 201}, "höchstens 200"),
        ({"website": "javascript:alert(1)"}, "Internetseite: "),
        ({"coordinator": "verband-muster"}, "gültige Auswahl"),
        ({"coordinator": "gibt-es-nicht"}, "gültige Auswahl"),
    ],
)
def test_bad_input_is_a_clear_error_and_loses_nothing(client, guild, changes, message):
    client.force_login(guild.organisation.contact)
    page = client.post(reverse("found_network"), founding(**changes))
    assert page.status_code == 400
    assert message in page.text
    assert "Wir treffen uns." in page.text
    assert not RegionalNetwork.objects.exists()


def test_the_button_that_checks_the_area_saves_nothing(client, guild):
    client.force_login(guild.organisation.contact)
    page = client.post(reverse("found_network"), founding(name="", check="1"))
    assert page.status_code == 200
    assert "2 Engagierte Städte liegen in diesem Gebiet" in page.text
    assert "Bitte prüfen Sie" not in page.text
    assert not RegionalNetwork.objects.exists()


def test_somebody_with_several_partners_chooses_who_coordinates(client, guild):
    vera = guild.organisation.contact
    other = make_partner("Zweiter Partner")
    other.organisation.memberships.create(user=vera)
    client.force_login(vera)
    assert "koordinierende Organisation" in client.get(reverse("found_network")).text
    client.post(reverse("found_network"), founding(coordinator="zweiter-partner"))
    assert RegionalNetwork.objects.get().coordinator == other


def test_a_partner_that_waits_itself_founds_none(client, world):
    waiting = make_partner("Noch nicht geprüft", approved=False, contact="vera@verband.example")
    client.force_login(waiting.organisation.contact)
    assert client.get(reverse("found_network")).status_code == 404
    assert reverse("found_network") not in client.get(reverse("dashboard")).text


def test_its_people_keep_the_entry(client, network, nora):
    url = reverse("edit_network", args=[network.slug])
    assert "Kreis Warendorf" in client.get(url).text
    typed = {"name": "OM-Netzwerk Neu", "area": "Kreis Borken", "contact": nora.pk, "paused_until": ""}
    assert client.post(url, typed).url == reverse("dashboard")
    assert [part.key for part in network.area_parts.all()] == ["05554"]
    assert "Ihre Angaben sind gespeichert." in client.get(reverse("dashboard")).text
    assert client.post(url, typed | {"area": "bundesweit"}).status_code == 400


def test_confirming_takes_one_click(client, network, nora):
    Organisation.objects.filter(pk=network.organisation_id).update(confirmed_at=None)
    assert "Angaben bestätigen" in client.get(reverse("dashboard")).text
    client.post(reverse("confirm_network", args=[network.slug]))
    assert "Angaben bestätigen" not in client.get(reverse("dashboard")).text


def test_a_question_of_the_office_is_on_the_dashboard(client, network, nora):
    Organisation.objects.filter(pk=network.organisation_id).update(approved_at=None, question="Welche Kreise?")
    assert "Welche Kreise?" in client.get(reverse("dashboard")).text


def test_members_lead_to_their_public_pages_and_those_who_wait_for_the_office_do_not(client, network, nora, guild):
    waiting = make_partner("Wartet", approved=False)
    for partner in (guild, waiting):
        make_affiliation(partner, network)
    page = client.get(members_url(network)).text
    assert reverse("partner_detail", args=[guild.slug]) in page
    assert reverse("partner_detail", args=[waiting.slug]) not in page


def test_what_is_wrong_with_an_area_is_said_once_at_its_field(client, guild):
    client.force_login(guild.organisation.contact)
    page = client.post(reverse("found_network"), founding(area="Quxhausen")).text
    assert page.count("haben wir nicht gefunden") == 2  # in the summary and at the field


def test_the_dashboard_shows_members_questions_and_towns(client, network, nora, guild):
    make_affiliation(guild, network, organisation_agreed=False)
    make_affiliation(make_partner("Gefragt"), network, partner_agreed=False)
    page = client.get(reverse("dashboard")).text
    for expected in ("1 Mitglied,", "1 gefragter Partner", "1 Partner möchte Mitglied werden", "Telgte"):
        assert expected in page


# --- The office


@pytest.mark.parametrize(
    ("decide", "expected"),
    [
        (lambda row, by: curation.approve(row, by=by), "Jetzt können Partner Mitglied werden"),
        (lambda row, by: curation.decline(row, "Gibt es schon.", by=by), "das Netzwerk neu anlegen"),
        (lambda row, by: curation.ask_back(row, "Welche Kreise?", by=by), "Welche Kreise?"),
    ],
)
def test_the_office_decides_about_networks_and_tells_their_people(network, decide, expected):
    Organisation.objects.filter(pk=network.organisation_id).update(approved_at=None)
    decide(Organisation.objects.get(pk=network.organisation_id), make_curator())
    mail = OutgoingMail.objects.get(to=NORA)
    assert expected in mail.body
    assert "Vorschlag" not in mail.body


@pytest.fixture
def office(client, network):
    person = make_curator()
    client.force_login(person)
    return person


def admin_form(network, **changes):
    (part,) = network.area_parts.all()
    typed = {"coordinator": network.coordinator.pk, "description": "Neu", "website": ""}
    rows = {"TOTAL_FORMS": 1, "INITIAL_FORMS": 1, "MIN_NUM_FORMS": 0, "MAX_NUM_FORMS": 1000}
    rows |= {"0-id": part.pk, "0-network": network.pk, "0-key": part.key, "0-centre": "", "0-radius_km": ""}
    return typed | {f"area_parts-{name}": value for name, value in rows.items()} | changes


@pytest.mark.parametrize("query", ["", "?state=waiting", "?state=approved", "?land=05", "?land=xx", "?q=Kammer"])
def test_the_office_lists_networks(client, office, query):
    assert client.get(f"/admin/partners/regionalnetwork/{query}").status_code == 200


@pytest.mark.parametrize("query", ["", "?state=holds", "?state=waiting", "?state=ended", "?state=xx", "?q=Kammer"])
def test_the_office_lists_who_belongs_where(client, office, query):
    assert client.get(f"/admin/partners/affiliation/{query}").status_code == 200


def test_the_office_corrects_a_network_but_only_a_member_coordinates_it(client, network, office, guild):
    url = reverse("admin:partners_regionalnetwork_change", args=[network.pk])
    assert "Kammer Beispiel" in client.get(url).text
    assert client.post(url, admin_form(network)).status_code == 302
    assert "bestätigtes Mitglied" in client.post(url, admin_form(network, coordinator=guild.pk)).text
    make_affiliation(guild, network)
    assert client.post(url, admin_form(network, coordinator=guild.pk)).status_code == 302
    network.refresh_from_db()
    assert (network.coordinator, network.description) == (guild, "Neu")
    assert network.organisation.memberships.get(is_contact=True).user == guild.organisation.contact


def test_the_office_ends_in_the_admin_what_does_not_hold_any_more(client, network, office, guild):
    row = make_affiliation(guild, network)
    coordinator = Affiliation.objects.get(partner=network.coordinator)
    chosen = {"action": "end", "_selected_action": [row.pk, coordinator.pk]}
    page = client.post("/admin/partners/affiliation/", chosen, follow=True)
    assert "übergeben Sie zuerst die Koordination" in page.text
    assert list(networks.members(network)) == [network.coordinator]


def test_nobody_adds_or_deletes_them_in_the_admin(client, network, office):
    for path in ("regionalnetwork/add/", f"regionalnetwork/{network.pk}/delete/", "affiliation/add/"):
        assert client.get(f"/admin/partners/{path}").status_code == 403


# --- In a browser


@pytest.fixture
def members_page(network, guild, client, page, live_server):
    """The browser of somebody with everything the pages of a network can show; opens paths."""
    nora = network.organisation.contact
    client.force_login(nora)
    asking = make_partner("Fragt noch")
    Organisation.objects.filter(pk=asking.organisation_id).update(name="Donaudampfschifffahrtsgesellschaft" * 5)
    make_affiliation(asking, network, organisation_agreed=False)
    make_affiliation(guild, network)
    guild.organisation.memberships.create(user=nora)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])
    page.set_default_timeout(15_000)
    return lambda path: page.goto(live_server.url + path).status


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_the_pages_are_accessible_quiet_and_narrow_enough(members_page, page, watch):
    slug = RegionalNetwork.objects.get().slug
    paths = ["/netzwerke/", "/netzwerke/?ort=Quxhausen", f"/netzwerke/{slug}/", "/mein/", "/mein/netzwerk/neu/"]
    paths += [f"/mein/netzwerk/{slug}/", f"/mein/netzwerk/{slug}/mitglieder/"]
    found = {}
    for path in paths:
        for width in (320, 1280):
            page.set_viewport_size({"width": width, "height": 800})
            assert members_page(path) == 200
            problems = accessibility_problems(page) + ([f"overflow {overflow(page)}"] if overflow(page) else [])
            if problems:
                found[f"{path} at {width}"] = problems
    assert found == {}
    assert (watch.errors, watch.foreign) == ([], [])


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_a_partner_that_is_not_found_takes_the_focus_to_the_error(members_page, page):
    members_page(members_url(RegionalNetwork.objects.get()))
    page.get_by_label("Partner", exact=True).fill("Quxhausen")
    page.get_by_role("button", name="Partner fragen").click()
    expect(page.locator("[data-error-summary]")).to_be_focused()
    assert accessibility_problems(page) == []
