"""Telling people what became of their case: a mail they wait for, written in the transaction of its reason."""

from collections.abc import Mapping
from typing import Any

from portal.accounts.models import Organisation, User
from portal.mail import letters
from portal.mail.models import OutgoingMail
from portal.mail.outbox import queue_mail


def tell(letter: str, person: User, *, occasion: str, context: Mapping[str, Any]) -> None:
    """The letter of this name, once for each occasion."""
    queue_mail(occasion, person.email, **written(letter, person, context=context))


def written(letter: str, person: User, *, context: Mapping[str, Any]) -> dict[str, Any]:
    """The same mail before it is queued, in the words of `queue_mail`."""
    rendered = letters.render(letter, {"person": person, **context})
    return {
        "subject": rendered.subject,
        "body": rendered.text,
        "html": rendered.html,
        "kind": OutgoingMail.Kind.NOTICE,
        "user": person,
    }


def tell_members(letter: str, organisation: Organisation, *, occasion: str, context: Mapping[str, Any]) -> None:
    """All people of the organisation, since several may keep its entries together."""
    for person in organisation.members.filter(is_active=True):
        tell(letter, person, occasion=f"{occasion}:{person.pk}", context=context)
