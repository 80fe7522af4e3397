"""What the entries of the demo world have in common: organisations, areas, relations and kinds, many at once."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.apps import apps
from django.db import connection
from django.db.models import ManyToManyField, Model
from django.utils import timezone

from partners.models import AreaPartRow
from portal.accounts.models import Organisation, User

QUESTION = "Bitte schreiben Sie uns, für welche Region Sie sprechen."
DECLINED = "Der Eintrag gehört zu keiner Organisation, die in der Offensive Mittelstand mitarbeitet."


def organisation(kind: Organisation.Kind, name: str, *, standing: str, office: User, capacity: int = 2) -> Organisation:
    """Not yet saved; what `standing` may be: see _dates."""
    return Organisation(kind=kind, name=name, capacity=capacity, is_demo=True, **_dates(standing, office))


def area_parts(area: Iterable[str]) -> Iterator[dict[str, Any]]:
    """The fields of each part: an official key, "40@05554008" (40 km around a municipality) or "bund"."""
    for part in area:
        if part == "bund":
            yield {"nationwide": True}
        elif "@" in part:
            radius, centre = part.split("@")
            yield {"centre_id": centre, "radius_km": int(radius)}
        else:
            yield {"key": part}


def write_areas(
    rows: type[AreaPartRow], field: str, areas: Iterable[tuple[Model, Iterable[str]]], **alike: str
) -> None:
    """Areas of many owners; `field` is the one that names the owner, `alike` what all rows have in common."""
    rows._default_manager.bulk_create(
        [rows(**{field: owner}, **part, **alike) for owner, area in areas for part in area_parts(area)]
    )


def link(field: str, owners: Iterable[tuple[Model, Iterable[str]]]) -> None:
    """Rows of a many-to-many relation to reference data, which is known by its codes."""
    rows: list[Model] = []
    for owner, codes in owners:
        relation = owner._meta.get_field(field)
        assert isinstance(relation, ManyToManyField)  # noqa: S101  # for the types; a wrong name fails above
        own, other = relation.m2m_field_name(), relation.m2m_reverse_field_name()
        through = relation.remote_field.through
        assert through is not None  # noqa: S101
        rows += [through(**{f"{own}_id": owner.pk, f"{other}_id": code}) for code in codes]
    if rows:
        type(rows[0])._default_manager.bulk_create(rows)


def write_kinds(rows: type[Model], field: str, owners: Iterable[tuple[Model, Mapping[str, str]]]) -> None:
    """What is needed or offered, kind → note; `field` is the one that names the owner."""
    rows._default_manager.bulk_create(
        [rows(**{field: owner, "kind": kind, "note": note}) for owner, notes in owners for kind, note in notes.items()]
    )


def count_anew() -> None:
    """Tell PostgreSQL how large the tables are now; until it counts by itself, it plans for empty ones, slowly."""
    own = (
        model
        for app in ("accounts", "cities", "partners", "matching")
        for model in apps.get_app_config(app).get_models()
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE " + ", ".join(connection.ops.quote_name(model._meta.db_table) for model in own))


def _dates(standing: str, office: User) -> dict[str, Any]:
    """public, paused, outdated and left were approved; waiting, asked_back and declined were not."""
    now = timezone.now()
    if standing in {"waiting", "asked_back", "declined"}:
        return {"confirmed_at": now} | _decision(standing, now)
    fields: dict[str, Any] = {"confirmed_at": now, "approved_at": now, "approved_by": office}
    if standing == "paused":
        fields["paused_until"] = timezone.localdate() + timedelta(days=30)
    elif standing == "outdated":
        fields["confirmed_at"] = now - timedelta(days=430)
    elif standing == "left":
        fields["withdrawn_at"] = now
    return fields


def _decision(standing: str, now: datetime) -> dict[str, Any]:
    if standing == "asked_back":
        return {"question": QUESTION, "asked_at": now}
    if standing == "declined":
        return {"declined_at": now, "decline_reason": DECLINED}
    return {}
