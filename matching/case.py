"""One side's view of an introduction: what its pages may say, and what the side may do."""

from datetime import datetime
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from matching import call_files, call_words, following_up, introductions, planning, reasons, repairs, step_words
from matching.forms import FORWARD, RepairForm
from matching.models import Introduction, Invitation, Side
from matching.next_steps import Step
from matching.repairs import RepairError
from portal.accounts.models import User

State = Introduction.State


def context(introduction: Introduction, side: Side) -> dict[str, Any]:
    """For templates/matching/_case.html. Says nothing of the other side's answer but how the case ended."""
    invitations = {each.side: each for each in introduction.invitations.all()}
    invitation, other = invitations[side], invitations[side.other]
    return {
        "introduction": introduction,
        "invitation": invitation,
        "side": side,
        "own": introduction.organisation(side),
        "other": introduction.organisation(side.other),
        "asked_by_other": introduction.initiated_by == side.other,
        "reasons": reasons.sentences(introduction.reasons, side=side),
        "is_open": introduction.state == State.ASKED,
        "outcome": outcome(introduction, invitation),
        "repair": repairs.offer(invitation),
        "office_calls": not (other.asked_at or other.deferred_at),
        "asked_after": asked_after(introduction, side.other) if other.deferred_at else None,
        "next_step": step_words.for_side(introduction, side),
        "follow_up": following_up.choices(introduction),
        "own_call": call_words.words(invitation.call_time) if invitation.call_time else "",
        "calls": call_files.shown(introduction, side),
    }


def asked_after(introduction: Introduction, side: Side) -> datetime | None:
    """From when on a side that waits may be asked; None where it is not waited for."""
    invites = (planned for planned in planning.steps(introduction) if planned.step == Step.INVITE)
    return next((planned.at for planned in invites if planned.side == side), None)


def outcome(introduction: Introduction, invitation: Invitation) -> str:
    """How the case ended, kindly; empty while it is open."""
    if introduction.state == State.DECLINED and invitation.answer == Invitation.Answer.NO:
        return _("Sie haben „Jetzt nicht“ geantwortet. Danke für die klare Antwort. Wir fragen vorerst nicht wieder.")
    outcomes = {
        State.ASKED: "",
        State.DECLINED: _("Die andere Seite hat geantwortet, dass es jetzt nicht passt. Sie müssen nichts tun."),
        State.EXPIRED: _("Die Zeit für eine Antwort ist abgelaufen. Sie können den Kontakt jederzeit selbst anfragen."),
        State.WITHDRAWN: _("Die Vermittlung wurde zurückgezogen. Sie müssen nichts tun."),
        State.CONNECTED: _("Beide Seiten haben zugesagt. Die Kontaktdaten stehen in der Mail an Ihre Ansprechperson."),
        State.MET: _("Sie haben miteinander gesprochen. Sagen Sie uns gern, was daraus wird."),
        State.COOPERATING: _("Sie arbeiten zusammen. Wir freuen uns mit Ihnen."),
        State.SILENT: _("Niemand hat uns gesagt, was daraus geworden ist. Die Vermittlung ist abgeschlossen."),
        State.NO_COOPERATION: _("Aus dem Kontakt ist keine Zusammenarbeit geworden. Sie müssen nichts tun."),
    }
    return outcomes[State(introduction.state)]


def repair(invitation: Invitation, data: QueryDict) -> None:
    """Carry out what a button below a no sends; RepairError where nothing of the kind was offered."""
    form = RepairForm(data)
    if not form.is_valid():
        raise RepairError(_("Bitte wählen Sie einen der Schritte auf dieser Seite."))
    repairs.carry_out(invitation, **form.cleaned_data)


def act(invitation: Invitation, data: dict[str, Any], *, by: User | None) -> Introduction:
    """Carry out what an AnswerForm says."""
    if data["answer"] == FORWARD:
        return introductions.forward(invitation)
    return introductions.answer(
        invitation,
        Invitation.Answer(data["answer"]),
        by=by,
        reason=data["reason"],
        comment=data["comment"],
        call=data["call"],
    )
