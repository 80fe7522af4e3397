from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.management import CommandError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from matching.models import Suggestion
from partners.imports import import_partners
from partners.models import Partner
from portal.accounts.models import Membership, Organisation, User
from tests.cities.sheets import csv, xlsx
from tests.factories import make_city, make_partner
from tests.partners.lists import counts, make_places, refusal, run, table

pytestmark = pytest.mark.django_db
CHAMBER = {
    "Kennung": "OM-001", "Name": "Kammer Münster", "Kategorie": "Kammern und Innungen", "Bereich": "",
    "Sitz": "Münster", "Einzugsgebiet": "Kreis Warendorf; Münster 50 km", "Themen": "Klima und Nachhaltigkeit, youth",
    "Fähigkeiten": "Moderation und Beteiligung", "Angebote": "Räume: für Treffen, abends; Zeit",
    "Beschreibung": "Wir beraten Betriebe.", "Internetseite": "kammer.example", "Vermittlungen im Monat": "3",
    "Postanschrift": "Domplatz 1\n48143 Münster",
}  # fmt: skip
FUND = {"Kennung": "OM-002", "Name": "Kasse Telgte", "Kategorie": "social_insurance", "Sitz": "48291 Telgte"}
SMALL = {name: CHAMBER[name] for name in ("Kennung", "Name", "Kategorie", "Sitz")}


@pytest.fixture(autouse=True)
def places(db):
    make_places()


@pytest.mark.parametrize("write", [csv, xlsx])
def test_partners_arrive_and_a_second_run_changes_nothing(write):
    content = table(CHAMBER, FUND, write=write)
    assert counts(import_partners(content)) == (2, 0, 0)
    assert counts(import_partners(content)) == (0, 0, 2)
    assert Partner.objects.count() == Organisation.objects.count() == 2


def test_a_row_becomes_a_whole_entry():
    import_partners(table(CHAMBER))
    partner = Partner.objects.get(code="OM-001")
    assert (partner.name, partner.slug, partner.category_id) == ("Kammer Münster", "kammer-muenster", "chamber_guild")
    assert (partner.seat_id, partner.sector, partner.website) == ("05515000", "business", "https://kammer.example")
    assert {topic.code for topic in partner.topics.all()} == {"climate", "youth"}
    assert {skill.code for skill in partner.skills.all()} == {"facilitation"}
    assert {(offer.kind, offer.note) for offer in partner.offers.all()} == {
        ("rooms", "für Treffen, abends"), ("time", ""),
    }  # fmt: skip
    area = partner.service_area
    assert (area.keys, [circle.radius_km for circle in area.circles]) == (frozenset({"05570"}), [50])
    assert partner.organisation.capacity == 3
    assert partner.organisation.postal_address == "Domplatz 1\n48143 Münster"


def test_an_imported_organisation_is_approved_unconfirmed_and_has_no_people():
    import_partners(table(CHAMBER))
    organisation = Organisation.objects.get()
    assert organisation.approved_at
    assert organisation.confirmed_at is None
    assert not Membership.objects.exists()


def test_contact_data_is_not_read():
    outcome = import_partners(table(CHAMBER | {"E-Mail": "anna@kammer.example", "Ansprechpartner": "Anna Arbeit"}))
    assert [note.split(":")[0] for note in outcome.notes] == ["Spalte „E-Mail“", "Spalte „Ansprechpartner“"]
    assert not User.objects.exists()
    assert "anna" not in str(Partner.objects.values()).casefold() + str(Organisation.objects.values()).casefold()


@pytest.mark.parametrize(
    "seat",
    ["05570044", "Telgte", "48291", "48291 Telgte", "TELGTE", "Telgte (Kreis Warendorf, Nordrhein-Westfalen)"],
)
def test_a_seat_is_a_key_a_place_or_a_postcode(seat):
    import_partners(table(SMALL | {"Sitz": seat}))
    assert Partner.objects.get().seat_id == "05570044"


def test_a_topic_may_have_commas_in_its_name():
    import_partners(table(SMALL | {"Themen": "Kinder, Jugend, Bildung, Quartier"}))
    assert {topic.code for topic in Partner.objects.get().topics.all()} == {"youth", "neighbourhood"}


def test_columns_the_file_lacks_leave_what_is_stored_and_empty_cells_empty_it():
    import_partners(table(CHAMBER))
    assert counts(import_partners(table(SMALL))) == (0, 0, 1)
    empty = {"Themen": "", "Angebote": "", "Einzugsgebiet": "", "Beschreibung": ""}
    assert counts(import_partners(table(SMALL | empty))) == (0, 1, 0)
    partner = Partner.objects.get()
    assert [rows.count() for rows in (partner.topics, partner.offers, partner.area_parts)] == [0, 0, 0]
    assert (partner.description, partner.website) == ("", "https://kammer.example")


