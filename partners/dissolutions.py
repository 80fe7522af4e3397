"""Seats and areas that named a municipality or Kreis that is no more name its successor."""

from collections.abc import Collection, Mapping

from partners.models import AreaPartRow, Company, NetworkAreaPart, Partner, ServiceAreaPart

_PARTS: tuple[tuple[type[AreaPartRow], str], ...] = ((ServiceAreaPart, "partner"), (NetworkAreaPart, "network"))


def lead_on(successors: Mapping[str, str], *, members: Mapping[str, list[str]]) -> None:
    """`successors` by municipality; `members` has the keys of what the municipalities of a dissolved Kreis are now."""
    for old, new in successors.items():
        Partner.objects.filter(seat=old).update(seat=new)
        Company.objects.filter(seat=old).update(seat=new)
    for model, owner in _PARTS:
        for old, new in successors.items():
            _move_centres(model, owner, old, new)
        for old, keys in {**{old: [new] for old, new in successors.items()}, **members}.items():
            _replace_key(model, owner, old, keys)


def keys_in_areas(keys: Collection[str]) -> set[str]:
    """Those of the keys that an area names."""
    found: set[str] = set()
    for model, _owner in _PARTS:
        found.update(model._default_manager.filter(key__in=keys).values_list("key", flat=True))
    return found


def _move_centres(model: type[AreaPartRow], owner: str, old: str, new: str) -> None:
    """Of two circles around what is now one place the larger stays."""
    for part in model._default_manager.filter(centre=old):
        same = model._default_manager.filter(**{f"{owner}_id": getattr(part, f"{owner}_id")}, centre=new).first()
        if same is None:
            part.centre_id = new
            part.save(update_fields=["centre"])
            continue
        part.delete()
        if (part.radius_km or 0) > (same.radius_km or 0):
            same.radius_km = part.radius_km
            same.save(update_fields=["radius_km"])


def _replace_key(model: type[AreaPartRow], owner: str, old: str, keys: list[str]) -> None:
    for part in model._default_manager.filter(key=old):
        owner_id = getattr(part, f"{owner}_id")
        known = set(
            model._default_manager.filter(**{f"{owner}_id": owner_id}, key__in=keys).values_list("key", flat=True)
        )
        part.delete()
        for key in keys:
            if key not in known:
                model._default_manager.create(**{f"{owner}_id": owner_id}, key=key)
