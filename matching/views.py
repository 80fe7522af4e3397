"""A member's pages: one introduction of an own organisation, and the wish for a new one."""

from typing import cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from cities.models import City, Project
from matching import candidates, case, following_up, introductions, mails, reasons, side_history, tokens
from matching.forms import FORWARD, AnswerForm, AskForm, ReportForm
from matching.introductions import IntroductionError
from matching.models import Disclosure, Introduction, Side
from matching.repairs import RepairError
from partners.models import Partner
from portal.accounts.models import Organisation, User

show_or_act = require_http_methods(["GET", "HEAD", "POST"])


@never_cache
@show_or_act
def introduction_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """State, dates and reasons; the other side's contact only where it was disclosed. Members may answer here too."""
    pairs = Introduction.objects.select_related(
        "partner__organisation", "city__organisation", "project", "linked_to__partner__organisation"
    )
    introduction = get_object_or_404(pairs.visible_to(request.user), pk=pk)
    side = _own_side(request, introduction.partner, introduction.city)
    if side is None:  # visible, though of no own organisation: the office
        return redirect("admin:matching_introduction_change", pk)
    if request.method == "POST":
        act = next((act for name, act in _ACTS.items() if name in request.POST), _answer)
        return act(request, introduction, side)
    return _show(request, introduction, side, form=AnswerForm())


@never_cache
@show_or_act
def ask_contact(request: HttpRequest, partner_slug: str, city_slug: str) -> HttpResponse:
    """A member of one side asks for the contact with the other."""
    partner = get_object_or_404(
        Partner.objects.select_related("organisation").visible_to(request.user), slug=partner_slug
    )
    city = get_object_or_404(City.objects.select_related("organisation").visible_to(request.user), slug=city_slug)
    side = _own_side(request, partner, city)
    if side is None:
        raise Http404
    project = _project(request, city)
    form, error = AskForm(request.POST if request.method == "POST" else None), ""
    if request.method == "POST" and form.is_valid():
        try:
            introduction = introductions.ask(
                partner, city, side=side, by=_user(request), project=project, **form.cleaned_data
            )
        except IntroductionError as refusal:
            error = str(refusal)
        else:
            messages.success(request, _what_happens_next(introduction, side))
            return redirect("introduction_detail", introduction.pk)
    context = _question(request, partner, city, side) | {"form": form, "error": error, "project": project}
    return render(request, "matching/ask_contact.html", context, status=409 if error else 200)


def _answer(request: HttpRequest, introduction: Introduction, side: Side) -> HttpResponse:
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return _show(request, introduction, side, form=form, status=400)
    invitation = introduction.invitations.get(side=side)
    try:
        introduction = case.act(invitation, form.cleaned_data, by=_user(request))
    except IntroductionError as refusal:
        introduction.refresh_from_db()
        return _show(request, introduction, side, form=form, error=str(refusal), status=409)
    if form.cleaned_data["answer"] == FORWARD:  # shown once: only the hash of the link is kept
        return _show(request, introduction, side, form=form, link=mails.absolute("answer", tokens.issue(invitation)))
    return redirect("introduction_detail", introduction.pk)


def _report(request: HttpRequest, introduction: Introduction, side: Side) -> HttpResponse:
    """What became of it after the contacts went out."""
    form = ReportForm(request.POST)
    if not form.is_valid():
        return _show(request, introduction, side, form=AnswerForm(), error=form.errors["report"][0], status=400)
    try:
        following_up.say(introduction.invitations.get(side=side), form.cleaned_data["report"], by=_user(request))
    except IntroductionError as refusal:
        introduction.refresh_from_db()
        return _show(request, introduction, side, form=AnswerForm(), error=str(refusal), status=409)
    messages.success(request, _("Danke, das haben wir uns gemerkt."))
    return redirect("introduction_detail", introduction.pk)


def _repair(request: HttpRequest, introduction: Introduction, side: Side) -> HttpResponse:
    """What the reason of the own no changes in the own entry."""
    try:
        case.repair(introduction.invitations.get(side=side), request.POST)
    except RepairError as refusal:
        return _show(request, introduction, side, form=AnswerForm(), error=str(refusal), status=409)
    return redirect("introduction_detail", introduction.pk)


_ACTS = {"report": _report, "repair": _repair}


def _show(
    request: HttpRequest, introduction: Introduction, side: Side, *, status: int = 200, **more: object
) -> HttpResponse:
    disclosed = Disclosure.objects.filter(introduction=introduction, side=side.other).select_related("person")
    contact = next((disclosure.person for disclosure in disclosed), None)
    context = case.context(introduction, side) | {"contact": contact}
    context |= {"history": side_history.of_side(introduction, side)} | more
    return render(request, "matching/introduction_detail.html", context, status=status)


def _question(request: HttpRequest, partner: Partner, city: City, side: Side) -> dict[str, object]:
    ongoing = Introduction.objects.filter(partner=partner, city=city, state__in=Introduction.ONGOING)
    return {
        "own": (partner if side == Side.PARTNER else city).organisation,
        "other": (city if side == Side.PARTNER else partner).organisation,
        "reasons": reasons.sentences(candidates.assess(partner, city).facts, side=side),
        "ongoing": ongoing.visible_to(request.user).first(),
    }


def _project(request: HttpRequest, city: City) -> Project | None:
    """What it is about, where the person came from a project of the town (`?projekt=`)."""
    slug = request.GET.get("projekt")
    return get_object_or_404(Project.objects.published(), city=city, slug=slug) if slug else None


def _what_happens_next(introduction: Introduction, side: Side) -> str:
    other = introduction.invitations.get(side=side.other)
    if other.deferred_at:
        text = _(
            "Ihre Anfrage ist gespeichert. {other} hat Ferien oder Pause oder bekommt gerade andere Fragen, deshalb "
            "fragen wir frühestens am {day}. Wir schreiben Ihnen, wie es ausgeht."
        )
    elif other.asked_at:
        text = _(
            "Ihre Anfrage ist unterwegs. {other} kann bis zum {date} antworten. Wir schreiben Ihnen, wie es ausgeht."
        )
    else:
        text = _(
            "Ihre Anfrage ist bei der Geschäftsstelle. {other} ist hier noch nicht per E-Mail erreichbar, deshalb ruft "
            "die Geschäftsstelle an oder schreibt einen Brief. Sie hören spätestens am {date} von uns."
        )
    return text.format(
        other=introduction.organisation(side.other),
        date=mails.day(introduction.expires_at),
        day=mails.day(case.asked_after(introduction, side.other) or introduction.expires_at),
    )


def _own_side(request: HttpRequest, partner: Partner, city: City) -> Side | None:
    own = set(Organisation.objects.of(_user(request)).values_list("pk", flat=True))
    sides = {Side.PARTNER: partner.organisation_id, Side.CITY: city.organisation_id}
    return next((side for side, organisation in sides.items() if organisation in own), None)


def _user(request: HttpRequest) -> User:
    return cast(User, request.user)  # LoginRequiredMiddleware lets nobody else come here
