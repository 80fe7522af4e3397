"""What the portal knows about a person, handed out or erased.

It walks all models and does what each of them declares (see `declarations`); history tables follow their models.
"""

import hashlib
import hmac
import json
import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import pghistory
from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.db.models import Field, Func, JSONField, Model, Q, QuerySet, Value
from django.utils import timezone
from django.utils.translation import gettext as _
from pghistory.models import Context

from portal.accounts import office
from portal.accounts.declarations import events_of, is_history, registers
from portal.accounts.models import Consent, OfficeTask, Organisation, User
from portal.accounts.register import GONE, About, Erase

NAMED = 5  # a shorter name would be found in other words


@dataclass(frozen=True)
class _Column:
    """A column that names people, and how to find the one person in it and in its history."""

    model: type[Model]
    about: About
    named: Q
    named_in_history: Q


def export(user: User) -> dict[str, Any]:
    """Everything about one person, ready for JSON; of rows that several people share only what is about this one."""
    tables = [
        {
            "table": str(model._meta.verbose_name_plural),
            "purpose": str(about.purpose),
            "retention": str(about.retention),
            "rows": [_told(row, about.exported) for row in rows_about(model, about, user=user)],
            "history": _history(model, about, user),
        }
        for model, register in registers()
        for about in register.about
    ]
    data = {"exported_at": timezone.now(), "tables": [table for table in tables if table["rows"] or table["history"]]}
    exported: dict[str, Any] = json.loads(json.dumps(data, cls=DjangoJSONEncoder))
    return exported


def rows_about(model: type[Model], about: About, *, user: User) -> QuerySet[Model]:
    """The rows in which the column names the person, by account or by address."""
    rows: QuerySet[Model] = model._default_manager.order_by("pk")
    return rows.filter(_names(model, about, user))


@transaction.atomic
def erase(user: User) -> None:
    """Forget the person everywhere, history included; what other people keep of a shared case stays readable.

    A consent that was confirmed stays as proof for three years, under a pseudonym that only somebody who knows the
    address and the portal's key can trace.
    """
    _lock_organisations(user)
    user = User.objects.select_for_update().get(pk=user.pk)
    pghistory.context(user=None)  # the rest of this request writes history, too
    names = _names_of(user)
    _tell_the_office(user)
    _end_consents(user)
    columns, pk = _columns(user), user.pk
    for column in columns:
        _erase_rows(column)
    end_sessions([pk])
    _end_account(user)
    for column in columns:
        _erase_history(column)
    _erase_mentions(names)
    forget_in_contexts([pk])


def end_sessions(people: Collection[int]) -> None:
    """Sign the people of these keys out everywhere."""
    keys = {str(pk) for pk in people}
    own = [s.pk for s in Session.objects.iterator() if s.get_decoded().get(SESSION_KEY) in keys]
    Session.objects.filter(pk__in=own).delete()


def forget_in_contexts(people: Collection[int]) -> None:
    """The history no longer says that these people did something."""
    nobody = Func("metadata", Value("{user}"), Value("null"), function="jsonb_set", output_field=JSONField())
    nobody.template = "jsonb_set(%(expressions)s)"
    Context.objects.filter(metadata__user__in=list(people)).update(metadata=nobody)


def emptied(model: type[Model], names: tuple[str, ...]) -> dict[str, Any]:
    """Null for a reference, else what the field holds when nothing was entered."""
    fields = (model._meta.get_field(name) for name in names)
    return {field.name: field.get_default() if isinstance(field, Field) else None for field in fields}


def _columns(user: User) -> list[_Column]:
    return [
        _Column(model, about, _names(model, about, user), _names(events_of(model) or model, about, user))
        for model, register in registers()
        for about in register.about
    ]


def _told(row: Model, fields: tuple[str, ...]) -> dict[str, Any]:
    """Fields of a row; what it points to by its name."""
    told = {"id": row.pk} | {name: getattr(row, name) for name in fields}
    return {name: str(value) if isinstance(value, Model) else value for name, value in told.items()}


def _history(model: type[Model], about: About, user: User) -> list[dict[str, Any]]:
    events = events_of(model)
    if events is None:
        return []
    kept = {field.name for field in events._meta.fields}
    fields = [f"{name}_id" if _is_relation(model, name) else name for name in about.exported if name in kept]
    rows = events._default_manager.filter(_names(events, about, user)).order_by("pgh_id")
    return list(rows.values("pgh_label", "pgh_created_at", *fields))


