"""What a side says after the contacts went out: we spoke, not yet, we work together, or nothing comes of it."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from matching import case_locks, introductions
from matching.introductions import IntroductionError
from matching.models import Introduction, Invitation
from portal.accounts.models import User

State = Introduction.State
NOT_YET = "not_yet"


def choices(introduction: Introduction) -> list[tuple[str, str]]:
    """What may be said now, with the words of its button; nothing before the contacts went out and after the end."""
    buttons = {
        State.MET.value: _("Wir haben miteinander gesprochen"),
        NOT_YET: _("Noch nicht"),
        State.COOPERATING.value: _("Wir arbeiten zusammen"),
        State.NO_COOPERATION.value: _("Daraus wird nichts"),
    }
    possible = {state.value for state in map(State, introductions.TRANSITIONS.get(introduction.state, ()))}
    asked = introduction.state == State.CONNECTED and introduction.asked_whether_met_at
    return [(said, words) for said, words in buttons.items() if said in possible or (said == NOT_YET and asked)]


def say(invitation: Invitation, said: str, *, by: User | None) -> Introduction:
    """A state to report, or not_yet. The same again changes nothing; `by` is None where a link from a mail was used."""
    if said == NOT_YET:
        return _not_yet(invitation)
    return introductions.report(invitation.introduction, State(said), by=by)


@transaction.atomic
def _not_yet(invitation: Invitation) -> Introduction:
    """Kept with its day; the next question is that for the outcome."""
    introduction = case_locks.lock(invitation.introduction_id)
    if introduction.state != State.CONNECTED:
        raise IntroductionError(_("Dieser Schritt ist hier nicht möglich."))
    row = introduction.invitations.get(pk=invitation.pk)
    row.not_yet_at = row.not_yet_at or timezone.now()
    row.save(update_fields=["not_yet_at"])
    return introduction
