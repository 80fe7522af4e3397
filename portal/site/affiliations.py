"""Partners that belong to a network or advise a company, as the people concerned notice it: the step, and a mail.

The doors are the same for both kinds; where somebody came from is where they go back to.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from partners import affiliations
from partners.affiliations import AffiliationError
from partners.models import Affiliation, Partner
from portal.accounts.models import Organisation, User
from portal.site import affiliation_mails as mails


@dataclass(frozen=True)
class Waiting:
    """What somebody is asked; `question` says who says what about whom."""

    affiliation: Affiliation
    question: str


@transaction.atomic
def ask(partner: Partner, organisation: Organisation, *, by: User) -> Affiliation:
    """Say that the two belong together; the other side is asked, or told that it is agreed."""
    return _tell(affiliations.ask(partner, organisation, by=by))


@transaction.atomic
def agree(affiliation: Affiliation, *, by: User) -> Affiliation:
    """Say yes; whoever asked is told."""
    return _tell(affiliations.agree(affiliation, by=by))


@transaction.atomic
def end(affiliation: Affiliation, *, by: User) -> Affiliation:
    """Decline, take back or end; the other side is told. Ending again tells nobody."""
    affiliations.lock([affiliation.partner], affiliation.organisation)
    is_current = Affiliation.objects.current().filter(pk=affiliation.pk).exists()
    ended = affiliations.end(affiliation, by=by)
    if is_current:
        mails.tell_ended(ended, by=by)
    return ended


def waiting_for(person: User) -> list[Waiting]:
    """What waits for a yes of one of the person's organisations, oldest first."""
    rows = Affiliation.objects.waiting_for(person).select_related("partner__organisation", "organisation")
    return [Waiting(row, mails.question(row)) for row in rows.order_by("asked_at", "pk").distinct()]


@never_cache
@require_POST
def agree_affiliation(request: HttpRequest, pk: int) -> HttpResponse:
    return _act(request, pk, lambda row, person: _agreed(agree(row, by=person)))


@never_cache
@require_POST
def end_affiliation(request: HttpRequest, pk: int) -> HttpResponse:
    return _act(request, pk, lambda row, person: mails.outcome(end(row, by=person)))


def come_back(request: HttpRequest) -> HttpResponse:
    """To the page of the portal the form names as `next`, else to the own pages."""
    target = request.POST.get("next", "")
    here = url_has_allowed_host_and_scheme(target, allowed_hosts=None) and target.startswith("/")
    return redirect(target if here else "dashboard")


def _tell(row: Affiliation) -> Affiliation:
    """Each mail has a key of its own, so a step that changed nothing tells nobody anew."""
    if row.holds:
        mails.tell_agreed(row)
    else:
        mails.tell_asked(row)
    return row


def _act(request: HttpRequest, pk: int, step: Callable[[Affiliation, User], str]) -> HttpResponse:
    person = cast(User, request.user)  # LoginRequiredMiddleware lets nobody else come here
    row = get_object_or_404(Affiliation.objects.editable_by(person).distinct(), pk=pk)
    try:
        messages.success(request, step(row, person))
    except AffiliationError as refusal:
        messages.error(request, str(refusal))
    return come_back(request)


def _agreed(row: Affiliation) -> str:
    return mails.outcome(row) if row.holds else _("Das wartet noch auf die andere Seite.")
