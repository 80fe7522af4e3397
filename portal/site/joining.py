"""The doors at /mitmachen/: one form stores the registration, the code from the mail finishes it."""

import re
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, cast

from allauth.decorators import rate_limit
from django import forms
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from partners import invitations
from partners.areas import AreaPart
from partners.forms import AreaForm, SeatAndAreaForm
from partners.models import CompanyInvitation
from partners.models.areas import area_of
from partners.nearby import CityInArea, cities_in
from partners.topic_areas import field_of
from portal.accounts import consents
from portal.accounts.forms import AccountForm, ConsentForm, PersonForm
from portal.accounts.models import Purpose, User
from portal.site import consent_codes, registration, signup
from portal.site.models import RegistrationDraft
from portal.site.registration import Kind, Subject

WITHOUT_INVITATION = "without_invitation"  # sent by a page that said that the invitation cannot be used
CHECK = "check"  # the button that shows what lies in the area, without sending the registration
FORM_ID = re.compile(r"[0-9a-f]{32}")
show_or_send = require_http_methods(["GET", "HEAD", "POST"])


@dataclass
class Step:
    """The parts of one registration form; there is no account part for somebody who is signed in."""

    kind: Kind
    subject: Subject
    person: PersonForm
    consents: ConsentForm
    account: AccountForm | None
    form_id: str
    is_resumed: bool = False

    @property
    def parts(self) -> list[forms.BaseForm]:
        return [self.subject, self.person, *([self.account] if self.account else []), self.consents]

    @property
    def has_errors(self) -> bool:
        return any(part.errors for part in self.parts)

    def is_valid(self) -> bool:
        """Every part is checked, so that a person sees all errors at once."""
        return not [part for part in self.parts if not part.is_valid()]

    def keep(self, user: User, data: dict[str, Any]) -> None:
        """Store person, ticks and what was typed with the user."""
        for field in self.person.Meta.fields:
            setattr(user, field, self.person.cleaned_data[field])
        user.save(update_fields=self.person.Meta.fields)
        self.consents.give(user)
        registration.keep(user, self.kind, data=data)


@login_not_required
@require_safe
def join(request: HttpRequest) -> HttpResponse:
    return render(request, "site/join.html")


@login_not_required
@require_safe
def lead_to_join(request: HttpRequest) -> HttpResponse:
    """There is no account without a registration."""
    return redirect("join")


@login_not_required
@never_cache
@rate_limit(action="signup")  # type: ignore[untyped-decorator]
@show_or_send
def join_partner(request: HttpRequest) -> HttpResponse:
    return _register(request, Kind.PARTNER)


@login_not_required
@never_cache
@rate_limit(action="signup")  # type: ignore[untyped-decorator]
@show_or_send
def join_city(request: HttpRequest) -> HttpResponse:
    return _register(request, Kind.CITY)


@login_not_required
@never_cache
@rate_limit(action="redeem_code")  # type: ignore[untyped-decorator]
@show_or_send
def join_code(request: HttpRequest) -> HttpResponse:
    return _register(request, Kind.CODE)


@login_not_required
@never_cache
@rate_limit(action="signup")  # type: ignore[untyped-decorator]
@show_or_send
def join_company(request: HttpRequest) -> HttpResponse:
    return _register(request, Kind.COMPANY)


@login_not_required
@never_cache
@rate_limit(action="signup")  # type: ignore[untyped-decorator]
@show_or_send
def join_invited(request: HttpRequest, token: str) -> HttpResponse:
    """The same form behind a partner's link; opening the link uses nothing."""
    invitation = invitations.invitation_of(token)
    if invitation is None:
        return render(request, "site/invitation_over.html", status=404)
    refusal = invitations.refusal_of(invitation)
    if refusal and request.method != "POST":
        if request.user.is_authenticated and invitations.is_used_by(invitation, _member(request)):
            return redirect("dashboard")
        return render(request, "site/invitation_over.html", {"refusal": refusal}, status=410)
    return _register(request, Kind.COMPANY, invitation=invitation)


@login_not_required
@never_cache
@require_POST
def join_preview(request: HttpRequest) -> HttpResponse:
    """The towns in the area typed so far; the fragment also holds the lists for places with several meanings."""
    form = SeatAndAreaForm(request.POST)
    form.ask_calmly()
    return render(request, "site/area_preview.html", {"form": form, **area_check(form)})


@never_cache
@require_POST
def discard_registration(request: HttpRequest) -> HttpResponse:
    registration.discard(_member(request))
    request.session.pop(signup.TYPED_KEY, None)
    return redirect("dashboard")


def unfinished(request: HttpRequest) -> Kind | None:
    """The kind of registration that waits for this person, in the account or in the browser's own session."""
    typed = _waiting(request)
    return Kind(typed["kind"]) if typed else None


