"""The list of names that several municipalities bear, from the folder of official data."""

import csv
import os
from pathlib import Path

# In „Lübbenau/Spreewald / Lubnjow/Błota“ and „Vetschau/Spreewald / Wětošow/Błota“ the list takes Błota for a name of
# both, and has lost its ł. It is Sorbian for Spreewald, their landscape, which the list takes for a name of neither.
_NO_NAMES, _OF_TOWNS = {"b ota", "bei ota"}, {"12066196", "12066320"}


def ambiguous_names():
    """Its rows: a key of ours in `schluessel`, an official name in `name_amtlich`, `ags`."""
    with (Path(os.environ["PORTAL_REFERENCE_DATA"]) / "gleichnamige_orte.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert {row["ags"] for row in rows if row["schluessel"] in _NO_NAMES} == _OF_TOWNS
    return [row for row in rows if row["schluessel"] not in _NO_NAMES]
