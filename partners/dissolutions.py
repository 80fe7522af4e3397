"""Seats and areas that named a municipality or Kreis that is no more name its successor."""

from collections.abc import Collection, Mapping
from typing import Any

from django.db.models import QuerySet, UniqueConstraint

from partners.models import AreaPartRow, Company, NetworkAreaPart, Partner, ServiceAreaPart

_PARTS: tuple[type[AreaPartRow], ...] = (ServiceAreaPart, NetworkAreaPart)


def lead_on(successors: Mapping[str, str], *, members: Mapping[str, list[str]]) -> None:
    """`successors` by municipality; `members` has the keys of what the municipalities of a dissolved Kreis are now."""
    for old, new in successors.items():
        Partner.objects.filter(seat=old).update(seat=new)
        Company.objects.filter(seat=old).update(seat=new)
    for model in _PARTS:
        for old, new in successors.items():
            _move_centres(model, old, new)
        for old, keys in {**{old: [new] for old, new in successors.items()}, **members}.items():
            _replace_key(model, old, keys)


def keys_in_areas(keys: Collection[str]) -> set[str]:
    """Those of the keys that an area names."""
    found: set[str] = set()
    for model in _PARTS:
        found.update(model._default_manager.filter(key__in=keys).values_list("key", flat=True))
    return found


def _move_centres(model: type[AreaPartRow], old: str, new: str) -> None:
    """Of two circles around what is now one place the larger stays."""
    for part in model._default_manager.filter(centre=old):
        same = _same(part, centre_id=new).first()
        if same is None:
            part.centre_id = new
            part.save(update_fields=["centre"])
            continue
        part.delete()
        if (part.radius_km or 0) > (same.radius_km or 0):
            same.radius_km = part.radius_km
            same.save(update_fields=["radius_km"])


def _replace_key(model: type[AreaPartRow], old: str, keys: list[str]) -> None:
    for part in model._default_manager.filter(key=old):
        part.delete()
        for key in keys:
            if not _same(part, key=key).exists():
                model._default_manager.create(**_values(part) | {"key": key})


def _same(part: AreaPartRow, **changed: str) -> QuerySet[AreaPartRow]:
    """The row that would be the same once the part is changed; the model's constraint says what that means."""
    return type(part)._default_manager.filter(**_values(part) | changed)


def _values(part: AreaPartRow) -> dict[str, Any]:
    """What makes the part the one it is: its owner, and whatever else is unique."""
    names = next(rule.fields for rule in part._meta.constraints if isinstance(rule, UniqueConstraint))
    attributes = [part._meta.get_field(name).attname for name in names]  # type: ignore[union-attr]
    return {attribute: getattr(part, attribute) for attribute in attributes}
