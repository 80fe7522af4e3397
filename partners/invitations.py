"""A partner invites a company: it makes a link, passes it on in a mail of its own, and answers for who comes with it.

A link works once, for 90 days, until it is withdrawn or the partner leaves; only its hash is kept. Every verb locks the
organisations, then the invitation, so that two companies cannot use one link and none is used after it was withdrawn.
"""

import hashlib
import secrets
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from partners import affiliations
from partners.models import Company, CompanyInvitation, Partner
from portal.accounts import organisations
from portal.accounts.models import Organisation, User
from portal.accounts.refusals import Refusal

VALID_FOR = timedelta(days=90)
TOKEN_BYTES = 32
ONE_CLICK = timedelta(minutes=1)  # what is sent again within it was meant once


class InvitationError(Refusal):
    """An invitation cannot be made, used or withdrawn; the message is for the person."""


@transaction.atomic
def invite(partner: Partner, for_whom: str, *, by: User) -> str:
    """The token of a new link, which nobody can be told again.

    The same person asking for the same within a minute gets a new link for the same invitation: the page that shows
    the link is the one that came last.
    """
    _require_member(partner, by)
    _require_taking_part(partner)
    _lock_organisation(partner)
    token, now = secrets.token_urlsafe(TOKEN_BYTES), timezone.now()
    own = CompanyInvitation.objects.usable().filter(partner=partner, for_whom=_label(for_whom), created_by=by)
    row = own.select_for_update().filter(created_at__gt=now - ONE_CLICK).first()
    row = row or CompanyInvitation(partner=partner, for_whom=_label(for_whom), created_by=by, created_at=now)
    row.token_hash, row.expires_at = _hash(token), now + VALID_FOR
    row.save()
    return token


@transaction.atomic
def withdraw(invitation: CompanyInvitation, *, by: User) -> CompanyInvitation:
    """The link stops working; withdrawing again changes nothing. The office may, too."""
    if not by.is_staff:
        _require_member(invitation.partner, by)
    _lock_organisation(invitation.partner)
    row = _locked(invitation)
    if row.used_at:
        raise InvitationError(_("Diese Einladung ist schon eingelöst und lässt sich nicht mehr zurückziehen."))
    if row.withdrawn_at is None:
        row.withdrawn_at = timezone.now()
        row.save(update_fields=["withdrawn_at"])
    return row


def invitation_of(token: str) -> CompanyInvitation | None:
    """The invitation of the link, usable or not (see `refusal_of`); None for a token that was never issued."""
    rows = CompanyInvitation.objects.select_related("partner__organisation", "company__organisation")
    return rows.filter(token_hash=_hash(token)).first()


def refusal_of(invitation: CompanyInvitation) -> str:
    """Why the invitation cannot be used; empty where it can."""
    if invitation.used_at:
        return _("Diese Einladung ist schon eingelöst.")
    if invitation.withdrawn_at:
        return _("Diese Einladung ist zurückgezogen.")
    if invitation.expires_at <= timezone.now():
        return _("Diese Einladung ist abgelaufen.")
    if not _takes_part(invitation.partner):
        return _("Diese Einladung gilt nicht mehr: Der Partner nimmt nicht mehr teil.")
    return ""


def is_used_by(invitation: CompanyInvitation, person: User) -> bool:
    """Whether a company of the person came with this invitation."""
    own = Company.objects.filter(organisation__in=Organisation.objects.of(person))
    return invitation.company_id is not None and own.filter(pk=invitation.company_id).exists()


@transaction.atomic
def redeem(invitation: CompanyInvitation, company: Company) -> CompanyInvitation:
    """The company came with this link: the partner vouches for it and advises it. Again by the same changes nothing."""
    affiliations.lock([invitation.partner], company.organisation)
    row = _locked(invitation)
    if row.company_id == company.pk:
        return row
    refusal = refusal_of(row)
    if refusal:
        raise InvitationError(refusal)
    if CompanyInvitation.objects.filter(company=company).exists():
        raise InvitationError(_("„%(name)s“ ist schon mit einer Einladung registriert.") % {"name": company.name})
    row.used_at, row.company = timezone.now(), company
    row.save(update_fields=["used_at", "company"])
    organisations.vouch(company.organisation, voucher=row.partner.organisation, by=row.created_by)
    affiliations.join(row.partner, company.organisation, asked_by=row.created_by)
    return row


def _lock_organisation(partner: Partner) -> None:
    list(Organisation.objects.filter(pk=partner.organisation_id).select_for_update(no_key=True))


def _locked(invitation: CompanyInvitation) -> CompanyInvitation:
    rows = CompanyInvitation.objects.select_for_update(of=("self",)).select_related("partner__organisation")
    return rows.get(pk=invitation.pk)


def _label(for_whom: str) -> str:
    text = " ".join(for_whom.split())[:200]
    if not text:
        raise InvitationError(_("Bitte schreiben Sie, für wen die Einladung ist."))
    return text


def _takes_part(partner: Partner) -> bool:
    return Organisation.objects.approved().filter(pk=partner.organisation_id).exists()


def _require_taking_part(partner: Partner) -> None:
    if not _takes_part(partner):
        raise InvitationError(_("Einladen können Sie, sobald die Geschäftsstelle Ihre Organisation freigegeben hat."))


def _require_member(partner: Partner, person: User) -> None:
    if not Organisation.objects.of(person).filter(pk=partner.organisation_id).exists():
        raise InvitationError(_("Das können nur die Personen, die „%(name)s“ betreuen.") % {"name": partner.name})


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()
