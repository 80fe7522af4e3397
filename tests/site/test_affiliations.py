"""Partners become members of a network or advise a company: both sides say so, and the other side is told."""

import pytest
from django.urls import reverse
from django.utils import timezone

from partners import affiliations, networks
from partners.affiliations import AffiliationError
from partners.models import Affiliation
from portal.accounts.models import OfficeTask, Organisation
from portal.mail.models import OutgoingMail
from tests.factories import make_affiliation, make_company, make_curator, make_network, make_partner, make_user
from tests.races import at_once

NORA, VERA = "nora@netz.example", "vera@verband.example"


@pytest.fixture
def nora(client, network):
    client.force_login(network.organisation.contact)
    return network.organisation.contact


def mails(letter):
    return {mail.to: mail for mail in OutgoingMail.objects.filter(key__startswith=f"affiliation_{letter}:")}


def members_url(network):
    return reverse("network_members", args=[network.slug])


def test_a_network_asks_a_partner_and_its_contact_is_told(client, network, nora, guild):
    for _ in range(2):
        assert client.post(members_url(network), {"partner": "Innung Muster, Münster"}).status_code == 302
    row = Affiliation.objects.get(partner=guild)
    assert row.waits_for == guild.organisation
    assert set(mails("asked")) == {VERA}
    assert "führt „Innung Muster“ als Mitglied. Stimmt das?" in mails("asked")[VERA].body
    assert "die Antwort steht aus" in client.get(members_url(network)).text


@pytest.mark.parametrize("typed", ["innung muster", "INNUNG MUSTER, münster"])
def test_a_partner_is_found_however_its_name_is_typed(client, network, nora, guild, typed):
    client.post(members_url(network), {"partner": typed})
    assert Affiliation.objects.filter(partner=guild).exists()


@pytest.mark.parametrize("typed", ["", "Quxhausen e. V.", "x" * 1000, "Noch nicht geprüft", "Ausgetreten"])
def test_who_is_not_in_the_directory_cannot_be_asked(client, network, nora, typed):
    make_partner("Noch nicht geprüft", approved=False)
    gone = make_partner("Ausgetreten")
    Organisation.objects.filter(pk=gone.organisation_id).update(withdrawn_at=timezone.now())
    page = client.post(members_url(network), {"partner": typed})
    assert page.status_code == 400
    assert Affiliation.objects.count() == 1


def test_two_partners_of_one_name_are_told_apart_by_their_seat(client, network, nora, guild):
    twin = make_partner("Innung Beispielhaft", seat="Köln")
    Organisation.objects.filter(pk=twin.organisation_id).update(name="Innung Muster")
    assert client.post(members_url(network), {"partner": "Innung Muster"}).status_code == 400
    client.post(members_url(network), {"partner": "Innung Muster, Köln"})
    assert Affiliation.objects.filter(partner=twin).exists()


def test_those_that_belong_already_are_not_offered(client, network, nora, guild):
    offered = client.get(members_url(network)).context["form"].offered
    assert "Innung Muster, Münster" in offered
    assert "Kammer Beispiel, Münster" not in offered


def test_the_partner_agrees_on_its_dashboard_and_the_network_is_told(client, network, guild):
    vera = guild.organisation.contact
    row = affiliations.ask(guild, network.organisation, by=network.organisation.contact)
    client.force_login(vera)
    assert "Stimmt das?" in client.get(reverse("dashboard")).text
    for _ in range(2):
        assert client.post(reverse("agree_affiliation", args=[row.pk])).url == reverse("dashboard")
    assert guild in networks.members(network)
    assert set(mails("agreed")) == {NORA}
    assert "ist jetzt Mitglied" in mails("agreed")[NORA].body
    assert VERA not in mails("agreed")[NORA].body


def test_the_partner_declines_and_the_network_is_told(client, network, guild):
    row = affiliations.ask(guild, network.organisation, by=network.organisation.contact)
    client.force_login(guild.organisation.contact)
    for _ in range(2):
        client.post(reverse("end_affiliation", args=[row.pk]))
    assert guild not in networks.members(network)
    assert set(mails("ended")) == {NORA}
    assert "wird nicht Mitglied" in mails("ended")[NORA].body


def test_a_partner_asks_on_the_page_of_the_network(client, network, guild):
    client.force_login(guild.organisation.contact)
    page, join = "/netzwerke/om-netzwerk-munsterland/", reverse("join_network", args=[network.slug])
    assert join in client.get(page).text
    for _ in range(2):
        assert client.post(join, {"partner": guild.slug}).url == page
    assert "Die Anfrage von „Innung Muster“ ist beim Netzwerk" in client.get(page).text
    assert "möchte Mitglied im Netzwerk" in mails("asked")[NORA].body
    client.force_login(network.organisation.contact)
    row = Affiliation.objects.get(partner=guild)
    answer = client.post(reverse("agree_affiliation", args=[row.pk]), {"next": members_url(network)})
    assert answer.url == members_url(network)
    assert "Mitglied seit" in client.get(answer.url).text
    assert set(mails("agreed")) == {VERA}


