"""The next step of an introduction in words: for the office as it is stored, for a side only what concerns it."""

from django.utils.translation import gettext as _

from matching import allowances, calendars, mails, planning, readiness, why_nothing
from matching.models import Introduction, Side
from matching.next_steps import Planned, Step


def for_office(introduction: Introduction) -> str:
    """Erinnerung am 03.12.2026; nothing where the case has ended."""
    if introduction.next_step_at is None:
        return ""
    return _("{step} am {date}").format(
        step=introduction.get_next_step_display(), date=mails.day(introduction.next_step_at)
    )


def for_side(introduction: Introduction, side: Side) -> str:
    """A sentence. What is done with the other side would tell whether it has answered, and is left out."""
    own = (planned for planned in planning.steps(introduction) if planned.side in {"", side.value})
    first = next(own, None)
    return _sentence(first) if first else ""


def why_waiting(introduction: Introduction) -> str:
    """For the office: which side waits to be asked, for what, and until when; nothing where none does."""
    waiting = introduction.invitations.filter(asked_at=None, deferred_at__isnull=False).order_by("-side")
    is_open = introduction.state == Introduction.State.ASKED
    return " ".join(_why(introduction, Side(each.side)) for each in waiting) if is_open else ""


def _why(introduction: Introduction, side: Side) -> str:
    organisation = introduction.organisation(side)
    contact = readiness.nameable_contact(organisation)
    text = _("Das Portal darf dort niemandem schreiben.")
    if contact:
        turn = allowances.turn(organisation, contact, land=calendars.land_of(introduction, side))
        text = why_nothing.sentence(turn, organisation) or _("Die Frage geht beim nächsten Blick der Uhr hinaus.")
    return f"{organisation}: {text}"


def _sentence(planned: Planned) -> str:
    sentences = {
        Step.INVITE: _("Frühestens am {date} fragen wir Sie per Mail."),
        Step.REMIND: _("Am {date} erinnern wir Sie, falls Sie bis dahin nicht geantwortet haben."),
        Step.NOTE_WAITING: _("Am {date} schreiben wir Ihnen, falls die andere Seite bis dahin nicht geantwortet hat."),
        Step.EXPIRE: _("Am {date} endet die Vermittlung, falls bis dahin nicht beide Seiten zugesagt haben."),
        Step.ASK_WHETHER_MET: _("Am {date} fragen wir beide Seiten, ob Sie miteinander gesprochen haben."),
        Step.ASK_OUTCOME: _("Am {date} fragen wir beide Seiten, was daraus geworden ist."),
        Step.CLOSE_SILENT: _("Hören wir bis zum {date} nichts von Ihnen, schließen wir die Vermittlung ab."),
    }
    return sentences[planned.step].format(date=mails.day(planned.at))
