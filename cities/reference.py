"""Loads the baseline into the database: regions, associations, municipalities, localities, postcodes.

Rows that are there already stay as they are, so that what a newer official register changed is not taken back; nothing
is ever deleted, since partners and towns point to it.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import TypeVar

from django.db import connection, models, transaction
from django.utils.translation import gettext as _

from cities import place_index
from cities.baseline.tables import FOLDER, read_table
from cities.models import Association, Locality, Municipality, PlaceName, PostcodePlace, Region, RegisterSync
from portal.accounts.refusals import Refusal

Row = TypeVar("Row", bound=models.Model)
_BATCH = 2000
_REGION_FIELDS = ["kind", "name"]
_MUNICIPALITY_FIELDS = [
    "name",
    "kind",
    "land_id",
    "district_id",
    "association_id",
    "area_km2",
    "population",
    "latitude",
    "longitude",
    "dissolved_on",
    "successor_id",
]


@dataclass(frozen=True)
class Changes:
    """How many rows were written and how many stood there already."""

    added: int
    changed: int
    unchanged: int

    def __add__(self, other: "Changes") -> "Changes":
        return Changes(self.added + other.added, self.changed + other.changed, self.unchanged + other.unchanged)

    def with_changed(self, count: int) -> "Changes":
        return Changes(self.added, count, self.unchanged - count)


class BaselineError(Refusal):
    """The baseline may not be taken as asked; the message is for the person."""


@transaction.atomic
def load(*, refresh: bool = False) -> Changes:
    """Add what is missing; with `refresh` existing rows of the baseline get its values back.

    Once the official register was taken over, the baseline has nothing more to say: it would bring back what is gone.
    """
    if RegisterSync.objects.exists():
        if refresh:
            raise BaselineError(_("Es gilt schon ein amtliches Gemeindeverzeichnis; das mitgelieferte ist älter."))
        return Changes(0, 0, Municipality.objects.count())
    regions = read_table(FOLDER / "regions.csv.gz")
    municipalities = read_table(FOLDER / "municipalities.csv.gz")
    changes = _add(Region, regions, key="key", make=_region)
    changes += _add(Association, read_table(FOLDER / "associations.csv.gz"), key="key", make=_association)
    changes += _add(Municipality, municipalities, key="ags", make=_municipality)
    changes = changes.with_changed(_complete(municipalities))
    if refresh:
        changes = changes.with_changed(
            _refresh(Region, map(_region, regions), fields=_REGION_FIELDS)
            + _refresh(Municipality, map(_municipality, municipalities), fields=_MUNICIPALITY_FIELDS)
        )
    changes += _add_localities() + _add_postcodes()
    if changes.added or changes.changed or not PlaceName.objects.exists():
        place_index.rebuild()
        _analyze()
    return changes


def attribution() -> str:
    """Where the places come from, as Markdown; shown on a page."""
    return (FOLDER / "ATTRIBUTION.md").read_text(encoding="utf-8")


def _region(row: dict[str, str]) -> Region:
    return Region(key=row["key"], kind=row["kind"], name=row["name"])


def baseline_day() -> date:
    """No register older than this may follow: the baseline knows what changed until then."""
    return max(_days_of_dissolution().values())


@cache
def _days_of_dissolution() -> dict[str, date]:
    return {row["old"]: date.fromisoformat(row["since"]) for row in read_table(FOLDER / "successors.csv")}


def _association(row: dict[str, str]) -> Association:
    return Association(key=row["key"], name=row["name"], kind=row["kind"])


def _municipality(row: dict[str, str]) -> Municipality:
    """A dissolved municipality lies in the Kreis of its successor, since its own may be gone."""
    today = row["successor"] or row["ags"]
    return Municipality(
        ags=row["ags"],
        name=row["name"],
        kind=row["kind"],
        land_id=today[:2],
        district_id=today[:5],
        association_id=row["association"] or None,
        area_km2=float(row["area_km2"]),
        population=int(row["population"]),
        latitude=float(row["latitude"]),
        longitude=float(row["longitude"]),
        dissolved_on=_days_of_dissolution().get(row["ags"]),
        successor_id=row["successor"] or None,
    )


def _add(model: type[Row], rows: list[dict[str, str]], *, key: str, make: Callable[[dict[str, str]], Row]) -> Changes:
    """Rows are only made where they are missing: their search keys take most of the time."""
    stored = set(model._default_manager.values_list("pk", flat=True))
    new = [make(row) for row in rows if row[key] not in stored]
    model._default_manager.bulk_create(new, batch_size=_BATCH, ignore_conflicts=True)
    return Changes(len(new), 0, len(rows) - len(new))


def _complete(municipalities: list[dict[str, str]]) -> int:
    """Rows from before areas and associations were known get both; whatever else they say stays."""
    incomplete = set(Municipality.objects.filter(area_km2=None).values_list("pk", flat=True))
    rows = [_municipality(row) for row in municipalities if row["ags"] in incomplete]
    return Municipality.objects.bulk_update(rows, ["association", "area_km2"], batch_size=_BATCH)


def _refresh(model: type[Row], rows: Iterable[Row], *, fields: list[str]) -> int:
    stored = {row.pk: row for row in model._default_manager.all()}
    other = [row for row in rows if _differs(row, stored[row.pk], fields)]
    model._default_manager.bulk_update(other, [name.removesuffix("_id") for name in fields], batch_size=_BATCH)
    return len(other)


def _analyze() -> None:
    """Thousands of new rows: until the planner knows them, every search reads whole tables."""
    with connection.cursor() as cursor:
        for model in (Region, Association, Municipality, Locality, PostcodePlace, PlaceName):
            cursor.execute(f"ANALYZE {connection.ops.quote_name(model._meta.db_table)}")


def _differs(one: models.Model, other: models.Model, fields: Iterable[str]) -> bool:
    return any(getattr(one, name) != getattr(other, name) for name in fields)


def _add_localities() -> Changes:
    """Once: later a municipality may have been merged, and its localities with it."""
    rows = read_table(FOLDER / "localities.csv.gz")
    known = {(row["ags"], row["name"]) for row in rows}
    districts = [row for row in read_table(FOLDER / "districts.csv") if (row["ags"], row["name"]) not in known]
    if Locality.objects.exists():
        return Changes(0, 0, len(rows) + len(districts))
    new = [*map(_locality, rows), *_districts(districts)]
    Locality.objects.bulk_create(new, batch_size=_BATCH)
    return Changes(len(new), 0, 0)


def _districts(rows: list[dict[str, str]]) -> list[Locality]:
    """Districts that GeoNames lacks; of these only the town is known, so they have its centre."""
    towns = Municipality.objects.in_bulk({row["ags"] for row in rows})
    pairs = [(towns[row["ags"]], row["name"]) for row in rows if row["ags"] in towns]
    return [
        Locality(municipality=town, name=name, latitude=town.latitude, longitude=town.longitude) for town, name in pairs
    ]


def _locality(row: dict[str, str]) -> Locality:
    return Locality(
        municipality_id=row["ags"],
        name=row["name"],
        population=int(row["population"]),
        latitude=float(row["latitude"]),
        longitude=float(row["longitude"]),
    )


def _add_postcodes() -> Changes:
    stored = set(PostcodePlace.objects.values_list("postcode", "municipality_id"))
    pairs = [(row["postcode"], row["ags"]) for row in read_table(FOLDER / "postcodes.csv.gz")]
    new = [PostcodePlace(postcode=pair[0], municipality_id=pair[1]) for pair in pairs if pair not in stored]
    PostcodePlace.objects.bulk_create(new, batch_size=_BATCH, ignore_conflicts=True)
    return Changes(len(new), 0, len(pairs) - len(new))
