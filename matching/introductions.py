"""An introduction from the office's release, or a side's own question, to the exchange of contacts.

release, ask → asked → connected → met → cooperating   both said yes: the contacts go out; the two report the rest
                     → declined                         one said no
                     → expired                          no answer in time
                     → withdrawn                        the office took it back, or there is nobody left to name
What was connected, met or cooperating may end as no_cooperation; what was connected or met, and nobody reports, as
silent. What is open has a next step and its day, written with every change: see matching.planning.

Locks are taken in one order: see matching.case_locks.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cities.models import City, Project
from matching import asking, candidates, case_locks, deadlines, linking, mails, planning, readiness, repairs
from matching.call_times import CallTime
from matching.models import Disclosure, Introduction, IntroductionRules, Invitation, Side, Suggestion
from matching.models.introductions import CALL_TIME
from matching.reasons import Fact
from partners.models import Partner
from portal.accounts import office, organisations
from portal.accounts.models import OfficeTask, Organisation, User
from portal.accounts.refusals import Refusal

State = Introduction.State
Answer = Invitation.Answer

TRANSITIONS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        State.ASKED: frozenset({State.CONNECTED, State.DECLINED, State.EXPIRED, State.WITHDRAWN}),
        State.CONNECTED: frozenset({State.MET, State.COOPERATING, State.NO_COOPERATION, State.SILENT}),
        State.MET: frozenset({State.COOPERATING, State.NO_COOPERATION, State.SILENT}),
        State.COOPERATING: frozenset({State.NO_COOPERATION}),
    }
)


class IntroductionError(Refusal):
    """The step does not fit the state, or a rule forbids it; the message is for the person."""


@transaction.atomic
def release(suggestion: Suggestion, *, by: User, also: Sequence[Fact] = (), later: bool = False) -> Introduction:
    """The office agrees to an open suggestion: whoever comes first is asked. `also`: reasons beyond the pair's own.

    `later`: it is asked by ask_waiting, together with others of the same release, or else by the clock.
    """
    _require_office(by)
    partner, city = case_locks.lock_pair(suggestion.partner_id, suggestion.city_id)
    suggestion = Suggestion.objects.select_for_update(of=("self",)).get(pk=suggestion.pk)
    if suggestion.state != Suggestion.State.OPEN:
        raise IntroductionError(_("Über diesen Vorschlag wurde schon entschieden."))
    _require_nothing_missing(candidates.assess(partner, city).missing)
    _close_suggestion(suggestion, by=by)
    reasons = [*also, *suggestion.reasons]
    introduction = _open(partner, city, suggestion=suggestion, reasons=reasons, created_by=by)
    asking.put_in_turn(introduction, *_asked_first(), now=introduction.asked_at)
    if not later:
        ask_waiting(introduction)
    return introduction


def ask_waiting(*introductions: Introduction) -> None:
    """Ask whoever comes first in cases this transaction has just begun."""
    case_locks.lock_people(Introduction.objects.filter(pk__in=[each.pk for each in introductions]))
    for introduction in introductions:
        asking.ask(introduction, *_asked_first())


@transaction.atomic
def ask(  # noqa: PLR0913 - a question has these parts, and two of them may be missing
    partner: Partner, city: City, *, side: Side, by: User, message: str = "", project: Project | None = None
) -> Introduction:
    """A member of one side asks for the contact: its own yes is given, the other side is asked.

    The pair need not fit; a published project of the town may be what it is about. Where the other side
    cannot be written to, the office gets a task instead.
    """
    partner, city = case_locks.lock_pair(partner.pk, city.pk)
    suggestion = (
        Suggestion.objects.select_for_update(of=("self",))
        .filter(partner=partner, city=city, state=Suggestion.State.OPEN)
        .first()
    )
    own = (partner if side == Side.PARTNER else city).organisation
    _require_member(own, by)
    _require_published(project, city)
    assessment = candidates.assess(partner, city)
    _require_nothing_missing(readiness.missing_for_question(assessment, side=side))
    if suggestion:
        _close_suggestion(suggestion, by=by, reason=_("{name} hat selbst gefragt.").format(name=own))
    introduction = _open(
        partner,
        city,
        suggestion=suggestion,
        reasons=assessment.facts,
        created_by=by,
        initiated_by=side,
        message=message,
        project=project,
    )
    case_locks.lock_people(Introduction.objects.filter(pk=introduction.pk))
    invitation = introduction.invitations.get(side=side)
    invitation.recipient, invitation.asked_at = own.contact, introduction.asked_at
    _record(invitation, Answer.YES, by=by)
    _agree(introduction, side)
    return introduction


@transaction.atomic
def answer(  # noqa: PLR0913 - an answer has these parts, and all but one may be missing
    invitation: Invitation,
    answer: Answer,
    *,
    by: User | None = None,
    reason: str = "",
    comment: str = "",
    call: CallTime | None = None,
) -> Introduction:
    """One side says yes or no. The same answer again changes nothing; a yes may become a no until contacts go out.

    With a yes it may say when it likes to be called, which is told together with the contacts.

    Who has no time just now pauses with it; further repairs of the entry are offered: see matching.repairs.
    `by` is None where a link from a mail was used.
    """
    needs_pause = answer == Answer.NO and reason == Invitation.Reason.NOT_NOW
    if needs_pause:
        organisations.lock(invitation.introduction.organisation(Side(invitation.side)))
    introduction = case_locks.lock(invitation.introduction_id)
    invitation = introduction.invitations.get(pk=invitation.pk)
    if invitation.answer == answer:
        return introduction
    _require_open(introduction)
    side = Side(invitation.side)
    if not (invitation.asked_at or introduction.agreed_at(side.other)):
        raise IntroductionError(_("Sie werden gefragt, sobald die andere Seite zugesagt hat."))
    if answer == Answer.YES and readiness.nameable_contact(introduction.organisation(side)) is None:
        raise IntroductionError(
            _(
                "Ihre Organisation hat zurzeit keine Ansprechperson, die Kontaktvorschlägen zugestimmt hat. "
                "Bitte melden Sie sich an und ergänzen Sie das unter „Mein Bereich“. Antworten Sie danach noch einmal."
            )
        )
    invitation.call_time = call if answer == Answer.YES else None
    _record(invitation, answer, by=by, reason=reason if answer == Answer.NO else "", comment=comment)
    (_agree if answer == Answer.YES else _refuse)(introduction, side)
    if needs_pause:
        repairs.pause(invitation)
    return introduction


@transaction.atomic
def forward(invitation: Invitation) -> Introduction:
    """The person asked is not responsible and passes the link on; the case stays open, the office looks after it."""
    introduction = case_locks.lock(invitation.introduction_id)
    invitation = introduction.invitations.get(pk=invitation.pk)
    if invitation.forwarded_at:
        return introduction
    _require_open(introduction)
    invitation.forwarded_at = timezone.now()
    invitation.save(update_fields=["forwarded_at"])
    planning.save(introduction)
    organisation = introduction.organisation(Side(invitation.side))
    text = _(
        "{organisation}: Die gefragte Person ist für die Vermittlung „{introduction}“ nicht zuständig und reicht die "
        "Anfrage weiter. Bitte klären, wer künftig Ansprechperson ist."
    ).format(organisation=organisation, introduction=introduction)
    office.open_task(f"forward:{invitation.pk}", OfficeTask.Kind.RESPONSIBLE, organisation=organisation, text=text)
    return introduction


@transaction.atomic
def report(introduction: Introduction, state: State, *, by: User | None) -> Introduction:
    """A member of one side, or the office, says what became of it: met, cooperating or no_cooperation.

    Saying the same again changes nothing. `by` is None where a link from a mail was used.
    """
    introduction = case_locks.lock(introduction.pk)
    if by is not None:
        _require_involved(introduction, by)
    if introduction.state == state:
        return introduction
    if introduction.connected_at is None:
        raise IntroductionError(_("Dieser Schritt ist erst möglich, wenn beide Seiten zugesagt haben."))
    now = timezone.now()
    met = introduction.met_at or now
    dates: dict[str, dict[str, datetime]] = {
        State.MET: {"met_at": now},
        State.COOPERATING: {"met_at": met, "outcome_at": now},
        State.NO_COOPERATION: {"outcome_at": now, "closed_at": now},
    }
    if state not in dates:
        raise IntroductionError(_("Dieser Schritt ist hier nicht möglich."))
    _move(introduction, state, **dates[state])
    return introduction


@transaction.atomic
def withdraw(introduction: Introduction, *, by: User, reason: str) -> Introduction:
    """The office takes an open introduction back; whoever knows of it is told, with the reason."""
    _require_office(by)
    introduction = case_locks.lock(introduction.pk)
    _require_open(introduction)
    _end(introduction, State.WITHDRAWN, withdrawal_reason=reason)
    mails.tell_end(introduction, *Side)
    return introduction


def expire(introduction: Introduction) -> None:
    """Nobody answered in time: both are told. For a case that is locked."""
    _end(introduction, State.EXPIRED)
    mails.tell_end(introduction, *Side)


def give_up(introduction: Introduction, side: Side) -> None:
    """The side could not be asked for too long: whoever knows of the case is told. For a case that is locked."""
    reason = _("{name} konnte in {weeks} Wochen nicht gefragt werden: Pause, Ferien oder zu viele Fragen zugleich.")
    weeks = deadlines.rules().longest_wait_weeks
    name = introduction.organisation(side)
    _end(introduction, State.WITHDRAWN, withdrawal_reason=reason.format(name=name, weeks=weeks))
    mails.tell_end(introduction, *Side)


def close_silent(introduction: Introduction) -> None:
    """Nobody said what became of the contact: it ends without a mail, of which the last one told. For a locked case."""
    _end(introduction, State.SILENT)


def end_for(organisation: Organisation, cases: Sequence[Introduction]) -> None:
    """It takes part no more: the other sides are told. For locked cases, all that are open with it."""
    for each in cases:  # all before the first mail: of two that are linked, neither goes on
        reason = _("Eine Seite nimmt nicht mehr teil.")
        _move(each, State.WITHDRAWN, closed_at=timezone.now(), withdrawal_reason=reason)
    for each in cases:
        linking.end(each)
        mails.tell_end(each, *(side for side in Side if each.organisation(side) != organisation))


def _agree(introduction: Introduction, side: Side) -> None:
    now = timezone.now()
    setattr(introduction, f"{side}_agreed_at", now)
    if introduction.agreed_at(side.other) is None:
        planning.save(introduction, f"{side}_agreed_at")
        asking.ask(introduction, side.other)
        return
    own, other = (readiness.nameable_contact(introduction.organisation(each)) for each in (side, side.other))
    if own and other:
        _connect(introduction, {side: own, side.other: other})
    else:  # the other side has lost its contact person, or this person's consent, since its yes
        _end(
            introduction,
            State.WITHDRAWN,
            withdrawal_reason=_("Eine Seite hat zurzeit keine Ansprechperson."),
            **{f"{side}_agreed_at": now},
        )
        mails.tell_end(introduction, side)


def _refuse(introduction: Introduction, side: Side) -> None:
    _end(introduction, State.DECLINED, **{f"{side}_agreed_at": None})
    mails.tell_end(introduction, side.other)


def _connect(introduction: Introduction, people: Mapping[Side, User]) -> None:
    now = timezone.now()
    _move(
        introduction,
        State.CONNECTED,
        connected_at=now,
        **{f"{side}_agreed_at": introduction.agreed_at(side) for side in Side},
    )
    Disclosure.objects.bulk_create(
        [Disclosure(introduction=introduction, side=side, person=people[side], disclosed_at=now) for side in Side]
    )
    mails.contacts(introduction, people)


def _open(partner: Partner, city: City, **fields: Any) -> Introduction:
    """The next step is planned with the first question."""
    now = timezone.now()
    introduction = Introduction.objects.create(partner=partner, city=city, asked_at=now, expires_at=now, **fields)
    Invitation.objects.bulk_create([Invitation(introduction=introduction, side=side) for side in Side])
    return introduction


def _record(invitation: Invitation, answer: str, *, by: User | None, reason: str = "", comment: str = "") -> None:
    invitation.answer, invitation.answered_at, invitation.answered_by = answer, timezone.now(), by
    invitation.reason, invitation.comment = reason, comment
    invitation.asked_at = invitation.asked_at or invitation.answered_at
    invitation.save(
        update_fields=[
            *("recipient", "asked_at", "answer", "answered_at", "answered_by", "reason", "comment", *CALL_TIME)
        ]
    )


def _end(introduction: Introduction, state: State, **fields: Any) -> None:
    """Without contact; the one it is linked to goes on alone."""
    _move(introduction, state, closed_at=timezone.now(), **fields)
    linking.end(introduction)


def _move(introduction: Introduction, state: State, **fields: Any) -> None:
    """The one place that changes a state: in one UPDATE with the dates the constraints ask for and the next step."""
    if state not in TRANSITIONS.get(introduction.state, frozenset()):
        raise IntroductionError(_("Dieser Schritt ist hier nicht möglich."))
    fields["state"] = state
    for name, value in fields.items():
        setattr(introduction, name, value)
    planning.save(introduction, *fields)


def _close_suggestion(suggestion: Suggestion, *, by: User, reason: str = "") -> None:
    suggestion.state, suggestion.decision_reason = Suggestion.State.RELEASED, reason
    suggestion.decided_at, suggestion.decided_by = timezone.now(), by
    suggestion.save(update_fields=["state", "decision_reason", "decided_at", "decided_by"])


def _asked_first() -> tuple[Side, ...]:
    first = deadlines.rules().ask_first
    return tuple(Side) if first == IntroductionRules.AskFirst.BOTH else (Side(first),)


def _require_open(introduction: Introduction) -> None:
    if introduction.state != State.ASKED:
        raise IntroductionError(
            _("Diese Vermittlung ist seit dem {date} abgeschlossen. Ihre Antwort ändert nichts mehr.").format(
                date=mails.day(introduction.closed_at or introduction.connected_at or introduction.asked_at)
            )
        )


def _require_involved(introduction: Introduction, user: User) -> None:
    sides = [introduction.organisation(side).pk for side in Side]
    if not (user.is_staff or Organisation.objects.of(user).filter(pk__in=sides).exists()):
        raise IntroductionError(_("Nur die Beteiligten können das sagen."))


def _require_office(user: User) -> None:
    if not user.is_staff:
        raise IntroductionError(_("Das kann nur die Geschäftsstelle."))


def _require_member(organisation: Organisation, user: User) -> None:
    if not Organisation.objects.of(user).filter(pk=organisation.pk).exists():
        raise IntroductionError(_("Nur Mitglieder von {name} können das anfragen.").format(name=organisation))


def _require_published(project: Project | None, city: City) -> None:
    if project and not Project.objects.published().filter(pk=project.pk, city=city).exists():
        raise IntroductionError(_("Das Projekt „{title}“ sucht zurzeit keine Hilfe.").format(title=project.title))


def _require_nothing_missing(missing: Sequence[str]) -> None:
    if missing:
        raise IntroductionError(" ".join(missing))
