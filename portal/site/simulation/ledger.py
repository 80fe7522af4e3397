"""What happened, and the figures that must be 0: told from mails and rows, by rules written down here once more.

Nothing of the code that plans and asks is used, so that a mistake there is not made here, too.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Q
from django.utils import timezone

from matching.models import Introduction
from portal.accounts.models import Consent, Organisation
from portal.mail.models import OutgoingMail
from portal.site.simulation.scanner import Scan
from portal.site.simulation.world import Member, World

NEW = {"invitation", "batch", "proposal"}  # ask something new: the budget is about these
ASKING = NEW | {"reminder"}
UNASKED = ASKING | {"whether_met", "outcome"}  # rest on consent
BUDGET_DAYS = 7
OVERDUE = timedelta(days=1)

MUST_BE_ZERO = {
    "without_step": "offene Fälle ohne nächsten Schritt",
    "asked_after_no": "Anfragen und Erinnerungen an Menschen, die abgesagt hatten",
    "over_budget": "Mails über dem Budget",
    "without_consent": "Mails ohne Einwilligung",
    "in_holidays": "Anfragen und Erinnerungen in den Ferien der Empfänger",
    "in_pause": "Anfragen und Erinnerungen in eigener Pause oder nach dem Austritt",
    "writes_by_get": "Änderungen durch GET",
    "failed_links": "Links, die mit einem Fehler enden",
    "contacts_too_early": "Kontaktdaten ohne zwei Zusagen",
}


@dataclass(frozen=True, slots=True)
class Question:
    """What a link in a mail to a member is about; `case` is the same in every run: p3-t5."""

    member: Member
    case: str
    introduction: int
    path: str


class Ledger:
    """Counts by figure, kind of mail and member; `examples` says of each breach the first few."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.breaches: Counter[str] = Counter()
        self.examples: dict[str, list[str]] = defaultdict(list)
        self.mails: Counter[str] = Counter()
        self.asked: Counter[str] = Counter()  # questions by member
        self.answers: Counter[tuple[str, str]] = Counter()  # by member and act
        self.acts: Counter[str] = Counter()
        self.opened = self.undeliverable = self.left_unsent = 0
        self._last_new: dict[str, date] = {}  # by address
        self._refused: set[tuple[str, str]] = set()  # member and case
        self._agreed: defaultdict[int, set[str]] = defaultdict(set)  # members by introduction
        self._stuck: set[int] = set()

    def went_out(self, mail: OutgoingMail, questions: list[Question]) -> None:
        """One mail was handed to the mail server now."""
        kind, day = kind_of(mail), timezone.localdate()
        self.mails[kind] += 1
        if kind in UNASKED or mail.kind == OutgoingMail.Kind.SUGGESTION:
            self._require("without_consent", self._has_consent(mail), mail)
        if kind in UNASKED:
            refused = any((each.member.name, each.case) in self._refused for each in questions)
            self._require("asked_after_no", not refused, mail)
        if kind in ASKING:
            self._check_time(mail, day)
        if kind in NEW:
            self._check_budget(mail, day)
            self.asked.update(each.member.name for each in questions)
        if kind == "contacts":
            agreed = self._agreed[int(mail.key.split(":")[1])]
            self._require("contacts_too_early", len(agreed) == 2, mail)

    def answered(self, question: Question, act: str) -> None:
        """A member's yes or no was taken."""
        self.answers[question.member.name, act] += 1
        if act == "no":
            self._refused.add((question.member.name, question.case))
        else:
            self._agreed[question.introduction].add(question.member.name)

    def scanned(self, mail: OutgoingMail, scan: Scan) -> None:
        self.opened += scan.opened
        self._require("writes_by_get", not scan.writes, mail, times=scan.writes)
        for page in scan.failed:
            self._require("failed_links", False, f"{mail.key} {page.split('?')[0]}")

    def looked(self) -> None:
        """After the portal has done what is due: each open case that is left without a step counts once."""
        now = timezone.now()
        without = Q(next_step="") | Q(next_step_at=None) | Q(next_step_at__lt=now - OVERDUE)
        stuck = Introduction.objects.filter(without, state__in=["asked", "connected", "met"])
        for pk in set(stuck.values_list("pk", flat=True)) - self._stuck:
            self._stuck.add(pk)
            self._require("without_step", False, f"{now:%d.%m.}, Vermittlung {pk}")

    def _check_time(self, mail: OutgoingMail, day: date) -> None:
        member = self.world.members.get(mail.to)
        if member is None:
            return
        self._require("in_holidays", not self.world.is_break(member.land, day), mail)
        row = Organisation.objects.get(pk=member.organisation.pk)
        resting = row.withdrawn_at is not None or (row.paused_until is not None and row.paused_until >= day)
        self._require("in_pause", not resting, mail)

    def _check_budget(self, mail: OutgoingMail, day: date) -> None:
        last = self._last_new.get(mail.to)
        self._require("over_budget", last is None or (day - last).days >= BUDGET_DAYS, mail)
        self._last_new[mail.to] = day

    def _has_consent(self, mail: OutgoingMail) -> bool:
        rows = Consent.objects.filter(user__email=mail.to, purpose="suggestions", confirmed_at__lte=timezone.now())
        return rows.filter(withdrawn_at=None).exists()

    def _require(self, figure: str, holds: bool, what: object, *, times: int = 1) -> None:
        if not holds:
            self.breaches[figure] += times
            where = f"{timezone.localtime():%d.%m. %H:%M} {what.key}" if isinstance(what, OutgoingMail) else str(what)
            self.examples[figure] = [*self.examples[figure], where][:3]


def kind_of(mail: OutgoingMail) -> str:
    return mail.key.split(":")[0]


def days_between(start: datetime, end: datetime) -> int:
    return (timezone.localdate(end) - timezone.localdate(start)).days
