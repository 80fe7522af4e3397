"""School holidays from calendar files and from the office's own form."""

from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from cities import school_holidays
from cities.ical import IcalRefused
from cities.models import SchoolHoliday
from cities.signals import school_holidays_changed
from tests.factories import make_curator, make_municipality

pytestmark = pytest.mark.django_db
AUTUMN, CHRISTMAS = ("20261017", "20261101", "Herbstferien"), ("20261223", "20270107", "Weihnachtsferien")


def calendar(*events):
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Test//DE"]
    for start, end, name in events:
        lines += ["BEGIN:VEVENT", f"UID:{name}-{start}", "DTSTAMP:20260101T000000Z"]
        lines += [f"DTSTART;VALUE=DATE:{start}", *([f"DTEND;VALUE=DATE:{end}"] if end else [])]
        lines += [f"SUMMARY:{name}", "END:VEVENT"]
    return "\r\n".join([*lines, "END:VCALENDAR", ""]).encode()


@pytest.fixture
def land():
    return make_municipality("Telgte").land


def take(*events, land="05", **options):
    return school_holidays.import_file(calendar(*events), land=land, source="ferien.ics", **options)


def entered():
    return list(SchoolHoliday.objects.values_list("name", "first_day", "last_day"))


def test_the_end_of_an_event_is_the_day_after_the_last(land):
    take(AUTUMN, CHRISTMAS)
    assert entered() == [
        ("Herbstferien", date(2026, 10, 17), date(2026, 10, 31)),
        ("Weihnachtsferien", date(2026, 12, 23), date(2027, 1, 6)),
    ]
    assert {row.source for row in SchoolHoliday.objects.all()} == {"ferien.ics"}


def test_a_single_day_needs_no_end(land):
    take(("20270528", "", "Ferientag"))
    assert entered() == [("Ferientag", date(2027, 5, 28), date(2027, 5, 28))]


def test_a_second_import_changes_nothing(land):
    take(AUTUMN, CHRISTMAS)
    before = list(SchoolHoliday.objects.values_list("pk", flat=True))
    changes = take(AUTUMN, CHRISTMAS)
    assert (changes.added, changes.removed, changes.unchanged) == ([], [], 2)
    assert list(SchoolHoliday.objects.values_list("pk", flat=True)) == before


def test_a_corrected_file_corrects_and_leaves_what_lies_outside_of_it(land):
    take(("20260720", "20260901", "Sommerferien"))
    take(AUTUMN, CHRISTMAS)
    changes = take(("20261019", "20261101", "Herbstferien"), CHRISTMAS)
    assert changes.removed == ["Herbstferien 17.10.2026 – 31.10.2026"]
    assert [row[1] for row in entered()] == [date(2026, 7, 20), date(2026, 10, 19), date(2026, 12, 23)]


def test_trying_out_writes_nothing(land):
    assert len(take(AUTUMN, dry_run=True).added) == 1
    assert entered() == []


def test_other_laender_are_left_alone(land):
    make_municipality("Berlin")
    take(AUTUMN, land="11")
    take(("20261010", "20261120", "Ferien"))
    assert SchoolHoliday.objects.filter(land="11").count() == 1


def test_a_change_is_reported_to_higher_apps_and_no_change_is_not(land):
    heard = []
    school_holidays_changed.connect(lambda **kwargs: heard.append(1), weak=False, dispatch_uid="test")
    try:
        take(AUTUMN)
        take(AUTUMN)
        take(CHRISTMAS, dry_run=True)
    finally:
        school_holidays_changed.disconnect(dispatch_uid="test")
    assert heard == [1]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "keine lesbare Kalenderdatei"),
        (b"%PDF-1.7 \xff\xfe", "keine lesbare Kalenderdatei"),
        (b"Name;Von;Bis\nHerbst;17.10.2026;31.10.2026\n", "keine lesbare Kalenderdatei"),
        (calendar(AUTUMN)[:90], "keine lesbare Kalenderdatei"),
        (calendar(), "keine Termine"),
        (calendar(("quatsch", "", "Herbstferien")), "Herbstferien“ hat kein lesbares Datum"),
        (calendar(AUTUMN).replace(b"DTSTART;VALUE=DATE:20261017\r\n", b""), "hat kein lesbares Datum"),
        (calendar(AUTUMN).replace(b";VALUE=DATE:20261017", b":20261017T080000Z"), "hat"),
        (calendar(AUTUMN).replace(b"SUMMARY", b"RRULE:FREQ=YEARLY\r\nSUMMARY"), "wiederholt sich"),
        (calendar(("20260101", "20270101", "Jahr")), "länger als 100 Tage"),
    ],
)
def test_a_broken_file_is_refused_as_a_whole_with_a_sentence(land, content, sentence):
    with pytest.raises(IcalRefused, match=sentence):
        school_holidays.import_file(content, land="05", source="x.ics")
    assert entered() == []


@pytest.mark.parametrize("key", ["5", "99", "05515", ""])
def test_an_unknown_land_is_refused(land, key):
    with pytest.raises(IcalRefused, match="gibt es nicht"):
        take(AUTUMN, land=key)


def test_the_command_says_what_it_did(land, tmp_path):
    file = tmp_path / "nrw.ics"
    file.write_bytes(calendar(AUTUMN))
    said = [StringIO(), StringIO(), StringIO()]
    call_command("import_school_holidays", file, land="05", dry_run=True, stdout=said[0])
    call_command("import_school_holidays", file, land="05", stdout=said[1])
    call_command("import_school_holidays", file, land="05", stdout=said[2])
    first = "+ Herbstferien 17.10.2026 – 31.10.2026\nSchulferien: 1 neu, 0 entfernt, 0 unverändert\n"
    assert [each.getvalue() for each in said] == [first, first, "Schulferien: 0 neu, 0 entfernt, 1 unverändert\n"]


def test_the_command_refuses_what_it_cannot_read(land, tmp_path):
    file = tmp_path / "nrw.ics"
    with pytest.raises(CommandError, match="lässt sich nicht lesen"):
        call_command("import_school_holidays", file, land="05")
    file.write_text("kein Kalender")
    with pytest.raises(CommandError, match="keine lesbare Kalenderdatei"):
        call_command("import_school_holidays", file, land="05")


def test_the_office_enters_corrects_and_deletes_school_holidays_by_hand(client, land):
    client.force_login(make_curator())
    form = {"land": "05", "name": "Pfingstferien", "first_day": "18.05.2027", "last_day": "21.05.2027", "source": "KMK"}
    assert client.post("/admin/cities/schoolholiday/add/", form).status_code == 302
    row = SchoolHoliday.objects.get()
    again = client.post("/admin/cities/schoolholiday/add/", form).content.decode()
    assert "schon eingetragen" in again
    backwards = client.post("/admin/cities/schoolholiday/add/", form | {"last_day": "17.05.2027"}).content.decode()
    assert "mindestens einen und höchstens 100 Tage" in backwards
    client.post(f"/admin/cities/schoolholiday/{row.pk}/delete/", {"post": "yes"})
    assert entered() == []
    assert client.get("/admin/cities/schoolholiday/").status_code == 200
