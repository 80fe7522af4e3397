"""A member's pages: what a company proposes to a town, and what both answer."""

from collections.abc import Callable
from typing import Any, cast

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from cities.models import City, Project
from matching import proposal_case, proposal_sides, proposals
from matching.models import Party, Proposal
from matching.proposal_forms import IdeaForm, OfferForm, ReplyForm, SenderForm
from matching.proposals import ProposalError
from partners.models import Company
from portal.accounts.models import Organisation, User

show_or_act = require_http_methods(["GET", "HEAD", "POST"])


@never_cache
@show_or_act
def offer_help(request: HttpRequest, slug: str) -> HttpResponse:
    """A company offers help with a project; somebody without a company learns how to take part."""
    projects = Project.objects.select_related("city__organisation").prefetch_related("needs")
    project = get_object_or_404(projects.visible_to(request.user), slug=slug)
    waiting = _own_open(request).filter(project=project, kind=Proposal.Kind.OFFER)
    form = OfferForm(_typed(request), companies=_senders(request, waiting), project=project)
    context = {
        "project": project,
        "city": project.city,
        "waiting": waiting,
        "takes": Project.objects.published().filter(pk=project.pk).exists(),
    }
    return _send(
        request, form, "offer_help", context, lambda data, person: proposals.offer(project=project, by=person, **data)
    )


@never_cache
@show_or_act
def bring_idea(request: HttpRequest, slug: str) -> HttpResponse:
    """A company brings an idea of its own to a town."""
    cities = City.objects.select_related("organisation")
    city = get_object_or_404(cities.visible_to(request.user), slug=slug)
    waiting = _own_open(request).filter(city=city, kind=Proposal.Kind.IDEA)
    form = IdeaForm(_typed(request), companies=_senders(request, waiting))
    context = {
        "city": city,
        "waiting": waiting,
        "takes": City.objects.taking_part().filter(pk=city.pk).exists(),
    }
    return _send(
        request, form, "bring_idea", context, lambda data, person: proposals.idea(city=city, by=person, **data)
    )


@never_cache
@show_or_act
def proposal_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """State, dates and text; the other side's contact only where it was disclosed. Both sides answer here."""
    rows = Proposal.objects.select_related("company__organisation", "company__seat", "city__organisation", "project")
    proposal = get_object_or_404(rows.visible_to(request.user), pk=pk)
    party = proposal_sides.own_party(proposal, _user(request))
    if party is None:  # visible, though of no own organisation: the office
        return redirect("admin:matching_proposal_change", pk)
    form = ReplyForm(_typed(request), party=party)
    context: dict[str, Any] = {"form": form, "error": ""}
    if form.is_valid():
        try:
            proposal_case.act(proposal, form.cleaned_data, by=_user(request))
        except ProposalError as refusal:
            proposal, context["error"] = rows.get(pk=pk), str(refusal)
        else:
            return redirect("proposal_detail", pk)
    status = 409 if context["error"] else 400 if form.errors else 200
    context |= proposal_case.context(proposal, party, user=_user(request))
    return render(request, "matching/proposal_detail.html", context, status=status)


def _send(
    request: HttpRequest,
    form: SenderForm,
    page: str,
    context: dict[str, Any],
    send: Callable[[dict[str, Any], User], Proposal],
) -> HttpResponse:
    error = ""
    if form.is_valid():
        try:
            proposal = send(form.cleaned_data, _user(request))
        except ProposalError as refusal:
            error = str(refusal)
        else:
            messages.success(request, proposal_case.standing(proposal, Party.COMPANY))
            return redirect("proposal_detail", proposal.pk)
    own = Company.objects.editable_by(request.user)
    context |= {
        "form": form,
        "error": error,
        "undecided": own.filter(organisation__in=Organisation.objects.waiting()).exists(),
    }
    status = 409 if error else 400 if form.errors else 200
    return render(request, f"matching/{page}.html", context, status=status)


def _typed(request: HttpRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None


def _own_open(request: HttpRequest) -> QuerySet[Proposal]:
    own = Proposal.objects.open().filter(company__in=Company.objects.editable_by(request.user))
    return own.select_related("company__organisation").order_by("pk")


def _senders(request: HttpRequest, waiting: QuerySet[Proposal]) -> QuerySet[Company]:
    """Own companies that may send; of those that wait for an answer already, what was typed is still looked at."""
    own = proposal_sides.senders(request.user)
    return own if request.method == "POST" else own.exclude(pk__in=waiting.values("company"))


def _user(request: HttpRequest) -> User:
    return cast(User, request.user)  # LoginRequiredMiddleware lets nobody else come here
