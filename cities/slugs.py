"""The part of an address that names an entry, made of its name once and kept from then on."""

from collections.abc import Sequence
from itertools import count

from django.db import connection, models

from cities.place_names import slug

LONGEST = 100
_RESERVED = {"neu"}  # /projekte/neu/ is a form


def free_slug(model: type[models.Model], name: str) -> str:
    """A slug that no row of the model has; whoever asks at the same time waits until this transaction ends."""
    return free_slugs(model, [name])[0]


def free_slugs(model: type[models.Model], names: Sequence[str]) -> list[str]:
    """One for each name; whoever asks at the same time waits until this transaction ends."""
    lock_names(model)
    bases = [slug(name)[:LONGEST].strip("-") or model._meta.model_name or "" for name in names]
    rows = model._default_manager.filter(slug__startswith=bases[0]) if len(bases) == 1 else model._default_manager.all()
    taken = set(rows.values_list("slug", flat=True)) | _RESERVED
    found: list[str] = []
    for base in bases:
        numbered = (f"{base}-{number}" for number in count(2))
        found.append(base if base not in taken else next(free for free in numbered if free not in taken))
        taken.add(found[-1])
    return found


def lock_names(model: type[models.Model]) -> None:
    """Whoever names a row of the model from now on waits until this transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [model._meta.db_table])
