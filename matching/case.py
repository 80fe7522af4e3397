"""One side's view of an introduction: what its pages may say, and what the side may do."""

from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from matching import introductions, reasons, repairs
from matching.forms import FORWARD, RepairForm
from matching.models import Introduction, Invitation, Side
from matching.repairs import RepairError
from portal.accounts.models import User

State = Introduction.State


def context(introduction: Introduction, side: Side) -> dict[str, Any]:
    """For templates/matching/_case.html. Says nothing of the other side's answer but how the case ended."""
    invitation = introduction.invitations.get(side=side)
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
        "office_calls": not introduction.invitations.filter(side=side.other, asked_at__isnull=False).exists(),
    }


def next_steps(introduction: Introduction) -> list[tuple[str, str]]:
    """What the sides may report now: the state, and the words of its button."""
    buttons = {
        State.MET: _("Wir haben miteinander gesprochen"),
        State.COOPERATING: _("Wir arbeiten zusammen"),
        State.NO_COOPERATION: _("Daraus wird nichts"),
    }
    possible = introductions.TRANSITIONS.get(introduction.state, frozenset())
    return [(state.value, words) for state, words in buttons.items() if state in possible]


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
        State.NO_COOPERATION: _("Aus dem Kontakt ist keine Zusammenarbeit geworden. Sie müssen nichts tun."),
    }
    return outcomes[State(introduction.state)]


def repair(invitation: Invitation, data: QueryDict) -> None:
    """Carry out what a button below a no sends; RepairError where nothing of the kind was offered."""
    form = RepairForm(data)
    if not form.is_valid():
        raise RepairError(_("Bitte wählen Sie einen der Schritte auf dieser Seite."))
    repairs.carry_out(invitation, **form.cleaned_data)


def act(invitation: Invitation, data: dict[str, str], *, by: User | None) -> Introduction:
    """Carry out what an AnswerForm says."""
    if data["answer"] == FORWARD:
        return introductions.forward(invitation)
    return introductions.answer(
        invitation, Invitation.Answer(data["answer"]), by=by, reason=data["reason"], comment=data["comment"]
    )