def test_changes_are_written_and_the_address_stays():
    import_partners(table(CHAMBER, FUND))
    changed = CHAMBER | {"Name": "Kammer Nord", "Themen": "Quartier", "Einzugsgebiet": "bundesweit", "Angebote": "Zeit"}
    assert counts(import_partners(table(changed))) == (0, 1, 0)
    partner = Partner.objects.get(code="OM-001")
    assert (partner.name, partner.slug) == ("Kammer Nord", "kammer-muenster")
    assert [topic.code for topic in partner.topics.all()] == ["neighbourhood"]
    assert partner.service_area.nationwide
    assert [offer.kind for offer in partner.offers.all()] == ["time"]


def test_what_the_organisation_itself_keeps_is_never_overwritten():
    import_partners(table(CHAMBER))
    Organisation.objects.update(confirmed_at=timezone.now())
    Partner.objects.update(description="Selbst geschrieben")
    outcome = import_partners(table(CHAMBER))
    assert counts(outcome) == (0, 0, 1)
    assert outcome.notes == (
        "Zeile 2: „Kammer Münster“ wird von der Organisation selbst gepflegt und bleibt, wie es ist.",
    )
    assert Partner.objects.get().description == "Selbst geschrieben"


def test_an_organisation_that_left_is_not_brought_back():
    import_partners(table(CHAMBER))
    Organisation.objects.update(withdrawn_at=timezone.now())
    outcome = import_partners(table(CHAMBER | {"Name": "Anders"}))
    assert outcome.notes == ("Zeile 2: „Kammer Münster“ ist ausgetreten und bleibt, wie es ist.",)


def test_partners_of_one_name_get_addresses_of_their_own():
    import_partners(table(SMALL, {"Kennung": "B", "Sitz": "Köln"}, {"Kennung": "C", "Sitz": "Telgte"}))
    assert set(Partner.objects.values_list("slug", flat=True)) == {
        "kammer-muenster", "kammer-muenster-2", "kammer-muenster-3",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("column", "cell", "message"),
    [
        ("Kennung", "", "Die Angabe fehlt."),
        ("Kennung", "<script>", "„<script>“ ist keine Kennung wie OM-017."),
        ("Kennung", "OM-001", "Die Kennung steht schon in Zeile 2."),
        ("Name", "", "Die Angabe fehlt."),
        ("Name", "K" * 100_000, "Die Angabe hat 100000 Zeichen, erlaubt sind 200."),
        ("Name", "Kam\0mer", "Die Zelle enthält ein unlesbares Zeichen."),
        ("Kategorie", "", "Die Angabe fehlt."),
        ("Kategorie", "Verein", "„Verein“ ist nicht bekannt. Möglich sind: Kammern und Innungen;"),
        ("Bereich", "Kirche", "„Kirche“ ist nicht bekannt. Möglich sind: Verwaltung; Zivilgesellschaft;"),
        ("Sitz", "", "Die Angabe fehlt."),
        ("Sitz", "Atlantis", "„Atlantis“ haben wir nicht gefunden. Bitte prüfen Sie die Schreibweise."),
        ("Sitz", "Halle", "„Halle“ ist nicht eindeutig. Bitte schreiben Sie eines davon: Halle"),
        ("Sitz", "99999999", "„99999999“ haben wir nicht gefunden."),
        ("Einzugsgebiet", "Halle 20 km", "„Halle“ ist nicht eindeutig."),
        ("Einzugsgebiet", "Münster 900 km", "„Münster 900 km“: Der Umkreis liegt zwischen 1 und 500 km."),
        ("Themen", "Klima und Nachhaltigkeit, Raumfahrt", "„Raumfahrt“ ist nicht bekannt."),
        ("Fähigkeiten", "Fliegen", "„Fliegen“ ist nicht bekannt."),
        ("Angebote", "Geld", "„Geld“ ist nicht bekannt. Möglich sind: Zeit; Wissen; Räume; Material; Kontakte."),
        ("Angebote", "Zeit; Zeit: mehr", "„Zeit“ steht zweimal da."),
        ("Angebote", "Zeit: " + "x" * 301, "„xxx"),
        ("Beschreibung", "x" * 3001, "Die Angabe hat 3001 Zeichen, erlaubt sind 3000."),
        ("Internetseite", "javascript:alert(1)", "Bitte eine gültige Adresse eingeben."),
        ("Vermittlungen im Monat", "21", "„21“ ist keine ganze Zahl von 0 bis 20."),
        ("Vermittlungen im Monat", "zwei", "„zwei“ ist keine ganze Zahl von 0 bis 20."),
        ("Postanschrift", "x" * 501, "Die Angabe hat 501 Zeichen, erlaubt sind 500."),
    ],
)
def test_a_fault_names_row_and_column_and_nothing_is_written(column, cell, message):
    content = table(CHAMBER, FUND | {column: cell})
    assert refusal(import_partners, content).startswith(f"Zeile 3, Spalte {column}: {message}")
    assert not Organisation.objects.exists()


