"""Delivers what was written: who is left out is decided as a claim of the outbox does, and nothing leaves the machine.

A claim itself cannot be used: it commits, and all of this is rolled back. The database's clock stands still meanwhile,
so what has expired is told by the clock of the simulation.
"""

from collections.abc import Iterator

from django.utils import timezone

from matching import tokens
from portal.mail import claims
from portal.mail.models import OutgoingMail
from portal.mail.relay import Result, Verdict
from portal.site.simulation import scanner
from portal.site.simulation.ledger import Ledger, Question
from portal.site.simulation.people import Temperament
from portal.site.simulation.scanner import Scanner
from portal.site.simulation.world import World

Status = OutgoingMail.Status


def deliver(world: World, ledger: Ledger, scanning: Scanner) -> list[tuple[OutgoingMail, list[Question]]]:
    """Send what waits, and let the scanner open its links; returns what has reached somebody, with its questions."""
    waiting = list(OutgoingMail.objects.filter(status=Status.QUEUED, pk__gt=world.mails_before).order_by("pk"))
    left_out = _leave_out(waiting)
    ledger.left_unsent += len(left_out)
    arrived = []
    for mail in waiting:
        if mail.pk not in left_out:
            questions = list(questions_of(mail, world))
            ledger.went_out(mail, questions)
            ledger.scanned(mail, scanning.scan(mail))
            if _hand_over(mail, world, ledger):
                arrived.append((mail, questions))
    return arrived


def questions_of(mail: OutgoingMail, world: World) -> Iterator[Question]:
    """One for each invitation the mail has a link to."""
    paths = {link.split("?")[0] for link in scanner.links_of(mail) if link.startswith("/antwort/")}
    for path in sorted(paths):
        invitation = tokens.invitation_of(path.split("/")[2])
        member = world.members.get(mail.to)
        if invitation and member:
            introduction = invitation.introduction
            pair = [world.of(each.organisation_id) for each in (introduction.partner, introduction.city)]
            case = "-".join(each.name for each in pair if each)
            yield Question(member, case, introduction.pk, path)


def _leave_out(waiting: list[OutgoingMail]) -> set[int]:
    now = timezone.now()
    expired = {mail.pk for mail in waiting if mail.expires_at and mail.expires_at <= now}
    unwanted = claims.without_consent(waiting) - expired
    for keys, status in ((expired, Status.EXPIRED), (unwanted, Status.SUPPRESSED)):
        OutgoingMail.objects.filter(pk__in=keys).update(status=status, **claims.BLANK)
    return expired | unwanted


def _hand_over(mail: OutgoingMail, world: World, ledger: Ledger) -> bool:
    """Whether the address exists; otherwise the mail comes back, and the office gets its task."""
    member = world.members.get(mail.to)
    is_gone = member is not None and member.temperament is Temperament.GONE
    result = Result(Verdict.REFUSED, "550 no such user") if is_gone else Result(Verdict.SENT)
    claims.Claim(1, [mail]).settle(mail, result)
    ledger.undeliverable += is_gone
    return not is_gone
