"""The people of an organisation on the web: who belongs to it, who is asked, who comes and who goes."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, cast

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from portal.accounts import access, organisations, people
from portal.accounts.forms import InvitationForm, RoleForm
from portal.accounts.models import Membership, Organisation, Role, User
from portal.accounts.refusals import Refusal
from portal.accounts.roles import Right, may, role_name


@dataclass(frozen=True)
class Shown:
    """A person as the list shows it; `other` is the role it may be given instead."""

    membership: Membership
    role: str
    other: Role
    other_role: str


@never_cache
@require_safe
def of_organisation(request: HttpRequest, pk: int) -> HttpResponse:
    """Every member sees who belongs to it; who may change that is said by the roles."""
    return _show(request, _own(request, pk))


@never_cache
@require_POST
def invite(request: HttpRequest, pk: int) -> HttpResponse:
    """The code is shown on this page and nowhere else; only its hash is kept."""
    organisation = _own(request, pk)
    form = InvitationForm(request.POST, kind=organisation.kind)
    if not form.is_valid():
        return _show(request, organisation, form=form, status=400)
    meant_for, role = form.cleaned_data["meant_for"], Role(form.cleaned_data["role"])
    try:
        code = access.invite(organisation, meant_for, role=role, by=_person(request))
    except Refusal as refusal:
        return _show(request, organisation, form=form, error=str(refusal), status=409)
    return _show(request, organisation, code=code, meant_for=meant_for)


@never_cache
@require_POST
def withdraw_invitation(request: HttpRequest, pk: int, code: int) -> HttpResponse:
    organisation = _own(request, pk)
    row = get_object_or_404(organisation.access_codes, pk=code)
    done = _("Der Code gilt nicht mehr.")
    return _act(request, organisation, partial(access.withdraw_invitation, row, by=_person(request)), done=done)


@never_cache
@require_POST
def change_role(request: HttpRequest, pk: int, membership: int) -> HttpResponse:
    organisation = _own(request, pk)
    row = get_object_or_404(organisation.memberships.select_related("user"), pk=membership)
    form = RoleForm(request.POST)
    if not form.is_valid():
        return _show(request, organisation, error=_("Diese Rolle gibt es nicht."), status=400)
    role = Role(form.cleaned_data["role"])
    names = {"person": row.user, "role": role_name(role, kind=organisation.kind)}
    done = _("%(person)s hat jetzt die Rolle „%(role)s“.") % names
    return _act(request, organisation, partial(people.change_role, row, role, by=_person(request)), done=done)


@never_cache
@require_POST
def choose_contact(request: HttpRequest, pk: int, membership: int) -> HttpResponse:
    organisation = _own(request, pk)
    row = get_object_or_404(organisation.memberships.select_related("user"), pk=membership)
    done = _("%(person)s ist jetzt Ihre Ansprechperson.") % {"person": row.user}
    step = partial(organisations.choose_contact, organisation, row.user, by=_person(request))
    return _act(request, organisation, step, done=done)


@never_cache
@require_POST
def remove(request: HttpRequest, pk: int, membership: int) -> HttpResponse:
    organisation = _own(request, pk)
    row = get_object_or_404(organisation.memberships.select_related("user"), pk=membership)
    done = _("%(person)s gehört nicht mehr zu Ihrer Organisation.") % {"person": row.user}
    return _act(request, organisation, partial(people.remove, row, by=_person(request)), done=done)


@never_cache
@require_POST
def leave(request: HttpRequest, pk: int) -> HttpResponse:
    organisation, person = _own(request, pk), _person(request)
    row = organisation.memberships.get(user=person)
    done = _("Sie gehören nicht mehr zu „%(name)s“.") % {"name": organisation}
    return _act(request, organisation, partial(people.leave, row, by=person), done=done, to="dashboard")


def _act(
    request: HttpRequest, organisation: Organisation, step: Callable[[], object], *, done: str, to: str = ""
) -> HttpResponse:
    try:
        step()
    except Refusal as refusal:
        return _show(request, organisation, error=str(refusal), status=409)
    messages.success(request, done)
    return redirect(to) if to else redirect("people", organisation.pk)


def _show(request: HttpRequest, organisation: Organisation, *, status: int = 200, **more: Any) -> HttpResponse:
    """`more`: a bound form, an `error`, or a new code with the name it is meant for."""
    person, kind = _person(request), organisation.kind
    may_manage = may(person, Right.MANAGE_PEOPLE, organisation=organisation)
    codes = access.open_invitations(organisation) if may_manage else ()
    rows = organisation.memberships.select_related("user").order_by("-is_contact", "user__last_name", "user__email")
    context = {
        "organisation": organisation,
        "people": [_shown(membership, kind) for membership in rows],
        "may_manage": may_manage,
        "may_choose": may(person, Right.CHOOSE_CONTACT, organisation=organisation),
        "codes": [(row, role_name(row.role, kind=kind)) for row in codes],
        "form": InvitationForm(kind=kind),
        "days_valid": access.INVITATION_VALID_FOR.days,
        "join_url": settings.SITE_URL + reverse("join_code"),
    }
    return render(request, "site/people.html", context | more, status=status)


def _shown(membership: Membership, kind: str) -> Shown:
    other = Role.MEMBER if membership.role == Role.MANAGER else Role.MANAGER
    return Shown(membership, str(role_name(membership.role, kind=kind)), other, str(role_name(other, kind=kind)))


def _own(request: HttpRequest, pk: int) -> Organisation:
    return get_object_or_404(Organisation.objects.of(_person(request)), pk=pk)


def _person(request: HttpRequest) -> User:
    return cast(User, request.user)  # LoginRequiredMiddleware lets nobody else come here
