"""Nothing that leads to a dissolved municipality is lost: it goes on to the successor."""

from collections.abc import Collection, Iterable, Iterator, Mapping

from django.db.models import Model
from pghistory.models import Event

from cities.models import City, Locality, Municipality, PostcodePlace, Project
from cities.place_names import name_keys
from cities.signals import places_dissolved


def lead_on(successors: Mapping[str, str], *, left_open: Collection[str], districts: Iterable[str]) -> set[str]:
    """Lead every row of every app to the successors; the keys of `left_open` to which rows still lead."""
    if not successors and not left_open:
        return set()
    for old, new in successors.items():
        _lead_towns_on(old, new)
        _lead_postcodes_on(old, new)
    for model, field in ((Project, "place"), (Locality, "municipality")):
        for old, new in successors.items():
            model._default_manager.filter(**{field: old}).update(**{f"{field}_id": new})
    _keep_names(successors)
    answers = places_dissolved.send(
        sender=Municipality,
        successors=successors,
        left_open=left_open,
        members=_members(districts, successors, left_open),
    )
    return _led_to(left_open) | {key for _receiver, keys in answers for key in keys or ()}


def _lead_towns_on(old: str, new: str) -> None:
    """A town has each municipality once; where it lay in the old Kreis it lies in that of the successor."""
    for city in City.objects.filter(municipalities=old):
        city.municipalities.add(new)  # type: ignore[arg-type]
        city.municipalities.remove(old)  # type: ignore[arg-type]
        if city.district_id == old[:5] != new[:5]:
            city.district_id, city.land_id = new[:5], new[:2]
            city.save(update_fields=["district", "land"])


def _lead_postcodes_on(old: str, new: str) -> None:
    known = PostcodePlace.objects.filter(municipality=new).values("postcode")
    rows = PostcodePlace.objects.filter(municipality=old)
    rows.filter(postcode__in=known).delete()
    rows.update(municipality=new)


def _keep_names(successors: Mapping[str, str]) -> None:
    """People go on typing the old name: it is that of a locality now."""
    rows = Municipality.objects.filter(pk__in=successors).select_related("successor")
    Locality.objects.bulk_create(
        Locality(
            municipality_id=successors[row.pk],
            name=row.name,
            population=row.population,
            latitude=row.latitude,
            longitude=row.longitude,
        )
        for row in rows
        if row.successor and name_keys(row.name).isdisjoint(name_keys(row.successor.name))
    )


def _members(
    districts: Iterable[str], successors: Mapping[str, str], left_open: Collection[str]
) -> dict[str, list[str]]:
    """What became of the municipalities of each dissolved Kreis; one whose successor is not known stands for itself.

    Only of those it had to the last: what was dissolved before may lead to one that is no more, or to another Kreis.
    """
    last = {**{ags: ags for ags in left_open}, **successors}
    return {district: sorted({new for old, new in last.items() if old[:5] == district}) for district in districts}


def _led_to(left_open: Collection[str]) -> set[str]:
    """Those to which an entry of any app leads, whatever the app."""
    found: set[str] = set()
    for model, field in relations():
        if model not in (Municipality, PostcodePlace, Locality):
            rows = model._default_manager.filter(**{f"{field}__in": left_open})
            found.update(rows.values_list(field, flat=True))
    return found


def relations() -> Iterator[tuple[type[Model], str]]:
    """Every model with a field that leads to municipalities, and the field; history is not led on."""
    for relation in Municipality._meta.get_fields(include_hidden=True):
        model = relation.related_model
        if relation.auto_created and not relation.concrete and not issubclass(model, Event):  # type: ignore[arg-type]
            yield model, relation.field.name  # type: ignore[misc, union-attr]
