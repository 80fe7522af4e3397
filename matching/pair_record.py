"""Everything that is stored of a pair, read in a number of queries that does not grow with it."""

from collections.abc import Collection, Iterable, Iterator, Set
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.db.models import Model, Q

from cities.models import City
from matching.models import Disclosure, Introduction, Invitation, RoundPair, Side, Suggestion
from partners.models import Partner
from portal.accounts.models import User
from portal.mail.models import OutgoingMail

# Keys of mails: of an invitation, of a case and a side, and of a case, a side and a person.
OF_INVITATION = ("invitation", "reminder", "whether_met", "outcome")
OF_PEOPLE = ("waiting", "alone", "declined", "expired", "withdrawn")


@dataclass(frozen=True, slots=True)
class Change:
    """A row of a history table, and the one before it of the same object."""

    before: Any
    now: Any


@dataclass(frozen=True, slots=True)
class Posted:
    """A mail about a case of the pair, and to which side it went."""

    introduction: int
    side: Side
    mail: OutgoingMail


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    introductions: dict[int, Introduction]
    suggestions: list[Change]
    chosen: list[RoundPair]
    cases: list[Change]
    invitations: list[Change]
    disclosures: list[Disclosure]
    mails: list[Posted]
    names: dict[int, str]  # of everybody the history names


def read(partner: Partner, city: City) -> Record:
    """In a pair's record nothing is left out: whoever shows it to a side chooses what the side may know."""
    pairs = Introduction.objects.filter(partner=partner, city=city).order_by("pk")
    rows = pairs.select_related("partner__organisation", "city__organisation", "linked_to__partner__organisation")
    introductions = {row.pk: row for row in rows.prefetch_related("invitations")}
    suggestions = _changes(Suggestion, partner=partner, city=city)
    cases = _changes(Introduction, partner=partner, city=city)
    invitations = _changes(Invitation, introduction__in=introductions)
    chosen = RoundPair.objects.filter(suggestion__partner=partner, suggestion__city=city)
    return Record(
        introductions=introductions,
        suggestions=suggestions,
        chosen=list(chosen.select_related("round").defer("round__question", "round__left_out", "round__waiting")),
        cases=cases,
        invitations=invitations,
        disclosures=list(Disclosure.objects.filter(introduction__in=introductions).select_related("person")),
        mails=_mails(introductions.values()),
        names=_names([*suggestions, *cases, *invitations]),
    )


def actor(change: Change) -> int | None:
    """Who did it on a page of the portal; None for a link from a mail and for the clock."""
    context = change.now.pgh_context
    return context.metadata.get("user") if context else None


def _changes(model: type[Model], **which: Any) -> list[Change]:
    events = model.pgh_event_model.objects.filter(**which)  # type: ignore[attr-defined]
    rows = events.select_related("pgh_context").order_by("pgh_obj_id", "pgh_id")
    return [change for _pk, group in groupby(rows, key=lambda row: row.pgh_obj_id) for change in _pairs(group)]


def _pairs(rows: Iterable[Any]) -> Iterator[Change]:
    before = None
    for row in rows:
        yield Change(before, row)
        before = row


def _mails(introductions: Collection[Introduction]) -> list[Posted]:
    """By their keys, which name the case and the side; the bodies stay where they are."""
    exact: dict[str, tuple[int, Side]] = {}
    beginnings: dict[str, tuple[int, Side]] = {}
    for row in introductions:
        for invitation in row.invitations.all():
            side = Side(invitation.side)
            exact |= {f"{kind}:{invitation.pk}": (row.pk, side) for kind in OF_INVITATION}
            exact[f"contacts:{row.pk}:{side}"] = (row.pk, side)
            beginnings |= {f"{kind}:{row.pk}:{side}": (row.pk, side) for kind in OF_PEOPLE}
        if row.initiated_by:
            exact[f"agreed:{row.pk}"] = (row.pk, Side(row.initiated_by))
    wanted = Q(key__in=exact)
    for beginning in beginnings:
        wanted |= Q(key__startswith=f"{beginning}:")
    found = _read_mails(wanted)
    exact |= (batches := _batches(introductions, alone={mail.key for mail in found}))
    if batches:
        found += _read_mails(Q(key__in=batches))
    cases = ((mail, exact.get(mail.key) or beginnings[mail.key.rpartition(":")[0]]) for mail in found)
    return [Posted(*case, mail) for mail, case in sorted(cases, key=lambda each: each[0].pk)]


def _read_mails(wanted: Q) -> list[OutgoingMail]:
    found = OutgoingMail.objects.filter(wanted).exclude(kind=OutgoingMail.Kind.ACCOUNT)
    return list(found.select_related("user").defer("body", "html", "headers"))


def _batches(introductions: Collection[Introduction], *, alone: Set[str]) -> dict[str, tuple[int, Side]]:
    """Mails with several questions, for those asked without a mail of their own.

    Such a mail is named by its first question; all of them were asked at the same moment.
    """
    invitations = ((row, each) for row in introductions for each in row.invitations.all())
    asked = [(row, each) for row, each in invitations if each.asked_at and f"invitation:{each.pk}" not in alone]
    if not asked:
        return {}
    together = Q(pk__in=[])
    for row, each in asked:
        together |= Q(side=each.side, asked_at=each.asked_at, **{f"introduction__{each.side}": _party(row, each)})
    named = Invitation.objects.filter(together).values_list("pk", "side", "asked_at")
    cases = {(each.side, each.asked_at): (row.pk, Side(each.side)) for row, each in asked}
    return {f"batch:{pk}": cases[side, asked_at] for pk, side, asked_at in named}


def _party(introduction: Introduction, invitation: Invitation) -> int:
    return introduction.city_id if invitation.side == Side.CITY else introduction.partner_id


def _names(changes: list[Change]) -> dict[int, str]:
    columns = ("decided_by_id", "created_by_id", "answered_by_id", "recipient_id")
    named = [getattr(change.now, column, None) for change in changes for column in columns]
    people = User.objects.filter(pk__in={pk for pk in [*named, *map(actor, changes)] if pk is not None})
    return {person.pk: person.get_full_name() or person.email for person in people}
