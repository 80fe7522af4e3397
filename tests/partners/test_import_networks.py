import pytest
from django.utils import timezone

from partners.imports import import_networks
from partners.models import Affiliation, RegionalNetwork
from portal.accounts.models import Organisation
from tests.cities.sheets import csv, xlsx
from tests.factories import make_partner
from tests.partners.lists import counts, make_places, refusal, run, table

pytestmark = pytest.mark.django_db
MUENSTERLAND = {
    "Kennung": "RN-1", "Name": "OM-Netzwerk Münsterland", "Gebiet": "Kreis Warendorf; Münster", "Koordination": "OM-1",
    "Mitglieder": "Kasse Beispiel; OM-3", "Beschreibung": "Wir treffen uns.", "Internetseite": "netz.example",
    "Postanschrift": "Domplatz 1",
}  # fmt: skip


@pytest.fixture(autouse=True)
def partners(db):
    make_places()
    return {
        "chamber": make_partner("Kammer Beispiel", code="OM-1"),
        "fund": make_partner("Kasse Beispiel", code="OM-2"),
        "guild": make_partner("Innung Beispiel", code="OM-3"),
    }


def agreed(network):
    """Partner → whether its own side and the network's side agreed."""
    rows = Affiliation.objects.current().filter(organisation=network.organisation)
    return {row.partner.code: (bool(row.partner_agreed_at), bool(row.organisation_agreed_at)) for row in rows}


@pytest.mark.parametrize("write", [csv, xlsx])
def test_networks_arrive_and_a_second_run_changes_nothing(write):
    content = table(MUENSTERLAND, write=write)
    assert counts(import_networks(content)) == (1, 0, 0)
    assert counts(import_networks(content)) == (0, 0, 1)
    network = RegionalNetwork.objects.get()
    assert (network.name, network.slug, network.coordinator.code) == (
        "OM-Netzwerk Münsterland", "om-netzwerk-muensterland", "OM-1",
    )  # fmt: skip
    assert network.service_area.keys == {"05570", "05515000"}
    assert network.organisation.approved_at
    assert network.organisation.confirmed_at is None


def test_the_list_speaks_for_the_network_and_members_have_still_to_agree():
    import_networks(table(MUENSTERLAND))
    assert agreed(RegionalNetwork.objects.get()) == {
        "OM-1": (True, True), "OM-2": (False, True), "OM-3": (False, True),
    }  # fmt: skip


def test_a_member_that_asked_first_belongs_to_the_network_now(partners):
    import_networks(table(MUENSTERLAND | {"Mitglieder": ""}))
    network = RegionalNetwork.objects.get()
    Affiliation.objects.create(
        partner=partners["fund"], organisation=network.organisation, partner_agreed_at=timezone.now()
    )
    assert counts(import_networks(table(MUENSTERLAND | {"Mitglieder": "OM-2"}))) == (0, 1, 0)
    assert agreed(network)["OM-2"] == (True, True)


def test_members_not_named_any_more_stay():
    import_networks(table(MUENSTERLAND))
    assert counts(import_networks(table(MUENSTERLAND | {"Mitglieder": ""}))) == (0, 0, 1)
    assert len(agreed(RegionalNetwork.objects.get())) == 3


def test_a_member_that_left_is_not_asked_again():
    import_networks(table(MUENSTERLAND))
    Affiliation.objects.filter(partner__code="OM-2").update(ended_at=timezone.now())
    outcome = import_networks(table(MUENSTERLAND))
    assert counts(outcome) == (0, 0, 1)
    assert outcome.notes == (
        "Zeile 2: „Kasse Beispiel“ hat die Mitgliedschaft beendet und wird nicht noch einmal gefragt.",
    )
    assert set(agreed(RegionalNetwork.objects.get())) == {"OM-1", "OM-3"}


def test_another_coordination_is_written_and_its_membership_holds():
    import_networks(table(MUENSTERLAND))
    assert counts(import_networks(table(MUENSTERLAND | {"Koordination": "Kasse Beispiel"}))) == (0, 1, 0)
    network = RegionalNetwork.objects.get()
    assert network.coordinator.code == "OM-2"
    assert agreed(network)["OM-2"] == (True, True)


def test_a_network_that_keeps_itself_is_left_alone():
    import_networks(table(MUENSTERLAND))
    Organisation.objects.filter(kind="network").update(confirmed_at=timezone.now())
    outcome = import_networks(table(MUENSTERLAND | {"Koordination": "OM-2", "Gebiet": "bundesweit"}))
    assert counts(outcome) == (0, 0, 1)
    assert "wird von der Organisation selbst gepflegt" in outcome.notes[0]
    assert RegionalNetwork.objects.get().coordinator.code == "OM-1"


@pytest.mark.parametrize(
    ("column", "cell", "message"),
    [
        ("Koordination", "", "Die Angabe fehlt."),
        ("Koordination", "Niemand", "„Niemand“ ist kein freigegebener OM-Partner."),
        ("Koordination", "Wartet noch", "„Wartet noch“ ist kein freigegebener OM-Partner."),
        ("Koordination", "Doppelt", "Mehrere Partner heißen „Doppelt“. Bitte nennen Sie die Kennung."),
        ("Mitglieder", "OM-2; OM-99", "„OM-99“ ist kein freigegebener OM-Partner."),
        ("Gebiet", "", "Die Angabe fehlt."),
        ("Gebiet", "Halle", "„Halle“ ist nicht eindeutig."),
    ],
)
def test_a_fault_names_row_and_column_and_nothing_is_written(column, cell, message):
    make_partner("Wartet noch", approved=False)
    make_partner("Doppelt", seat="Köln")
    Organisation.objects.filter(partner=make_partner("Zweimal", seat="Telgte")).update(name="DOPPELT")
    content = table(MUENSTERLAND | {column: cell})
    assert refusal(import_networks, content).startswith(f"Zeile 2, Spalte {column}: {message}")
    assert not RegionalNetwork.objects.exists()


def test_a_network_of_that_name_is_not_entered_twice():
    import_networks(table(MUENSTERLAND))
    message = refusal(import_networks, table(MUENSTERLAND | {"Kennung": "RN-2"}))
    assert "ist schon eingetragen, aber nicht unter dieser Kennung." in message


def test_the_command_imports_and_a_dry_run_writes_nothing(tmp_path):
    file = tmp_path / "netzwerke.csv"
    file.write_bytes(table(MUENSTERLAND))
    run("import_networks", file, dry_run=True)
    assert not RegionalNetwork.objects.exists()
    assert not Affiliation.objects.exists()
    assert run("import_networks", file)[0] == ["1 neu, 0 geändert, 0 unverändert"]
