"""The office decides about an organisation; its own people confirm and pause it.

A new organisation waits. The office approves it, asks back (it goes on waiting, with a question) or declines it with a
reason. A company that a partner invited does not wait: the partner vouches for it. Every verb locks the row, so two
curators cannot decide differently.
"""

from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.accounts.models import Membership, Organisation, Role, User
from portal.accounts.refusals import Refusal
from portal.accounts.roles import Right, may
from portal.accounts.signals import organisation_left


class OrganisationError(Refusal):
    """A step does not fit the state of the organisation; the message is for the person."""


def found(kind: Organisation.Kind, name: str, *, by: User, capacity: int = 2) -> Organisation:
    """A new organisation that waits for the office; whoever enters it manages it and is its contact person."""
    organisation = Organisation.objects.create(kind=kind, name=name, capacity=capacity, confirmed_at=timezone.now())
    Membership.objects.create(user=by, organisation=organisation, role=Role.MANAGER, is_contact=True)
    return organisation


@transaction.atomic
def approve(organisation: Organisation, *, by: User) -> Organisation:
    """Make the organisation public; approving again changes nothing."""
    _require_office(by)
    return _approve(organisation, by=by)


@transaction.atomic
def vouch(organisation: Organisation, *, voucher: Organisation, by: User | None) -> Organisation:
    """Approve a company that a partner invited, without the office: the partner answers for it.

    Only for a company that waits or was declined, only by a partner that is approved and has not left. `by` is who
    invited, None where that person has been erased meanwhile.
    """
    if organisation.kind != Organisation.Kind.COMPANY or voucher.kind != Organisation.Kind.PARTNER:
        raise OrganisationError(_("Nur OM-Partner laden ein, und nur Unternehmen."))
    if not Organisation.objects.approved().filter(pk=voucher.pk).exists():
        raise OrganisationError(_("„%(name)s“ nimmt nicht teil.") % {"name": voucher.name})
    return _approve(organisation, by=by)


@transaction.atomic
def resubmit(organisation: Organisation, *, by: User) -> Organisation:
    """Its own people send a declined organisation in again; it waits for the office anew."""
    _require(Right.EDIT, organisation, by)
    row = _locked(organisation)
    row.declined_at, row.decline_reason = None, ""
    row.save(update_fields=["declined_at", "decline_reason"])
    return row


@transaction.atomic
def ask_back(organisation: Organisation, question: str, *, by: User) -> Organisation:
    """The office needs to know something before it decides."""
    _require_office(by)
    row = _waiting(organisation)
    row.question, row.asked_at = _required(question, _("Bitte schreiben Sie, was Sie wissen möchten.")), timezone.now()
    row.save(update_fields=["question", "asked_at"])
    return row


@transaction.atomic
def decline(organisation: Organisation, reason: str, *, by: User) -> Organisation:
    """The organisation does not become public; its people get the reason."""
    _require_office(by)
    row = _waiting(organisation)
    row.decline_reason = _required(reason, _("Bitte nennen Sie einen Grund."))
    row.declined_at, row.question, row.asked_at = timezone.now(), "", None
    row.save(update_fields=["decline_reason", "declined_at", "question", "asked_at"])
    organisation_left.send(Organisation, organisation=row)
    return row


@transaction.atomic
def leave(organisation: Organisation, *, by: User) -> Organisation:
    """It takes part no more, as the office enters; leaving again changes nothing.

    Whatever is open with it ends in this transaction: see the signal.
    """
    _require_office(by)
    row = lock(organisation)
    if row.withdrawn_at:
        return row
    row.withdrawn_at = timezone.now()
    row.save(update_fields=["withdrawn_at"])
    organisation_left.send(Organisation, organisation=row)
    return row


@transaction.atomic
def confirm(organisation: Organisation, *, by: User) -> Organisation:
    """Its own people say that what is written is right; a question of the office counts as answered."""
    _require(Right.EDIT, organisation, by)
    row = _locked(organisation)
    row.confirmed_at, row.question, row.asked_at = timezone.now(), "", None
    row.save(update_fields=["confirmed_at", "question", "asked_at"])
    return row


@transaction.atomic
def pause(organisation: Organisation, until: date | None, *, by: User) -> Organisation:
    """No new introductions up to and including this day; None ends the pause."""
    _require(Right.PAUSE, organisation, by)
    if until and until < timezone.localdate():
        raise OrganisationError(_("Bitte wählen Sie einen Tag, der noch kommt."))
    row = _locked(organisation)
    row.paused_until = until
    row.save(update_fields=["paused_until"])
    return row


@transaction.atomic
def rest(organisation: Organisation, until: date) -> Organisation:
    """Pause as a consequence of an answer, which needs no account; a pause that is under way stays as it is."""
    row = lock(organisation)
    if row.paused_until is None or row.paused_until < timezone.localdate():
        row.paused_until = until
        row.save(update_fields=["paused_until"])
    return row


@transaction.atomic
def end_rest(organisation: Organisation, until: date) -> Organisation:
    """Take exactly this pause back; one that was changed meanwhile stays as it is."""
    row = lock(organisation)
    if row.paused_until == until:
        row.paused_until = None
        row.save(update_fields=["paused_until"])
    return row


def lock(organisation: Organisation) -> Organisation:
    """The row as it is now, for this transaction alone; rows that name it may still come."""
    return Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)


@transaction.atomic
def choose_contact(organisation: Organisation, person: User, *, by: User) -> Membership:
    """The one person who is asked about introductions from now on."""
    _locked(organisation)  # first: whoever was removed meanwhile chooses no more
    _require(Right.CHOOSE_CONTACT, organisation, by)
    members = Membership.objects.filter(organisation=organisation)
    chosen = members.filter(user=person).first()
    if chosen is None:
        raise OrganisationError(_("Diese Person gehört nicht zu Ihrer Organisation."))
    if not chosen.is_contact:
        members.filter(is_contact=True).update(is_contact=False)
        chosen.is_contact = True
        chosen.save(update_fields=["is_contact"])
    return chosen


def _approve(organisation: Organisation, *, by: User | None) -> Organisation:
    row = _locked(organisation)
    if row.approved_at:
        return row
    row.approved_at, row.approved_by = timezone.now(), by
    row.question, row.asked_at = "", None
    row.declined_at, row.decline_reason = None, ""
    row.save()
    return row


def _locked(organisation: Organisation) -> Organisation:
    return Organisation.objects.select_for_update().get(pk=organisation.pk)


def _waiting(organisation: Organisation) -> Organisation:
    row = lock(organisation)
    if row.approved_at:
        raise OrganisationError(_("„%(name)s“ ist schon freigegeben.") % {"name": row.name})
    if row.declined_at:
        raise OrganisationError(_("„%(name)s“ ist schon abgelehnt.") % {"name": row.name})
    return row


def _require_office(person: User) -> None:
    if not person.is_staff:
        raise OrganisationError(_("Nur die Geschäftsstelle kann darüber entscheiden."))


def _require(right: Right, organisation: Organisation, person: User) -> None:
    if not may(person, right, organisation=organisation):
        raise OrganisationError(_("Dazu fehlt Ihnen in dieser Organisation das Recht."))


def _required(text: str, message: str) -> str:
    if not text.strip():
        raise OrganisationError(message)
    return text.strip()
