"""How a person comes to look after an organisation that is already listed: by asking, or by a code.

A code stands in the office's letter (valid for 90 days) or comes from a colleague (30 days, and only as long as the
colleague manages the organisation). It is kept as a hash, works once, and however it is typed (lower case, with or
without hyphens, O for 0).

Every verb locks the organisation first, then the code or the request; so of two people who join at once one becomes the
contact person.
"""

import hashlib
import secrets
from datetime import timedelta

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.accounts.models import AccessCode, AccessRequest, Membership, Organisation, Role, User
from portal.accounts.refusals import Refusal
from portal.accounts.roles import Right, may

# Crockford's alphabet has no letters that look like digits; 16 of them are 80 bit.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LOOK_ALIKES = str.maketrans({"O": "0", "I": "1", "L": "1", "U": "V"})
CODE_LENGTH = 16
GROUP_LENGTH = 4
VALID_FOR = timedelta(days=90)
INVITATION_VALID_FOR = timedelta(days=30)
MOST_OPEN_INVITATIONS = 20


_UNKNOWN = gettext_lazy("Diesen Code gibt es nicht. Bitte vergleichen Sie ihn noch einmal.")
_EXPIRED = gettext_lazy("Dieser Code ist abgelaufen. Bitte fragen Sie nach einem neuen.")


class AccessError(Refusal):
    """Access cannot be given or asked for; the message is for the person."""


@transaction.atomic
def issue_code(organisation: Organisation, *, by: User) -> str:
    """A new code for the letter, e.g. „7K3M-9QX2-44TB-C0DE“; the one in an earlier letter stops working."""
    if not by.is_staff:
        raise AccessError(_("Nur die Geschäftsstelle kann Zugangscodes ausstellen."))
    _lock(Organisation.objects.filter(pk=organisation.pk))
    AccessCode.objects.filter(organisation=organisation, kind=AccessCode.Kind.LETTER, used_at=None).delete()
    return _issue(organisation, by=by, kind=AccessCode.Kind.LETTER, valid_for=VALID_FOR)


@transaction.atomic
def invite(organisation: Organisation, meant_for: str, *, role: Role, by: User) -> str:
    """A code that its people pass on to a colleague; only an earlier one for the same colleague stops working."""
    _lock(Organisation.objects.filter(pk=organisation.pk))
    _require_managing(organisation, by)
    if not meant_for.strip():
        raise AccessError(_("Bitte schreiben Sie, für wen der Code ist."))
    earlier = AccessCode.objects.filter(organisation=organisation, kind=AccessCode.Kind.INVITATION, used_at=None)
    earlier.filter(meant_for__iexact=meant_for.strip()).delete()
    if open_invitations(organisation).count() >= MOST_OPEN_INVITATIONS:
        raise AccessError(_("Es sind schon viele Codes offen. Bitte ziehen Sie zuerst einen zurück."))
    named = {"meant_for": meant_for.strip(), "role": role}
    return _issue(organisation, by=by, kind=AccessCode.Kind.INVITATION, valid_for=INVITATION_VALID_FOR, **named)


def open_invitations(organisation: Organisation) -> QuerySet[AccessCode]:
    """Codes for colleagues that nobody has used yet, the latest first."""
    managers = Membership.objects.filter(organisation=organisation, role=Role.MANAGER).values("user")
    rows = AccessCode.objects.filter(organisation=organisation, kind=AccessCode.Kind.INVITATION, used_at=None)
    valid = rows.filter(Q(issued_by__in=managers) | Q(issued_by__is_staff=True), expires_at__gt=timezone.now())
    return valid.select_related("issued_by").order_by("-issued_at", "-pk")


@transaction.atomic
def withdraw_invitation(code: AccessCode, *, by: User) -> None:
    """The code stops working; doing so again changes nothing."""
    _lock(Organisation.objects.filter(pk=code.organisation_id))
    _require_managing(code.organisation, by)
    row = AccessCode.objects.filter(pk=code.pk, kind=AccessCode.Kind.INVITATION).first()
    if row and row.used_at:
        raise AccessError(_("Dieser Code ist schon eingelöst. Sie finden die Person in der Liste."))
    if row:
        row.delete()


def organisation_of_code(code: str) -> Organisation:
    """Which organisation the code opens; raises AccessError for one that cannot be redeemed any more."""
    found = AccessCode.objects.select_related("organisation", "issued_by").filter(code_hash=_hash(code)).first()
    return _redeemable(found).organisation


