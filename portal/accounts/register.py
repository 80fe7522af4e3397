"""The words in which a model declares what it knows about people; `personal_data` reads them.

Every field of our models stands in its model's register: it tells something about a person, may mention one, or does
neither. A field that is missing there fails a test.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

GONE = "geloescht.invalid"  # the domain of pseudonyms


class Erase(Enum):
    """What becomes of a row when the person is erased."""

    ROW = "the row goes"
    REFERENCE = "the row stays and no longer names the person"
    PROOF = "the row stays as proof; the account it names becomes a pseudonym"
    ACCOUNT = "the row is the account: it goes, or becomes a pseudonym while a proof rests on it"


@dataclass(frozen=True, kw_only=True)
class About:
    """What a row tells about the person that one of its columns names."""

    person: str  # a column that points to the account or holds an address; "id" is the account itself
    purpose: str | Promise
    retention: str | Promise
    erase: Erase
    exported: tuple[str, ...] = ()
    withheld: tuple[str, ...] = ()  # personal, too, but of no use to the person or a danger outside (hashes)
    cleared: tuple[str, ...] = ()  # texts of the person, emptied together with the reference


def acted(person: str, *exported: str, cleared: tuple[str, ...] = ()) -> About:
    """Somebody did something in a case that others share: with the person only the reference goes."""
    return About(
        person=person,
        purpose=_("Nachvollziehen, wer an einem Vorgang beteiligt war"),
        retention=_("solange der Vorgang geführt wird"),
        erase=Erase.REFERENCE,
        exported=exported,
        cleared=cleared,
    )


@dataclass(frozen=True, kw_only=True)
class Expiry:
    """Rows that are over: they are deleted, or only some of their fields are emptied."""

    title: str | Promise
    due: Callable[[datetime], Q]
    emptied: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Register:
    """What one table knows about people."""

    about: tuple[About, ...] = ()
    mentions: tuple[str, ...] = ()  # free text in which somebody may be named: name, address and phone go at erasure
    impersonal: tuple[str, ...] = ()
    expiries: tuple[Expiry, ...] = ()

    @property
    def fields(self) -> set[str]:
        """Every field the register speaks of."""
        told = {name for a in self.about for name in (a.person, *a.exported, *a.withheld, *a.cleared)}
        return told | set(self.mentions) | set(self.impersonal)


def register(
    *about: About,
    mentions: tuple[str, ...] = (),
    impersonal: tuple[str, ...] = (),
    expiries: tuple[Expiry, ...] = (),
) -> Register:
    """How a model declares its fields: `personal_data = register(…)`."""
    return Register(about=about, mentions=mentions, impersonal=impersonal, expiries=expiries)


def after(days: int, *fields: str) -> Callable[[datetime], Q]:
    """Rows in which one of these times lies that long ago."""

    def due(now: datetime) -> Q:
        condition = Q(pk__in=[])
        for field in fields:
            condition |= Q(**{f"{field}__lt": now - timedelta(days=days)})
        return condition

    return due
