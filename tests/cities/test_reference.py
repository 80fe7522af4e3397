import pytest
from django.core.management import call_command

from cities import reference
from cities.models import Municipality, PostcodePlace, Region

pytestmark = pytest.mark.django_db


def test_loading_twice_changes_nothing(capsys):
    call_command("load_reference")
    assert "0 geändert, 0 unverändert" in capsys.readouterr().out
    call_command("load_reference")
    assert capsys.readouterr().out.startswith("Ortsdaten: 0 neu, 0 geändert, ")
    assert Region.objects.filter(kind="district").count() == 400
    assert Municipality.objects.current().count() > 11_000
    assert PostcodePlace.objects.count() > 12_800


def test_what_a_newer_register_changed_is_not_taken_back():
    reference.load()
    Municipality.objects.filter(pk="05554008").update(name="Bocholt, neu", population=99)
    removed, _ = PostcodePlace.objects.filter(municipality="05554008").delete()
    changes = reference.load()
    assert (changes.added, changes.changed) == (removed, 0)
    assert Municipality.objects.get(pk="05554008").name == "Bocholt, neu"


def test_refreshing_brings_the_baseline_back_and_only_touches_what_differs():
    reference.load()
    Municipality.objects.filter(pk="05554008").update(name="Bocholt, neu", population=99)
    assert reference.load(refresh=True).changed == 1
    assert Municipality.objects.get(pk="05554008").name == "Bocholt"
    assert reference.load(refresh=True).changed == 0


def test_rows_from_before_areas_and_associations_were_known_are_completed():
    reference.load()
    Municipality.objects.filter(pk="07233501").update(area_km2=None, association=None, name="Daun, neu")
    assert reference.load().changed == 1
    completed = Municipality.objects.get(pk="07233501")
    assert (completed.association.name, completed.name) == ("Daun", "Daun, neu")
    assert completed.area_km2 > 0


def test_municipalities_of_others_stay(small_world):
    Municipality.objects.create(
        ags="05554099", name="Neuenort", land_id="05", district_id="05554", latitude=51.8, longitude=6.7
    )
    reference.load()
    assert Municipality.objects.filter(pk="05554099").exists()


def test_the_attribution_names_every_source():
    text = reference.attribution()
    for source in ("GeoBasis-DE / BKG 2016", "GeoNames, CC BY 4.0", "OpenStreetMap-Mitwirkende", "ODbL"):
        assert source in text