@transaction.atomic
def redeem(code: str, *, by: User) -> Membership:
    """The person becomes a member, and the contact person where there is none."""
    _lock(Organisation.objects.filter(access_codes__code_hash=_hash(code)))
    found = AccessCode.objects.select_for_update().filter(code_hash=_hash(code)).first()
    if found and found.used_at and found.used_by_id == by.pk:
        return _existing_membership(by, found.organisation)
    found = _redeemable(found)
    found.used_at, found.used_by = timezone.now(), by
    found.save(update_fields=["used_at", "used_by"])
    return _join(by, found.organisation, role=Role(found.role))


def request_access(organisation: Organisation, message: str, *, by: User) -> AccessRequest:
    """The person asks the office; asking again while it waits returns the same request."""
    if Membership.objects.filter(user=by, organisation=organisation).exists():
        raise AccessError(_("Sie betreuen „%(name)s“ bereits.") % {"name": organisation.name})
    request, _created = AccessRequest.objects.get_or_create(
        user=by, organisation=organisation, granted_at=None, declined_at=None, defaults={"message": message}
    )
    return request


@transaction.atomic
def grant(request: AccessRequest, *, by: User) -> AccessRequest:
    """The person becomes a member, and the contact person where there is none; granting again changes nothing."""
    row = _undecided(request, by)
    if row.granted_at is None:
        row.granted_at, row.decided_by = timezone.now(), by
        row.save(update_fields=["granted_at", "decided_by"])
        _join(row.user, row.organisation, role=Role.MANAGER)
    return row


@transaction.atomic
def decline(request: AccessRequest, reason: str, *, by: User) -> AccessRequest:
    """The person does not get access, and learns why."""
    if not reason.strip():
        raise AccessError(_("Bitte nennen Sie einen Grund."))
    row = _undecided(request, by)
    if row.granted_at:
        raise AccessError(_("Dieser Zugang ist schon gewährt."))
    row.declined_at, row.decline_reason, row.decided_by = timezone.now(), reason.strip(), by
    row.save(update_fields=["declined_at", "decline_reason", "decided_by"])
    return row


def _undecided(request: AccessRequest, person: User) -> AccessRequest:
    if not person.is_staff:
        raise AccessError(_("Nur die Geschäftsstelle kann darüber entscheiden."))
    _lock(Organisation.objects.filter(access_requests=request.pk))
    requests = AccessRequest.objects.select_related("user", "organisation")
    row = requests.select_for_update(of=("self",)).get(pk=request.pk)
    if row.declined_at:
        raise AccessError(_("Diese Anfrage ist schon abgelehnt."))
    return row


def _issue(organisation: Organisation, *, by: User, valid_for: timedelta, **fields: str) -> str:
    code = "".join(secrets.choice(ALPHABET) for _position in range(CODE_LENGTH))
    expires_at = timezone.now() + valid_for
    AccessCode.objects.create(
        organisation=organisation, code_hash=_hash(code), issued_by=by, expires_at=expires_at, **fields
    )
    return "-".join(code[start : start + GROUP_LENGTH] for start in range(0, CODE_LENGTH, GROUP_LENGTH))


def _redeemable(found: AccessCode | None) -> AccessCode:
    if found is None or found.used_at or not _holds(found):
        raise AccessError(_UNKNOWN)
    if found.expires_at <= timezone.now():
        raise AccessError(_EXPIRED)
    return found


def _holds(code: AccessCode) -> bool:
    if code.kind == AccessCode.Kind.LETTER:
        return True
    return code.issued_by is not None and may(code.issued_by, Right.MANAGE_PEOPLE, organisation=code.organisation)


def _require_managing(organisation: Organisation, person: User) -> None:
    if not may(person, Right.MANAGE_PEOPLE, organisation=organisation):
        raise AccessError(_("Dazu fehlt Ihnen in dieser Organisation das Recht."))


def _lock(organisations: QuerySet[Organisation]) -> None:
    list(organisations.select_for_update(of=("self",)))


def _join(person: User, organisation: Organisation, *, role: Role) -> Membership:
    """Somebody who belongs to it already keeps the role, or gets a higher one."""
    has_contact = Membership.objects.filter(organisation=organisation, is_contact=True).exists()
    membership, created = Membership.objects.get_or_create(
        user=person, organisation=organisation, defaults={"role": role, "is_contact": not has_contact}
    )
    if not created and role == Role.MANAGER != membership.role:
        membership.role = role
        membership.save(update_fields=["role"])
    return membership


def _existing_membership(person: User, organisation: Organisation) -> Membership:
    membership = Membership.objects.filter(user=person, organisation=organisation).first()
    if membership is None:
        raise AccessError(_("Dieser Code ist schon eingelöst."))
    return membership


def _hash(code: str) -> str:
    typed = code.upper().translate(_LOOK_ALIKES)
    return hashlib.sha256("".join(char for char in typed if char in ALPHABET).encode()).hexdigest()