def _names(model: type[Model], about: About, user: User) -> Q:
    """The condition that the column names the person; fixed now, because erasing changes the person's addresses."""
    if about.person == "id":
        return Q(pgh_obj_id=user.pk) if is_history(model) else Q(pk=user.pk)
    if _is_relation(model, about.person):
        return Q(**{f"{about.person}_id": user.pk})
    condition = Q(pk__in=[])
    for address in _addresses(user):
        condition |= Q(**{f"{about.person}__iexact": address})
    return condition


def _is_relation(model: type[Model], name: str) -> bool:
    return bool(model._meta.get_field(name).is_relation)


def _addresses(user: User) -> list[str]:
    return sorted({user.email, *EmailAddress.objects.filter(user=user).values_list("email", flat=True)})


def _names_of(user: User) -> list[str]:
    """What free text may call the person; longest first, so that no half of a name remains."""
    names = {*_addresses(user), user.phone, user.get_full_name()}
    return sorted((name for name in names if len(name) >= NAMED), key=len, reverse=True)


def _lock_organisations(user: User) -> None:
    """Organisations come before people wherever both are locked, and their texts may name the person."""
    own = Organisation.objects.filter(memberships__user=user).order_by("pk")
    list(own.select_for_update(of=("self",), no_key=True))


def _tell_the_office(user: User) -> None:
    for membership in user.memberships.filter(is_contact=True).select_related("organisation"):
        office.open_task(
            f"contact-left:{membership.organisation_id}:{user.pk}",
            OfficeTask.Kind.RESPONSIBLE,
            organisation=membership.organisation,
            text=_("Die Ansprechperson hat ihr Konto gelöscht. Wer wird künftig gefragt?"),
        )


def _end_consents(user: User) -> None:
    Consent.objects.filter(user=user, confirmed_at=None).delete()
    ended = {"withdrawn_at": timezone.now(), "withdrawn_with": "Löschung des Kontos"}
    Consent.objects.filter(user=user, withdrawn_at=None).update(**ended)


def _erase_rows(column: _Column) -> None:
    rows = column.model._default_manager.filter(column.named)
    if column.about.erase is Erase.ROW:
        rows.delete()
    elif column.about.erase is Erase.REFERENCE:
        rows.update(**emptied(column.model, (column.about.person, *column.about.cleared)))


def _end_account(user: User) -> None:
    if not Consent.objects.filter(user=user).exists():
        user.delete()
        return
    key = hmac.new(settings.SECRET_KEY.encode(), user.email.encode(), hashlib.sha256).hexdigest()[:32]
    user.email = f"{user.pk}-{key}@{GONE}"
    user.first_name = user.last_name = user.phone = user.salutation = ""
    user.is_active = user.is_staff = user.is_superuser = False
    user.last_login = None
    user.set_unusable_password()
    user.groups.clear()
    user.user_permissions.clear()
    user.save()


def _erase_history(column: _Column) -> None:
    events, about = events_of(column.model), column.about
    if events is None or about.erase is Erase.PROOF:
        return
    named = events._default_manager.filter(column.named_in_history)
    if about.erase is not Erase.REFERENCE:
        named.delete()
        return
    cases = events._default_manager.filter(pgh_obj_id__in=list(named.values_list("pgh_obj_id", flat=True)))
    if about.cleared:
        cases.update(**emptied(column.model, about.cleared))
    named.update(**{about.person: None})


def _erase_mentions(names: list[str]) -> None:
    pattern = re.compile("|".join(map(re.escape, names)), re.IGNORECASE)
    for model, register in registers():
        for name in register.mentions:
            for table in filter(None, (model, events_of(model))):
                _erase_mention(table, name, names, pattern=pattern)


def _erase_mention(table: type[Model], field: str, names: list[str], *, pattern: re.Pattern[str]) -> None:
    found = Q()
    for name in names:
        found |= Q(**{f"{field}__icontains": name})
    for row in table._default_manager.filter(found).only(field):
        table._default_manager.filter(pk=row.pk).update(**{field: pattern.sub("…", getattr(row, field))})
