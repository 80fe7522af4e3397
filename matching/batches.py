"""Questions that wait for the same organisation go out together: one mail, each case with its reasons and answers.

A town is asked about up to three partners at once (a setting), a partner about one town. First come requests of others,
then the best pairs; linked introductions stay together.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from matching import allowances, calendars, deadlines, mails, planning
from matching.models import Introduction, Invitation, Side
from portal.accounts.models import User


def take(invitation: Invitation, contact: User, *, now: datetime) -> list[Invitation]:
    """Ask the contact person about the first that wait for this organisation, which need not include this one.

    The person is locked. A case another process is busy with goes with the next mail: this never waits for one.
    """
    side = Side(invitation.side)
    most = deadlines.limits().batch_size if side == Side.CITY else 1
    batch = _in_order(_waiting(invitation))[:most]
    for each in batch:
        each.recipient, each.asked_at, each.deferred_at, each.not_before = contact, now, None, None
        each.save(update_fields=["recipient", "asked_at", "deferred_at", "not_before"])
        planning.save(each.introduction, now=now)
    allowances.note(invitation.introduction.organisation(side), contact, now=now)
    return batch


def turn_after(invitation: Invitation, contact: User, *, now: datetime) -> datetime:
    """When the next mail may go out, the one before just being written."""
    introduction, side = invitation.introduction, Side(invitation.side)
    land = calendars.land_of(introduction, side)
    return allowances.turn(introduction.organisation(side), contact, land=land, now=now).at


def write(batch: list[Invitation]) -> None:
    """One mail for all of them, once their days are settled."""
    if len(batch) == 1:
        mails.invite(batch[0])
    elif batch:
        _write_together(batch, batch[0].recipient)


def together(questions: list[dict[str, Any]]) -> dict[str, Any]:
    """The context of one mail with several questions."""
    return questions[0] | {"questions": questions, "number": len(questions)}


def _write_together(batch: list[Invitation], contact: User | None) -> None:
    """Named by the first of its questions: each is asked once, so no other mail has that name."""
    if contact is None:
        raise ValueError("questions without a recipient cannot be mailed")
    context = together([mails.question(each, contact) for each in batch])
    until = max(each.introduction.expires_at for each in batch)
    mails.suggest(f"batch:{batch[0].pk}", contact, "invitations", context, expires_at=until)


def _waiting(invitation: Invitation) -> list[Invitation]:
    """The unanswered questions to the same side of the same organisation; their cases are locked without waiting."""
    own = invitation.introduction
    rows = Invitation.objects.filter(side=invitation.side, asked_at=None, deferred_at__isnull=False)
    cases = _locked(_same_side(invitation).filter(state=Introduction.State.ASKED, invitations__in=rows))
    by_key = {case.pk: case for case in cases} | {own.pk: own}
    waiting = list(rows.filter(introduction__in=by_key))
    for each in waiting:
        each.introduction = by_key[each.introduction_id]
    return waiting


def _same_side(invitation: Invitation) -> QuerySet[Introduction]:
    introduction = invitation.introduction
    if invitation.side == Side.CITY:
        return Introduction.objects.filter(city=introduction.city_id)
    return Introduction.objects.filter(partner=introduction.partner_id)


def _locked(cases: QuerySet[Introduction]) -> QuerySet[Introduction]:
    named = cases.select_related("partner__organisation", "partner__seat", "city__organisation", "suggestion")
    return named.order_by("pk").select_for_update(of=("self",), skip_locked=True)


def _in_order(waiting: Iterable[Invitation]) -> list[Invitation]:
    ordered = sorted(waiting, key=_rank)
    place = {each.introduction_id: number for number, each in enumerate(ordered)}

    def first_of_both(each: Invitation) -> tuple[int, int]:
        own = place[each.introduction_id]
        return min(own, place.get(each.introduction.linked_to_id or 0, own)), own

    return sorted(ordered, key=first_of_both)


def _rank(invitation: Invitation) -> tuple[bool, int, int]:
    introduction = invitation.introduction
    points = introduction.suggestion.points if introduction.suggestion else 0
    return not introduction.initiated_by, -points, introduction.pk
