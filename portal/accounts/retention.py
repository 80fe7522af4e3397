"""What has been kept long enough, by the periods the models declare: reported, and then dropped."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Model, Q, QuerySet
from django.utils import timezone

from portal.accounts.declarations import events_of, registers
from portal.accounts.models import User
from portal.accounts.personal_data import emptied, erase
from portal.accounts.register import Expiry


@dataclass(frozen=True)
class Expired:
    """Rows of one table whose time is over."""

    model: type[Model]
    expiry: Expiry
    rows: QuerySet[Model]

    @property
    def title(self) -> str:
        return str(self.expiry.title)


def expired(now: datetime | None = None) -> list[Expired]:
    """What `apply_retention` would drop at this time; changes nothing."""
    moment = now or timezone.now()
    return [
        Expired(model, expiry, _rows(model, expiry, moment))
        for model, register in registers()
        for expiry in register.expiries
    ]


def drop(found: Expired) -> int:
    """Delete or empty what was found, history included; returns how many rows."""
    keys = list(found.rows.values_list("pk", flat=True))
    if found.model is User:
        for user in User.objects.filter(pk__in=keys):
            erase(user)
    else:
        _drop_rows(found, keys)
    return len(keys)


def _rows(model: type[Model], expiry: Expiry, now: datetime) -> QuerySet[Model]:
    rows = model._default_manager.filter(expiry.due(now))
    still_full = Q()
    for name, empty in emptied(model, expiry.emptied).items():
        still_full |= ~Q(**{name: empty})
    return rows.filter(still_full).distinct()


@transaction.atomic
def _drop_rows(found: Expired, keys: list[object]) -> None:
    still_over = found.rows.filter(pk__in=keys).values("pk")  # a mail may be tried again a moment before
    rows, events = found.model._default_manager.filter(pk__in=still_over), events_of(found.model)
    past = events._default_manager.filter(pgh_obj_id__in=keys) if events else None
    if found.expiry.emptied:
        empty = emptied(found.model, found.expiry.emptied)
        rows.update(**empty)
        if past is not None:
            past.update(**empty)
        return
    rows.delete()
    if past is not None:
        past.delete()
