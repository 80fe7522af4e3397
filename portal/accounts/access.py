"""How a person comes to look after an organisation that is already listed: by asking, or by the office's letter.

A code from a letter is kept as a hash, works once, for three months, and however it is typed (lower case, with or
without hyphens, O for 0).

Every verb locks the organisation first, then the code or the request; so of two people who join at once one becomes the
contact person.
"""

import hashlib
import secrets
from datetime import timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.accounts.models import AccessCode, AccessRequest, Membership, Organisation, Role, User
from portal.accounts.refusals import Refusal

# Crockford's alphabet has no letters that look like digits; 16 of them are 80 bit.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LOOK_ALIKES = str.maketrans({"O": "0", "I": "1", "L": "1", "U": "V"})
CODE_LENGTH = 16
GROUP_LENGTH = 4
VALID_FOR = timedelta(days=90)


class AccessError(Refusal):
    """Access cannot be given or asked for; the message is for the person."""


def issue_code(organisation: Organisation, *, by: User) -> str:
    """A new code for the letter, e.g. „7K3M-9QX2-44TB-C0DE“; earlier ones of the organisation stop working."""
    if not by.is_staff:
        raise AccessError(_("Nur die Geschäftsstelle kann Zugangscodes ausstellen."))
    code = "".join(secrets.choice(ALPHABET) for _position in range(CODE_LENGTH))
    expires_at = timezone.now() + VALID_FOR
    with transaction.atomic():
        _lock(Organisation.objects.filter(pk=organisation.pk))
        AccessCode.objects.filter(organisation=organisation, used_at=None).delete()
        AccessCode.objects.create(organisation=organisation, code_hash=_hash(code), issued_by=by, expires_at=expires_at)
    return "-".join(code[start : start + GROUP_LENGTH] for start in range(0, CODE_LENGTH, GROUP_LENGTH))


def organisation_of_code(code: str) -> Organisation:
    """Which organisation the code opens; raises AccessError for one that cannot be redeemed any more."""
    found = AccessCode.objects.select_related("organisation").filter(code_hash=_hash(code), used_at=None).first()
    if found is None:
        raise AccessError(_("Diesen Code gibt es nicht. Bitte vergleichen Sie ihn mit Ihrem Brief."))
    if found.expires_at <= timezone.now():
        raise AccessError(_("Dieser Code ist abgelaufen. Bitte bitten Sie die Geschäftsstelle um einen neuen."))
    return found.organisation


@transaction.atomic
def redeem(code: str, *, by: User) -> Membership:
    """The person becomes a member, and the contact person where there is none."""
    _lock(Organisation.objects.filter(access_codes__code_hash=_hash(code)))
    found = AccessCode.objects.select_for_update().filter(code_hash=_hash(code)).first()
    if found is None or (found.used_at and found.used_by_id != by.pk):
        raise AccessError(_("Diesen Code gibt es nicht. Bitte vergleichen Sie ihn mit Ihrem Brief."))
    if found.used_at is None and found.expires_at <= timezone.now():
        raise AccessError(_("Dieser Code ist abgelaufen. Bitte bitten Sie die Geschäftsstelle um einen neuen."))
    if found.used_at is None:
        found.used_at, found.used_by = timezone.now(), by
        found.save(update_fields=["used_at", "used_by"])
        return _join(by, found.organisation, role=Role(found.role))
    return _existing_membership(by, found.organisation)


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


def _lock(organisations: QuerySet[Organisation]) -> None:
    list(organisations.select_for_update(of=("self",)))


def _join(person: User, organisation: Organisation, *, role: Role) -> Membership:
    has_contact = Membership.objects.filter(organisation=organisation, is_contact=True).exists()
    membership, _created = Membership.objects.get_or_create(
        user=person, organisation=organisation, defaults={"role": role, "is_contact": not has_contact}
    )
    return membership


def _existing_membership(person: User, organisation: Organisation) -> Membership:
    membership = Membership.objects.filter(user=person, organisation=organisation).first()
    if membership is None:
        raise AccessError(_("Dieser Code ist schon eingelöst."))
    return membership


def _hash(code: str) -> str:
    typed = code.upper().translate(_LOOK_ALIKES)
    return hashlib.sha256("".join(char for char in typed if char in ALPHABET).encode()).hexdigest()
