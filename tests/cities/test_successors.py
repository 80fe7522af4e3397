"""Where dissolved municipalities went, told from the registers before and after alone."""

from cities.geometry import Point
from cities.register.entries import AssociationEntry, MunicipalityEntry, Register
from cities.register.successors import Successor, successors


def entry(ags, name, area_km2, *, association=""):
    return MunicipalityEntry(ags, name, "Gemeinde", association=association, area_km2=area_km2)


def told(before, after, *, associations=(), far=()):
    """All lie close together, but those whose keys are in `far`."""
    points = {row.ags: Point(50.0 if row.ags in far else 52.0, 10.0) for row in before}
    old = Register(None, {}, {row.key: row for row in associations}, {row.ags: row for row in before})
    return successors(old, Register(None, {}, {}, {row.ags: row for row in after}), points)


def test_a_new_key_under_the_same_name_is_the_successor():
    before = [entry("03154010", "Helmstedt", 47.0), entry("03154003", "Büddenstedt", 19.0)]
    found = told(before, [entry("03154028", "Helmstedt", 66.0)])
    assert found["03154010"] == Successor("03154028", "name")
    assert found["03154003"] == Successor("03154028", "area")  # what is left of its area


def test_a_municipality_that_changed_its_kreis_is_found_under_its_name():
    found = told([entry("16063099", "Kaltennordheim", 30.0)], [entry("16066095", "Kaltennordheim", 31.0)])
    assert found == {"16063099": Successor("16066095", "name")}


def test_a_name_made_of_two_tells_both():
    before = [entry("14521030", "Aue", 21.0), entry("14521050", "Bad Schlema", 16.0)]
    found = told(before, [entry("14521035", "Aue-Bad Schlema", 37.0)])
    assert found == {ags: Successor("14521035", "joined") for ags in ("14521030", "14521050")}


def test_an_association_that_became_a_municipality_tells_its_members():
    association = AssociationEntry("160715050", "Grammetal", "Verwaltungsgemeinschaft")
    before = [entry(f"1607100{n}", f"Ort {n}", 10.0 + n, association=association.key) for n in range(1, 4)]
    found = told(before, [entry("16071103", "Grammetal", 36.0)], associations=[association])
    assert {successor.told_by for successor in found.values()} == {"association"}
    assert len(found) == 3


def test_a_municipality_that_grew_by_just_its_area_is_the_successor():
    before = [entry("06635005", "Bromskirchen", 34.9), entry("06635001", "Allendorf (Eder)", 42.1)]
    found = told(before, [entry("06635001", "Allendorf (Eder)", 77.0)])
    assert found == {"06635005": Successor("06635001", "area")}


def test_two_that_grew_alike_tell_nothing():
    before = [
        entry("06635005", "Bromskirchen", 34.9),
        entry("06635001", "Links", 42.1),
        entry("06635002", "Rechts", 20.0),
    ]
    assert told(before, [entry("06635001", "Links", 77.0), entry("06635002", "Rechts", 54.9)]) == {}


def test_two_dissolved_ones_of_the_same_area_tell_nothing():
    before = [entry("06635005", "Eins", 34.9), entry("06635006", "Zwei", 34.8), entry("06635001", "Allendorf", 42.1)]
    assert told(before, [entry("06635001", "Allendorf", 77.0)]) == {}


def test_a_namesake_far_away_or_in_another_land_is_none():
    assert told([entry("03154010", "Neustadt", 47.0)], [entry("06154028", "Neustadt", 47.0)]) == {}
    before = [entry("03154010", "Bruch", 34.9), entry("03254001", "Weitweg", 42.1)]
    assert told(before, [entry("03254001", "Weitweg", 77.0)], far={"03154010"}) == {}


def test_a_name_is_no_proof_where_the_area_cannot_hold_it():
    """A part of a municipality became one of its own; the rest went elsewhere."""
    assert told([entry("03154010", "Helmstedt", 47.0)], [entry("03154028", "Helmstedt", 5.0)]) == {}