@pytest.mark.parametrize("partner", ["verband-muster", "gibt-es-nicht", "", "x" * 5000])
def test_nobody_joins_for_a_partner_of_others(client, network, guild, partner):
    client.force_login(guild.organisation.contact)
    answer = client.post(reverse("join_network", args=[network.slug]), {"partner": partner})
    assert answer.status_code == 404
    assert Affiliation.objects.count() == 1


def test_where_the_other_side_has_no_account_the_office_asks(client, network, nora):
    make_partner("Ohne Konto")
    client.post(members_url(network), {"partner": "Ohne Konto"})
    assert not mails("asked")
    assert "Ohne Konto" in OfficeTask.objects.get().text


def test_ending_a_membership_tells_the_other_side(client, network, nora, guild):
    row = make_affiliation(guild, network)
    client.post(reverse("end_affiliation", args=[row.pk]), {"next": members_url(network)})
    assert set(mails("ended")) == {VERA}
    assert "ist nicht mehr Mitglied" in mails("ended")[VERA].body


def test_who_coordinates_does_not_leave_before_handing_over(client, network, nora, guild):
    row = Affiliation.objects.get(partner=network.coordinator)
    client.post(reverse("end_affiliation", args=[row.pk]))
    assert "übergeben Sie zuerst die Koordination" in client.get(reverse("dashboard")).text
    hand_over = reverse("hand_over_network", args=[network.slug])
    client.post(hand_over, {"coordinator": guild.slug})
    assert "wählen Sie ein Mitglied" in client.get(members_url(network)).text
    make_affiliation(guild, network)
    client.post(hand_over, {"coordinator": guild.slug})
    network.refresh_from_db()
    assert network.coordinator == guild
    assert "Sie koordinieren" in OutgoingMail.objects.get(to=VERA).subject
    client.post(reverse("end_affiliation", args=[row.pk]))
    assert list(networks.members(network)) == [guild]


@pytest.mark.parametrize("name", ["agree_affiliation", "end_affiliation"])
def test_the_doors_are_closed_to_strangers(client, network, guild, name):
    row = make_affiliation(guild, network, partner_agreed=False)
    url = reverse(name, args=[row.pk])
    assert client.post(url).url.startswith("/konto/login/")
    for person in (make_user("fremd@verein.example"), make_curator()):
        client.force_login(person)
        assert client.post(url).status_code == 404
    row.refresh_from_db()
    assert (row.partner_agreed_at, row.ended_at) == (None, None)


@pytest.mark.parametrize("target", ["https://boese.example/", "//boese.example/", "javascript:alert(1)", "\\\\boese"])
def test_the_doors_lead_back_to_the_portal_only(client, network, nora, guild, target):
    row = make_affiliation(guild, network)
    answer = client.post(reverse("end_affiliation", args=[row.pk]), {"next": target})
    assert answer.url == reverse("dashboard")


def test_a_company_and_its_partner_use_the_same_doors_and_mails(client, guild):
    company = make_company(contact="clara@tischlerei.example")
    row = affiliations.ask(guild, company.organisation, by=company.organisation.contact)
    assert "nennt „Innung Muster“ als beratenden Partner" in mails("asked")[VERA].body
    client.force_login(guild.organisation.contact)
    assert "als beratenden Partner. Stimmt das?" in client.get(reverse("dashboard")).text
    client.post(reverse("agree_affiliation", args=[row.pk]))
    assert "ist jetzt beratender Partner von" in mails("agreed")["clara@tischlerei.example"].body


@pytest.mark.django_db(transaction=True)
def test_both_sides_ending_at_once_tell_one_of_them():
    network, guild = make_network(contact=NORA), make_partner(contact=VERA)
    row = make_affiliation(guild, network)
    people = [guild.organisation.contact, network.organisation.contact]
    at_once(*[lambda by=by: affiliations.end(row, by=by) for by in people * 2], refusal=AffiliationError)
    assert len(mails("ended")) == 1


def test_the_office_ending_it_tells_both_sides(network, guild):
    row = make_affiliation(guild, network)
    affiliations.end(row, by=make_curator())
    assert set(mails("ended")) == {NORA, VERA}


def test_whoever_speaks_for_both_tells_nobody(network, guild):
    guild.organisation.memberships.create(user=network.organisation.contact)
    affiliations.ask(guild, network.organisation, by=network.organisation.contact)
    assert not OutgoingMail.objects.exists()
