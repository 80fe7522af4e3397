"""What people do about a mail: by the buttons of its pages where there are some, otherwise by the verb."""

from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from portal.accounts import organisations
from portal.accounts.models import User
from portal.mail.models import OutgoingMail
from portal.site.simulation import people, scanner
from portal.site.simulation.ledger import Ledger, Question
from portal.site.simulation.people import Act, Reaction

PAUSE = timedelta(weeks=6)
_FINE, _REFUSED = 303, 409


@dataclass(frozen=True, slots=True)
class Intention:
    """What somebody will do about a question."""

    question: Question
    reaction: Reaction
    unsubscribe_path: str


def intend(mail: OutgoingMail, question: Question, reaction: Reaction) -> Intention:
    paths = [link for link in scanner.links_of(mail) if link.startswith("/abmelden/")]
    return Intention(question, reaction, paths[0] if paths else "")


def carry_out(seed: int, intention: Intention, ledger: Ledger, *, office: User) -> Intention | None:
    """Returns what a colleague will do, where the link was passed on. RuntimeError where a page fails."""
    question, act, detail = intention.question, intention.reaction.act, intention.reaction.detail
    ledger.acts[act] += 1
    if act in {Act.YES, Act.NO}:
        if _post(question.path, {"answer": act.value, "reason": detail}):
            ledger.answered(question, act)
        else:
            ledger.acts["too_late"] += 1
    elif act is Act.REPORT:
        _post(question.path, {"report": detail})
    elif act is Act.UNSUBSCRIBE:
        _post(intention.unsubscribe_path, {})
    elif act is Act.FORWARD and _post(question.path, {"answer": act.value}):
        reaction = people.colleague_of(seed, question.member.name, question.case)
        return Intention(question, reaction, intention.unsubscribe_path)
    elif act is Act.PAUSE:
        until = timezone.localdate() + PAUSE
        organisations.pause(question.member.organisation, until, by=question.member.user)
    elif act is Act.LEAVE:
        organisations.leave(question.member.organisation, by=office)
    return None


def _post(path: str, data: dict[str, str]) -> bool:
    """Whether it was taken; a case that has ended meanwhile refuses kindly."""
    status = scanner.browser().post(path, data).status_code
    if status not in {200, _FINE, _REFUSED}:
        raise RuntimeError(f"a page answered with {status}")
    return status != _REFUSED
