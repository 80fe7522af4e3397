from decimal import Decimal

import pytest
from django.utils import timezone

from partners.imports import import_companies
from partners.models import Company
from portal.accounts.models import Organisation
from tests.cities.sheets import csv, xlsx
from tests.factories import make_company
from tests.partners.lists import counts, make_places, refusal, run, table

pytestmark = pytest.mark.django_db
JOINERY = {
    "Kennung": "K-1", "Name": "Tischlerei Muster", "Sitz": "Telgte", "Größe": "kleines Unternehmen",
    "Beschäftigte": "20", "Umsatz": "2,5", "Bilanzsumme": "", "Branche": "F", "Themen": "Quartier",
    "Angebote": "Material", "Beschreibung": "", "Internetseite": "", "Öffentlich": "ja",
}  # fmt: skip
BAKERY = {"Kennung": "K-2", "Name": "Bäckerei Beispiel", "Größe": "micro", "Beschäftigte": "4", "Umsatz": "0,3",
          "Branche": "Verarbeitendes Gewerbe", "Öffentlich": "nein"}  # fmt: skip


@pytest.fixture(autouse=True)
def places(db):
    make_places()


@pytest.mark.parametrize("write", [csv, xlsx])
def test_companies_arrive_and_a_second_run_changes_nothing(write):
    content = table(JOINERY, BAKERY, write=write)
    assert counts(import_companies(content)) == (2, 0, 0)
    since = Company.objects.get(code="K-1").listed_at
    assert counts(import_companies(content)) == (0, 0, 2)
    assert Company.objects.get(code="K-1").listed_at == since


def test_a_row_becomes_a_whole_entry():
    import_companies(table(JOINERY, BAKERY))
    company = Company.objects.get(code="K-1")
    assert (company.name, company.name_key, company.seat_id) == ("Tischlerei Muster", "tischlerei muster", "05570044")
    assert (company.size_class, company.staff, company.branch) == ("small", 20, "F")
    assert (company.turnover, company.balance) == (Decimal("2.50"), None)
    assert [topic.code for topic in company.topics.all()] == ["neighbourhood"]
    assert [offer.kind for offer in company.offers.all()] == ["material"]
    assert (company.organisation.kind, company.organisation.confirmed_at) == ("company", None)
    assert Company.objects.get(code="K-2").branch == "C"


def test_only_companies_that_want_it_are_shown_to_the_public():
    import_companies(table(JOINERY, BAKERY))
    assert [company.code for company in Company.objects.public()] == ["K-1"]
    import_companies(table(JOINERY | {"Öffentlich": "nein"}))
    assert not Company.objects.public().exists()
    without = {name: cell for name, cell in JOINERY.items() if name != "Öffentlich"}
    import_companies(table(without | {"Kennung": "K-3", "Name": "Ohne Angabe"}))
    assert Company.objects.get(code="K-3").listed_at is None


def test_numbers_of_a_sheet_are_numbers():
    row = JOINERY | {"Beschäftigte": 20.0, "Umsatz": 2.5, "Bilanzsumme": 2, "Sitz": 48291, "Öffentlich": True}
    import_companies(table(row, write=xlsx))
    company = Company.objects.get()
    assert (company.staff, company.turnover, company.balance) == (20, Decimal("2.50"), Decimal(2))
    assert (company.seat_id, bool(company.listed_at)) == ("05570044", True)


@pytest.mark.parametrize(("size", "code"), [("klein", "small"), ("Kleines Unternehmen", "small"), ("small", "small")])
def test_a_size_goes_by_label_and_code(size, code):
    import_companies(table(JOINERY | {"Größe": size}))
    assert Company.objects.get().size_class == code


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"Beschäftigte": "400"}, "Spalte Größe: Das Unternehmen ist größer als ein mittleres"),
        ({"Beschäftigte": "60"}, "Spalte Größe: Das passt nicht zu den Zahlen. Möglich ist: mittleres Unternehmen."),
        ({"Umsatz": "60", "Bilanzsumme": "50"}, "Spalte Größe: Das Unternehmen ist größer als ein mittleres"),
        ({"Größe": ""}, "Spalte Größe: Die Angabe fehlt."),
        ({"Größe": "riesig"}, "Spalte Größe: „riesig“ ist nicht bekannt."),
        ({"Beschäftigte": ""}, "Spalte Beschäftigte: Die Angabe fehlt."),
        ({"Beschäftigte": "-3"}, "Spalte Beschäftigte: „-3“ ist keine ganze Zahl von 0 bis 32767."),
        ({"Beschäftigte": "²"}, "Spalte Beschäftigte: „²“ ist keine ganze Zahl"),
        ({"Umsatz": "viel"}, "Spalte Umsatz: „viel“ ist keine Zahl wie 1,5."),
        ({"Umsatz": "1,234"}, "Spalte Umsatz: „1,234“ liegt nicht zwischen 0 und 9999.99 oder hat mehr"),
        ({"Umsatz": "12.000.000"}, "Spalte Umsatz: „12.000.000“ liegt nicht zwischen"),
        ({"Branche": "Z"}, "Spalte Branche: „Z“ ist nicht bekannt."),
        ({"Öffentlich": "vielleicht"}, "Spalte Öffentlich: Hier steht ja oder nein."),
        ({"Kennung": "K 1"}, "Spalte Kennung: „K 1“ ist keine Kennung"),
    ],
)
def test_a_fault_names_row_and_column_and_nothing_is_written(changes, message):
    assert refusal(import_companies, table(JOINERY | changes)).startswith(f"Zeile 2, {message}")
    assert not Organisation.objects.exists()


def test_a_company_that_is_there_without_this_code_is_not_entered_twice():
    make_company("Tischlerei Muster", seat="Telgte")
    message = refusal(import_companies, table(JOINERY | {"Name": "TISCHLEREI  Muster"}))
    assert "„TISCHLEREI  Muster“ ist schon eingetragen, aber nicht unter dieser Kennung." in message
    assert counts(import_companies(table(JOINERY | {"Sitz": "Köln"}))) == (1, 0, 0)


def test_companies_with_names_in_another_script_are_told_apart():
    content = table(JOINERY | {"Name": "Столярная"}, {"Kennung": "K-9", "Name": "Пекарня"})
    assert counts(import_companies(content)) == (2, 0, 0)
    assert set(Company.objects.values_list("name_key", flat=True)) == {"столярная", "пекарня"}


def test_the_same_company_in_two_rows_is_a_fault():
    message = refusal(import_companies, table(JOINERY, {"Kennung": "K-9"}))
    assert message == "Zeile 3, Spalte Name: „Tischlerei Muster“ steht schon in Zeile 2."


def test_what_the_company_itself_keeps_is_never_overwritten():
    import_companies(table(JOINERY, BAKERY))
    Organisation.objects.filter(company__code="K-1").update(confirmed_at=timezone.now())
    outcome = import_companies(table(JOINERY | {"Beschäftigte": "30"}, BAKERY | {"Beschäftigte": "5"}))
    assert counts(outcome) == (0, 1, 1)
    assert "„Tischlerei Muster“ wird von der Organisation selbst gepflegt" in outcome.notes[0]
    assert set(Company.objects.values_list("code", "staff")) == {("K-1", 20), ("K-2", 5)}


def test_the_command_imports_and_a_dry_run_writes_nothing(tmp_path):
    file = tmp_path / "unternehmen.csv"
    file.write_bytes(table(JOINERY, BAKERY))
    run("import_companies", file, dry_run=True)
    assert not Company.objects.exists()
    assert run("import_companies", file)[0] == ["2 neu, 0 geändert, 0 unverändert"]