def test_all_faults_of_all_rows_are_named_at_once():
    message = refusal(import_partners, table(CHAMBER | {"Sitz": "?", "Themen": "?"}, FUND | {"Kategorie": "?"}))
    assert [line.split(":")[0] for line in message.splitlines()] == [
        "Zeile 2, Spalte Sitz", "Zeile 2, Spalte Themen", "Zeile 3, Spalte Kategorie", "Zeile 3, Spalte Themen",
    ]  # fmt: skip


def test_faulty_rows_can_be_left_out():
    outcome = import_partners(table(CHAMBER, FUND | {"Kategorie": "?"}), skip_faulty=True)
    assert counts(outcome) == (1, 0, 0)
    assert [fault.row for fault in outcome.skipped] == [3]


def test_the_same_name_in_the_same_place_is_not_entered_twice():
    make_partner("Kammer Münster", seat="Münster")
    message = refusal(import_partners, table(CHAMBER))
    assert message == "Zeile 2, Spalte Name: „Kammer Münster“ ist schon eingetragen, aber nicht unter dieser Kennung."
    message = refusal(import_partners, table(FUND, {"Kennung": "OM-003", "Name": "KASSE TELGTE"}))
    assert message == "Zeile 3, Spalte Name: „KASSE TELGTE“ steht schon in Zeile 2."


def test_suggestions_follow_the_command_in_one_transaction(tmp_path):
    make_city("Telgte", topics=("climate",))
    file = tmp_path / "partner.csv"
    file.write_bytes(table(CHAMBER, FUND))
    assert run("import_partners", file, dry_run=True)[0] == [
        "2 neu, 0 geändert, 0 unverändert", "Probelauf: nichts wurde gespeichert.",
    ]  # fmt: skip
    assert not Suggestion.objects.exists()
    assert run("import_partners", file)[0] == ["2 neu, 0 geändert, 0 unverändert"]
    assert Suggestion.objects.filter(partner__code="OM-001").exists()
    assert run("import_partners", file)[0] == ["0 neu, 0 geändert, 2 unverändert"]


def test_a_list_leaves_other_areas_for_single_topics_alone():
    import_partners(table(CHAMBER))
    partner = Partner.objects.get()
    own = partner.area_parts.create(topic=partner.topics.first(), nationwide=True)
    assert counts(import_partners(table(CHAMBER))) == (0, 0, 1)
    assert counts(import_partners(table(CHAMBER | {"Einzugsgebiet": "Köln"}))) == (0, 1, 0)
    assert partner.area_parts.filter(pk=own.pk).exists()


def test_the_command_names_faults_and_says_that_nothing_was_written(tmp_path):
    file = tmp_path / "partner.xlsx"
    file.write_bytes(table(CHAMBER, FUND | {"Kategorie": "?", "Themen": "?"}, write=xlsx))
    with pytest.raises(CommandError, match=r"(?s)Zeile 3, Spalte Kategorie: .*Nichts wurde gespeichert\."):
        run("import_partners", file)
    out, err = run("import_partners", file, skip_faulty=True)
    assert out == ["1 neu, 0 geändert, 0 unverändert", "1 fehlerhaft und ausgelassen"]
    assert [line.split(":")[0] for line in err] == ["Zeile 3, Spalte Kategorie", "Zeile 3, Spalte Themen"]


def test_the_number_of_queries_does_not_grow_with_new_partners():
    def queries(rows):
        with CaptureQueriesContext(connection) as captured:
            import_partners(table(*rows))
        return len(captured)

    few = [CHAMBER | {"Kennung": f"A{number}", "Name": f"A{number}"} for number in range(2)]
    many = [CHAMBER | {"Kennung": f"B{number}", "Name": f"B{number}"} for number in range(12)]
    assert queries(few) == queries(many)
    assert queries(few) == queries(many)  # and not when nothing changes


@pytest.mark.django_db(transaction=True)
def test_two_imports_at_once_take_turns():
    content = table(CHAMBER, FUND)

    def work(_):
        try:
            return counts(import_partners(content))
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(work, range(2))) == [(0, 0, 2), (2, 0, 0)]
    assert Partner.objects.count() == 2