def _register(request: HttpRequest, kind: Kind, *, invitation: CompanyInvitation | None = None) -> HttpResponse:
    step = _step(request, kind, invitation=invitation)
    if request.method != "POST":
        return _show(request, step)
    if CHECK in request.POST:
        return _show(request, _only_area(request, step), checked=True)
    if not step.is_valid():
        return _show(request, step, checked=True, status=400)
    data = registration.as_typed(step.subject, form_id=step.form_id)
    if step.account:
        return signup.sign_up(
            request,
            step.account,
            prepare=lambda user: step.keep(user, data),
            typed={"kind": kind.value, "data": data, "ticked": [purpose.value for purpose in step.consents.ticked()]},
        )
    return _finish(request, step, data)


@transaction.atomic
def _finish(request: HttpRequest, step: Step, data: dict[str, Any]) -> HttpResponse:
    """Somebody signed in has a confirmed address: what was typed is written at once, ticks still need their code."""
    user = _member(request)
    step.keep(user, data)
    registration.complete(user)
    request.session.pop(signup.TYPED_KEY, None)
    if not step.consents.ticked():
        return redirect("registered")
    consent_codes.send(request, user)
    return redirect("confirm_consents")


def _step(request: HttpRequest, kind: Kind, *, invitation: CompanyInvitation | None = None) -> Step:
    posted = request.POST if request.method == "POST" else None
    waiting = _waiting(request)
    begun = waiting["data"] if waiting and waiting["kind"] == kind else None
    earlier = registration.typed_in(begun) if begun else None
    person = _member(request) if request.user.is_authenticated else None
    if WITHOUT_INVITATION in request.POST:
        invitation = None
    elif begun and invitation is None:
        invitation = registration.invitation_in(begun)
    typed = posted if posted is not None else earlier
    return Step(
        kind=kind,
        subject=registration.form_of(kind, typed, person=person, invitation=invitation),
        person=PersonForm(posted, instance=person),
        consents=ConsentForm(posted, purposes=_not_held(person, kind)),
        account=None if person else AccountForm(posted),
        form_id=_form_id(request.POST.get("form_id", "")),
        is_resumed=earlier is not None,
    )


def _form_id(sent: str) -> str:
    """The one the browser sent back, or a new one."""
    return sent if FORM_ID.fullmatch(sent) else uuid.uuid4().hex


def _only_area(request: HttpRequest, step: Step) -> Step:
    """The form as typed, without complaints about what has nothing to do with the area."""
    if isinstance(step.subject, SeatAndAreaForm):
        step.subject.ask_calmly()
    typed = request.POST.dict()
    step.person = PersonForm(initial=typed, instance=step.person.instance)
    step.consents = ConsentForm(initial=typed, purposes=step.consents.purposes)
    step.account = AccountForm(initial={"email": typed.get("email", "")}) if step.account else None
    return step


def _show(request: HttpRequest, step: Step, *, checked: bool = False, status: int = 200) -> HttpResponse:
    context = {
        "step": step,
        "form": step.subject,
        **area_check(step.subject, checked=checked),
    }
    return render(request, f"site/join_{step.kind}.html", context, status=status)


def area_check(form: forms.BaseForm, *, checked: bool = True) -> dict[str, Any]:
    """What lies in the area as far as it was understood, and for each topic with an area of its own in that one."""
    if not (checked and isinstance(form, AreaForm)):
        return {"checked": False, "towns": [], "topic_towns": []}
    seat = form.cleaned_data.get("municipality")

    def towns(parts: Iterable[AreaPart]) -> list[CityInArea]:
        return cities_in(area_of(parts), seat=seat.point if seat else None)

    by_topic = form.cleaned_data.get("topic_areas", {}).items()
    return {
        "checked": True,
        "towns": towns(form.cleaned_data.get("parts", ())),
        "topic_towns": [(form[field_of(topic)].label, towns(parts)) for topic, parts in by_topic],
    }


def _waiting(request: HttpRequest) -> dict[str, Any] | None:
    if not request.user.is_authenticated:
        return None
    draft = RegistrationDraft.objects.filter(user=request.user).first()
    if draft:
        return {"kind": draft.kind, "data": draft.data}
    typed: dict[str, Any] | None = request.session.get(signup.TYPED_KEY)
    return typed


def _not_held(person: User | None, kind: Kind) -> tuple[Purpose, ...]:
    """What may still be agreed to. Nobody suggests partners or towns to companies, so they are not asked about it."""
    asked = (Purpose.NEWSLETTER,) if kind == Kind.COMPANY else tuple(Purpose)
    return tuple(purpose for purpose in asked if person is None or not consents.holds(person, purpose))


def _member(request: HttpRequest) -> User:
    """For pages that have seen that there is one."""
    return cast(User, request.user)
