"""The part of an address that names an entry, made of its name once and kept from then on."""

from django.db import connection, models

from cities.place_names import slug

LONGEST = 100
_RESERVED = {"neu"}  # /projekte/neu/ is a form


def free_slug(model: type[models.Model], name: str) -> str:
    """A slug that no row of the model has; whoever asks at the same time waits until this transaction ends."""
    base = slug(name)[:LONGEST].strip("-") or model._meta.model_name or ""
    lock_names(model)
    taken = set(model._default_manager.filter(slug__startswith=base).values_list("slug", flat=True)) | _RESERVED
    numbered = (f"{base}-{number}" for number in range(2, len(taken) + 3))
    return base if base not in taken else next(free for free in numbered if free not in taken)


def lock_names(model: type[models.Model]) -> None:
    """Whoever names a row of the model from now on waits until this transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [model._meta.db_table])
