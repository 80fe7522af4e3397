"""Members keep their entry; everybody else finds nothing there."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from cities.models import Need, Skill
from matching import candidates, reasons
from matching.models import Suggestion
from matching.suggestions import refresh_partner
from portal.accounts import organisations
from portal.accounts.models import Membership, Organisation, Role, User
from tests.factories import give_contact, make_curator, make_partner, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def partner(towns):
    return make_partner(contact="kim@kammer.example")


@pytest.fixture
def kim(client, partner):
    user = User.objects.get(email="kim@kammer.example")
    client.force_login(user)
    return user


def entry(partner_form, **changes):
    typed = partner_form(**changes)
    return typed | {"contact": changes.get("contact", ""), "paused_until": changes.get("paused_until", "")}


def test_editing_changes_the_entry_and_its_suggestions(client, partner, kim, partner_form):
    refresh_partner(partner)
    assert Suggestion.objects.open().count() == 1
    answer = client.post(
        reverse("edit_partner", args=[partner.slug]),
        entry(partner_form, radius_km="100", name="Kammer Neu", contact=kim.pk),
    )
    assert answer.url == reverse("dashboard")
    assert {suggestion.city.name for suggestion in Suggestion.objects.open()} == {"Telgte", "Bocholt"}
    partner.organisation.refresh_from_db()
    assert partner.organisation.name == "Kammer Neu"
    assert "2 Vorschläge passen jetzt" in client.get(answer.url).text


def test_the_form_shows_what_stands(client, partner, kim):
    page = client.get(reverse("edit_partner", args=[partner.slug])).text
    for field in ("id_topics", "id_area", "id_offers", "id_seat", "id_sector", "id_radius_km", "id_capacity"):
        assert f'id="{field}"' in page
    assert "Münster (kreisfreie Stadt, Nordrhein-Westfalen)" in page


def test_a_partner_says_what_it_can_do(client, partner, kim, partner_form):
    skill = Skill.objects.first()
    url = reverse("edit_partner", args=[partner.slug])
    client.post(url, entry(partner_form, contact=kim.pk) | {"skills": [skill.pk]})
    assert list(partner.skills.all()) == [skill]
    assert 'id="id_skills"' in client.get(url).text
    assert skill.name in client.get(reverse("partner_detail", args=[partner.slug])).text


def test_saving_answers_a_question_of_the_office(client, partner, kim, partner_form):
    Organisation.objects.update(approved_at=None)
    organisations.ask_back(partner.organisation, "Wer sind Sie?", by=make_curator())
    assert "Wer sind Sie?" in client.get(reverse("dashboard")).text
    client.post(reverse("edit_partner", args=[partner.slug]), entry(partner_form, contact=kim.pk))
    organisation = Organisation.objects.get(pk=partner.organisation_id)
    assert (organisation.question, organisation.approved_at, organisation.declined_at) == ("", None, None)


def test_confirming_takes_a_button_and_a_post(client, partner, kim):
    Organisation.objects.filter(pk=partner.organisation_id).update(confirmed_at=timezone.now() - timedelta(days=400))
    assert "Angaben bestätigen" in client.get(reverse("dashboard")).text
    url = reverse("confirm_partner", args=[partner.slug])
    assert client.get(url).status_code == 405
    client.post(url)
    assert "Angaben bestätigen" not in client.get(reverse("dashboard")).text


def test_a_coordinator_keeps_the_town(client, towns):
    town = towns["Telgte"]
    user = give_contact(town.organisation, "co@stadt.example")
    client.force_login(user)
    url = reverse("edit_city", args=[town.slug])
    until = timezone.localdate() + timedelta(days=10)
    typed = {
        "description": "Wir machen viel.",
        "website": "https://stadt.example",
        "topics": ["digital"],
        "need_rooms": "on",
        "need_rooms_note": "ein Saal",
        "present_civil_society": "on",
        "sectors_missing": ["business"],
        "reach_km": "80",
        "capacity": "3",
        "contact": user.pk,
        "paused_until": until.isoformat(),
    }
    assert client.post(url, typed).url == reverse("dashboard")
    town.refresh_from_db()
    organisation = Organisation.objects.get(pk=town.organisation_id)
    assert (town.sectors_missing, town.reach_km, organisation.capacity) == (["business"], 80, 3)
    assert organisation.paused_until == until
    assert [(need.kind, need.note) for need in town.needs.all()] == [("rooms", "ein Saal")]
    page = client.get(url).text
    for field in ("id_topics", "id_needs", "id_sectors_missing", "id_reach_km", "id_capacity"):
        assert f'id="{field}"' in page


def test_a_coordinator_says_what_the_network_lacks_offers_and_links_to(client, towns):
    town = towns["Telgte"]
    user = give_contact(town.organisation, "co@stadt.example")
    client.force_login(user)
    url = reverse("edit_city", args=[town.slug])
    typed = {
        "capacity": "2",
        "contact": user.pk,
        "present_science_names": "Hochschule",
        "skills_missing": [Skill.objects.first().pk],
        "offer_contacts": "on",
        "host": "Agentur e. V.",
        "host_kind": "Verein",
        "link_3_label": "Programm",
        "link_3_url": "programm.example",
    }
    assert client.post(url, typed).url == reverse("dashboard")
    town.refresh_from_db()
    assert (town.sectors_present, town.host, town.host_kind) == (["science"], "Agentur e. V.", "Verein")
    page = client.get(url).text
    for expected in ("Hochschule", "Agentur e. V.", "https://programm.example", "Programm"):
        assert expected in page
    for field in ("id_network", "id_offers", "id_skills_missing", "id_present_science", "id_links", "id_link_5_url"):
        assert f'id="{field}"' in page


def test_what_was_typed_for_a_town_is_kept_when_something_is_wrong(client, towns):
    user = give_contact(towns["Telgte"].organisation, "co@stadt.example")
    client.force_login(user)
    typed = {"capacity": "2", "contact": user.pk, "link_1_label": "Programm", "present_science_names": "Hochschule"}
    answer = client.post(reverse("edit_city", args=["telgte"]), typed)
    assert answer.status_code == 400
    assert 'href="#id_link_1_url"' in answer.text
    for kept in ('value="Programm"', 'value="Hochschule"'):
        assert kept in answer.text
    assert not towns["Telgte"].links.exists()


def test_a_coordinator_of_another_town_finds_nothing(client, towns):
    client.force_login(give_contact(towns["Bocholt"].organisation, "clara@bocholt.example"))
    url = reverse("edit_city", args=["telgte"])
    assert [client.get(url).status_code, client.post(url, {"host": "Fremd"}).status_code] == [404, 404]
    towns["Telgte"].refresh_from_db()
    assert towns["Telgte"].host == ""


def test_every_reason_leads_to_a_field_that_can_be_corrected(client, towns):
    """„stimmt nicht“ names a field of the edit page; a field that is called otherwise would lead nowhere."""
    town = towns["Telgte"]
    town.sectors_missing, skill = ["science"], Skill.objects.first()
    town.save()
    town.skills_missing.add(skill)
    Need.objects.create(city=town, kind="rooms")
    clerk = give_contact(town.organisation, "co@stadt.example")
    partners = [
        make_partner("Kammer A", sector="science"),
        make_partner("Kammer B", seat="Telgte", topics=()),
        make_partner("Kammer C", seat="Köln", topics=(), radius_km=300),
        make_partner("Kammer D", seat="Köln", topics=(), radius_km=None),
        make_partner("Kammer E", seat="Köln", topics=("climate",)),
    ]
    partners[0].offers.create(kind="rooms")
    partners[1].skills.add(skill)
    partners[3].area_parts.create(nationwide=True)
    partners[4].area_parts.create(topic_id="climate", centre=partners[1].seat, radius_km=20)
    fields = set()
    for partner in partners:
        Membership.objects.create(user=clerk, organisation=partner.organisation)
        for side in ("partner", "city"):
            for reason in reasons.sentences(candidates.assess(partner, town).facts, side=side):
                fields.add((reason.source_entry, reason.source_slug, reason.correct_url))
    client.force_login(clerk)
    assert {url.partition("#id_")[2] for _entry, _slug, url in fields} >= {
        *("topics", "need_rooms", "sectors_missing", "skills_missing"),
        *("sector", "offer_rooms", "skills", "seat", "radius_km", "nationwide", "area_climate"),
    }
    for _entry, _slug, url in fields:
        path, _hash, anchor = url.partition("#")
        assert f'id="{anchor}"' in client.get(path).text, url


def test_a_sector_cannot_be_present_and_missing(client, towns):
    user = give_contact(towns["Telgte"].organisation, "co@stadt.example")
    client.force_login(user)
    typed = {"present_business": "on", "sectors_missing": ["business"], "capacity": "2", "contact": user.pk}
    answer = client.post(reverse("edit_city", args=["telgte"]), typed)
    assert answer.status_code == 400
    assert "Wirtschaft" in answer.text


@pytest.mark.parametrize("name", ["edit_partner", "confirm_partner"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_stranger_finds_nothing(client, partner, name, method):
    client.force_login(make_user("fremd@verein.example"))
    answer = getattr(client, method)(reverse(name, args=[partner.slug]))
    assert answer.status_code == (405 if (name, method) == ("confirm_partner", "get") else 404)


def test_the_pages_of_a_person_ask_for_a_login(client, partner):
    for name, args in (("dashboard", []), ("edit_partner", [partner.slug]), ("consents", []), ("registered", [])):
        assert client.get(reverse(name, args=args)).url.startswith("/konto/login/")


def test_a_member_may_edit_but_not_choose_the_contact(client, partner, kim, partner_form):
    helper = make_user("helfer@kammer.example")
    Membership.objects.create(user=helper, organisation=partner.organisation, role=Role.MEMBER)
    client.force_login(helper)
    answer = client.post(reverse("edit_partner", args=[partner.slug]), entry(partner_form, contact=helper.pk))
    assert answer.url == reverse("dashboard")
    assert Organisation.objects.get(pk=partner.organisation_id).contact == kim


def test_only_a_member_can_become_the_contact(client, partner, kim, partner_form):
    stranger = make_user("fremd@verein.example")
    answer = client.post(reverse("edit_partner", args=[partner.slug]), entry(partner_form, contact=stranger.pk))
    assert answer.status_code == 400


def test_what_nobody_asked_for_is_not_written(client, partner, kim, partner_form):
    extra = {"organisation": "99", "slug": "mein", "approved_at": "", "is_staff": "1", "confirmed_at": "1999-01-01"}
    client.post(reverse("edit_partner", args=[partner.slug]), entry(partner_form, contact=kim.pk) | extra)
    partner.refresh_from_db()
    kim.refresh_from_db()
    assert (partner.slug, kim.is_staff) == ("kammer-beispiel", False)
    assert partner.organisation.approved_at is not None


def test_the_dashboard_takes_the_same_queries_for_one_suggestion_and_for_many(client, partner, kim):
    def queries():
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        client.get(reverse("dashboard"))
        with CaptureQueriesContext(connection) as captured:
            client.get(reverse("dashboard"))
        return len(captured)

    refresh_partner(partner)
    few = queries()
    partner.area_parts.update(radius_km=300)
    refresh_partner(partner)
    assert Suggestion.objects.open().count() == 3
    assert queries() == few
