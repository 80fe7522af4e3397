"""What a signed-in person sees: what waits, the own organisations, consents."""

from typing import cast

from allauth.mfa.utils import is_mfa_enabled
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.accounts import consents
from portal.accounts.forms import ConsentForm
from portal.accounts.models import AccessRequest, Purpose, User
from portal.mail import addresses
from portal.site import affiliations, consent_codes, joining, own, own_companies, own_networks, own_proposals
from portal.site.consent_codes import CodeError
from portal.site.registration import Kind

LED_BACK_KEY = "led_back_to_registration"
JOIN_PAGES = {
    Kind.PARTNER: "join_partner",
    Kind.CITY: "join_city",
    Kind.CODE: "join_code",
    Kind.COMPANY: "join_company",
}
show_or_act = require_http_methods(["GET", "HEAD", "POST"])


@never_cache
@require_safe
def dashboard(request: HttpRequest) -> HttpResponse:
    """Everything of the person on one page; somebody with an unfinished registration is led back to it once."""
    person = _person(request)
    unfinished = joining.unfinished(request)
    if unfinished and not request.session.get(LED_BACK_KEY):
        request.session[LED_BACK_KEY] = True
        messages.info(request, _("Sie haben eine Registrierung begonnen. Hier können Sie weitermachen."))
        return redirect(JOIN_PAGES[unfinished])
    organisations, questions, ticked = own.organisations_of(person), own.open_questions(person), consents.ticked(person)
    networks, asked = own_networks.networks_of(person), affiliations.waiting_for(person)
    companies, proposals = own_companies.companies_of(person), own_proposals.of(person)
    kept: list[own.Kept] = [*organisations, *networks, *companies]
    waiting = any(row.organisation.question or row.has_to_confirm for row in kept)
    context = {
        "organisations": organisations,
        "networks": networks,
        "companies": companies,
        "kept": kept,
        "affiliations": asked,
        "may_found": any(row.is_partner and row.is_public for row in organisations),
        "questions": questions,
        "proposals": proposals,
        "has_to_do": bool(unfinished or waiting or questions or asked or proposals.to_answer or ticked),
        "requests": AccessRequest.objects.filter(user=person, granted_at=None).select_related("organisation"),
        "unreachable": addresses.block_of(person.email),
        "unfinished": JOIN_PAGES[unfinished] if unfinished else "",
        "ticked": ticked,
        "offer_passkey": person.passkey_hint_closed_at is None and not is_mfa_enabled(person),
    }
    return render(request, "site/dashboard.html", context)


@never_cache
@require_safe
def registered(request: HttpRequest) -> HttpResponse:
    """Right after the registration: what fits, and what happens next."""
    person = _person(request)
    unfinished = joining.unfinished(request)
    if unfinished:
        messages.warning(request, _("Ihre Adresse ist bestätigt. Bitte prüfen Sie noch einmal Ihre Angaben."))
        return redirect(JOIN_PAGES[unfinished])
    waiting = [row for row in own.organisations_of(person) if not row.organisation.approved_at]
    requests = AccessRequest.objects.filter(user=person, granted_at=None, declined_at=None)
    companies = own_companies.new_companies_of(person)
    if not (waiting or requests or companies):
        return redirect("dashboard")
    context = {
        "organisations": waiting,
        "companies": companies,
        "requests": requests.select_related("organisation"),
        "may_write": consents.holds(person, Purpose.SUGGESTIONS),
    }
    return render(request, "site/registered.html", context)


@never_cache
@show_or_act
def my_consents(request: HttpRequest) -> HttpResponse:
    """Give what is not given yet; what holds is withdrawn with one click."""
    person = _person(request)
    current = {consent.purpose: consent for consent in person.consents.filter(withdrawn_at=None)}
    valid = {purpose for purpose, consent in current.items() if consent.confirmed_at}
    form = ConsentForm(request.POST or None, purposes=tuple(purpose for purpose in Purpose if purpose not in valid))
    if request.method == "POST" and form.is_valid():
        form.give(person)
        if not form.ticked():
            return redirect("consents")
        consent_codes.send(request, person)
        return redirect("confirm_consents")
    held = [(current[purpose], consents.text_of(current[purpose])) for purpose in valid]
    return render(request, "site/consents.html", {"form": form, "held": held, "ticked": consents.ticked(person)})


@never_cache
@show_or_act
def confirm_consents(request: HttpRequest) -> HttpResponse:
    """The code from the mail confirms what was ticked; the page shows the texts. Sending a new code is a POST."""
    person = _person(request)
    ticked = consents.ticked(person)
    if not ticked:
        return redirect("registered")
    error = ""
    if request.method == "POST" and "code" in request.POST:
        try:
            consent_codes.confirm(request, person, code=request.POST["code"][:20])
        except CodeError as refusal:
            error = str(refusal)
        else:
            messages.success(request, _("Danke. Ihre Einwilligung ist bestätigt."))
            return redirect("registered")
    elif request.method == "POST":
        consent_codes.send(request, person)
        messages.info(request, _("Wir haben Ihnen einen Code gesendet."))
        return redirect("confirm_consents")
    context = {"texts": [consents.text_of(consent) for consent in ticked], "error": error, "person": person}
    return render(request, "site/confirm_consents.html", context, status=400 if error else 200)


@never_cache
@require_POST
def withdraw_consent(request: HttpRequest, purpose: str) -> HttpResponse:
    if purpose in Purpose.values and consents.withdraw(_person(request), Purpose(purpose), with_=_("Mein Bereich")):
        messages.success(request, _("Ihre Einwilligung ist widerrufen. Wir schreiben Ihnen dazu nicht mehr."))
    return redirect("consents")


@never_cache
@require_POST
def address_reachable(request: HttpRequest) -> HttpResponse:
    """The person says that mails arrive again; if they do not, the next one shows it."""
    person = _person(request)
    if addresses.lift(person.email, by=person):
        messages.success(request, _("Danke. Wir schreiben Ihnen wieder an diese Adresse."))
    return redirect("dashboard")


@never_cache
@require_POST
def close_passkey_hint(request: HttpRequest) -> HttpResponse:
    person = _person(request)
    person.passkey_hint_closed_at = timezone.now()
    person.save(update_fields=["passkey_hint_closed_at"])
    return redirect("dashboard")


def _person(request: HttpRequest) -> User:
    return cast(User, request.user)  # LoginRequiredMiddleware lets nobody else come here
