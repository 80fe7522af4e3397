"""What happens next in an introduction, and when: from its state, dates and answers, the rules and the calendars of its
sides. Pure: knows no Django.

asked      invite → remind → note_waiting → expire    for each side as far as it applies; the earliest is next
connected  ask_whether_met → ask_outcome → close_silent
met        ask_outcome → close_silent
What has ended has no next step, and cooperating is a good end.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from matching import open_days
from matching.open_days import OpenDays

TIME_TO_ANSWER = timedelta(days=3)  # a reminder that leaves less is none


class Step(StrEnum):
    """What the portal does by itself when nobody else acts before."""

    INVITE = "invite"  # holidays, pause or budget of the person allow it from then on: the side is asked
    REMIND = "remind"
    NOTE_WAITING = "note_waiting"  # who said yes learns that the other side has not answered yet
    EXPIRE = "expire"
    ASK_WHETHER_MET = "ask_whether_met"
    ASK_OUTCOME = "ask_outcome"
    CLOSE_SILENT = "close_silent"  # nobody said what became of it


@dataclass(frozen=True, slots=True, kw_only=True)
class Periods:
    """Days, as the office has set them."""

    reminder: int
    note: int
    answer: int
    whether_met: int
    outcome: int
    silence: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SideFacts:
    """One side: its calendar, and what has happened with it."""

    name: str
    days: OpenDays
    asked_at: datetime | None = None
    deferred_at: datetime | None = None  # its turn came, and it waits to be asked
    not_before: datetime | None = None  # until when it waits: see matching.budget
    agreed_at: datetime | None = None
    reminded_at: datetime | None = None
    noted_at: datetime | None = None
    forwarded: bool = False  # the person asked is not responsible: a reminder would go to the wrong one


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """An introduction as far as its next step depends on it."""

    state: str
    asked_at: datetime
    expires_at: datetime  # promised in mails: it is only ever put off
    sides: tuple[SideFacts, SideFacts]
    connected_at: datetime | None = None
    met_at: datetime | None = None
    asked_whether_met_at: datetime | None = None
    asked_outcome_at: datetime | None = None

    def other(self, side: SideFacts) -> SideFacts:
        return self.sides[1] if side is self.sides[0] else self.sides[0]


@dataclass(frozen=True, slots=True)
class Planned:
    """A step, its moment (never before `now`, unless it is due), and the side it concerns; none where it is both."""

    step: Step
    at: datetime
    side: str = ""


def plan(case: Case, periods: Periods, *, now: datetime) -> list[Planned]:
    """Everything that will happen if nobody acts, as far as it is known today; the first is the next step."""
    steps = {"asked": _while_asked, "connected": _after_contacts, "met": _after_contacts}.get(case.state)
    return sorted(steps(case, periods, now), key=lambda each: (each.at, list(Step).index(each.step))) if steps else []


def expires_at(case: Case, periods: Periods, *, now: datetime) -> datetime:
    """The end of the time to answer: that of the side that may answer longest, and never before what was promised."""
    silent = [side for side in case.sides if not side.agreed_at]
    in_turn = [side for side in silent if side.asked_at or side.deferred_at or case.other(side).agreed_at] or silent
    ends = [side.days.end_after(_asked_or_to_be(case, side, now), periods.answer) for side in in_turn]
    return max(case.expires_at, *ends) if case.state == "asked" else case.expires_at


def _while_asked(case: Case, periods: Periods, now: datetime) -> Iterator[Planned]:
    end = expires_at(case, periods, now=now)
    for side in case.sides:
        if side.agreed_at:
            yield from _note(case, side, periods, now, end)
        elif side.asked_at:
            yield from _reminder(side, periods, now, end)
        elif side.deferred_at:
            yield Planned(Step.INVITE, _asked_or_to_be(case, side, now), side.name)
    yield Planned(Step.EXPIRE, end)


def _reminder(side: SideFacts, periods: Periods, now: datetime, end: datetime) -> Iterator[Planned]:
    """Late rather than in school holidays, and not at all where it would leave no time to answer."""
    if side.asked_at and not (side.reminded_at or side.forwarded):
        at = side.days.when_working(max(side.days.morning_after(side.asked_at, periods.reminder), now))
        if at + TIME_TO_ANSWER <= end:
            yield Planned(Step.REMIND, at, side.name)


def _note(case: Case, side: SideFacts, periods: Periods, now: datetime, end: datetime) -> Iterator[Planned]:
    """Counted in the days of the side that is waited for. Who agreed later than that has just been told the date."""
    other = case.other(side)
    at = other.days.morning_after(_asked_or_to_be(case, other, now), periods.note)
    if side.agreed_at and not side.noted_at and side.agreed_at < at and max(at, now) < end:
        yield Planned(Step.NOTE_WAITING, max(at, now), side.name)


def _after_contacts(case: Case, periods: Periods, now: datetime) -> Iterator[Planned]:
    connected_at = case.connected_at or case.asked_at
    calendars = [side.days for side in case.sides]
    if case.asked_outcome_at:
        heard = max(case.asked_outcome_at, case.met_at or case.asked_outcome_at)
        yield Planned(Step.CLOSE_SILENT, max(days.end_after(heard, periods.silence) for days in calendars))
        return
    outcome = open_days.days_later(connected_at, periods.outcome)
    outcome = open_days.when_working(calendars, max(outcome, now))
    if case.state == "connected" and not case.asked_whether_met_at:
        met = open_days.days_later(connected_at, periods.whether_met)
        met = open_days.when_working(calendars, max(met, now))
        if met < outcome:
            yield Planned(Step.ASK_WHETHER_MET, met)
    yield Planned(Step.ASK_OUTCOME, outcome)


def _asked_or_to_be(case: Case, side: SideFacts, now: datetime) -> datetime:
    """From when the side's days count: the question by the portal, planned or sent, or the office's call."""
    if side.asked_at:
        return side.asked_at
    if side.deferred_at:
        return side.days.outside_breaks(max(side.not_before or side.deferred_at, now))
    return case.other(side).agreed_at or case.asked_at
