"""The places of the database as a register, and how a diff is written to it."""

from collections.abc import Iterable, Mapping
from datetime import date
from statistics import fmean
from typing import Any

from django.db import models

from cities import reference
from cities.geometry import Point
from cities.models import Association, Locality, Municipality, Region, RegisterSync
from cities.place_names import name_keys, search_key
from cities.register.diff import Diff
from cities.register.entries import AssociationEntry, MunicipalityEntry, RegionEntry, Register

_BATCH = 2000
_MIDDLE_OF_GERMANY = Point(51.2, 10.4)  # for a register that is read into an empty database


def register() -> Register:
    """What we know today; its day is that of the last synchronisation, or of the baseline."""
    last = RegisterSync.objects.order_by("-register_day").first()
    day = last.register_day if last else reference.baseline_day()
    columns = ("ags", "name", "kind", "association_id", "population", "area_km2", "seat_postcode")
    municipalities = Municipality.objects.current().order_by("ags").values_list(*columns)
    return Register(
        day,
        {row.key: RegionEntry(row.key, row.kind, row.name) for row in Region.objects.current()},
        {row.key: AssociationEntry(row.key, row.name, row.kind) for row in Association.objects.all()},
        {
            ags: MunicipalityEntry(ags, name, kind, association or "", *figures)
            for ags, name, kind, association, *figures in municipalities
        },
    )


def points() -> dict[str, Point]:
    """The centre of every municipality of today."""
    rows = Municipality.objects.current().values_list("ags", "latitude", "longitude")
    return {ags: Point(latitude, longitude) for ags, latitude, longitude in rows}


def write(diff: Diff, *, day: date, known_points: Mapping[str, Point]) -> None:
    """Rows of today as the diff has them; nothing is deleted but associations without members."""
    _upsert(Region, map(_region, (*diff.new_regions, *(entry for _name, entry in diff.renamed_regions))))
    Region.objects.filter(key__in=[entry.key for entry in diff.dissolved_regions]).update(dissolved_on=day)
    _upsert(Association, (Association(key=e.key, name=e.name, kind=e.kind) for e in diff.associations))
    centres = {**known_points, **points_of_new(diff, known_points)}
    _upsert(Municipality, (_municipality(entry, centres[entry.ags]) for entry in diff.changed_municipalities))
    _dissolve(diff, day=day)
    gone = [entry.key for entry in diff.dissolved_associations]
    Association.objects.filter(key__in=gone, municipalities=None).delete()


def points_of_new(diff: Diff, known_points: Mapping[str, Point]) -> dict[str, Point]:
    """The register has no coordinates: those that are told, else the mean of the Kreis, to see where about it is."""
    told = _told_points(diff, known_points)
    return {entry.ags: told.get(entry.ags) or _about(entry, known_points) for entry in diff.new}


def guessed(diff: Diff, known_points: Mapping[str, Point]) -> tuple[MunicipalityEntry, ...]:
    """The new ones of which only the Kreis is known; nothing is guessed where no municipality was known at all."""
    told = _told_points(diff, known_points) if known_points else {entry.ags for entry in diff.new}
    return tuple(entry for entry in diff.new if entry.ags not in told)


def _told_points(diff: Diff, known_points: Mapping[str, Point]) -> dict[str, Point]:
    """A place of that name in the Kreis, else the mean of what was merged into it."""
    merged: dict[str, list[str]] = {}
    for old, new in diff.successors.items():
        merged.setdefault(new, []).append(old)
    names = {gone.entry.ags: gone.entry.name for gone in diff.dissolved}
    points = {
        entry.ags: _namesake(entry, merged.get(entry.ags, []), names, known_points)
        or _mean(known_points[ags] for ags in merged.get(entry.ags, []))
        for entry in diff.new
    }
    return {ags: point for ags, point in points.items() if point}


def _about(entry: MunicipalityEntry, known_points: Mapping[str, Point]) -> Point:
    """The mean of the Kreis, else of the Land."""
    return (
        _mean(point for ags, point in known_points.items() if ags[:5] == entry.district)
        or _mean(point for ags, point in known_points.items() if ags[:2] == entry.land)
        or _MIDDLE_OF_GERMANY
    )


def _namesake(
    entry: MunicipalityEntry, merged: Iterable[str], names: Mapping[str, str], known_points: Mapping[str, Point]
) -> Point | None:
    """That of a former municipality that was merged into it, or of a locality in the Kreis."""
    keys = name_keys(entry.name)
    for ags in merged:
        if not keys.isdisjoint(name_keys(names[ags])):
            return known_points[ags]
    localities = Locality.objects.filter(municipality__ags__startswith=entry.district).order_by("-population", "pk")
    return next((Point(row.latitude, row.longitude) for row in localities if search_key(row.name) in keys), None)


def _mean(found: Iterable[Point]) -> Point | None:
    listed = list(found)
    if not listed:
        return None
    latitude, longitude = fmean(point.latitude for point in listed), fmean(point.longitude for point in listed)
    return Point(round(latitude, 5), round(longitude, 5))


def _dissolve(diff: Diff, *, day: date) -> None:
    """Associations have the municipalities of today only."""
    successors = diff.successors
    rows = list(Municipality.objects.filter(ags__in=[gone.entry.ags for gone in diff.dissolved]))
    for row in rows:
        row.dissolved_on, row.successor_id = day, successors.get(row.ags)
    Municipality.objects.bulk_update(rows, ["dissolved_on", "successor"], batch_size=_BATCH)
    Municipality.objects.filter(dissolved_on__isnull=False).update(association=None)


def _region(entry: RegionEntry) -> Region:
    return Region(key=entry.key, kind=entry.kind, name=entry.name)


def _municipality(entry: MunicipalityEntry, point: Point) -> Municipality:
    return Municipality(
        ags=entry.ags,
        name=entry.name,
        kind=entry.kind,
        land_id=entry.land,
        district_id=entry.district,
        association_id=entry.association or None,
        population=entry.population,
        area_km2=entry.area_km2,
        seat_postcode=entry.seat_postcode,
        latitude=point.latitude,
        longitude=point.longitude,
    )


def _upsert(model: type[models.Model], rows: Iterable[Any]) -> None:
    """Also a key that was dissolved once and is used again: the new row says nothing of that."""
    key = model._meta.pk
    fields = [field.name for field in model._meta.concrete_fields if field is not key]
    model._default_manager.bulk_create(
        rows, batch_size=_BATCH, update_conflicts=True, unique_fields=["pk"], update_fields=fields
    )
