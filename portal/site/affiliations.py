"""What waits for a yes between partners and networks or companies, and the doors to say it, or to end it.

The doors are the same for both kinds; where somebody came from is where they go back to.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from partners import affiliation_mails as mails
from partners import affiliations
from partners.affiliations import AffiliationError
from partners.models import Affiliation
from portal.accounts.models import User


@dataclass(frozen=True)
class Waiting:
    """What somebody is asked; `question` says who says what about whom."""

    affiliation: Affiliation
    question: str


def waiting_for(person: User) -> list[Waiting]:
    """What waits for a yes of one of the person's organisations, oldest first."""
    rows = Affiliation.objects.waiting_for(person).select_related("partner__organisation", "organisation")
    return [Waiting(row, mails.question(row)) for row in rows.order_by("asked_at", "pk").distinct()]


@never_cache
@require_POST
def agree_affiliation(request: HttpRequest, pk: int) -> HttpResponse:
    return _act(request, pk, lambda row, person: _agreed(affiliations.agree(row, by=person)))


@never_cache
@require_POST
def end_affiliation(request: HttpRequest, pk: int) -> HttpResponse:
    return _act(request, pk, lambda row, person: mails.outcome(affiliations.end(row, by=person)))


def come_back(request: HttpRequest) -> HttpResponse:
    """To the page of the portal the form names as `next`, else to the own pages."""
    target = request.POST.get("next", "")
    here = url_has_allowed_host_and_scheme(target, allowed_hosts=None) and target.startswith("/")
    return redirect(target if here else "dashboard")


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
