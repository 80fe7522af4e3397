"""Until when an answer is waited for, and how what nobody answered comes to its end."""

import logging
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from matching import calendars
from matching.budget import Limits
from matching.models import IntroductionRules
from matching.next_steps import Periods

logger = logging.getLogger(__name__)


def rules() -> IntroductionRules:
    return IntroductionRules.objects.filter(pk=1).first() or IntroductionRules()


def periods() -> Periods:
    """How many days lie between the steps of an introduction."""
    row = rules()
    return Periods(
        reminder=row.reminder_days,
        note=row.note_days,
        answer=row.answer_days,
        whether_met=row.whether_met_days,
        outcome=row.outcome_days,
        silence=row.silence_days,
    )


def limits() -> Limits:
    """What one person and one town are asked at most."""
    row = rules()
    return Limits(
        mails_per_week=row.mails_per_week,
        batch_size=row.batch_size,
        batch_working_days=row.batch_working_days,
        open_yes=row.most_open_yes,
    )


def longest_wait() -> timedelta:
    """After which a question that could not be asked is given up."""
    return timedelta(weeks=rules().longest_wait_weeks)


def answer_until(asked_at: datetime, *, land: str) -> datetime:
    """The last minute of the day the mail names; days of the school holidays of the Land do not count."""
    return calendars.of(land)[land].end_after(asked_at, rules().answer_days)


def each(step: Callable[[int], bool], pks: Iterable[int]) -> int:
    """Take the step for every case, each in a transaction of its own; returns how many it was taken for."""
    return sum(_alone(step, pk) for pk in pks)


def _alone(step: Callable[[int], bool], pk: int) -> bool:
    try:
        return step(pk)
    except Exception:  # one case that fails must not hold up the others; it is due again at the next call
        logger.exception("case %s could not be carried on", pk)
        return False
