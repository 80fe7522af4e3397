"""What happened between partners and towns: the verbs are called as if on that day, then the dates are moved back."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from types import MappingProxyType
from typing import TypeAlias

from django.db.models import F, Q, QuerySet
from django.utils import timezone

from cities.models import City, Project
from matching import introductions, planning, suggestions, trio_release, trio_suggestions
from matching.models import Disclosure, Introduction, Invitation, Side, Suggestion, SuggestionMail
from partners.models import Partner
from portal.accounts.models import Organisation, User
from portal.mail.models import OutgoingMail
from portal.site.demo_world.introductions import (
    INTRODUCTIONS,
    MESSAGE,
    PROJECT_MESSAGE,
    REJECTIONS,
    WITHDRAWAL,
    DemoIntroduction,
)

Cases: TypeAlias = QuerySet[Introduction]
State, Answer = Introduction.State, Invitation.Answer
DAYS_TO_ANSWER, DAYS_TO_MEET, DAYS_TO_OUTCOME = 3, 14, 40
ANSWERED = ("partner_agreed_at", "city_agreed_at", "connected_at", "closed_at")
DAYS_OF_TRIO = 2
ENDED = MappingProxyType({"next_step": "", "next_step_at": None})
DAYS_OF_MAILS = 7  # what was written earlier has been read long ago


def play(partner: Partner, city: City, office: User) -> None:
    """Let everything happen in turn; `partner` and `city` are those one can sign in for, and choose first."""
    pairs = Pairs(partner, city)
    by_choice = sorted(INTRODUCTIONS, key=lambda values: not values.of)
    chosen = {values: pairs.take(values) for values in by_choice}
    for values in INTRODUCTIONS:
        _play(values, chosen[values], office)
    for reason in REJECTIONS:
        suggestions.reject(pairs.any(), reason, by=office)
    _begin_trio(office)


class Pairs:
    """The open suggestions, best first; each is taken once, and whoever is no login only once, too."""

    def __init__(self, partner: Partner, city: City) -> None:
        ready = Partner.objects.public().filter(
            organisation__paused_until=None, organisation__confirmed_at__gt=timezone.now() - timedelta(days=365)
        )
        rows = Suggestion.objects.open().filter(partner__in=ready).order_by("-points", "pk")
        self.open = list(rows.select_related("partner__organisation", "city__organisation"))
        self.projects = _published()
        self.logins = {"partner": partner.pk, "city": city.pk}
        self.taken = {Side.PARTNER: {partner.pk}, Side.CITY: {city.pk}}

    def take(self, values: DemoIntroduction) -> Suggestion:
        """The best pair for it."""
        return self._first(lambda pair: self._fits(pair, values))

    def any(self) -> Suggestion:
        return self._first(lambda pair: self._is_new(pair, ""))

    def _first(self, fits: Callable[[Suggestion], bool]) -> Suggestion:
        found = next(pair for pair in self.open if fits(pair))
        self.open.remove(found)
        self.taken[Side.PARTNER].add(found.partner_id)
        self.taken[Side.CITY].add(found.city_id)
        return found

    def _fits(self, pair: Suggestion, values: DemoIntroduction) -> bool:
        if values.unreachable == pair.city.organisation.is_demo:
            return False
        if values.about_project and pair.city_id not in self.projects:
            return False
        return self._is_new(pair, values.of)

    def _is_new(self, pair: Suggestion, of: str) -> bool:
        """The one that is not a login's had no introduction yet."""
        ids = {Side.PARTNER: pair.partner_id, Side.CITY: pair.city_id}
        return all(ids[side] == self.logins[side] if side == of else ids[side] not in self.taken[side] for side in Side)


def _published() -> dict[int, Project]:
    """By town one of its projects."""
    rows = Project.objects.published().order_by("-pk")
    return {project.city_id: project for project in rows}


def _play(values: DemoIntroduction, suggestion: Suggestion, office: User) -> None:
    last_mail = OutgoingMail.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    introduction = _begin(values, suggestion, office)
    _ask_in_holidays_too(introduction)
    invitations = {invitation.side: invitation for invitation in introduction.invitations.all()}
    for side in tuple(Side) if values.state in Introduction.AGREED else values.yes:
        introductions.answer(invitations[side], Answer.YES)
    if values.no:
        introductions.answer(invitations[values.no], Answer.NO, reason=values.reason)
    if values.forwarded:
        introductions.forward(invitations[Side.CITY])
    if values.state == State.WITHDRAWN:
        introductions.withdraw(introduction, by=office, reason=WITHDRAWAL)
    _move_back(introduction, values.days)
    counted = SuggestionMail.objects.filter(written_at__gt=timezone.now() - timedelta(hours=1))
    counted.update(written_at=F("written_at") - timedelta(days=max(values.days, 8)))
    ENDINGS.get(values.state, _nothing_more)(Introduction.objects.filter(pk=introduction.pk))
    planning.save(Introduction.objects.get(pk=introduction.pk))
    if values.days > DAYS_OF_MAILS:
        OutgoingMail.objects.filter(pk__gt=last_mail).delete()


