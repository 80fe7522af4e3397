"""Days pass: at some hours the portal does what is due, on Mondays the office releases a round, and people act."""

from collections import defaultdict
from datetime import date, datetime, time, timedelta
from importlib.util import find_spec

from django.db import transaction
from django.utils import timezone

from matching import carrying_on, case_watch, rounds
from matching.schedule import BERLIN, MONDAY
from portal.mail.models import OutgoingMail
from portal.site.simulation import acts, invention, people, post, report, world
from portal.site.simulation.acts import Intention
from portal.site.simulation.ledger import UNASKED, Ledger, Question, kind_of
from portal.site.simulation.people import Temperament
from portal.site.simulation.scanner import Scanner

if IS_INSTALLED := find_spec("time_machine") is not None:
    import time_machine

MIDNIGHT, MORNING, OFFICE, EVENING = time(0, 5), time(8, 5), time(10), time(18)
FOLLOW_UPS = {"whether_met", "outcome"}


@transaction.atomic
def simulate(*, weeks: int, seed: int, partners: int, towns: int) -> report.Report:
    """Nothing of it stays. Until the end, whoever writes to the same database waits: not beside a running portal."""
    with time_machine.travel(_moment(invention.START, time(0)), tick=False):
        play = Play(world.create(seed, partners, towns))
    for number in range(7 * weeks):
        play.live(invention.START + timedelta(days=number))
    found = report.of(play.ledger, weeks=weeks)
    transaction.set_rollback(True)
    return found


class Play:
    """The world, what was counted in it, and what people will do on which day."""

    def __init__(self, one: world.World) -> None:
        self.world, self.ledger, self.scanner = one, Ledger(one), Scanner()
        self._intended: defaultdict[date, list[Intention]] = defaultdict(list)
        self._heard: set[tuple[str, int, str]] = set()  # member, case and what was asked

    def live(self, day: date) -> None:
        for clock in (MIDNIGHT, MORNING, OFFICE, EVENING):
            with time_machine.travel(_moment(day, clock), tick=False):
                self._hour(day, clock)

    def _hour(self, day: date, clock: time) -> None:
        carrying_on.carry_on_due()
        if clock == MIDNIGHT:
            case_watch.look_after()
        if clock == OFFICE and day.weekday() == MONDAY:
            self._release()
        self._deliver()
        if clock == EVENING:
            self._act(day)
            self._deliver()
        self.ledger.looked()

    def _release(self) -> None:
        row = rounds.run(rounds.start(by=self.world.office))
        if row:
            rounds.release(row, by=self.world.office)

    def _deliver(self) -> None:
        for mail, questions in post.deliver(self.world, self.ledger, self.scanner):
            for question in questions:
                self._make_up_mind(mail, question)

    def _make_up_mind(self, mail: OutgoingMail, question: Question) -> None:
        """Once for each question: a reminder changes nothing."""
        kind, today = kind_of(mail), timezone.localdate()
        asked = kind if kind in FOLLOW_UPS else "invitation"
        heard = (question.member.name, question.introduction, asked)
        if heard not in self._heard and kind in UNASKED:
            self._heard.add(heard)
            decide = people.report_of if kind in FOLLOW_UPS else people.answer_of
            reaction = decide(self.world.seed, question.member.name, f"{question.case}:{asked}:{today}")
            if reaction:
                self._intend(acts.intend(mail, question, reaction), today)

    def _intend(self, intention: Intention, today: date) -> None:
        day, member = today + timedelta(days=intention.reaction.days), intention.question.member
        if member.temperament is Temperament.AWAY:
            day = self.world.after_holidays(member.land, day)
        self._intended[day].append(intention)

    def _act(self, today: date) -> None:
        for day in sorted(day for day in self._intended if day <= today):
            for intention in self._intended.pop(day):
                passed_on = acts.carry_out(self.world.seed, intention, self.ledger, office=self.world.office)
                if passed_on:
                    self._intend(passed_on, today)


def _moment(day: date, clock: time) -> datetime:
    return datetime.combine(day, clock, BERLIN)
