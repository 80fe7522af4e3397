"""The office's decisions as the people concerned notice them: the decision, a mail with its reason, new suggestions.

Approving makes an organisation public, so the suggestions of its counterparts change with it.
"""

from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from matching.suggestions import refresh_city, refresh_partner
from portal.accounts import access, organisations
from portal.accounts.models import AccessRequest, Organisation, User
from portal.mail.notices import tell, tell_members


@transaction.atomic
def approve(organisation: Organisation, *, by: User) -> Organisation:
    """Make the organisation public and tell its people; approving again changes nothing."""
    decided = organisations.approve(organisation, by=by)
    _refresh(decided)
    _tell_members(
        "organisation_approved", decided, occasion=f"approved:{decided.pk}:{decided.approved_at:%Y%m%d%H%M%S}"
    )
    return decided


@transaction.atomic
def ask_back(organisation: Organisation, question: str, *, by: User) -> Organisation:
    """Ask its people; they answer by correcting the entry."""
    decided = organisations.ask_back(organisation, question, by=by)
    _tell_members(
        "organisation_asked_back", decided, occasion=f"asked-back:{decided.pk}:{decided.asked_at:%Y%m%d%H%M%S}"
    )
    return decided


@transaction.atomic
def decline(organisation: Organisation, reason: str, *, by: User) -> Organisation:
    """Tell its people why it does not become public."""
    decided = organisations.decline(organisation, reason, by=by)
    _refresh(decided)
    _tell_members(
        "organisation_declined", decided, occasion=f"declined:{decided.pk}:{decided.declined_at:%Y%m%d%H%M%S}"
    )
    return decided


def leave(organisation: Organisation, *, by: User) -> Organisation:
    """It takes part no more; what is open with it ends, and the other sides are told: see matching.leaving."""
    return organisations.leave(organisation, by=by)


@transaction.atomic
def grant_access(request: AccessRequest, *, by: User) -> AccessRequest:
    """The person looks after the organisation from now on."""
    decided = access.grant(request, by=by)
    tell("access_granted", decided.user, occasion=f"access-granted:{decided.pk}", context=about(decided.organisation))
    return decided


@transaction.atomic
def decline_access(request: AccessRequest, reason: str, *, by: User) -> AccessRequest:
    decided = access.decline(request, reason, by=by)
    context = about(decided.organisation) | {"reason_given": decided.decline_reason}
    tell("access_declined", decided.user, occasion=f"access-declined:{decided.pk}", context=context)
    return decided


def about(organisation: Organisation) -> dict[str, Any]:
    """What mails about a decision say."""
    return {
        "organisation": organisation,
        "dashboard_url": settings.SITE_URL + reverse("dashboard"),
        "join_url": settings.SITE_URL + reverse("join"),
    }


def _refresh(organisation: Organisation) -> None:
    """Networks and companies have no suggestions of their own."""
    if organisation.kind == Organisation.Kind.PARTNER:
        refresh_partner(organisation.partner)
    elif organisation.kind == Organisation.Kind.CITY:
        refresh_city(organisation.city)


def _tell_members(letter: str, organisation: Organisation, *, occasion: str) -> None:
    tell_members(letter, organisation, occasion=occasion, context=about(organisation))