def _begin_trio(office: User) -> None:
    """The first that can go out begins; further ones stay for the office to look at."""
    trio = next(trio for trio in trio_suggestions.everywhere() if not trio.missing)
    for introduction in trio_release.release(trio_release.key_of(trio), by=office):
        _move_back(introduction, DAYS_OF_TRIO)


def _begin(values: DemoIntroduction, suggestion: Suggestion, office: User) -> Introduction:
    """Released by the office, or asked for by the contact person of a side."""
    if not values.asked_by:
        return introductions.release(suggestion, by=office)
    side = Side(values.asked_by)
    asking = suggestion.partner.organisation if side == Side.PARTNER else suggestion.city.organisation
    by = asking.contact
    assert by is not None  # noqa: S101  # every invented organisation has one
    message = PROJECT_MESSAGE if values.about_project else MESSAGE
    introduction = introductions.ask(suggestion.partner, suggestion.city, side=side, by=by, message=message)
    if values.about_project:
        Introduction.objects.filter(pk=introduction.pk).update(project=_published()[suggestion.city_id])
    return introduction


def _ask_in_holidays_too(introduction: Introduction) -> None:
    """What happened on another day was not put off by the school holidays of today."""
    for invitation in introduction.invitations.filter(deferred_at__isnull=False):
        invitation.recipient = introduction.organisation(Side(invitation.side)).contact
        invitation.asked_at, invitation.deferred_at = invitation.deferred_at, None
        invitation.save(update_fields=["recipient", "asked_at", "deferred_at"])


def _move_back(introduction: Introduction, days: int) -> None:
    """As if it had begun so many days ago, and been answered a few days later."""
    begun, answered = timedelta(days=days), timedelta(days=max(days - DAYS_TO_ANSWER, 0))
    Introduction.objects.filter(pk=introduction.pk).update(
        asked_at=F("asked_at") - begun,
        expires_at=F("expires_at") - begun,
        **{
            f"{event}_at": F(f"{event}_at") - answered
            for event in ("partner_agreed", "city_agreed", "connected", "closed")
        },
    )
    invitations = Invitation.objects.filter(introduction=introduction)
    invitations.update(
        asked_at=F("asked_at") - begun,
        answered_at=F("answered_at") - answered,
        forwarded_at=F("forwarded_at") - answered,
    )
    Disclosure.objects.filter(introduction=introduction).update(disclosed_at=F("disclosed_at") - answered)
    sides = Q(partner__introductions=introduction) | Q(city__introductions=introduction)
    paused = Organisation.objects.filter(sides, paused_until__isnull=False)  # by a no for lack of time
    paused.update(paused_until=F("paused_until") - answered)
    if introduction.suggestion_id:
        Suggestion.objects.filter(pk=introduction.suggestion_id).update(decided_at=F("decided_at") - begun)


# The verbs of what follows the exchange of contacts work on a case that has its dates already.
def _meet(row: Cases) -> None:
    row.update(state=State.MET, met_at=F("connected_at") + timedelta(days=DAYS_TO_MEET))


def _cooperate(row: Cases) -> None:
    _meet(row)
    row.update(state=State.COOPERATING, outcome_at=F("connected_at") + timedelta(days=DAYS_TO_OUTCOME), **ENDED)


def _part(row: Cases) -> None:
    _meet(row)
    over = F("connected_at") + timedelta(days=DAYS_TO_OUTCOME)
    row.update(state=State.NO_COOPERATION, outcome_at=over, closed_at=over, **ENDED)


def _fall_silent(row: Cases) -> None:
    """Asked twice, and nobody said what became of it."""
    days = {"asked_whether_met_at": 14, "asked_outcome_at": 90, "closed_at": 118}
    dates = {name: F("connected_at") + timedelta(days=number) for name, number in days.items()}
    row.update(state=State.SILENT, **dates, **ENDED)


def _expire(row: Cases) -> None:
    row.update(state=State.EXPIRED, closed_at=F("expires_at"), **ENDED)


def _nothing_more(row: Cases) -> None:
    """The case is where it should be."""


ENDINGS: Mapping[str, Callable[[Cases], None]] = MappingProxyType(
    {
        State.MET: _meet,
        State.COOPERATING: _cooperate,
        State.NO_COOPERATION: _part,
        State.SILENT: _fall_silent,
        State.EXPIRED: _expire,
    }
)
